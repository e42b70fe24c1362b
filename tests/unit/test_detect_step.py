"""The expectation learns rhythm, forgives gaps and bursts; what is unusual scores high, few posts never do."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.detect import PARAMETERS, DetectorState, count_interval, initial, look
from monitor.detect.judgement import upper_tail
from monitor.detect.rhythm import quarter_index
from monitor.detect.step import step
from monitor.model import QUARTER_HOUR

MONDAY = datetime(2022, 9, 5, tzinfo=UTC)
DAY = 96
WEEK = 7 * DAY


def walk(counts, *, exposure=1.0, state=None, start_at=MONDAY):
    """Step through rows of counts (quarter-hours × series); ``exposure`` is one share or one a row."""
    counts = np.atleast_2d(np.asarray(counts, dtype=float).T).T
    shares = np.broadcast_to(np.asarray(exposure, dtype=float), len(counts))
    state = initial(counts.shape[1]) if state is None else state
    scores = []
    for number, (row, share) in enumerate(zip(counts, shares, strict=True)):
        bin_at = start_at + number * QUARTER_HOUR
        state, found = step(state, index=quarter_index(bin_at), counts=row, exposure=np.full(len(row), share))
        scores.append(found)
    return state, scores


def steady(rate_per_bin, bins, *, seed=1):
    return np.random.default_rng(seed).poisson(rate_per_bin, bins)


def expectation(state, at):
    _, found = step(state, index=quarter_index(at), counts=np.zeros(len(state)), exposure=np.ones(len(state)))
    return float(found.bin_expected[0])


@pytest.fixture(scope="module")
def quiet():
    """The state after two weeks with one post a day, none on the last."""
    return walk([1.0 if number % DAY == 50 and number < 13 * DAY else 0.0 for number in range(2 * WEEK)])[0]


@pytest.fixture(scope="module")
def busy():
    """The state after two weeks with one post a quarter-hour."""
    return walk(steady(1.0, 2 * WEEK))[0]


def burst(state, posts, *, bins=4):
    """Give the highest score while ``posts`` come within ``bins`` quarter-hours after two weeks."""
    counts = [posts // bins + (1 if number < posts % bins else 0) for number in range(bins)]
    return max(float(found.score[0]) for found in walk(counts, state=state, start_at=MONDAY + timedelta(days=14))[1])


def test_masked_quarter_hours_score_nothing(quiet):
    _, scores = walk([50.0] * 8, exposure=0.5, state=quiet)

    assert max(float(found.score[0]) for found in scores) == 0.0


def test_masked_quarter_hours_teach_nothing(quiet):
    learnt, _ = walk([50.0] * 8, exposure=0.5, state=quiet)

    for name in ("mean", "plausibility", "age_bins"):
        assert np.array_equal(getattr(learnt, name), getattr(quiet, name)), name


def test_expectation_follows_the_hour_of_day_after_three_weeks():
    rates = [1.5 if 8 <= number % DAY // 4 < 20 else 0.1 for number in range(3 * WEEK)]

    state, _ = walk(steady(rates, 3 * WEEK))

    after = MONDAY + timedelta(days=21)
    assert expectation(state, after + timedelta(hours=14)) == pytest.approx(1.5, rel=0.35)
    assert expectation(state, after + timedelta(hours=3)) < 0.4


def test_twelve_posts_in_an_hour_after_two_quiet_weeks_are_over_the_threshold(quiet):
    assert burst(quiet, 12) >= PARAMETERS.threshold


def test_a_series_just_begun_must_be_more_unusual(quiet):
    young, _ = walk([0.0] * DAY)

    needed = [
        look(state, index=0, counts=[np.zeros(1)], exposure=1.0, elapsed=1.0).windows[0].handicap for state in (young, quiet)
    ]

    assert needed[0] > needed[1] + 0.2


def test_five_posts_never_score(quiet):
    assert burst(quiet, 5, bins=1) == 0.0


def test_zeros_are_learnt(busy):
    after = MONDAY + timedelta(days=14)

    learnt, _ = walk(np.zeros(3 * DAY), state=busy, start_at=after)

    assert expectation(learnt, after) < 0.9 * expectation(busy, after)


def test_an_outage_is_not_learnt_as_zeros(busy):
    after = MONDAY + timedelta(days=14)

    learnt, _ = walk(np.zeros(DAY), exposure=0.0, state=busy, start_at=after)

    assert expectation(learnt, after) == pytest.approx(expectation(busy, after), rel=0.05)


def test_a_burst_raises_the_level_by_little(busy):
    after = MONDAY + timedelta(days=14)

    calm, _ = walk([1.0] * 16, state=busy, start_at=after)
    stirred, _ = walk([1.0] * 8 + [40.0] * 8, state=busy, start_at=after)

    next_day = after + timedelta(days=1)
    assert expectation(calm, next_day) < expectation(stirred, next_day) < 1.05 * expectation(calm, next_day)


def test_a_rise_that_lasts_becomes_the_new_normal(busy):
    after = MONDAY + timedelta(days=14)

    learnt, scores = walk([8.0] * WEEK, state=busy, start_at=after)

    assert expectation(learnt, after) > 2.0 * expectation(busy, after)
    assert scores[-1].score[0] < scores[DAY].score[0]


def test_exposure_scales_the_expectation(busy):
    found = {
        share: step(busy, index=quarter_index(MONDAY), counts=np.ones(1), exposure=np.full(1, share))[1].bin_expected[0]
        for share in (0.9, 1.0)
    }

    assert found[0.9] == pytest.approx(0.9 * found[1.0])


def test_a_younger_history_scores_lower():
    young, _ = walk(steady(0.05, 3 * DAY))
    old, _ = walk(steady(0.05, 14 * DAY))

    assert burst(young, 14) < burst(old, 14)


def test_a_history_of_one_day_scores_nothing():
    state, _ = walk(steady(0.05, DAY - 4))

    assert burst(state, 60) == 0.0


def test_the_onset_is_where_the_rise_begins(quiet):
    _, scores = walk([0, 0, 0, 0, 5, 5, 5, 5], state=quiet)

    assert scores[-1].onset_age(0) == 4


def test_few_of_many_sparse_series_without_events_go_over_the_threshold():
    rng = np.random.default_rng(7)
    rates_per_day = rng.uniform(0.2, 12.0, 200)
    counts = rng.poisson(rates_per_day / DAY, (3 * WEEK, 200))

    state, highest = initial(200), np.zeros(200)
    for number, row in enumerate(counts.astype(float)):
        state, found = step(state, index=quarter_index(MONDAY + number * QUARTER_HOUR), counts=row, exposure=np.ones(200))
        highest = np.maximum(highest, found.score)

    assert (highest >= PARAMETERS.threshold).sum() <= 2


COUNTS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3)), min_size=2, max_size=40)


@settings(max_examples=20, deadline=None)
@given(COUNTS)
def test_a_state_survives_packing_bit_for_bit(counts):
    state, _ = walk(counts)

    rows = state.to_rows()

    assert np.array_equal(DetectorState.from_rows(rows).to_rows(), rows)


@settings(max_examples=20, deadline=None)
@given(COUNTS, st.data())
def test_continuing_from_a_checkpoint_equals_the_uninterrupted_run(counts, data):
    cut = data.draw(st.integers(1, len(counts) - 1))
    whole, scores = walk(counts)

    first, _ = walk(counts[:cut])
    restored = DetectorState.from_rows(first.to_rows().copy())
    second, later = walk(counts[cut:], state=restored, start_at=MONDAY + cut * QUARTER_HOUR)

    assert np.array_equal(second.to_rows(), whole.to_rows())
    assert all(np.array_equal(a.score, b.score) for a, b in zip(later, scores[cut:], strict=True))


def test_a_series_does_not_see_its_neighbours():
    counts = np.stack([steady(1.0, DAY, seed=2), steady(5.0, DAY, seed=3)], axis=1)

    together, _ = walk(counts)
    alone, _ = walk(counts[:, 0])

    assert np.allclose(together.to_rows()[0], alone.to_rows()[0], rtol=1e-12)


def test_the_upper_tail_of_a_poisson_is_exact():
    tail = upper_tail(np.array([3.0]), np.array([1.0]), np.array([1.0]))

    assert tail[0] == pytest.approx(1 - 2.5 * np.exp(-1), rel=1e-3)


def test_a_count_interval_does_not_fall_below_zero():
    low, high = count_interval(1.0, 4.0)

    assert low == 0.0
    assert high == pytest.approx(4.29)
