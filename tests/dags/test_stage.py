"""The one call from a DAG into Monitor: its moment, its settings, its counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from monitor import pipeline
from monitor.model import RunReport

RUN_AFTER = datetime(2022, 9, 21, 6, 5, tzinfo=UTC)


@pytest.fixture
def stage(dags: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Any:
    import _stage

    monkeypatch.setattr(_stage, "get_current_context", lambda: {"dag_run": SimpleNamespace(run_after=RUN_AFTER)})
    monkeypatch.setattr(_stage.Connection, "get", staticmethod(missing))
    return _stage


def missing(connection_id: str) -> None:
    from airflow.sdk.exceptions import AirflowNotFoundException

    raise AirflowNotFoundException(connection_id)


def answering(asked: list[tuple[str, Any]], counts: dict[str, int]) -> Callable[..., RunReport]:
    def run_stage(name: str, **options: Any) -> RunReport:
        asked.append((name, options))
        return RunReport(stage=name, counts=counts)

    return run_stage


@pytest.mark.parametrize(
    ("dag_id", "expected"),
    [
        ("collect_telegram", ["collect"]),
        ("collect_x", ["collect_x"]),
        ("classify", ["classify"]),
        ("detect", ["detect", "nowcast"]),
        ("mail", ["mail"]),
        ("maintain", ["maintain"]),
    ],
)
def test_each_task_runs_its_stages_as_of_the_run_and_hands_on_counts(
    dags: dict[str, Any], stage: Any, monkeypatch: pytest.MonkeyPatch, dag_id: str, expected: list[str]
) -> None:
    asked: list[tuple[str, Any]] = []
    monkeypatch.setattr(pipeline, "run_stage", answering(asked, {"kept": 3}))
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://somewhere/monitor")

    (task,) = dags[dag_id].tasks
    # Airflow loads each DAG file with a _stage of the DAG folder; the one patched above is the same module.
    handed_on = task.python_callable()

    assert handed_on == {"kept": 3}
    assert [name for name, _ in asked] == expected
    for _, options in asked:
        assert options["as_of"] == RUN_AFTER
        assert options["settings"].database_url == "postgresql://somewhere/monitor"


def test_a_stage_that_is_not_configured_is_skipped(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    monkeypatch.setattr(pipeline, "run_stage", answering([], {"not configured": 1}))

    with pytest.raises(AirflowSkipException):
        stage.run("collect_x")


def test_what_the_environment_lacks_comes_from_airflows_connections(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk import Connection

    known = {
        "monitor_db": Connection(
            conn_id="monitor_db", conn_type="postgres", host="db", login="me", password="p@ss/word", schema="monitor", port=5433
        ),
        "telegram_default": Connection(
            conn_id="telegram_default", conn_type="generic", login="123", password="abc", extra='{"session": "1A"}'
        ),
    }
    monkeypatch.setattr(stage.Connection, "get", staticmethod(lambda name: known.get(name) or missing(name)))

    filled = stage.environment({"MONITOR_SMTP_HOST": "mail.example"})

    assert filled["MONITOR_DATABASE_URL"] == "postgresql://me:p%40ss%2Fword@db:5433/monitor"
    assert filled["MONITOR_TELEGRAM_API_ID"] == "123"
    assert filled["MONITOR_TELEGRAM_SESSION"] == "1A"
    assert filled["MONITOR_SMTP_HOST"] == "mail.example"
    assert "MONITOR_X_BEARER_TOKEN" not in filled


def test_the_environment_comes_before_the_connection(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.Connection, "get", staticmethod(lambda name: pytest.fail(f"asked for {name}")))
    given = dict.fromkeys(
        ("MONITOR_DATABASE_URL", "MONITOR_SMTP_HOST", "MONITOR_X_BEARER_TOKEN", "MONITOR_TELEGRAM_SESSION"), "given"
    )

    assert stage.environment(given) == given
