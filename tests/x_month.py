"""A month of collecting from the loopback X, with faults and ``kill -9``, and the books of both sides.

The collector is a process of its own: it runs the stage hour by hour and tells the peer what time it is. A nursery
(``python -m tests.x_month``) that has imported and compiled everything forks one for each life. The peer decides by seed which
calls fail and when the collector dies: between an answer's being charged and its being sent, or some milliseconds after. Deaths
and lost answers fall on odd days alone, what X refuses on all, so that even days show books that are equal to the cent.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psycopg
import requests

from monitor import pipeline
from monitor.errors import MonitorError
from monitor.pipeline.collect_x import Endpoint
from monitor.pipeline.tools import reading
from monitor.pipeline.x import x_queries
from monitor.settings import Settings
from tests.peers.x import Fault, XPeer
from tests.x_desk import open_spike

ROOT = Path(__file__).parents[1]
START_AT = datetime(2022, 9, 1, 0, 3, tzinfo=UTC)
END_AT = datetime(2022, 9, 30, 23, 3, tzinfo=UTC)
MONTH = (datetime(2022, 9, 1, tzinfo=UTC), datetime(2022, 10, 1, tzinfo=UTC))
HOUR = timedelta(hours=1)
SPIKE_DAYS = (2, 5, 8, 11, 16, 19, 24, 27)
SPIKE_HOURS = 20
POSTS_OF_A_SPIKE = 130
CUT_JSON = b'{"data": [{"id": "1"'

KNOWN = (
    Fault(status=429, reset_in_s=600),
    Fault(status=429),
    Fault(status=402),
    Fault(status=500),
    Fault(status=503, body=b"<html>", headers={"content-type": "text/html"}),
)
"""X charges nothing for these, and the collector knows it."""

UNKNOWN = (
    Fault(is_dropped=True),
    Fault(is_answered=True, is_dropped=True),
    Fault(is_answered=True, is_cut=True),
    Fault(status=200, body=CUT_JSON),
    Fault(status=200, body=b"<html>", headers={"content-type": "text/html"}),
)
"""After these the collector cannot know what X has charged."""

BOOKED = """
SELECT coalesce(sum(coalesce(charged_count, reserved_count) * unit_usd), 0)
FROM core.ledger
WHERE booked_at >= %s AND booked_at < %s
"""


@dataclass(kw_only=True)
class Plan:
    """How hard a month is: hours between two runs, deaths, the share of calls that fail, what may be spent."""

    step_hours: int
    kills_count: int
    kills_share: float
    faults_share: float
    cap_usd: Decimal
    seed: int


@dataclass
class Books:
    """What was found at every charged answer, and what it found at each day's end."""

    answers_count: int = 0
    kills_count: int = 0
    faults_count: int = 0
    violations: list[str] = field(default_factory=list)
    unclean_days: set[date] = field(default_factory=set)


