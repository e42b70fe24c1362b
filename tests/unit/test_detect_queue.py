"""A queue is an episode of its own: long or suddenly longer, told by two channels, with hysteresis."""

from datetime import UTC, datetime, timedelta

from monitor.detect.queue import advance_queue, level
from monitor.model import QueueReport, SeriesKey

NOON = datetime(2022, 9, 26, 12, tzinfo=UTC)
KEY = SeriesKey(theme_id="border_queue", place_id="verkhny_lars")


def report(channel, hours, *, at=0.0, known_after=0.0):
    posted_at = NOON + timedelta(hours=at)
    return QueueReport(
        place_id="verkhny_lars",
        channel_id=channel,
        low_hours=hours,
        posted_at=posted_at,
        known_at=posted_at + timedelta(hours=known_after),
    )


def after(hours):
    return NOON + timedelta(hours=hours)


def test_twelve_hours_told_by_two_channels_open_an_episode():
    spike = advance_queue(None, KEY, [report(1, 12), report(2, 20)], after(1))

    assert spike is not None
    assert (spike.kind, spike.observed, spike.onset_at, spike.opened_at) == ("queue", 12, NOON, after(1))


def test_one_channel_however_loud_opens_nothing():
    assert advance_queue(None, KEY, [report(1, 40, at=n / 10) for n in range(9)], after(1)) is None


def test_one_exaggerating_channel_among_three_does_not_raise_the_level():
    assert level([report(1, 3), report(2, 4), report(3, 72)], after(1)) == (4, 3)


def test_twice_the_hours_of_six_hours_before_open_an_episode():
    reports = [report(1, 3), report(2, 3), report(1, 7, at=6), report(2, 8, at=6)]

    spike = advance_queue(None, KEY, reports, after(6.5))

    assert spike is not None
    assert (spike.observed, spike.expected) == (7, 3)


def test_what_was_not_read_yet_counts_only_once_it_is():
    reports = [report(1, 15), report(2, 15, known_after=3)]

    assert advance_queue(None, KEY, reports, after(1)) is None
    assert advance_queue(None, KEY, reports, after(3)) is not None


def test_it_stays_open_between_nine_and_twelve_hours_and_closes_below():
    opened = advance_queue(None, KEY, [report(1, 14), report(2, 14)], after(1))

    still = advance_queue(opened, KEY, [report(1, 10, at=2), report(2, 10, at=2)], after(3))
    over = advance_queue(still, KEY, [report(1, 6, at=4), report(2, 6, at=4)], after(5))

    assert still.closed_at is None
    assert over.closed_at == after(5)


def test_it_closes_when_nobody_has_told_of_it_for_twelve_hours():
    opened = advance_queue(None, KEY, [report(1, 14), report(2, 14)], after(1))

    assert advance_queue(opened, KEY, [], after(12)).closed_at is None
    assert advance_queue(opened, KEY, [], after(13)).closed_at == after(13)
