"""The dead-man check: it hears a channel die, and holds its tongue about slow days, nights, weekends and the collector's own gaps."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from monitor.detect import Watch
from monitor.model import ChannelHour, WatchedChannel

MONDAY = datetime(2022, 9, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR
BY_HOUR = np.array([1, 1, 1, 1, 2, 4, 8, 12, 15, 16, 16, 15, 15, 14, 14, 14, 14, 15, 16, 16, 14, 10, 6, 3]) / 257
WEEKDAY = np.array([1.05, 1.05, 1.05, 1.05, 1.0, 0.85, 0.8])


def make_channel(channel_id=1, per_day=40.0, source="telegram"):
    name = f"channel_{channel_id}"
    return WatchedChannel(channel_id=channel_id, source=source, handle=name, title=name, expected_posts_per_day=per_day)


def make_hours(counts, channel_id=1, known=lambda hour: hour + 1, observed=4):
    """Hours with so many posts from Monday on; None is an hour that was not read."""
    return [
        ChannelHour(
            channel_id=channel_id,
            hour_at=MONDAY + number * HOUR,
            observed_count=observed,
            seen_count=int(count),
            known_at=MONDAY + known(number) * HOUR,
        )
        for number, count in enumerate(counts)
        if count is not None
    ]


def healthy(per_day, days, seed, swing=0.35):
    """Posts an hour with a daily rhythm, weekends, and days that differ by a gamma factor of this coefficient of variation."""
    rng = np.random.default_rng(seed)
    factor = rng.gamma(1 / swing**2, swing**2, days) * WEEKDAY[np.arange(days) % 7]
    return rng.poisson(per_day * factor[:, None] * BY_HOUR[None, :]).ravel()


def look(channels, hours, at_hour):
    until_at = MONDAY + at_hour * HOUR
    return Watch(channels, hours, first_at=MONDAY, until_at=until_at).look(until_at)


@pytest.mark.parametrize(("per_day", "within_hours"), [(150, 10), (40, 24), (15, 72)])
def test_a_channel_that_dies_is_told_soon_and_the_sooner_the_more_it_wrote(per_day, within_hours):
    counts = [*healthy(per_day, 21, seed=1), *[0] * 96]
    dead_at = 21 * 24
    watch = Watch([make_channel(per_day=per_day)], make_hours(counts), first_at=MONDAY, until_at=MONDAY + len(counts) * HOUR)

    told = [hour for hour in range(dead_at - 200, len(counts) + 1) if watch.look(MONDAY + hour * HOUR).silences]

    assert dead_at < told[0] <= dead_at + within_hours + 12
    assert told == list(range(told[0], len(counts) + 1))


def test_a_healthy_channel_alarms_less_than_once_a_year():
    per_day = [8, 15, 40, 80, 180] * 4
    channels = [make_channel(number, per_day=rate) for number, rate in enumerate(per_day)]
    hours = [hour for number, rate in enumerate(per_day) for hour in make_hours(healthy(rate, 365, seed=number), number)]
    watch = Watch(channels, hours, first_at=MONDAY, until_at=MONDAY + 365 * DAY)

    alarms, silent = 0, set()
    for hour in range(24, 365 * 24, 4):
        now = {silence.channel.channel_id for silence in watch.look(MONDAY + hour * HOUR).silences}
        alarms += len(now - silent)
        silent = now

    assert alarms < len(channels) / 2, f"{alarms} alarms in {len(channels)} channel-years"


def test_an_expectation_of_the_seeds_that_is_twice_too_high_is_no_silence():
    counts = healthy(20, 14, seed=3)
    watch = Watch([make_channel(per_day=40.0)], make_hours(counts), first_at=MONDAY, until_at=MONDAY + 14 * DAY)

    assert not any(watch.look(MONDAY + hour * HOUR).silences for hour in range(14 * 24))


def test_the_collectors_own_gap_is_no_silence_of_the_channel():
    counts = [*healthy(80, 14, seed=4), *[None] * 30, *healthy(80, 1, seed=5)]
    watch = Watch([make_channel(per_day=80.0)], make_hours(counts), first_at=MONDAY, until_at=MONDAY + len(counts) * HOUR)

    verdicts = [watch.look(MONDAY + hour * HOUR) for hour in range(14 * 24, len(counts))]

    assert not any(verdict.silences for verdict in verdicts)
    assert [bool(verdict.silent_sources) for verdict in verdicts] == [False] * 2 + [True] * 29 + [False] * 23
    assert verdicts[10].silent_sources == {"telegram": MONDAY + 14 * DAY}


def test_one_channel_that_is_not_read_while_others_are_is_told_as_unread():
    steady, gone = healthy(40, 8, seed=6), [*healthy(40, 7, seed=7), *[None] * 24]
    hours = [*make_hours(steady, 1), *make_hours(gone, 2)]

    (silence,) = look([make_channel(1), make_channel(2)], hours, 8 * 24).silences

    assert (silence.channel.channel_id, silence.seen, silence.since_at) == (2, None, MONDAY + 7 * DAY)


def test_what_was_read_later_is_not_known_before():
    counts = healthy(80, 15, seed=8)
    late = 14 * 24
    hours = make_hours(counts, known=lambda hour: hour + 1 if hour < late else late + 20)
    watch = Watch([make_channel(per_day=80.0)], hours, first_at=MONDAY, until_at=MONDAY + 15 * DAY)

    assert watch.look(MONDAY + (late + 5) * HOUR).silent_sources
    assert not watch.look(MONDAY + (late + 20) * HOUR).silent_sources


def test_a_channel_that_writes_again_is_calm_and_a_dead_one_never_becomes_so():
    dead = [*healthy(40, 14, seed=9), *[0] * 24 * 60]
    back = [*healthy(40, 14, seed=9), *[0] * 48, *healthy(40, 3, seed=10)]

    assert look([make_channel()], make_hours(dead), len(dead)).calm == frozenset()
    assert look([make_channel()], make_hours(back), len(back)).calm == {"channel_1"}


def test_without_any_reading_there_is_nothing_to_say():
    verdict = look([make_channel()], [], 48)

    assert (verdict.silences, verdict.silent_sources) == ((), {})
