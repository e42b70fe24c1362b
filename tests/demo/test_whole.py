"""``monitor demo`` as ``make demo`` runs it: killed in the middle, run again, and compared with the stages run by hand."""

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

from monitor import embedded, pipeline
from monitor.demo.home import MARK
from monitor.settings import Settings
from tests.peers.smtp import SmtpPeer

KEY = "5e" * 32
LONGEST_S = 900


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("demo")
    yield home
    subprocess.run([sys.executable, "-m", "monitor.demo.clean"], env=environment(home), check=True)


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "MONITOR_HOME": str(home), "MONITOR_HASH_KEY": KEY}


def start(home: Path, log_file: Path) -> subprocess.Popen[bytes]:
    with log_file.open("wb") as log:
        return subprocess.Popen([sys.executable, "-m", "monitor.cli", "demo"], env=environment(home), stdout=log, stderr=log)


def processes(home: Path) -> list[psutil.Process]:
    """Give a home's processes and what they started: unless root runs it, one that has changed its title has lost its mark."""
    marked = [process for process in psutil.process_iter() if mark(process) == str(home)]
    return list({process for one in marked for process in (one, *started_by(one))})


def started_by(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [child for child in process.children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]
    except psutil.Error:
        return []


def title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:  # it has ended meanwhile
        return ""


def mark(process: psutil.Process) -> str | None:
    try:
        return None if process.status() == psutil.STATUS_ZOMBIE else process.environ().get(MARK)
    except (psutil.Error, OSError):
        return None


def wait_for(home: Path, words: str, demo: subprocess.Popen[bytes]) -> psutil.Process:
    give_up_at = time.monotonic() + LONGEST_S
    while time.monotonic() < give_up_at and demo.poll() is None:
        for process in processes(home):
            if words in title(process):
                return process
        time.sleep(0.1)
    raise AssertionError(f"no process like {words!r}")


def digest_by_hand(database_url: str) -> dict[str, str]:
    with SmtpPeer() as smtp:
        settings = Settings.from_env(
            {
                "MONITOR_DATABASE_URL": database_url,
                "MONITOR_SOURCE": "replay",
                "MONITOR_HASH_KEY": KEY,
                "MONITOR_SMTP_HOST": smtp.host,
                "MONITOR_SMTP_PORT": str(smtp.port),
                "MONITOR_SMTP_SECURITY": "none",
            }
        )
        pipeline.seed(settings)
        pipeline.run_all(as_of=pipeline.utc_now(), settings=settings)
    return pipeline.digest(settings)


def test_a_demo_whose_scheduler_is_killed_goes_on_next_time_to_the_same_end(
    home: Path, database_url: str, tmp_path: Path
) -> None:
    first = start(home, tmp_path / "first.log")
    wait_for(home, "airflow worker -- 0", first)
    wait_for(home, "airflow scheduler", first).kill()

    assert first.wait(timeout=60) == 1
    assert "scheduler has ended (SIGKILL)" in (tmp_path / "first.log").read_text()
    assert processes(home) == []

    second = start(home, tmp_path / "second.log")

    assert second.wait(timeout=LONGEST_S) == 0, (tmp_path / "second.log").read_text()
    assert processes(home) == []
    assert list((home / "mail").glob("*.eml"))
    assert digest_of(home) == digest_by_hand(database_url)


def test_ctrl_c_stops_everything_and_a_later_run_adds_nothing(home: Path, tmp_path: Path) -> None:
    before, mails = digest_of(home), len(list((home / "mail").glob("*.eml")))

    interrupted = start(home, tmp_path / "interrupted.log")
    wait_for(home, "airflow worker -- 0", interrupted)
    interrupted.send_signal(signal.SIGINT)

    assert interrupted.wait(timeout=60) == 130
    assert processes(home) == []
    assert digest_of(home) == before
    assert len(list((home / "mail").glob("*.eml"))) == mails


def digest_of(home: Path) -> dict[str, str]:
    server = embedded.start(home)
    try:
        return pipeline.digest(Settings.from_env({"MONITOR_DATABASE_URL": server.url, "MONITOR_SOURCE": "replay"}))
    finally:
        server.stop()
