"""What every DAG must keep to: six, thin, documented, retried by the name of the error."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.errors import ConfigError, CursorMoved, TerminalError, TransientError
from tests.dags.conftest import DAGS

NAMES = ("classify", "collect_telegram", "collect_x", "detect", "mail", "maintain")
FILES = sorted(file for file in DAGS.glob("*.py"))


def test_there_are_six_one_a_file(dags: dict[str, Any]) -> None:
    assert sorted(dags) == list(NAMES)
    assert sorted(file.stem for file in FILES if not file.stem.startswith("_")) == list(NAMES)
    assert all(Path(dag.fileloc).stem == name for name, dag in dags.items())


@pytest.mark.parametrize("name", NAMES)
def test_each_keeps_to_the_policy(dags: dict[str, Any], name: str) -> None:
    dag = dags[name]

    assert dag.tags
    assert dag.catchup is False
    assert dag.max_active_runs == 1
    for heading in ("**When**", "**Writes**", "**When it fails**"):
        assert heading in dag.doc_md
    for task in dag.tasks:
        assert task.owner == "monitor"
        assert task.retries >= 1
        assert task.retry_exponential_backoff
        assert task.max_retry_delay <= timedelta(minutes=10)


SCHEDULES = {
    "collect_telegram": ("*/5 * * * *", set(), {"posts"}),
    "collect_x": ("3 * * * *", set(), set()),
    "classify": ("*/5 * * * *", {"posts"}, {"annotations"}),
    "detect": ("*/5 * * * *", {"annotations"}, {"alerts"}),
    "mail": ("* * * * *", {"alerts"}, set()),
    "maintain": ("17 * * * *", set(), set()),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_post_wakes_each_stage_in_turn_and_the_clock_wakes_it_anyway(dags: dict[str, Any], name: str) -> None:
    cron, inlets, outlets = SCHEDULES[name]
    timetable = dags[name].timetable

    (task,) = dags[name].tasks

    clock = getattr(timetable, "timetable", timetable)
    assert clock.expression == cron
    assert {asset.name for asset in getattr(timetable.asset_condition, "objects", ())} == inlets
    assert {asset.name for asset in task.outlets} == outlets


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (ConfigError("unset"), "fail"),
        (TerminalError("revoked"), "fail"),
        (TransientError("away"), "retry"),
        (CursorMoved("moved"), "retry"),
        (ValueError("a bug"), "default"),
    ],
)
def test_only_what_time_can_mend_is_tried_again(dags: dict[str, Any], error: Exception, action: str) -> None:
    for dag in dags.values():
        for task in dag.tasks:
            assert task.retry_policy.evaluate(error, 1, 3).action.value == action


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_files_are_thin(file: Path) -> None:
    text = file.read_text()
    tree = ast.parse(text)

    at_top = {module for statement in tree.body for module in imported(statement)}

    assert len(text.splitlines()) < 100
    assert not {module for module in at_top if module.split(".")[0] == "monitor"}
    assert {module for module in all_imported(tree) if module.startswith("airflow")} <= {"airflow.sdk", "airflow.sdk.exceptions"}
    assert not [word for word in ("SELECT ", "INSERT ", "UPDATE ", "DELETE ") if word in text]


def imported(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.Import):
        return [alias.name for alias in statement.names]
    return [statement.module or ""] if isinstance(statement, ast.ImportFrom) else []


def all_imported(tree: ast.Module) -> set[str]:
    return {module for node in ast.walk(tree) if isinstance(node, ast.stmt) for module in imported(node)}
