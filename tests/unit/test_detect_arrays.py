"""``monitor.detect.score`` on plain arrays: it knows only the past, forgives what was not read, and takes every length of bin."""

import numpy as np
import pytest

from monitor.detect import PARAMETERS, initial, score
from monitor.detect.rhythm import QUARTER_HOURLY, within_a_day
from monitor.detect.state import joined
from monitor.detect.step import step

HOURLY, QUARTER_HOURLY_PERIOD, DAILY, WEEKLY = 168, 672, 7, 52
FOUR_WEEKS = 4 * 168
OUTAGE = slice(480, 504)
THRESHOLD = PARAMETERS.threshold


def daily_wave(mean, bins, *, bins_per_day=24):
    """Give a mean that rises to 1.8 and falls to 0.37 times ``mean`` within the day, roughly."""
    wave = np.exp(0.8 * np.sin(2 * np.pi * np.arange(bins) / bins_per_day))
    return mean * wave / wave.mean()


def drawn(mean, *, count, seed):
    return np.random.default_rng(seed).poisson(mean, (count, len(mean))).astype(float)


def read(counts):
    return np.ones(counts.shape, dtype=bool)


@pytest.fixture(scope="module")
def quiet():
    """Thirty-two hourly series of four weeks, 0.1 to 5 posts an hour, without a burst."""
    return np.concatenate([drawn(daily_wave(mean, FOUR_WEEKS), count=8, seed=11) for mean in (0.1, 0.5, 1.0, 5.0)])


@pytest.fixture(scope="module")
def quiet_scores(quiet):
    return score.batch(quiet, read(quiet), HOURLY)


@pytest.mark.parametrize("period", [HOURLY, QUARTER_HOURLY_PERIOD, DAILY, WEEKLY])
def test_scores_of_a_prefix_are_the_prefix_of_the_scores(period):
    counts = drawn(np.full(400, 2.0), count=1, seed=5)[0]
    counts[300:306] += 30
    observed = read(counts)
    observed[250:262] = False

    whole = score(counts, observed, period)

    assert whole[300:306].max() > 3.0
    for cut in (255, 303):
        assert np.array_equal(score(counts[:cut], observed[:cut], period), whole[:cut])


def test_what_was_not_read_scores_nothing_whatever_is_in_it():
    counts = drawn(np.full(OUTAGE.stop + 24, 2.0), count=1, seed=6)[0]
    observed = read(counts)
    observed[OUTAGE] = False
    garbled = counts.copy()
    garbled[OUTAGE] = 500.0

    scores = score(garbled, observed, HOURLY)

    assert not scores[OUTAGE].any()
    assert np.array_equal(scores, score(np.where(observed, counts, 0.0), observed, HOURLY))


def test_nothing_read_at_all_scores_nothing():
    counts = np.full(100, 9.0)

    assert not score(counts, np.zeros(len(counts), dtype=bool), HOURLY).any()


def test_a_collector_that_runs_into_a_cap_is_no_spike():
    rng = np.random.default_rng(8)
    counts = np.minimum(np.round(rng.lognormal(8.5, 1.0, (4, 10 * 24))), 15_000.0)

    assert score.batch(counts, read(counts), HOURLY).max() < THRESHOLD


def wandering(mean, *, sd, seed):
    """Give counts about a mean whose rate wanders: log-normal, with a memory of hours."""
    rng, log_rate = np.random.default_rng(seed), np.zeros(len(mean))
    for hour in range(1, len(mean)):
        log_rate[hour] = 0.75 * log_rate[hour - 1] + rng.normal(0.0, sd * np.sqrt(1 - 0.75**2))
    return rng.poisson(mean * np.exp(log_rate)).astype(float)


def test_a_high_hour_is_less_odd_where_the_rate_was_high_before():
    usual = wandering(np.full(FOUR_WEEKS, 200.0), sd=0.2, seed=9)
    usual[-2:] = 200.0, 400.0
    risen = usual.copy()
    risen[-2] = 280.0

    after_usual, after_risen = score.batch(np.stack([usual, risen]), read(np.stack([usual, risen])), HOURLY)[:, -1]

    assert after_usual > after_risen + 1.0


def test_the_end_of_an_outage_is_no_spike():
    counts = np.repeat(drawn(daily_wave(20.0, FOUR_WEEKS), count=10, seed=7), 3, axis=0)
    observed = read(counts)
    for first, outage_hours in enumerate((3, 24, 72)):
        observed[first::3, 432 : 432 + outage_hours] = False

    scores = score.batch(np.where(observed, counts, 0.0), observed, HOURLY)

    assert scores[:, 435:].max() < THRESHOLD


def test_an_outage_is_not_learnt_as_silence():
    """A burst after it is as unusual as without it; a series that really fell silent for a day is another matter."""
    burst = OUTAGE.stop + 4
    counts = drawn(daily_wave(20.0, burst + 1), count=10, seed=7)
    counts[:, burst] += 60
    observed = read(counts)
    observed[:, OUTAGE] = False
    holed = np.where(observed, counts, 0.0)

    told = ((counts, read(counts)), (holed, observed), (holed, read(holed)))
    whole, masked, silent = (score.batch(*known, HOURLY)[:, burst] for known in told)

    assert masked == pytest.approx(whole, rel=0.25)
    assert masked.min() > 2.0 * silent.max()


def test_masking_a_day_adds_no_false_alarm_to_quiet_series(quiet, quiet_scores):
    observed = read(quiet)
    observed[:, OUTAGE] = False

    masked = score.batch(np.where(observed, quiet, 0.0), observed, HOURLY)

    assert quiet_scores.max() > 2.0
    assert (masked >= THRESHOLD).sum() <= (quiet_scores >= THRESHOLD).sum()


