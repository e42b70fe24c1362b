"""What the DAGs share: retries by the name of the error, and the one call into Monitor.

Settings come from ``MONITOR_*`` of the environment; what is missing there is read from Airflow's connections ``monitor_db``,
``smtp_default``, ``x_api`` and ``telegram_default`` (login: api_id, password: api_hash, extra ``session``).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from airflow.sdk import Connection, ExceptionRetryPolicy, RetryAction, RetryRule, get_current_context
from airflow.sdk.exceptions import AirflowNotFoundException, AirflowSkipException

COMMON = {
    "start_date": datetime(2022, 9, 1, tzinfo=UTC),
    "catchup": False,
    "max_active_runs": 1,
    "default_args": {
        "owner": "monitor",
        "retries": 3,
        "retry_delay": timedelta(seconds=20),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": ExceptionRetryPolicy(
            [
                RetryRule(
                    ["monitor.errors.ConfigError", "monitor.errors.TerminalError"], RetryAction.FAIL, reason="a human is needed"
                ),
                RetryRule("monitor.errors.TransientError", RetryAction.RETRY),
            ]
        ),
    },
}
CONNECTIONS: Mapping[str, tuple[str, Mapping[str, Callable[[Connection], object]]]] = {
    "MONITOR_DATABASE_URL": ("monitor_db", {"MONITOR_DATABASE_URL": lambda found: _postgres_url(found)}),
    "MONITOR_SMTP_HOST": (
        "smtp_default",
        {
            "MONITOR_SMTP_HOST": lambda found: found.host,
            "MONITOR_SMTP_PORT": lambda found: found.port,
            "MONITOR_SMTP_USER": lambda found: found.login,
            "MONITOR_SMTP_PASSWORD": lambda found: found.password,
        },
    ),
    "MONITOR_X_BEARER_TOKEN": ("x_api", {"MONITOR_X_BEARER_TOKEN": lambda found: found.password}),
    "MONITOR_TELEGRAM_SESSION": (
        "telegram_default",
        {
            "MONITOR_TELEGRAM_API_ID": lambda found: found.login,
            "MONITOR_TELEGRAM_API_HASH": lambda found: found.password,
            "MONITOR_TELEGRAM_SESSION": lambda found: found.extra_dejson.get("session"),
        },
    ),
}


def run(stage: str) -> dict[str, int]:
    """Run one stage as of the DAG run's moment and give its counts; skipped where the stage is not configured."""
    from monitor import pipeline
    from monitor.settings import Settings

    as_of = get_current_context()["dag_run"].run_after
    report = pipeline.run_stage(stage, as_of=as_of, settings=Settings.from_env(environment(os.environ)))
    if "not configured" in report.counts:
        raise AirflowSkipException(f"{stage}: not configured")
    return dict(report.counts)


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Give ``given`` with what it lacks filled in from Airflow's connections."""
    filled = dict(given)
    for leading, (connection_id, fields) in CONNECTIONS.items():
        if not given.get(leading):
            filled |= _fields(connection_id, fields)
    return filled


def _fields(connection_id: str, fields: Mapping[str, Callable[[Connection], object]]) -> dict[str, str]:
    try:
        found = Connection.get(connection_id)
    except AirflowNotFoundException:
        return {}
    return {name: str(value) for name, read in fields.items() if (value := read(found)) is not None}


def _postgres_url(found: Connection) -> str:
    login = f"{quote(found.login or '', safe='')}:{quote(found.password or '', safe='')}"
    return f"postgresql://{login}@{found.host}:{found.port or 5432}/{found.schema}"
