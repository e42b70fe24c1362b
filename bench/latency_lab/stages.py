"""The stages of a deployment, run by a loop with the DAGs' schedule or by Airflow."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from latency_lab.deployment import now
from monitor import pipeline
from monitor.demo import airflow
from monitor.demo.home import Home, environment
from monitor.demo.processes import Components, end_leftovers
from monitor.errors import TransientError
from monitor.settings import Settings

STAGES = ("classify", "detect", "mail")
DAGS = (*STAGES, "maintain")


class Loop:
    """The stages in one thread, on the DAGs' schedule: in a chain when posts came or five minutes began, mail each minute too."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._posts, self._is_over = settings, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def tell_of_posts(self) -> None:
        """Say that posts were committed."""
        self._posts.set()

    def check(self) -> None:
        """Raise when it has ended."""
        if not self._thread.is_alive():
            raise SystemExit("the stages have stopped")

    def _run(self) -> None:
        chained, mailed = minute(5), minute(1)
        while not self._is_over.is_set():
            if self._posts.is_set() or minute(5) != chained:
                chained = minute(5)
                self._posts.clear()
                self._stages("classify", "detect", "mail")
            elif minute(1) != mailed:
                mailed = minute(1)
                self._stages("mail")
            time.sleep(0.2)

    def _stages(self, *stages: str) -> None:
        for stage in stages:
            pipeline.run_stage(stage, as_of=now(), settings=self._settings)

    def __enter__(self) -> Loop:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()


def minute(every: int) -> int:
    """Give the number of the running stretch of so many minutes."""
    return int(time.time() // (60 * every))


class RealAirflow(airflow.Client):
    """Airflow as ``make up`` runs it, of whose DAGs all but the collectors' are switched on."""

    def __init__(self, home: Home, components: Components) -> None:
        super().__init__(home)
        self._components = components
        self._asset_id: int | None = None

    def tell_of_posts(self) -> None:
        """Say that the asset ``posts`` has changed, as the collector's task does at its end."""
        self._ask("POST", "/api/v2/assets/events", {"asset_id": self._asset_id, "extra": {}})

    def check(self) -> None:
        """Raise when one of its parts has ended."""
        self._components.check()

    def switch_on(self) -> bool:
        """Unpause the DAGs; False while Airflow is not up or does not know them yet."""
        try:
            for dag in DAGS:
                self._ask("PATCH", f"/api/v2/dags/{dag}", {"is_paused": False})
            assets = self._ask("GET", "/api/v2/assets?name_pattern=posts", None)["assets"]
            self._asset_id = next((asset["id"] for asset in assets if asset["name"] == "posts"), None)
        except TransientError:
            return False
        return self._asset_id is not None


@contextmanager
def running_airflow(home: Home, database_url: str, env: dict[str, str]) -> Iterator[RealAirflow]:
    """Give a running Airflow; at the end all its processes have ended."""
    ours = environment(home, database_url, os.environ) | env | {"AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True"}
    components = Components(ours, home.folder, home.logs)
    try:
        airflow.finish_migration(home, components, airflow.start_migration(home, components))
        airflow.start_all(components)
        client = RealAirflow(home, components)
        wait_for(client.switch_on, components.check, 120.0)
        yield client
    finally:
        components.stop(airflow.STOPS_FIRST)
        end_leftovers(home.folder)


def wait_for(is_true: Callable[[], bool], check: Callable[[], None], seconds: float) -> bool:
    """Wait until something is true; False when it never was in that time."""
    give_up_s = time.monotonic() + seconds
    while not is_true():
        check()
        if time.monotonic() > give_up_s:
            return False
        time.sleep(0.5)
    return True
