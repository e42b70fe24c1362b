"""A channel is added, and the collector is down for a day, twice: none of it is a spike; what was read back says it is late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
import pytest

from monitor import pipeline, store
from monitor.alerts import compose
from monitor.model import Cursor, Language, SeriesKey, WatchedChannel
from monitor.pipeline.detect import adds_to
from monitor.settings import Settings
from tests.builders import make_classified, make_masked, make_page, make_span
from tests.conftest import TEMPLATE, with_database

MONDAY = datetime(2022, 9, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR
FOUNDERS, NEWCOMER = ("one", "two", "three"), "four"
ADDED_DAY, JOINED_DAY = 9, 16
LOST = (MONDAY + 18 * DAY + 6 * HOUR, MONDAY + 19 * DAY + 6 * HOUR)
QUIET = (MONDAY + 20 * DAY + 6 * HOUR, MONDAY + 21 * DAY + 6 * HOUR)
BUSY = (MONDAY + 22 * DAY + 6 * HOUR, MONDAY + 23 * DAY + 6 * HOUR)
STORY_AT = BUSY[0] + 10 * HOUR
READ_BACK_AFTER = 5 * HOUR
SILENT, SILENT_AT = "two", MONDAY + 19.5 * DAY
END_AT = MONDAY + 25 * DAY
KEY = "5e" * 32


def moments(rng, handle):
    """When the channel posts about the theme: one in two hours, the newcomer nine an hour; and the story, told by all."""
    begins_at, per_hour = (MONDAY + ADDED_DAY * DAY, 9.0) if handle == NEWCOMER else (MONDAY, 0.5)
    hours = int((END_AT - begins_at) / HOUR)
    plain = [begins_at + n * HOUR + float(m) * HOUR for n in range(hours) for m in rng.uniform(size=rng.poisson(per_hour))]
    story = [STORY_AT + float(m) * 2 * HOUR for m in rng.uniform(size=40)]
    silent_at = SILENT_AT if handle == SILENT else END_AT
    return sorted(at for at in [*plain, *story] if not LOST[0] <= at < LOST[1] and at < silent_at)


def collected_at(at):
    for start_at, end_at in (QUIET, BUSY):
        if start_at <= at < end_at:
            return end_at + READ_BACK_AFTER
    return at + timedelta(minutes=1)


def coverage_of(handle):
    edges = [MONDAY + (ADDED_DAY * DAY if handle == NEWCOMER else 0 * DAY)]
    spans = []
    for start_at, end_at in (LOST, QUIET, BUSY):
        spans.append((edges[-1], start_at, "observed", edges[-1]))
        state, known_at = ("lost", end_at) if (start_at, end_at) == LOST else ("observed", end_at + READ_BACK_AFTER)
        spans.append((start_at, end_at, state, known_at))
        edges.append(end_at)
    spans.append((edges[-1], END_AT, "observed", edges[-1]))
    return [make_span(a, b, channel=handle, state=state, known_at=known_at) for a, b, state, known_at in spans]


def write(connection):
    rng = np.random.default_rng(11)
    for handle in (*FOUNDERS, NEWCOMER):
        posts = [
            make_masked("text", channel=handle, post_id=n, posted_at=at, collected_at=collected_at(at))
            for n, at in enumerate(moments(rng, handle), 1)
        ]
        page = make_page(posts, coverage=tuple(coverage_of(handle)), feed=handle, cursor=Cursor(position="1"))
        store.write_page(connection, "telegram", page, expected=Cursor())
    connection.execute("UPDATE core.channel SET is_listed = true, is_verified = true")
    version = connection.execute("INSERT INTO core.codebook (digest) VALUES ('d') RETURNING codebook_version").fetchone()[0]
    with connection.transaction():
        claimed = store.claim_backlog(connection, as_of=END_AT + DAY, limit=100_000)
        found = {"places": (), "language": Language(code=None, confidence=0.0, method="rules")}
        store.write_annotations(connection, [make_classified(post, **found) for post in claimed], version)


@pytest.fixture(scope="module")
def played(postgres_url, template_url):
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE panel TEMPLATE {TEMPLATE}".encode())
    url = with_database(postgres_url, "panel")
    settings = Settings.from_env({"MONITOR_DATABASE_URL": url, "MONITOR_HASH_KEY": KEY, "MONITOR_SOURCE": "live"})
    with store.connect(url) as connection:
        write(connection)
        for days in (8, 12, 16.2, 21, 25):
            pipeline.run_stage("detect", as_of=MONDAY + days * DAY + timedelta(minutes=10), settings=settings)
        yield connection


def spikes(connection):
    rows = connection.execute(
        "SELECT opened_at, onset_at, is_late, is_incomplete FROM analyst.spike ORDER BY opened_at, spike_id"
    )
    return rows.fetchall()


def test_the_added_channel_is_shown_at_once_and_multiplies_what_is_counted(played):
    per_day = [
        played.execute(
            "SELECT sum(origin_count)::float FROM analyst.count_hour WHERE theme_id = 'border_queue' AND source IS NULL"
            " AND channel_id IS NULL AND hour_at >= %s AND hour_at < %s",
            (MONDAY + day * DAY, MONDAY + (day + 1) * DAY),
        ).fetchone()[0]
        for day in (ADDED_DAY - 1, ADDED_DAY, JOINED_DAY)
    ]

    assert per_day[1] > 3 * per_day[0]
    assert per_day[2] > 3 * per_day[0]


def test_neither_the_added_channel_nor_a_lost_or_a_read_back_day_is_a_spike(played):
    assert [row for row in spikes(played) if row[0] < BUSY[1]] == []


def test_the_story_of_the_day_that_was_read_back_is_a_spike_that_says_it_is_late(played):
    late = [row for row in spikes(played) if row[2]]

    assert late
    for opened_at, onset_at, _, _ in late:
        assert opened_at == BUSY[1] + READ_BACK_AFTER
        assert abs(onset_at - STORY_AT) <= HOUR


def test_the_mail_about_it_says_so_too(played):
    alert = next(alert for alert in store.alerts(played) if alert.spike.is_late)

    message = compose(alert, sender="m@monitor.example", recipient="desk@monitor.example")

    assert "seen late" in message["Subject"]
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()
        assert "Seen late" in text
        assert f"Far below their usual, so that the count may be too low: {SILENT}." in text


def test_a_spike_while_a_channel_is_silent_carries_the_mark(played):
    assert [row[3] for row in spikes(played) if row[2]] == [True, True]


@pytest.mark.parametrize(
    ("key", "is_affected"),
    [
        (SeriesKey(theme_id="border_queue"), True),
        (SeriesKey(theme_id="border_queue", source="telegram"), True),
        (SeriesKey(place_id="verkhny_lars"), True),
        (SeriesKey(theme_id="protest"), False),
        (SeriesKey(theme_id="border_queue", source="x"), False),
    ],
)
def test_only_series_that_count_the_silent_channel_carry_the_mark(key, is_affected):
    channel = WatchedChannel(channel_id=2, source="telegram", handle=SILENT, title=SILENT, expected_posts_per_day=None)

    met = {SeriesKey(theme_id="border_queue", channel_id=2): STORY_AT, SeriesKey(theme_id="protest", channel_id=1): STORY_AT}
    assert adds_to(channel, key, met, STORY_AT) is is_affected
    assert not (key.theme_id and adds_to(channel, key, met, STORY_AT - HOUR))


def test_what_is_expected_rises_by_what_the_channel_brings_once_it_joins(played):
    expected, hours = played.execute(
        "SELECT expected, window_hours FROM analyst.spike WHERE is_late AND theme_id = 'border_queue' AND source IS NULL"
    ).fetchone()

    assert 8 < expected / hours < 15


def test_the_operator_is_told_of_every_outage_and_of_the_channel_that_fell_silent(played):
    from monitor.pipeline.watch import watch

    watch(played, until_at=END_AT)

    silent = played.execute("SELECT subject, settled_at FROM core.notice WHERE kind = 'channel_silent'").fetchall()
    assert silent == [(SILENT, None)]
    told = played.execute(
        "SELECT kind, opened_at, settled_at, outcome FROM core.notice WHERE kind <> 'channel_silent' ORDER BY opened_at"
    ).fetchall()
    assert [(kind, at) for kind, at, _, _ in told] == [
        ("source_silent", start_at + 2 * HOUR) for start_at, _ in (LOST, QUIET, BUSY)
    ]
    assert "384 can no longer be read" in told[0][3]
    assert all("384 quarter-hours of channels were read back" in outcome for *_, outcome in told[1:])
