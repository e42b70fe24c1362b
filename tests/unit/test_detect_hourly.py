"""Hourly counts, as X gives them: unknown hours are masked, and a day's states depend on eight weeks and no more."""

from datetime import UTC, date, datetime, timedelta

import numpy as np

from monitor.detect import BASELINE, standing_high, walk_hours
from monitor.model import SeriesKey

HOUR = timedelta(hours=1)
DAY_AT = datetime(2022, 9, 20, tzinfo=UTC)
THEME = SeriesKey(theme_id="border_queue")


def make_hours(days, *, burst_at=None, lost=()):
    rng = np.random.default_rng(3)
    moments = [DAY_AT - (days * 24 - number) * HOUR for number in range((days + 1) * 24)]
    return {at: [40 if at == burst_at else int(rng.poisson(3.0))] for at in moments if at not in lost}


def scores(hours):
    return {passed.hour_at: float(passed.scores.score[0]) for passed in walk_hours(hours, 1, DAY_AT.date())}


def test_a_burst_scores_in_its_hour_and_a_plain_hour_does_not():
    found = scores(make_hours(9, burst_at=DAY_AT + 5 * HOUR))

    assert found[DAY_AT + 5 * HOUR] > 5.5 > found[DAY_AT + 4 * HOUR]


def test_hours_that_were_not_counted_are_unknown_and_not_zero():
    lost = [DAY_AT - number * HOUR for number in range(1, 25)]

    passed = {each.hour_at: each for each in walk_hours(make_hours(9, lost=lost), 1, DAY_AT.date())}

    assert all(passed[at].exposure[0] == 0.0 and passed[at].scores.bin_expected[0] == 0.0 for at in lost)
    before, after = passed[DAY_AT - 25 * HOUR], passed[DAY_AT]
    assert abs(after.scores.bin_expected[0] / before.scores.bin_expected[0] - 1.0) < 0.5


def test_what_is_older_than_the_baseline_changes_nothing():
    longer, shorter = make_hours(60), {at: told for at, told in make_hours(60).items() if at >= DAY_AT - BASELINE}

    assert scores(longer) == scores(shorter)


def test_without_hours_there_is_nothing_to_walk_through():
    assert list(walk_hours({}, 1, date(2022, 9, 20))) == []


def test_neighbours_are_high_by_any_measure_and_the_loudest_comes_first():
    keys = [SeriesKey(theme_id="border_queue", place_id=name) for name in ("quiet", "high", "higher", "few", "wide")]
    keys += [THEME, SeriesKey(theme_id="protest", place_id="high"), SeriesKey(theme_id="border_queue", language="ru")]
    observed = np.array([6.0, 12.0, 30.0, 5.0, 20.0, 90.0, 90.0, 90.0])
    expected = np.array([5.0, 2.0, 3.0, 0.1, 9.0, 1.0, 1.0, 1.0])
    variance = np.array([6.0, 3.0, 4.0, 0.2, 400.0, 1.0, 1.0, 1.0])

    found = standing_high(THEME, keys, observed=observed, expected=expected, variance=variance)

    assert [(near.key.place_id, near.observed) for near in found] == [("higher", 30), ("high", 12)]
