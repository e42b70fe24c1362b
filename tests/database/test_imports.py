"""Imported files in the database: they never alert, count only where they are complete, and never double a live post."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from monitor import pipeline, store
from monitor.errors import ConfigError
from monitor.model import Cursor, PostKey, PseudonymisedPost
from monitor.settings import Settings
from tests.builders import HOUR, MINUTE, NOON, make_masked, make_page, make_span

TEXT = "Верхний Ларс, очередь {} км, стоим на границе"
DAY = timedelta(days=1)
SEPTEMBER = (datetime.fromisoformat("2022-09-01T00:00:00+00:00"), datetime.fromisoformat("2022-09-18T00:00:00+00:00"))


class World:
    """A database of the test's own, and the stages run on it at fixed moments."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.settings = Settings.from_env({"MONITOR_DATABASE_URL": database_url, "MONITOR_HASH_KEY": "5e" * 32})
        self._folder = folder
        self._files = 0

    def imports(self, posts: list[tuple[int, datetime]], *, channel: str = "lars_live", complete=None, as_of: datetime = NOON):
        self._files += 1
        path = self._folder / f"posts-{self._files}.jsonl"
        records = [
            {"channel": channel, "post_id": number, "posted_at": at.isoformat(), "text": TEXT.format(number)}
            for number, at in posts
        ]
        path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        wanted = pipeline.FileToImport(file=str(path), complete=complete)
        return pipeline.import_posts(wanted, as_of=as_of, settings=self.settings).counts

    def collects(self, posts: list[tuple[int, datetime]], *, since: datetime, until: datetime, position: str = "1") -> int:
        """Store a live page, and say that the channel was read from ``since`` to ``until`` as it was published."""
        made = [_post(number, at) for number, at in posts]
        span = make_span(since, until, known_at=since)
        page = make_page(made, coverage=(span,), cursor=Cursor(position=position, read_until_at=until))
        with store.connect(self.settings.require_database_url()) as connection:
            return store.write_page(connection, "telegram", page, expected=store.read_cursor(connection, "telegram", "lars_live"))

    def assesses(self, as_of: datetime = NOON + HOUR) -> None:
        for stage in ("classify", "detect"):
            pipeline.run_stage(stage, as_of=as_of, settings=self.settings)

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.settings.require_database_url()) as connection:
            return connection.execute(query.encode()).fetchall()

    def number(self, query: str) -> int:
        return self.rows(f"SELECT {query}")[0][0]


def _post(number: int, at: datetime) -> PseudonymisedPost:
    return make_masked(TEXT.format(number), post_id=number, posted_at=at, collected_at=at + MINUTE)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    made = World(database_url, tmp_path)
    pipeline.seed(made.settings)
    yield made


def quiet_days(count: int = 16) -> list[tuple[int, datetime]]:
    """Three posts a day until yesterday noon."""
    return [(n + 1, NOON - count * DAY + n * DAY / 3) for n in range((count - 1) * 3)]


BURST = [(1000 + n, NOON - 2 * HOUR + n * MINUTE) for n in range(100)]


def test_the_burst_of_these_tests_is_a_spike_when_it_is_read_live(world: World) -> None:
    world.collects(quiet_days() + BURST, since=NOON - 16 * DAY, until=NOON)

    world.assesses()

    assert world.number("count(*) FROM core.spike") > 0


@pytest.mark.parametrize("channel", ["lars_live", "another"])
def test_an_imported_burst_opens_no_spike_and_changes_no_count(world: World, channel: str) -> None:
    world.collects(quiet_days(), since=NOON - 16 * DAY, until=NOON)
    world.assesses()
    counts = world.rows("SELECT * FROM core.series_count ORDER BY 1, 2, 3")
    coverage = world.rows("SELECT * FROM core.coverage ORDER BY 1, 2")

    imported = world.imports(BURST, channel=channel)
    world.assesses(NOON + 2 * HOUR)

    assert imported["new"] == 100 and world.number("count(*) FROM core.post_annotation") == 45 + 100
    assert world.number("count(*) FROM core.spike") == world.number("count(*) FROM core.alert") == 0
    assert world.rows("SELECT * FROM core.series_count ORDER BY 1, 2, 3") == counts
    assert world.rows("SELECT * FROM core.coverage ORDER BY 1, 2") == coverage


def test_a_file_declared_complete_is_counted_and_covered_and_opens_no_spike(world: World) -> None:
    burst = [(2000 + n, SEPTEMBER[1] - 5 * HOUR + n * MINUTE) for n in range(100)]
    world.collects(quiet_days(), since=NOON - 16 * DAY, until=NOON)
    world.assesses()

    world.imports([(n, at) for n, at in quiet_days() if at < SEPTEMBER[1]] + burst, channel="another", complete=SEPTEMBER)
    world.assesses(NOON + 2 * HOUR)

    place = "JOIN core.series USING (series_id) WHERE place_id = 'verkhny_lars' AND theme_id IS NULL"
    whole = f"core.coverage JOIN core.channel USING (channel_id) WHERE handle = 'another' AND state = 'observed' AND bin_at < '{SEPTEMBER[1]}'"
    assert world.number(f"sum(posts_count) FROM core.series_count {place}") == 45 + 100 + 38
    assert world.number(f"count(*) FROM {whole}") == 17 * 96
    assert world.number(f"sum(seen_count) FROM {whole}") == 138
    assert world.number("count(*) FROM core.spike") == 0


