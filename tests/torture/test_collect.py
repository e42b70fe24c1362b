"""Collecting under kill -9: whatever dies, the tables end as those of a run that nothing disturbed.

`make test` plays small numbers; `make torture` the full ones (``-m torture``), with MONITOR_TORTURE_POSTS naming a file of posts.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from monitor import embedded, store
from monitor.migrate import migrate
from monitor.model import Cursor
from monitor.normalise import normalise
from monitor.pipeline.collect import ready_page
from monitor.privacy import mask
from monitor.settings import Settings
from tests.conftest import TEMPLATE, with_database
from tests.peers import serve
from tests.torture import collector
from tests.torture.collector import AWAY, KEY, OWNED_ELSEWHERE, Order

ROOT = Path(__file__).parents[2]
KILLED = 9


@dataclass(frozen=True)
class Size:
    """How much is read and how often it is disturbed."""

    own: int
    page_size: int
    kills: int
    server_kills: int
    longest_s: float
    file: Path | None = None


SMALL = Size(own=1500, page_size=20, kills=12, server_kills=10, longest_s=0.15)
FULL = Size(
    own=20_000,
    page_size=25,
    kills=110,
    server_kills=12,
    longest_s=0.35,
    file=Path(os.environ["MONITOR_TORTURE_POSTS"]) if os.environ.get("MONITOR_TORTURE_POSTS") else None,
)


class Telegram:
    """The loopback Telegram in its own process."""

    def __init__(self, size: Size) -> None:
        more = ["--file", str(size.file)] if size.file else []
        self._process = _started("tests.peers.serve", "--own", str(size.own), *more)
        self.told: dict[str, Any] = json.loads(self._process.stdout.readline())
        self.last_at = datetime.fromisoformat(self.told["last_at"])
        self.first_at = datetime.fromisoformat(self.told["first_at"])

    def order(self, database_url: str, size: Size, *, account: int = 0) -> Order:
        return Order(
            database_url=database_url,
            session=self.told["sessions"][account],
            account=f"account_{account}",
            channels=self.told["channels"],
            since_at=(self.first_at - timedelta(hours=1)).isoformat(),
            as_of=(self.last_at + timedelta(hours=1)).isoformat(),
            page_size=size.page_size,
        )

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(10)


class Collectors:
    """Collectors started and killed one after the other."""

    def __init__(self) -> None:
        self._process = _started("tests.torture.collector")

    def run(self, order: Order, *, patience_s: float | None = None) -> int:
        """Run one to its end, or kill it after ``patience_s``; give how it ended."""
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        process_id = int(self._process.stdout.readline())
        if patience_s is not None:
            time.sleep(patience_s)
            os.kill(process_id, signal.SIGKILL)
        return int(self._process.stdout.readline())

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(30)


def _started(module: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


@pytest.fixture(scope="module", params=[SMALL, pytest.param(FULL, marks=pytest.mark.torture)], ids=["small", "full"])
def size(request: pytest.FixtureRequest) -> Size:
    return request.param


@pytest.fixture(scope="module")
def telegram(size: Size) -> Iterator[Telegram]:
    running = Telegram(size)
    yield running
    running.close()


@pytest.fixture
def collectors() -> Iterator[Collectors]:
    running = Collectors()
    yield running
    running.close()


def make_database(postgres_url: str, name: str) -> str:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name}".encode())
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}".encode())
    return with_database(postgres_url, name)


def contact(telegram: Telegram, database_url: str, size: Size) -> None:
    """Meet every channel in the middle of its posts, so that tails and histories both have half of them to read."""
    order = telegram.order(database_url, size)
    met_at = telegram.first_at + (telegram.last_at - telegram.first_at) / 2
    settings = Settings.from_env({"MONITOR_HASH_KEY": KEY})
    with store.connect(database_url) as connection, collector.source(connection, order) as source:
        store.save_channels(connection, source.channels())
        for handle in order.channels:
            page = next(iter(source.pages(handle, Cursor(), as_of=met_at)))
            ready = ready_page(handle, page, settings, as_of=met_at, keep=lambda _: True)
            store.write_page(connection, "telegram", ready, expected=Cursor())


@pytest.fixture(scope="module")
def undisturbed(size: Size, telegram: Telegram, postgres_url: str, template_url: str) -> dict[str, str]:
    """Give the digest of a run that nothing disturbed, after holding it against the source post by post."""
    database_url = make_database(postgres_url, f"undisturbed_{size.own}")
    contact(telegram, database_url, size)
    running = Collectors()
    assert running.run(telegram.order(database_url, size)) == 0
    running.close()
    with store.connect(database_url) as connection:
        rows = connection.execute("SELECT posted_at, handle, text FROM core.post JOIN core.channel USING (channel_id)").fetchall()
        quarantined = sum(count for _, _, count in store.quarantine_totals(connection))
        seen = connection.execute("SELECT sum(seen_count) FROM core.coverage").fetchone()[0]
        assert set(store.coverage_totals(connection)) == {"observed"}
        assert len(rows) == seen
        assert sorted(rows) == sorted(as_stored(size))
        assert len(rows) + quarantined == telegram.told["posts"]
        return store.digest(connection)


def as_stored(size: Size) -> Iterator[tuple[datetime, str, str]]:
    """Give the source's own posts as they must stand in the table: normalised and masked, without those set aside."""
    from monitor.errors import BadRecord
    from monitor.model import RawPost

    far = datetime.max.replace(tzinfo=serve.START_AT.tzinfo)
    for posted_at, channel, text in serve.posts(size.own, size.file):
        payload = {"id": 1, "date": posted_at, "message": text}
        raw = RawPost(source="telegram", channel=channel, payload=payload, collected_at=posted_at, origin="test")
        try:
            post = normalise(raw, as_of=far - timedelta(days=1))
        except BadRecord:
            continue
        yield posted_at, channel, mask(post.text)[0]


