"""How complete a day is: read, pending, lost and unknown are four things, and none of them is zero posts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from monitor import store
from monitor.model import Channel, Cursor, SeenCount
from tests.builders import HOUR, make_page, make_span

DAY = datetime(2022, 9, 14, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def given_channels(connection, *handles):
    channels = [Channel(source="telegram", handle=h, title=h, why="w", is_verified=True) for h in handles]
    store.save_channels(connection, channels)


def given_coverage(connection, *spans, seen=()):
    """Each span: channel, first hour, last hour, state."""
    coverage = tuple(
        make_span(DAY + first * HOUR, DAY + last * HOUR, channel=channel, state=state) for channel, first, last, state in spans
    )
    counts = tuple(
        SeenCount(source="telegram", channel=channel, bin_at=DAY + hour * HOUR, seen_count=number, kept_count=0)
        for channel, hour, number in seen
    )
    page = make_page(coverage=coverage, seen=counts, feed=f"{spans}")
    store.write_page(connection, "telegram", page, expected=Cursor())


def told(connection):
    store.roll_up(connection)
    return {row.channel: row for row in store.coverage_of_day(connection, DAY.date())}


def test_a_day_is_told_in_one_line_a_channel_and_one_for_all(connection):
    given_channels(connection, "whole", "holed", "blind")
    given_coverage(connection, ("whole", 0, 24, "observed"), seen=[("whole", 3, 5), ("whole", 4, 2)])
    given_coverage(connection, ("holed", 0, 6, "observed"), ("holed", 6, 12, "lost"), ("holed", 12, 18, "pending"))

    found = told(connection)

    assert list(found) == ["holed", "whole", "all channels"]
    whole, holed, total = found["whole"], found["holed"], found["all channels"]
    assert (whole.observed_share, whole.missing_since_at, whole.seen_count) == (1.0, None, 7)
    assert (holed.observed_share, holed.pending_count, holed.lost_count, holed.unknown_count) == (0.25, 24, 24, 24)
    assert holed.missing_since_at == DAY + 6 * HOUR
    assert (total.observed_share, total.pending_count, total.lost_count, total.unknown_count) == (0.625, 24, 24, 24)
    assert total.missing_since_at == DAY + 6 * HOUR
    assert store.never_read(connection) == ["blind"]


def test_nothing_read_is_unknown_and_a_read_silence_is_zero(connection):
    given_channels(connection, "quiet", "away")
    given_coverage(connection, ("quiet", 0, 24, "observed"), ("away", 0, 24, "pending"))

    found = told(connection)

    assert (found["quiet"].seen_count, found["away"].seen_count) == (0, None)
    hours = dict(
        connection.execute(
            "SELECT channel.handle, min(hour.seen_count) FROM analyst.coverage_hour AS hour JOIN core.channel USING (channel_id) GROUP BY 1"
        ).fetchall()
    )
    assert hours == {"quiet": 0, "away": None}


def test_a_day_nobody_looked_at_is_unknown_for_the_channels_that_were_followed(connection):
    given_channels(connection, "a", "b")
    given_coverage(connection, ("a", -24, 0, "observed"), ("b", -24, 48, "observed"))

    found = told(connection)

    assert (found["a"].observed_share, found["a"].unknown_count, found["a"].missing_since_at) == (0.0, 96, DAY)
    assert found["all channels"].observed_share == 0.5


def test_a_channel_is_not_missed_before_it_was_followed(connection):
    given_channels(connection, "old", "new")
    given_coverage(connection, ("old", -48, 24, "observed"), ("new", 12, 24, "observed"))

    assert [row.channel for row in store.coverage_of_day(connection, date(2022, 9, 13))] == ["old", "all channels"]
    assert told(connection)["new"].observed_share == 1.0


def test_the_day_that_is_running_is_measured_up_to_now(connection):
    given_channels(connection, "a", "b")
    given_coverage(connection, ("a", 0, 6, "observed"), ("b", 0, 3, "observed"))

    found = told(connection)

    assert (found["a"].observed_share, found["b"].observed_share, found["b"].unknown_count) == (1.0, 0.5, 12)


def test_counts_of_an_hour_carry_the_share_of_all_followed_channels(connection):
    given_channels(connection, "a", "b")
    given_coverage(connection, ("a", 0, 24, "observed"), ("b", 0, 12, "observed"))
    series = connection.execute("INSERT INTO core.series (theme_id) VALUES ('mobilisation') RETURNING series_id").fetchone()[0]
    version = connection.execute("INSERT INTO core.codebook (digest) VALUES ('d') RETURNING codebook_version").fetchone()[0]
    for hour in (6, 18):
        connection.execute(
            "INSERT INTO core.series_count (series_id, bin_at, seen_at, posts_count, origin_count, codebook_version)"
            " VALUES (%s, %s, %s, 1, 1, %s)",
            (series, DAY + hour * HOUR, DAY + hour * HOUR + QUARTER, version),
        )

    store.roll_up(connection)
    shares = connection.execute("SELECT observed_share FROM analyst.count_hour ORDER BY hour_at").fetchall()

    assert shares == [(1.0,), (0.5,)]