class Month:
    """Plays a month; ``books`` tells what was seen while it ran."""

    def __init__(self, peer: XPeer, database_url: str, env: Mapping[str, str], plan: Plan) -> None:
        self.books = Books()
        self.peer = peer
        self._env = env
        self._plan = plan
        self._random = random.Random(plan.seed)
        self._deaths_left = plan.kills_count
        self._is_dead = self._is_to_die_late = False
        self._collector_id = 0
        self._lock = threading.Lock()
        self._eye = psycopg.connect(database_url, autocommit=True)
        peer.plan, peer.on_charge, peer.on_sent = self._fault, self._look, self._after

    def play(self) -> None:
        """Run a collector to the month's end; one that was killed is followed by another in the hour it died in."""
        self.peer.now = START_AT
        command = [sys.executable, "-m", "tests.x_month"]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        with subprocess.Popen(command, env={**os.environ, **self._env}, cwd=ROOT, **pipes) as nursery:
            assert nursery.stdin and nursery.stdout
            while not self._is_over(nursery.stdin, nursery.stdout):
                self.books.kills_count += 1
            nursery.stdin.close()

    def _is_over(self, orders: IO[str], answers: IO[str]) -> bool:
        """Let a collector live; True when it came to the month's end, False when it was killed."""
        orders.write(f"{self.peer.url} {self.peer.now.isoformat()} {END_AT.isoformat()} {self._plan.step_hours}\n")
        orders.flush()
        self._collector_id = int(answers.readline())
        self._is_dead = False
        code = int(answers.readline())
        assert code in (0, -signal.SIGKILL), f"the collector ended with {code}"
        return code == 0

    # --- what the peer asks ---

    def _is_rough(self) -> bool:
        return self.peer.now.day % 2 == 1

    def _fault(self, kind: str, number: int) -> Fault | None:
        if self._random.random() >= self._plan.faults_share:
            return None
        self.books.faults_count += 1
        is_known = self._random.random() < 0.6 or not self._is_rough()
        if not is_known:
            self.books.unclean_days.add(self.peer.now.date())
        return Fault(**{**vars(self._random.choice(KNOWN if is_known else UNKNOWN)), "kind": kind})

    def _look(self, number: int) -> None:
        """Hold the books against each other: what is served, this answer included, is booked already, and within the cap."""
        with self._lock:
            self.books.answers_count += 1
            hour_at = self.peer.now.replace(minute=0)
            booked_usd, in_hour_usd = self._booked(MONTH), self._booked((hour_at, hour_at + HOUR))
            served_usd = sum(self.peer.served_usd.values())
            if booked_usd < served_usd or in_hour_usd < self.peer.served_usd[hour_at]:
                self.books.violations.append(
                    f"call {number}: served {served_usd}, booked {booked_usd}, in its hour {in_hour_usd}"
                )
            if booked_usd > self._plan.cap_usd:
                self.books.violations.append(f"call {number}: booked {booked_usd}, cap {self._plan.cap_usd}")
            if self._deaths_left and self._is_rough() and not self._is_dead and self._random.random() < self._plan.kills_share:
                self._is_to_die_late = self._random.random() < 0.5
                if not self._is_to_die_late:
                    self._kill()

    def _after(self, number: int) -> None:
        """Kill some milliseconds after the answer, about when its rows are committed."""
        with self._lock:
            if self._is_to_die_late and not self._is_dead:
                time.sleep(self._random.random() * 0.02)
                self._is_to_die_late = False
                self._kill()

    def _kill(self) -> None:
        self._is_dead = True
        self._deaths_left -= 1
        self.books.unclean_days.add(self.peer.now.date())
        os.kill(self._collector_id, signal.SIGKILL)

    # --- what is asked of the month afterwards ---

    def day_totals(self) -> dict[date, tuple[Decimal, Decimal]]:
        """Give (booked, served) of every day."""
        days = [MONTH[0] + timedelta(days=number) for number in range(30)]
        served = self.peer.served_usd
        return {
            day_at.date(): (
                self._booked((day_at, day_at + timedelta(days=1))),
                Decimal(sum(usd for hour_at, usd in served.items() if hour_at.date() == day_at.date())),
            )
            for day_at in days
        }

    def _booked(self, span: tuple[datetime, datetime]) -> Decimal:
        return self._eye.execute(BOOKED, span).fetchall()[0][0]

    def true_counts(self, matches: str) -> dict[datetime, int]:
        """Give how many posts whose text holds ``matches`` the peer has in each hour that had one."""
        counts: dict[datetime, int] = {}
        for post in self.peer._posts:
            if matches in post["text"].lower():
                hour_at = post["at"].replace(minute=0, second=0, microsecond=0)
                counts[hour_at] = counts.get(hour_at, 0) + 1
        return counts


def fill(peer: XPeer, database_url: str) -> None:
    """Give the month a post every three hours, and bursts; say that each burst was seen as a spike."""
    for number in range(30 * 8):
        peer.add(f"Очередь на границе, стоим {number} часов", START_AT + number * 3 * HOUR)
    for day in SPIKE_DAYS:
        onset_at = START_AT.replace(day=day, hour=4)
        for number in range(POSTS_OF_A_SPIKE):
            peer.add(f"Очередь на границе {day}, уже {number} машин", onset_at + timedelta(minutes=5 * number))
    with psycopg.connect(database_url, autocommit=True) as connection:
        for day in SPIKE_DAYS:
            onset_at = START_AT.replace(day=day, hour=4)
            open_spike(connection, "border_queue", onset_at, closed_at=onset_at + timedelta(hours=SPIKE_HOURS))


def collect_month(settings: Settings, url: str, start: str, end: str, step_hours: str) -> None:
    """Collect hour by hour, as Airflow would: an error ends a run, and the next hour has the next one."""
    as_of, endpoint = datetime.fromisoformat(start), Endpoint(base_url=url, page_size=50, timeout_s=5)
    while as_of <= datetime.fromisoformat(end):
        requests.put(f"{url}/clock/{quote(as_of.isoformat())}", timeout=5)
        with suppress(MonitorError):
            pipeline.run_stage("collect_x", as_of=as_of, settings=settings, endpoint=endpoint)
        as_of += timedelta(hours=int(step_hours))


def main() -> None:
    """Fork a collector for each line of standard input; write its process id, then what it ended with."""
    settings = Settings.from_env(os.environ)
    reading(settings), x_queries(settings)
    for line in sys.stdin:
        child_id = os.fork()
        if child_id == 0:
            collect_month(settings, *line.split())
            os._exit(0)
        print(child_id, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(child_id, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
