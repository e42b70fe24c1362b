"""The expectation of many count series at once, and how unusual what came is: one step is one bin of all series.

The log rate of a series is a dynamic generalised linear model, filtered bin by bin with conjugate gamma updates (West, Harrison &
Migon 1985, doi:10.1080/01621459.1985.10477131). How much counts vary beyond Poisson is a mixture of negative-binomial hypotheses
weighted by their discounted likelihood, so that a young series is judged with all its doubt and an old one by its own habits.
The score of a window is -log10 of the mixture's upper tail; the highest window counts. High counts are learnt clipped, so that a
burst does not teach that bursts are normal; after 48 hours they are learnt in full. A series that is often far above its own
expectation gets a lower score for it: the r-th highest day of the last 28 sets the scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, gammaln

from monitor.detect.rhythm import QUARTER_HOURLY, YOUTH_DAYS, Floats, Rhythm, noise_variance
from monitor.detect.state import DetectorState

DETECTOR_VERSION = "dynamic-nb-4"


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorParameters:
    """What can be set, whatever the length of bin."""

    threshold: float = 5.45
    min_exposure: float = 0.8
    min_share: float = 0.8
    worth_sd: float = 1.5
    clip_sd: float = 3.0
    high_score: float = 3.0
    noise_doubt: float = 3.0
    peak_rank: int = 5
    peak_scale: float = 1.5
    peak_power: float = 0.65
    wander_sd: tuple[float, float] = (-3.0, 2.0)


PARAMETERS = DetectorParameters()


@dataclass(frozen=True, slots=True)
class StepScores:
    """One step's verdict on N series; the window is the one with the highest score. Arrays of shape (N,), rings (ring, N)."""

    score: Floats
    window_bins: npt.NDArray[np.int64]
    observed: Floats
    expected: Floats
    variance: Floats
    severity: Floats
    exposure: Floats
    bin_count: Floats
    bin_expected: Floats
    bin_variance: Floats
    ring_count: Floats
    ring_expected: Floats

    def of(self, columns: npt.NDArray[np.int64]) -> StepScores:
        """Give the scores of some of the series, in this order."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return StepScores(**{n: p[:, columns] if n.startswith("ring") else p[columns] for n, p in parts.items()})

    def onset_age(self, column: int) -> int:
        """Give how many bins before the end of the best window the rise of one series began.

        The rise begins where the cumulative sum of count minus half the window's relative rate times expectation is lowest
        (Page's cumulative sum, 1954, run backwards over the window).
        """
        size = int(self.window_bins[column])
        count, expected = self.ring_count[-size:, column], self.ring_expected[-size:, column]
        half_way = max(count.sum(), 1.0) / max(expected.sum(), 1e-9) / 2.0
        path = np.concatenate([[0.0], np.cumsum(count - half_way * expected)])
        return size - int(path[:-1].argmin())


@dataclass(frozen=True, slots=True)
class _Forecast:
    """What is expected of one step of learning before it is seen, and how it may vary."""

    regressors: Floats  # (D,)
    spread: Floats  # (N, D) covariance times regressors
    doubt: Floats  # (N,) variance of the log rate
    rate: Floats  # (N,) posts a step of learning, all channels read
    weights: Floats  # (N, H) probability of each hypothesis
    clustering: Floats  # (N,)

    @property
    def relative_doubt(self) -> Floats:
        """Variance of the rate over its square."""
        return np.expm1(np.minimum(self.doubt, 6.0))


@dataclass(frozen=True, slots=True)
class _Windows:
    """Sums over the windows that end now, each of shape (W, N)."""

    observed: Floats
    expected: Floats
    share: Floats  # of bins read
    variance: Floats


@dataclass(frozen=True, slots=True)
class _Verdict:
    raw: Floats
    place: npt.NDArray[np.int64]  # of the most unusual window in rhythm.windows
    believed: Floats  # share of the newest counts that is learnt


def step(
    state: DetectorState,
    *,
    index: int,
    counts: Floats,
    exposure: Floats,
    rhythm: Rhythm = QUARTER_HOURLY,
    parameters: DetectorParameters = PARAMETERS,
) -> tuple[DetectorState, StepScores]:
    """Assess bin ``index`` (counted from any midnight) and learn from it; a pure function of its arguments.

    ``counts`` are posts, ``exposure`` the observed share of the panel from 0 to 1: below ``min_exposure`` the bin is unknown,
    neither assessed nor learnt from; above it the expectation is scaled. A window needs 80 % of its bins.
    """
    forecast = _foresee(state, index, rhythm)
    is_observed = exposure >= parameters.min_exposure
    expected = forecast.rate / rhythm.bins_per_learning * exposure
    state = _push(state, np.where(is_observed, counts, 0.0), np.where(is_observed, expected, 0.0), is_observed)
    windows = _sum_up(state, forecast, rhythm)
    verdict = _assess(state, forecast, windows, rhythm, parameters)
    scores = _scores(state, forecast, windows, verdict, counts, expected, exposure, rhythm, parameters)
    state = _note(state, verdict, is_observed, parameters)
    if (index + 1) % rhythm.bins_per_learning == 0:
        state = _learn(state, forecast, windows, verdict, rhythm, parameters)
    if rhythm.peak_days and (index + 1) % rhythm.bins_per_day == 0:
        state = _end_day(state)
    return state, scores


def peek(
    state: DetectorState,
    *,
    index: int,
    counts: Sequence[Floats],
    exposure: float,
    elapsed: float,
    rhythm: Rhythm = QUARTER_HOURLY,
    parameters: DetectorParameters = PARAMETERS,
) -> StepScores:
    """Assess windows that end now, in the midst of a bin; nothing is learnt and no state changes.

    ``counts`` are those of bin ``index`` and the ones after it, the last of which has run for the share ``elapsed``: its
    expectation is scaled by that. ``exposure`` is what is known of the panel at the last full step.
    """
    state, forecast, expected = _ahead(state, index, counts, exposure, elapsed, rhythm, parameters)
    windows = _sum_up(state, forecast, rhythm)
    verdict = _assess(state, forecast, windows, rhythm, parameters)
    return _scores(state, forecast, windows, verdict, counts[-1], expected, np.full(len(state), exposure), rhythm, parameters)


@dataclass(frozen=True, slots=True)
class Assessed:
    """Every window of a peek, shape (W, N), of one series (N = 1): what ``explain`` shows."""

    observed: Floats
    expected: Floats
    variance: Floats
    share: Floats
    tail: Floats
    handicap: Floats
    habit: float
    is_known: bool


def assess_windows(
    state: DetectorState,
    *,
    index: int,
    counts: Sequence[Floats],
    exposure: float,
    elapsed: float,
    rhythm: Rhythm,
    parameters: DetectorParameters,
) -> Assessed:
    """Give all that ``peek`` weighs of one series, also of windows it would not look at."""
    habit = float(_habit(state, rhythm, parameters)[0])
    state, forecast = _ahead(state, index, counts, exposure, elapsed, rhythm, parameters)[:2]
    windows = _sum_up(state, forecast, rhythm)
    tails = [
        _tail(state, forecast, np.arange(1), np.maximum(observed, 1e-9), expected, bins, rhythm, parameters)
        for observed, expected, bins in zip(windows.observed, windows.expected, rhythm.windows, strict=True)
    ]
    handicap = _handicaps(state, rhythm)
    is_known = bool(state.ring_observed[-1, 0] > 0 and state.age_bins[0] > rhythm.blind_bins)
    return Assessed(
        windows.observed, windows.expected, windows.variance, windows.share, np.array(tails), handicap, habit, is_known
    )


def _ahead(
    state: DetectorState,
    index: int,
    counts: Sequence[Floats],
    exposure: float,
    elapsed: float,
    rhythm: Rhythm,
    parameters: DetectorParameters,
) -> tuple[DetectorState, _Forecast, Floats]:
    """Give the state with ``counts`` pushed, the forecast of the last of them, and what was expected of it."""
    is_observed = np.full(len(state), exposure >= parameters.min_exposure)
    for ahead, newest in enumerate(counts):
        forecast = _foresee(state, index + ahead, rhythm)
        share = exposure * (elapsed if ahead == len(counts) - 1 else 1.0)
        expected = forecast.rate / rhythm.bins_per_learning * share
        state = _push(state, np.where(is_observed, newest, 0.0), np.where(is_observed, expected, 0.0), is_observed)
    return state, forecast, expected


def _foresee(state: DetectorState, index: int, rhythm: Rhythm) -> _Forecast:
    regressors = rhythm.regressors(index)
    size = len(regressors)
    spread = np.einsum("nij,j->ni", state.covariance.reshape(-1, size, size), regressors)
    plausibility = state.plausibility + rhythm.log_prior
    weights = np.exp(plausibility - plausibility.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    return _Forecast(
        regressors=regressors,
        spread=spread,
        doubt=np.maximum(np.einsum("ni,i->n", spread, regressors), 1e-8),
        rate=np.exp(np.clip(np.einsum("ni,i->n", state.mean, regressors), -12.0, 15.0)),
        weights=weights,
        clustering=_mixed(weights, np.array([clustering for clustering, _ in rhythm.hypotheses])),
    )


def _mixed(weights: Floats, values: Floats) -> Floats:
    """Give each series' mean over the hypotheses; by einsum, whose sums do not depend on how many series there are."""
    mean: Floats = np.einsum("nh,h->n", weights, values)
    return mean


def _push(state: DetectorState, count: Floats, expected: Floats, is_observed: npt.NDArray[np.bool_]) -> DetectorState:
    def pushed(ring: Floats, newest: Floats) -> Floats:
        return np.concatenate([ring[1:], newest[None]])

    return replace(
        state,
        ring_count=pushed(state.ring_count, count),
        ring_expected=pushed(state.ring_expected, expected),
        ring_observed=pushed(state.ring_observed, is_observed.astype(float)),
        age_bins=state.age_bins + is_observed,
    )


def _sum_up(state: DetectorState, forecast: _Forecast, rhythm: Rhythm) -> _Windows:
    sums = []
    for ring in (state.ring_count, state.ring_expected, state.ring_observed):
        edges = [0, *rhythm.windows]
        parts = [ring[len(ring) - high : len(ring) - low].sum(axis=0) for low, high in pairwise(edges)]
        sums.append(np.cumsum(parts, axis=0))
    observed, expected, read = sums
    variance = np.stack([_variance(forecast, e, bins, rhythm) for e, bins in zip(expected, rhythm.windows, strict=True)])
    return _Windows(observed, expected, read / np.array(rhythm.windows)[:, None], variance)


def _variance(forecast: _Forecast, expected: Floats, window: int, rhythm: Rhythm) -> Floats:
    """Variance of a window's count: clusters, a wandering rate, and a rate that is not known for sure."""
    relative = forecast.relative_doubt + _mixed(forecast.weights, noise_variance(rhythm, window))
    return forecast.clustering * expected + relative * expected**2


def _assess(state: DetectorState, forecast: _Forecast, windows: _Windows, rhythm: Rhythm, p: DetectorParameters) -> _Verdict:
    best, believed = np.zeros(len(state)), np.ones(len(state))
    places = np.zeros(len(state), dtype=np.int64)
    is_odd = windows.observed > windows.expected + p.worth_sd * np.sqrt(windows.variance)
    is_known = (state.ring_observed[-1] > 0) & (state.age_bins > rhythm.blind_bins)
    worth = is_known & is_odd & (windows.observed >= rhythm.min_posts) & (windows.share >= p.min_share)
    handicaps = _handicaps(state, rhythm)
    for place, bins in enumerate(rhythm.windows):
        rows = np.nonzero(worth[place])[0]
        if not len(rows):
            continue
        observed, expected = windows.observed[place, rows], windows.expected[place, rows]
        score = _tail(state, forecast, rows, observed, expected, bins, rhythm, p) - handicaps[place, rows]
        better = score > best[rows]
        best[rows[better]], places[rows[better]] = score[better], place
        ceiling = expected + _reach(expected, windows.variance[place, rows], rhythm, p)
        believed[rows] = np.minimum(believed[rows], ceiling / observed)
    return _Verdict(best, places, believed)


def _handicaps(state: DetectorState, rhythm: Rhythm) -> Floats:
    """By how much more unusual each window of each series must be, shape (W, N)."""
    youth = rhythm.youth_handicap * np.exp(-state.age_bins / rhythm.bins_per_day / YOUTH_DAYS)
    handicaps: Floats = np.array(rhythm.handicaps)[:, None] + youth
    return handicaps


def _tail(
    state: DetectorState,
    forecast: _Forecast,
    rows: npt.NDArray[np.int64],
    observed: Floats,
    expected: Floats,
    bins: int,
    rhythm: Rhythm,
    p: DetectorParameters,
) -> Floats:
    """-log10 P(count >= observed) under the mixture of hypotheses, by what the rate was just before the window."""
    clustering = np.array([clustering for clustering, _ in rhythm.hypotheses])
    carried, known = _carried(state, rows, bins, rhythm, p)
    mean = expected[:, None] * carried
    relative = forecast.relative_doubt[rows, None] + np.maximum(noise_variance(rhythm, bins) - known, 0.0)
    tails = upper_tail(observed[:, None], mean, clustering * mean + relative * mean**2)
    score: Floats = -np.log10(np.maximum((forecast.weights[rows] * tails).sum(axis=1), 1e-300))
    return score


def _carried(
    state: DetectorState, rows: npt.NDArray[np.int64], bins: int, rhythm: Rhythm, p: DetectorParameters
) -> tuple[Floats, Floats]:
    """Give what the step of learning before a window tells of a wandering rate within it, shape (rows, H).

    That is a factor to the mean, and the relative variance it takes away. The wander of that step has a gamma prior of mean 1;
    what its count makes of it fades into the window. A high hour is believed only up to a point: it may be the burst.
    """
    start = rhythm.ring - bins
    if start < rhythm.bins_per_learning:
        return np.ones((1, 1)), np.zeros((1, 1))
    clustering, noise = np.array(rhythm.hypotheses).T
    before = slice(start - rhythm.bins_per_learning, start)
    count, expected = (ring[before, rows].sum(axis=0)[:, None] / clustering for ring in (state.ring_count, state.ring_expected))
    shape = 1.0 / np.expm1(noise**2)
    low, high = p.wander_sd
    wander = np.clip(np.log((shape + count) / (shape + expected)), low * noise, high * noise)
    left = (rhythm.memory[:, None] ** np.arange(1, bins // rhythm.bins_per_learning + 1)).mean(axis=1)
    return np.exp(left * wander), expected / (shape + expected) * (left * noise) ** 2


def upper_tail(count: Floats, mean: Floats, variance: Floats) -> Floats:
    """Give P(Y >= count) of a negative binomial with this mean and variance (Poisson where they are equal).

    >>> float(upper_tail(np.array([0.0]), np.array([2.0]), np.array([3.0]))[0])
    1.0
    """
    mean = np.maximum(mean, 1e-9)
    size = np.minimum(mean**2 / np.maximum(variance - mean, 1e-6 * mean), 1e7)
    tail = betainc(np.maximum(count, 1e-12), size, mean / (size + mean))
    return np.where(count > 0, tail, 1.0)


def _reach(expected: Floats, variance: Floats, rhythm: Rhythm, p: DetectorParameters) -> Floats:
    """How far above the expectation a count is believed; for rare counts a skewness term (Cornish & Fisher, 1938) adds to it."""
    skewness = rhythm.clip_skewness * (p.clip_sd**2 - 1.0) / 6.0 * (2.0 * variance / np.maximum(expected, 1e-9) - 1.0)
    reach: Floats = p.clip_sd * np.sqrt(variance) + skewness
    return reach


def _scores(
    state: DetectorState,
    forecast: _Forecast,
    windows: _Windows,
    verdict: _Verdict,
    counts: Floats,
    expected: Floats,
    exposure: Floats,
    rhythm: Rhythm,
    p: DetectorParameters,
) -> StepScores:
    chosen = verdict.place, np.arange(len(state))
    observed, mean = windows.observed[chosen], windows.expected[chosen]
    usual_sd = np.sqrt(_variance(forecast, np.maximum(windows.expected[-1], 1.0), rhythm.windows[-1], rhythm))
    return StepScores(
        score=verdict.raw / _habit(state, rhythm, p),
        window_bins=np.array(rhythm.windows)[verdict.place],
        observed=observed,
        expected=mean,
        variance=windows.variance[chosen],
        severity=np.maximum(observed - mean, 0.0) / usual_sd,
        exposure=np.clip(exposure, 0.0, 1.0),
        bin_count=counts.astype(float),
        bin_expected=expected,
        bin_variance=_variance(forecast, expected, 1, rhythm),
        ring_count=state.ring_count,
        ring_expected=state.ring_expected,
    )


def _habit(state: DetectorState, rhythm: Rhythm, p: DetectorParameters) -> Floats:
    """What a score is divided by: above 1 where the ``peak_rank``-th highest day of the last weeks was high."""
    if not rhythm.peak_days:
        return np.ones(len(state))
    place = rhythm.peak_days - p.peak_rank
    usual_peak = np.partition(state.peaks, place, axis=1)[:, place]
    habit: Floats = np.maximum(usual_peak / p.peak_scale, 1.0) ** p.peak_power
    return habit


def _note(state: DetectorState, verdict: _Verdict, is_observed: npt.NDArray[np.bool_], p: DetectorParameters) -> DetectorState:
    high_for = np.where(verdict.raw >= p.high_score, state.high_for + 1.0, 0.0)
    return replace(
        state,
        high_for=np.where(is_observed, high_for, state.high_for),
        peak_today=np.maximum(state.peak_today, verdict.raw),
    )


def _end_day(state: DetectorState) -> DetectorState:
    peaks = np.concatenate([state.peaks[:, 1:], state.peak_today[:, None]], axis=1)
    return replace(state, peaks=peaks, peak_today=np.zeros(len(state)))


def _learn(
    state: DetectorState, forecast: _Forecast, windows: _Windows, verdict: _Verdict, rhythm: Rhythm, p: DetectorParameters
) -> DetectorState:
    """Take in the step of learning that ends now, as far as it was read."""
    counts, expected = windows.observed[0], windows.expected[0]  # the shortest window is one step of learning
    is_read = windows.share[0] > 0.0
    exposure = np.where(is_read, expected / np.maximum(forecast.rate, 1e-12), 0.0)
    wandering = _mixed(forecast.weights, np.expm1(np.array([noise**2 for _, noise in rhythm.hypotheses])))
    variance = forecast.clustering * expected + (forecast.relative_doubt + wandering) * expected**2
    clipped = np.minimum(counts * verdict.believed, expected + np.maximum(_reach(expected, variance, rhythm, p), 1.0))
    is_trusted = (state.high_for > rhythm.lifted_after_bins) | (state.age_bins <= rhythm.young_bins)
    learnt = np.where(is_trusted, counts, clipped)
    state = _update_rate(state, forecast, learnt, exposure, wandering, rhythm, p)
    return _update_hypotheses(state, forecast, learnt, expected, is_read, rhythm)


def _update_rate(
    state: DetectorState,
    forecast: _Forecast,
    counts: Floats,
    exposure: Floats,
    wandering: Floats,
    rhythm: Rhythm,
    p: DetectorParameters,
) -> DetectorState:
    """Conjugate gamma update of the rate, carried to the coefficients by linear Bayes; overdispersed counts weigh less."""
    weight = 1.0 / (forecast.clustering + p.noise_doubt * wandering * forecast.rate)
    shape = 1.0 / forecast.doubt
    shape_after = shape + counts * weight
    rate_after = shape_after / (shape / forecast.rate + exposure * weight)
    move = np.log(rate_after / forecast.rate) / forecast.doubt
    shrink = (1.0 - 1.0 / (shape_after * forecast.doubt)) / forecast.doubt
    size = forecast.spread.shape[1]
    covariance = state.covariance.reshape(-1, size, size)
    covariance = covariance - (forecast.spread * shrink[:, None])[:, :, None] * forecast.spread[:, None, :]
    covariance[:, range(size), range(size)] += rhythm.drift()
    return replace(
        state, mean=state.mean + forecast.spread * move[:, None], covariance=covariance.reshape(len(state), size * size)
    )


def _update_hypotheses(
    state: DetectorState, forecast: _Forecast, counts: Floats, expected: Floats, is_read: npt.NDArray[np.bool_], rhythm: Rhythm
) -> DetectorState:
    """Weigh the hypotheses of variance by how likely each makes the count; older evidence fades."""
    clustering, noise = np.array(rhythm.hypotheses).T
    mean = np.maximum(expected, 1e-9)[:, None]
    relative = np.minimum(forecast.doubt, 1.0)[:, None] + noise**2
    extra = np.maximum((clustering - 1.0) * mean + relative * mean**2, 1e-6 * mean)
    size = mean**2 / extra
    whole = np.floor(counts)[:, None]
    log_likelihood = gammaln(whole + size) - gammaln(size) - size * np.log1p(mean / size) - whole * np.log1p(size / mean)
    log_likelihood -= log_likelihood.max(axis=1, keepdims=True)
    faded = rhythm.variance_memory * state.plausibility + log_likelihood
    return replace(state, plausibility=np.where(is_read[:, None], faded, state.plausibility))


def count_interval(mean: float, variance: float) -> tuple[float, float]:
    """Give the bounds that hold a window's count nine times in ten (normal approximation, not below 0)."""
    reach = 1.645 * float(np.sqrt(max(variance, 0.0)))
    return max(mean - reach, 0.0), mean + reach