def test_a_collector_killed_at_any_moment_leaves_the_tables_of_an_undisturbed_run(
    size, telegram, undisturbed, collectors, postgres_url
):
    dice, ends = random.Random(1), []
    database_url = make_database(postgres_url, f"killed_{size.own}")
    contact(telegram, database_url, size)
    order = telegram.order(database_url, size)

    for _ in range(size.kills):
        ends.append(collectors.run(order, patience_s=dice.uniform(0.01, size.longest_s)))
    last = collectors.run(order)

    with store.connect(database_url) as connection:
        assert store.digest(connection) == undisturbed
    print(f"\n{ends.count(KILLED)} of {size.kills} collectors killed while at work; same digest")
    assert last == 0
    assert ends.count(KILLED) >= size.kills * 0.8


def test_postgresql_killed_at_any_moment_leaves_the_tables_of_an_undisturbed_run(
    size, telegram, undisturbed, collectors, tmp_path
):
    dice, ends = random.Random(2), []
    pg_bin = os.environ.get("MONITOR_PG_BIN")
    start = {"pg_bin": Path(pg_bin) if pg_bin else None, "is_durable": True}
    try:
        server = embedded.start(tmp_path, **start)
        migrate(server.url, ROOT / "sql")
        contact(telegram, server.url, size)
        for _ in range(size.server_kills):
            order = telegram.order(server.url, size)
            killer = threading.Timer(dice.uniform(0.05, size.longest_s), _kill_postmaster, [server])
            killer.start()
            ends.append(collectors.run(order))
            killer.join()
            server = embedded.start(tmp_path, **start)
        last = collectors.run(telegram.order(server.url, size))
        with store.connect(server.url) as connection:
            assert store.digest(connection) == undisturbed
        server.stop()
    finally:
        embedded.remove(tmp_path)
    print(f"\nPostgreSQL killed {size.server_kills} times, {ends.count(AWAY)} while a collector wrote; same digest")
    assert last == 0
    assert ends.count(AWAY) >= 1


def _kill_postmaster(server: Any) -> None:
    os.kill(server.process_id, signal.SIGKILL)
    server.process.wait()


@contextmanager
def many(count: int) -> Iterator[list[Collectors]]:
    running = [Collectors() for _ in range(count)]
    yield running
    for one in running:
        one.close()


def test_two_collectors_on_one_account_and_four_on_the_same_channels_store_every_post_once(
    size, telegram, undisturbed, postgres_url
):
    database_url = make_database(postgres_url, f"crowd_{size.own}")
    contact(telegram, database_url, size)
    orders = [telegram.order(database_url, size, account=account) for account in (0, 0, 1, 2, 3)]
    later = datetime.fromisoformat(orders[0].as_of)
    orders = [replace(order, as_of=(later + timedelta(seconds=n)).isoformat()) for n, order in enumerate(orders)]
    ends: list[int] = []

    with many(len(orders)) as running:
        threads = [
            threading.Thread(target=lambda one=one, order=order: ends.append(one.run(order)))
            for one, order in zip(running, orders, strict=True)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert running[0].run(orders[-1]) == 0

    with store.connect(database_url) as connection:
        rows = connection.execute("SELECT posted_at, handle, text FROM core.post JOIN core.channel USING (channel_id)").fetchall()
        deadlocks = connection.execute("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").fetchone()[0]
        seen = connection.execute("SELECT sum(seen_count) FROM core.coverage").fetchone()[0]
    assert sorted(ends) == [0, 0, 0, 0, OWNED_ELSEWHERE]
    assert sorted(rows) == sorted(as_stored(size))
    assert seen == len(rows)
    assert deadlocks == 0
