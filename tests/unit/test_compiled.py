"""Modules that are compiled where there is a C compiler (setup.py): the same answers, and never of other sources."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import monitor
from monitor import text
from monitor.compiled import LIST, check, is_compiled, listed

PACKAGE = Path(monitor.__file__).parent
CAN_COMPILE = (
    os.environ.get("MONITOR_COMPILE") != "0" and shutil.which("cc") and Path(sysconfig.get_path("include"), "Python.h").exists()
)
LABELLED = Path(__file__).parents[1] / "labelled"


@pytest.fixture
def package(tmp_path):
    (tmp_path / "one.py").write_text("ONE = 1\n")
    (tmp_path / "other.py").write_text("OTHER = 2\n")
    (tmp_path / LIST).write_text(listed(tmp_path, ["one.py", "other.py"]))
    return tmp_path


def test_what_was_compiled_of_these_sources_is_run(package):
    check(package)


def test_sources_that_were_never_compiled_are_run(tmp_path):
    check(tmp_path)


def test_a_source_changed_since_is_told_with_what_to_do(package):
    (package / "other.py").write_text("OTHER = 3\n")

    with pytest.raises(ImportError, match=r"before these were changed: other\.py.*make compile"):
        check(package)


def test_every_compiled_module_is_listed():
    compiled = {file.with_name(file.name.split(".")[0] + ".py").relative_to(PACKAGE).as_posix() for file in PACKAGE.rglob("*.so")}

    assert compiled == ({line.split()[1] for line in (PACKAGE / LIST).read_text().splitlines()} if is_compiled(text) else set())


@pytest.mark.skipif(not CAN_COMPILE, reason="there is no C compiler here")
def test_where_there_is_a_compiler_it_was_used():
    assert is_compiled(text), "run make, and read what it says of compiling"


@pytest.mark.skipif(not is_compiled(text), reason="there is no C compiler here")
def test_compiled_modules_answer_as_their_sources_do(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "monitor", ignore=shutil.ignore_patterns("*.so", LIST, "__pycache__"))
    posts = "".join(file.read_text(encoding="utf-8") for file in sorted(LABELLED.glob("*.jsonl")))

    answers = [classified(posts, tmp_path / f"home{place}", path) for place, path in enumerate((PACKAGE.parent, tmp_path))]

    assert len(answers[0]) > 2_000
    assert answers[0] == answers[1]


def classified(posts: str, home: Path, path: Path) -> list[dict[str, object]]:
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "classify", "--file", "-"]
    env = {**os.environ, "PYTHONPATH": str(path), "MONITOR_HOME": str(home), "MONITOR_ROOT": str(PACKAGE.parents[1])}
    run = subprocess.run(command, input=posts, env=env, capture_output=True, text=True, check=True, timeout=300)
    return [json.loads(line) for line in run.stdout.splitlines()]
