"""The demo's processes: none is overlooked when it dies, none outlives the demo."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from monitor.demo.home import MARK
from monitor.demo.processes import ComponentDied, Components, end_leftovers

SLEEP = ("-c", "import time; time.sleep(60)")
STUBBORN = ("-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)")


@pytest.fixture
def components(tmp_path: Path) -> Iterator[Components]:
    (tmp_path / "logs").mkdir()
    components = Components({**os.environ, MARK: str(tmp_path)}, tmp_path, tmp_path / "logs")
    yield components
    components.stop("none")
    end_leftovers(tmp_path)


def test_a_component_that_was_killed_is_named_with_its_log(components: Components) -> None:
    scheduler = components.start("scheduler", SLEEP)
    components.check()

    scheduler.process.kill()
    scheduler.process.wait()

    with pytest.raises(ComponentDied, match=r"scheduler has ended \(SIGKILL\); see .*scheduler.log"):
        components.check()


def test_a_step_that_fails_is_named(components: Components) -> None:
    step = components.start("airflow-migrate", ("-c", "raise SystemExit(3)"))

    with pytest.raises(ComponentDied, match="airflow-migrate has ended \\(exit 3\\)"):
        components.finish(step)


def test_stopping_ends_all_of_them_the_stubborn_too(components: Components, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.demo.processes.PATIENCE_S", 0.5)
    polite, stubborn = components.start("polite", SLEEP), components.start("stubborn", STUBBORN)
    wait_for_line(stubborn.log_file)

    components.stop("polite")

    assert polite.process.returncode == -signal.SIGTERM
    assert stubborn.process.returncode == -signal.SIGKILL


def test_what_a_killed_component_left_behind_is_found_and_ended(components: Components, tmp_path: Path) -> None:
    parent = components.start(
        "parent",
        ("-c", f"import subprocess, sys; print(subprocess.Popen([sys.executable, *{SLEEP!r}]).pid, flush=True); input()"),
    )
    orphan = psutil.Process(int(wait_for_line(parent.log_file)))

    parent.process.kill()
    parent.process.wait()
    ended = end_leftovers(tmp_path)

    assert ended >= 1
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE


def test_processes_of_other_homes_are_left_alone(components: Components, tmp_path: Path) -> None:
    ours = components.start("ours", SLEEP)

    assert end_leftovers(tmp_path / "another") == 0
    assert ours.process.poll() is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
def test_a_component_ends_when_the_demo_itself_is_killed(tmp_path: Path) -> None:
    starter = f"""
import os, signal
from pathlib import Path
from monitor.demo.processes import Components
started = Components(os.environ, Path({str(tmp_path)!r}), Path({str(tmp_path)!r})).start("c", {SLEEP!r})
print(started.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    told = subprocess.run([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True, check=False)

    assert is_gone(int(told.stdout))


def wait_for_line(file: Path) -> str:
    for _ in range(200):
        text = file.read_text() if file.exists() else ""
        if "\n" in text:
            return text.split("\n")[0]
        time.sleep(0.05)
    raise AssertionError(f"nothing in {file}")


def is_gone(process_id: int) -> bool:
    for _ in range(100):
        if not psutil.pid_exists(process_id) or psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False