def test_outside_its_complete_stretch_a_file_is_in_no_count(world: World) -> None:
    world.imports([(1, SEPTEMBER[1] - MINUTE), (2, SEPTEMBER[1])], complete=SEPTEMBER)

    assert world.rows("SELECT post_id, is_counted FROM core.post ORDER BY 1") == [(1, True), (2, False)]


def test_a_file_cannot_be_complete_for_the_last_two_days(world: World) -> None:
    with pytest.raises(ConfigError, match="48 hours"):
        world.imports([(1, NOON)], complete=(NOON - DAY, NOON - HOUR))


def test_a_complete_file_adds_nothing_to_what_was_seen_live(world: World) -> None:
    posts = [(n, at) for n, at in quiet_days() if at < SEPTEMBER[1]]
    world.collects(posts, since=NOON - 16 * DAY, until=NOON)

    again = world.imports(posts, complete=SEPTEMBER)

    assert (again["read"], again["new"]) == (len(posts), 0)
    assert world.number("sum(seen_count) FROM core.coverage") == len(posts)


def test_a_live_post_takes_the_place_of_an_imported_one_and_is_counted_once(world: World) -> None:
    world.collects(quiet_days(), since=NOON - 16 * DAY, until=NOON - DAY)
    world.imports(BURST)
    world.assesses(NOON - HOUR)

    new = world.collects(BURST, since=NOON - DAY, until=NOON, position="2")
    world.assesses()

    assert new == 100
    assert world.rows("SELECT count(*), count(DISTINCT post_id), bool_and(is_counted) FROM core.post") == [(145, 145, True)]
    assert world.number("count(*) FROM core.post_annotation") == 145
    assert world.number("count(*) FROM core.spike") > 0


def test_an_imported_post_never_takes_the_place_of_a_live_one(world: World) -> None:
    world.collects(BURST, since=NOON - DAY, until=NOON)

    imported = world.imports(BURST)

    assert imported["new"] == 0
    assert world.number("count(*) FROM core.post WHERE is_counted") == 100


def test_an_imported_text_makes_no_live_post_a_copy(world: World) -> None:
    world.imports([(7, NOON - 3 * HOUR)], channel="another")
    world.assesses(NOON)
    world.collects([(7, NOON - HOUR)], since=NOON - DAY, until=NOON)
    world.assesses()

    assert world.rows("SELECT is_copy FROM core.post_annotation") == [(False,), (False,)]


def test_an_edit_and_an_erasure_of_a_post_that_no_count_holds_leave_the_counts_alone(world: World) -> None:
    at = NOON - HOUR
    world.collects([(1, at)], since=NOON - DAY, until=NOON)
    world.imports([(2, at)], as_of=at + MINUTE)
    pipeline.run_stage("classify", as_of=NOON, settings=world.settings)
    counts = world.rows("SELECT * FROM core.series_count ORDER BY 1, 2, 3")
    [(channel_id,)] = world.rows("SELECT channel_id FROM core.post WHERE NOT is_counted")
    key = PostKey(channel_id=channel_id, post_id=2, posted_at=at)

    with store.connect(world.settings.require_database_url()) as connection:
        edited = store.rewrite_post(
            connection, key, make_masked("Казбеги, очередь 5 км", post_id=2, posted_at=at, edited_at=NOON)
        )
        after_edit = world.rows("SELECT * FROM core.series_count ORDER BY 1, 2, 3")
        pipeline.run_stage("classify", as_of=NOON, settings=world.settings)
        erased = store.erase_post(connection, key, as_of=NOON)

    assert edited and erased and counts
    assert after_edit == world.rows("SELECT * FROM core.series_count ORDER BY 1, 2, 3") == counts
    assert world.rows("SELECT post_id FROM core.post") == [(1,)]


def test_imports_beside_a_live_collector_leave_one_row_a_post_and_no_deadlock(world: World) -> None:
    posts = [(n, NOON - 40 * HOUR + n * MINUTE) for n in range(1, 401)]

    def live() -> int:
        slices = [posts[n : n + 40] for n in range(0, 400, 40)]
        return sum(world.collects(part, since=part[0][1], until=part[-1][1], position=str(n)) for n, part in enumerate(slices))

    with ThreadPoolExecutor(3) as pool:
        first, second = (pool.submit(world.imports, list(reversed(posts[start:])), channel="lars_live") for start in (0, 1))
        collected = pool.submit(live)
        results = (first.result(), second.result(), collected.result())

    assert all(result is not None for result in results)
    assert world.rows("SELECT count(*), count(DISTINCT post_id), bool_and(is_counted) FROM core.post") == [(400, 400, True)]


def test_a_file_that_was_imported_is_imported_anew_when_it_is_declared_complete(world: World, tmp_path: Path) -> None:
    path = tmp_path / "posts.jsonl"
    record = {"channel": "a", "post_id": 1, "posted_at": "2022-09-10T10:00:00+00:00", "text": TEXT.format(1)}
    path.write_text(json.dumps(record) + "\n")
    for complete in (None, SEPTEMBER, SEPTEMBER):
        wanted = pipeline.FileToImport(file=str(path), complete=complete)
        pipeline.import_posts(wanted, as_of=NOON, settings=world.settings)

    assert world.rows("SELECT is_counted FROM core.post") == [(True,)]