@pytest.mark.parametrize("period", [HOURLY, WEEKLY])
def test_many_series_at_once_score_as_each_alone(period):
    counts = np.concatenate([drawn(np.full(300, mean), count=1, seed=8) for mean in (0.1, 2.0, 40.0)])
    counts[1, 280:283] += 25
    observed = read(counts)
    observed[2, 200:230] = False

    together = score.batch(counts, observed, period)
    alone = np.stack([score(one, seen, period) for one, seen in zip(counts, observed, strict=True)])

    assert together.max() > 3.0
    assert together == pytest.approx(alone, abs=1e-9)


@pytest.mark.parametrize(("period", "bins"), [(WEEKLY, 156), (DAILY, 84), (HOURLY, 504), (QUARTER_HOURLY_PERIOD, 1_440)])
def test_a_tenfold_count_scores_over_the_threshold_for_every_known_period(period, bins):
    counts = drawn(np.full(bins, 5.0), count=1, seed=9)[0]
    counts[-1] = 50.0

    scores = score(counts, read(counts), period)

    assert scores.shape == counts.shape
    assert scores[:-1].max() < THRESHOLD < scores[-1]


@pytest.mark.parametrize("period", [0, -168, 1, 12, 24, 53, 169, 365])
def test_an_unknown_period_is_refused(period):
    with pytest.raises(ValueError, match=f"period {period}: "):
        score(np.ones(30), np.ones(30, dtype=bool), period)


@pytest.mark.parametrize(("period", "bins_per_hour"), [(HOURLY, 1), (QUARTER_HOURLY_PERIOD, 4)])
def test_thirty_posts_after_two_quiet_weeks_are_over_the_threshold(period, bins_per_hour):
    bins_per_day = 24 * bins_per_hour
    counts = np.zeros(14 * bins_per_day + bins_per_hour)
    counts[10 * bins_per_hour : 13 * bins_per_day : bins_per_day] = 1.0
    counts[-bins_per_hour:] = [30 // bins_per_hour + (part < 30 % bins_per_hour) for part in range(bins_per_hour)]

    scores = score(counts, read(counts), period)

    assert counts[-bins_per_hour:].sum() == 30
    assert scores[-1] > THRESHOLD
    assert not scores[:-bins_per_hour].any()


def weekly_counts(*, seed, series_count):
    """Give twelve years of weeks with a season and a trend, negative binomial with twice the variance of a Poisson."""
    week = np.arange(624)
    angle = 2 * np.pi * week / 52
    mean = np.exp(1.0 + 0.002 * week + 0.5 * np.cos(angle) + 0.4 * np.sin(angle))
    return np.random.default_rng(seed).negative_binomial(mean, 0.5, (series_count, len(week))).astype(float)


def test_weekly_counts_with_season_and_trend_alarm_about_as_often_as_they_say():
    counts = weekly_counts(seed=13, series_count=60)
    is_peak = np.isin(np.arange(624) % 52, np.arange(2, 10))

    is_alarm = score.batch(counts, read(counts), WEEKLY) > 2.0

    assert 0.001 < is_alarm[:, 312:].mean() < 0.015
    assert is_alarm[:, 312:][:, is_peak[312:]].mean() < 0.02


@pytest.mark.parametrize("rhythm", [within_a_day(24), QUARTER_HOURLY], ids=["hourly", "quarter-hourly"])
def test_a_joining_channel_raises_the_expectation_by_what_it_brings(rhythm):
    state, per_day = initial(3, rhythm), np.array([0.0, 3.0, 240.0])

    before, after = (expected_a_day(known, rhythm) for known in (state, joined(state, per_day, rhythm)))

    assert after - before == pytest.approx(per_day, abs=1e-6)


def expected_a_day(state, rhythm):
    """Give the posts a day expected of each series over a week, with nothing learnt on the way."""
    expected = np.zeros(len(state))
    for index in range(0, 7 * int(rhythm.bins_per_day), rhythm.bins_per_learning):
        _, found = step(state, index=index, counts=expected * 0.0, exposure=np.ones(len(state)), rhythm=rhythm)
        expected += found.bin_expected * rhythm.bins_per_learning / 7.0
    return expected


@pytest.fixture(scope="module")
def wavy():
    """The state of one hourly series with a strong daily wave, after four weeks."""
    rhythm = within_a_day(24)
    counts, state = drawn(daily_wave(4.0, FOUR_WEEKS), count=1, seed=12)[0], initial(1, rhythm)
    for index, posts in enumerate(counts):
        state, _ = step(state, index=index, counts=np.array([posts]), exposure=np.ones(1), rhythm=rhythm)
    return state


def test_a_joining_channel_raises_a_day_with_a_learnt_rhythm_by_what_it_brings(wavy):
    rhythm = within_a_day(24)

    before, after = (expected_a_day(s, rhythm)[0] for s in (wavy, joined(wavy, np.array([48.0]), rhythm)))

    assert before == pytest.approx(96.0, rel=0.15)
    assert after - before == pytest.approx(48.0, abs=1e-6)


def test_a_joining_channel_leaves_rhythm_and_dispersion_as_they_are(wavy):
    after = joined(wavy, np.array([48.0]), within_a_day(24))

    assert np.array_equal(after.mean[:, 1:], wavy.mean[:, 1:])
    assert np.array_equal(after.covariance, wavy.covariance)
    assert np.array_equal(after.plausibility, wavy.plausibility)
