"""Posts asked for again: new counts, edits and deletions, carried through from Telegram to counts, views and mails."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor import pipeline, store
from monitor.model import Channel
from monitor.pipeline.classify import classify
from monitor.pipeline.revisit import erase_due
from monitor.pipeline.telegram import read_telegram
from monitor.settings import Settings
from monitor.sources.telegram import TelegramSource
from tests.database.test_telegram import AS_OF, FIRST_AT, KEY, PeerChannel, TelegramPeer, busy, ids, notices, post
from tests.telegram_desk import API_HASH, patient_client

ANNOTATED = ("post_annotation", "post_theme", "post_place", "post_quantity", "post_metric")
DAY = timedelta(hours=24)


class World:
    """A channel on a loopback Telegram, collected and classified as of a moment."""

    def __init__(self, peer: TelegramPeer, connection: store.Connection) -> None:
        self.peer, self.connection = peer, connection
        self.session = peer.session()
        self.settings = Settings.from_env({"MONITOR_HASH_KEY": KEY})

    def run(self, as_of: datetime, *handles: str) -> Counter[str]:
        with self.source(*handles or ("a_live",)) as source:
            report = read_telegram(self.connection, self.settings, source, self.connection, as_of=as_of)
        classify(self.connection, self.settings, as_of=as_of)
        return Counter(report.counts)

    def source(self, *handles: str) -> TelegramSource:
        channels = tuple(Channel(source="telegram", handle=h, title=h, is_verified=True) for h in handles)
        known = store.account_peers(self.connection, "main")
        options: dict[str, Any] = {"session": self.session, "client_factory": patient_client, "timeout_s": 5, "pause_s": 0}
        return TelegramSource(channels, api_id=1, api_hash=API_HASH, peers=known, **options)

    def one(self, query: str) -> Any:
        return self.connection.execute(query.encode()).fetchone()[0]

    def counts(self) -> list[tuple[Any, ...]]:
        return self.connection.execute(
            """SELECT theme_id, place_id, source, language, series.channel_id, bin_at, posts_count, origin_count, withdrawn_count
            FROM core.series_count JOIN core.series USING (series_id) WHERE posts_count > 0 ORDER BY 1, 2, 3, 4, 5, 6"""
        ).fetchall()

    def coverage(self) -> tuple[int, int]:
        return self.connection.execute("SELECT sum(seen_count), sum(kept_count) FROM core.coverage").fetchone()

    def rows_of(self, post_id: int) -> dict[str, int]:
        return {t: self.one(f"SELECT count(*) FROM core.{t} WHERE post_id = {post_id}") for t in ("post", *ANNOTATED)}


@pytest.fixture
def peer() -> Iterator[TelegramPeer]:
    with TelegramPeer() as running:
        yield running


@pytest.fixture
def world(peer: TelegramPeer, connection: store.Connection) -> World:
    return World(peer, connection)


@pytest.fixture
def channel(peer: TelegramPeer, world: World) -> PeerChannel:
    made = busy(peer, "a_live", 3)
    world.run(AS_OF)
    return made


def test_a_post_is_asked_for_again_at_growing_intervals_and_then_each_day(connection):
    seen = FIRST_AT
    asked = []
    for _ in range(9):
        seen = connection.execute("SELECT core.next_visit_at(%s, %s)", (FIRST_AT, seen)).fetchone()[0]
        asked.append(seen - FIRST_AT)

    days = [timedelta(hours=24 + 23 * n) for n in range(6)]
    assert asked == [timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), *days]


def test_new_counts_of_views_are_kept_and_nothing_else_changes(world, channel):
    channel.messages[1].views = 900
    before = world.counts()

    world.run(AS_OF + DAY)

    assert world.one("SELECT views_count FROM core.post_metric WHERE post_id = 1") == 900
    assert world.counts() == before
    assert world.one("SELECT count(*) FROM core.backlog") == 0


def test_an_edit_is_stored_masked_and_counted_once_for_what_it_says_now(world, channel):
    channel.edit(1, "Казбеги, очередь 5 км, звоните +7 900 000-00-01", AS_OF)
    total = sum(row[6] for row in world.counts() if row[0] is None)

    report = world.run(AS_OF + DAY)

    assert report["edited"] == 1
    assert world.one("SELECT text FROM core.post WHERE post_id = 1") == "Казбеги, очередь 5 км, звоните [phone]"
    assert world.one("SELECT count(*) FROM core.post_annotation WHERE post_id = 1") == 1
    recounted = world.one("SELECT count(*) FROM core.post_theme")
    counted = world.one(
        "SELECT sum(posts_count) FROM core.series_count JOIN core.series USING (series_id)"
        " WHERE theme_id IS NOT NULL AND num_nonnulls(place_id, source, language, channel_id) = 0"
    )
    assert counted == recounted
    assert sum(row[6] for row in world.counts() if row[0] is None) <= total


def test_a_post_that_was_forgotten_is_kept_once_an_edit_gives_it_a_theme(world, channel):
    forgotten = channel.add("Доброе утро", AS_OF + timedelta(minutes=1))
    world.run(AS_OF + timedelta(minutes=30))
    seen, kept = world.coverage()
    assert world.rows_of(forgotten)["post"] == 0
    channel.edit(forgotten, "Верхний Ларс, стоим 20 часов", AS_OF + timedelta(minutes=40))

    reports = [world.run(AS_OF + timedelta(hours=hours)) for hours in (2, 4)]

    assert [report["kept since an edit"] for report in reports] == [1, 0]
    assert world.rows_of(forgotten)["post_theme"] > 0
    assert world.coverage() == (seen, kept + 1)


def test_an_edit_of_a_stored_post_or_of_an_erased_one_adds_none(world, channel):
    channel.edit(1, "Верхний Ларс, стоим 30 часов", AS_OF + timedelta(minutes=40))
    channel.edit(2, "Доброе утро", AS_OF + timedelta(minutes=40))
    world.run(AS_OF + DAY - timedelta(hours=2))
    channel.edit(2, "Верхний Ларс, стоим 30 часов", AS_OF + DAY - timedelta(hours=1))

    report = world.run(AS_OF + DAY)

    assert report["kept since an edit"] == 0
    assert world.rows_of(2)["post"] == 0


def test_an_edit_of_a_word_raises_no_count(world, channel):
    before = world.counts()
    channel.edit(1, channel.messages[1].message + "!", AS_OF)

    assert world.run(AS_OF + DAY)["edited"] == 1
    assert world.counts() == before
    assert world.run(AS_OF + 4 * DAY)["edited"] == 0


def test_an_edit_of_a_post_that_waits_to_be_classified_is_classified_as_it_is_now(world, channel):
    post(channel, 9, at=AS_OF)
    channels = (Channel(source="telegram", handle="a_live", title="a", is_verified=True),)
    with TelegramSource(
        channels, api_id=1, api_hash=API_HASH, session=world.session, client_factory=patient_client, pause_s=0
    ) as source:
        read_telegram(world.connection, world.settings, source, world.connection, as_of=AS_OF + timedelta(minutes=5))
    channel.edit(4, "Верхний Ларс, стоим 30 часов", AS_OF)

    world.run(AS_OF + DAY)

    assert world.one("SELECT low FROM core.post_quantity WHERE post_id = 4") == 30
    assert world.one("SELECT count(*) FROM core.post_annotation WHERE post_id = 4") == 1


def test_an_edit_that_takes_the_theme_away_erases_the_post(world, channel):
    channel.edit(1, "Доброе утро", AS_OF)

    assert world.run(AS_OF + DAY)["erased"] == 1
    assert set(world.rows_of(1).values()) == {0}


def test_a_deleted_post_is_erased_its_figures_stay_and_it_never_comes_back(world, channel):
    before = world.counts()
    gone = channel.messages.pop(2)

    report = world.run(AS_OF + DAY)

    after = world.counts()
    assert report["erased"] == 1
    assert set(world.rows_of(2).values()) == {0}
    assert [row[:8] for row in after] == [row[:8] for row in before]
    assert {row[8] for row in after if row[5] == FIRST_AT + timedelta(minutes=15)} == {1}
    assert sum(row[8] for row in before) == 0 and world.one("SELECT count(*) FROM core.erased_post") == 1

    channel.messages[2] = gone
    world.connection.execute("DELETE FROM core.cursor")
    world.run(AS_OF + DAY + timedelta(minutes=5))

    assert ids(world.connection, "a_live") == [1, 3]


def test_a_deleted_post_is_taken_out_of_the_mails_that_quote_it(world, channel):
    connection = world.connection
    series_id = world.one("SELECT min(series_id) FROM core.series")
    event_id = store.add_event(connection, series_id, AS_OF)
    spike_id = connection.execute(
        """INSERT INTO core.spike (series_id, event_id, onset_at, opened_at, peak_at, last_high_at, window_hours, observed, expected,
        expected_low, expected_high, score, severity, exposure, is_late, status, detector_version)
        VALUES (%s, %s, %s, %s, %s, %s, 1, 1, 1, 0, 1, 1, 1, 1, false, 'open', 't') RETURNING spike_id""",
        (series_id, event_id, AS_OF, AS_OF, AS_OF, AS_OF),
    ).fetchone()[0]
    content = [{}, {"posts": [{"text": "t", "url": f"https://t.me/a_live/{n}"} for n in (1, 2, 3)]}]
    connection.execute(
        "INSERT INTO core.alert (event_id, spike_id, rule_id, reader, language, created_at, content) VALUES (%s, %s, 'r', 'd', 'en', %s, %s)",
        (event_id, spike_id, AS_OF, json.dumps(content)),
    )
    del channel.messages[2]

    world.run(AS_OF + DAY)

    quoted = world.one("SELECT content #> '{1,posts}' FROM core.alert")
    assert [quote["url"][-1] for quote in quoted] == ["1", "3"]


@pytest.fixture
def emptied(peer: TelegramPeer, world: World) -> PeerChannel:
    """Give a channel of 60 collected posts of which 40 were deleted."""
    made = peer.channel("a_live")
    for number in range(60):
        made.add(f"Верхний Ларс, стоим {number} часов", FIRST_AT + timedelta(minutes=number))
    world.run(AS_OF)
    for number in range(1, 41):
        del made.messages[number]
    return made


def test_a_mass_deletion_vanishes_at_once_and_is_erased_a_day_later(world, emptied):
    report = world.run(AS_OF + DAY)

    assert (report["withdrawn"], report["erased"]) == (40, 0)
    for view in ("post", "post_theme", "post_place", "post_quantity"):
        assert world.one(f"SELECT count(DISTINCT post_id) FROM analyst.{view}") == 20, view
    assert notices(world.connection) == [("mass_deletion", "a_live")]
    assert len(ids(world.connection, "a_live")) == 60

    assert erase_due(world.connection, as_of=AS_OF + 2 * DAY - timedelta(seconds=1)) == 0
    assert erase_due(world.connection, as_of=AS_OF + 2 * DAY) == 40
    assert ids(world.connection, "a_live") == list(range(41, 61))
    assert notices(world.connection) == []


def test_a_mass_deletion_that_an_operator_keeps_is_shown_again_and_not_asked_about(world, emptied):
    world.run(AS_OF + DAY)
    held = store.held_deletions(world.connection)

    kept = store.keep_posts(world.connection, "a_live")
    world.run(AS_OF + 4 * DAY)

    assert [(handle, count) for handle, count, _, _ in held] == [("a_live", 40)]
    assert kept == 40
    assert world.one("SELECT count(*) FROM analyst.post") == 60
    assert erase_due(world.connection, as_of=AS_OF + 9 * DAY) == 0


def test_an_emptied_channel_is_noticed_at_its_next_visit(world, emptied):
    emptied.messages.clear()

    world.run(AS_OF + timedelta(minutes=5))

    assert world.one("SELECT count(*) FROM analyst.post") == 0
    assert sorted(notices(world.connection)) == [("channel_gone", "a_live"), ("mass_deletion", "a_live")]


def test_an_operator_decides_from_the_command_line(database_url):
    from tests.builders import NOON, make_masked, make_page

    settings = Settings.from_env({"MONITOR_DATABASE_URL": database_url})
    with store.connect(database_url) as connection:
        store.write_page(
            connection,
            "telegram",
            make_page([make_masked(post_id=n) for n in (1, 2)]),
            expected=store.read_cursor(connection, "telegram", "x"),
        )
        keys = store.newest_posts(connection, "lars_live", before_id=99, limit=9)
        store.hold_posts(connection, keys, as_of=NOON)

    assert [(handle, count) for handle, count, _, _ in pipeline.deletions(settings)] == [("lars_live", 2)]
    assert pipeline.decide_deletion(settings, "lars_live", is_kept=False, as_of=NOON).counts == {"erased": 2}
    assert pipeline.deletions(settings) == []
