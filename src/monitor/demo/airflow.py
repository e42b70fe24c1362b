"""Speak to the demo's Airflow: its commands as processes, and its REST API (a command costs seconds, a request milliseconds)."""

from __future__ import annotations

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from monitor.demo.home import USER, Home, write_private
from monitor.demo.processes import Component, Components
from monitor.errors import TransientError

COMMANDS = {
    "api-server": ("api-server",),
    "dag-processor": ("dag-processor",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
}
STOPS_FIRST = "scheduler"
"""It waits for running tasks, and these report to the API server."""
FIRST_DAG = "collect_telegram"


def start_migration(home: Home, components: Components) -> Component | None:
    """Bring Airflow's database up to date in the background; None where this version has done so already."""
    stamp = _stamp_file(home)
    if stamp.exists() and stamp.read_text() == _stamp(components):
        return None
    return components.start("airflow-migrate", ("-m", "airflow", "db", "migrate"))


def finish_migration(home: Home, components: Components, migration: Component | None) -> None:
    """Wait until it is done and remember that."""
    if migration:
        components.finish(migration)
        write_private(_stamp_file(home), _stamp(components))


def _stamp_file(home: Home) -> Path:
    return home.airflow / "migrated"


def _stamp(components: Components) -> str:
    """One version on one database; the address holds a password drawn with the database."""
    address = components.environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]
    return hashlib.sha256(f"{version('apache-airflow')} {address}".encode()).hexdigest()


def start_all(components: Components) -> None:
    """Start Airflow's parts; each listens on 127.0.0.1 or not at all."""
    for name, arguments in COMMANDS.items():
        components.start(name, ("-m", "airflow", *arguments))


class Client:
    """A logged-in user of the REST API."""

    def __init__(self, home: Home) -> None:
        self._address = home.airflow_address
        self._login = {"username": USER, "password": home.secrets["password"]}
        self._token: str | None = None
        self._first_run_id = ""

    def trigger_first(self) -> bool:
        """Unpause every DAG and start the first of the chain; False while Airflow is not up or does not know it yet."""
        try:
            self._ask("PATCH", f"/api/v2/dags/{FIRST_DAG}", {"is_paused": False})
            self._ask("PATCH", "/api/v2/dags?dag_id_pattern=~&limit=100", {"is_paused": False})
            run = self._ask("POST", f"/api/v2/dags/{FIRST_DAG}/dagRuns", {"logical_date": None})
            self._first_run_id = str(run["dag_run_id"])
        except TransientError:
            return False
        return True

    def is_first_over(self) -> bool:
        """True when the run that was triggered has ended."""
        run = self._ask("GET", f"/api/v2/dags/{FIRST_DAG}/dagRuns/{quote(self._first_run_id, safe='')}", None)
        return run["state"] in ("success", "failed")

    def is_calm(self) -> bool:
        """True when no DAG run waits or runs."""
        return bool(self._ask("GET", "/api/v2/dags/~/dagRuns?state=queued&state=running&limit=1", None)["total_entries"] == 0)

    def failed_since(self, since_at: datetime) -> list[str]:
        """Name the DAGs of which a run has failed since then."""
        since = since_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        runs = self._ask("GET", f"/api/v2/dags/~/dagRuns?state=failed&end_date_gte={since}&limit=20", None)["dag_runs"]
        return sorted({str(run["dag_id"]) for run in runs})

    def _ask(self, method: str, path: str, content: Mapping[str, Any] | None) -> Any:
        if self._token is None:
            self._token = str(self._send("POST", "/auth/token", self._login)["access_token"])
        return self._send(method, path, content)

    def _send(self, method: str, path: str, content: Mapping[str, Any] | None) -> Any:
        request = urllib.request.Request(  # noqa: S310 - our own address on 127.0.0.1
            self._address + path, method=method, data=json.dumps(content).encode() if content is not None else None
        )
        request.add_header("Content-Type", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=10) as answer:
                return json.load(answer)
        except (OSError, ValueError) as error:
            raise TransientError(f"Airflow does not answer {path.split('?')[0]}: {error}") from error
