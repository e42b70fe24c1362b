"""The expectation of many count series at once, and how unusual what came is. One step is one quarter-hour of all series.

Expected count = level × hour of day × weekday, each learnt with forgetting and shrunk towards "no rhythm" while little is known
(multiplicative as in Noufaily et al. 2013, doi:10.1002/sim.5595; discounted gamma-Poisson updates as in West & Harrison 1997).
Counts of a window are negative binomial; the score is -log10 of the upper tail. High counts enter the level clipped, so that a
burst does not teach the detector that bursts are normal; after 48 h they do.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

Floats = npt.NDArray[np.float64]

DETECTOR_VERSION = "seasonal-nb-1"
RING = 96
"""Quarter-hours a state remembers: the longest window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorParameters:
    """What can be set. Times are in quarter-hours unless the name says otherwise."""

    threshold: float = 5.0
    windows_hours: tuple[int, ...] = (1, 3, 6, 24)
    min_posts: int = 6
    min_exposure: float = 0.8
    half_life_days: float = 14.0
    full_history_days: float = 7.0
    clip_sd: float = 2.5
    clip_lifted_after: int = 192
    prior_posts: float = 0.5
    prior_days: float = 2.0
    hour_shrinkage: float = 6.0
    weekday_shrinkage: float = 20.0
    dispersion_prior: float = 1.3
    dispersion_weight: float = 10.0
    level_noise: float = 0.25


PARAMETERS = DetectorParameters()


@dataclass(frozen=True, slots=True)
class DetectorState:
    """What is known of N series. ``hours`` and ``weekdays`` hold discounted posts and exposure per slot, rings the last day."""

    posts: Floats  # (N,) discounted posts, clipped
    days: Floats  # (N,) discounted observed time in days, weighted by rhythm
    age_days: Floats  # (N,) observed days, not discounted
    hour_posts: Floats  # (N, 24)
    hour_expected: Floats  # (N, 24)
    weekday_posts: Floats  # (N, 7)
    weekday_expected: Floats  # (N, 7)
    excess: Floats  # (N,) discounted squared residuals of hours
    excess_weight: Floats  # (N,) discounted expected counts behind them
    high_for: Floats  # (N,) quarter-hours in a row above the threshold
    ring_count: Floats  # (N, RING), newest last; 0 where not observed
    ring_expected: Floats  # (N, RING); 0 where not observed
    ring_observed: Floats  # (N, RING); 1 where observed

    def __len__(self) -> int:
        return len(self.posts)

    def to_rows(self) -> Floats:
        """Pack the state, shape (N, K); ``from_rows`` gives it back bit for bit."""
        return np.concatenate([np.atleast_2d(getattr(self, f.name).T).T for f in fields(self)], axis=1)

    @classmethod
    def from_rows(cls, rows: Floats) -> DetectorState:
        """Unpack what ``to_rows`` packed."""
        edges = np.cumsum([0, *_WIDTHS])
        parts = [rows[:, low:high] for low, high in pairwise(edges)]
        return cls(*(np.ascontiguousarray(p[:, 0] if p.shape[1] == 1 else p) for p in parts))


_WIDTHS = (1, 1, 1, 24, 24, 7, 7, 1, 1, 1, RING, RING, RING)


def initial(series_count: int) -> DetectorState:
    """Give the state of ``series_count`` series nothing is known of."""
    return DetectorState.from_rows(np.zeros((series_count, sum(_WIDTHS))))


def joined(state: DetectorState, per_day: Floats, parameters: DetectorParameters = PARAMETERS) -> DetectorState:
    """Give the state once a channel that brings ``per_day`` posts to each series has joined the panel.

    What is expected of a day rises by just that much, as if the channel had always been there; rhythm and dispersion stay.

    >>> empty = initial(1)
    >>> before = replace(empty, posts=np.array([20.0]), days=np.array([10.0]))
    >>> after = joined(before, np.array([3.0]))
    >>> round(float((_day_expected(after, PARAMETERS) - _day_expected(before, PARAMETERS))[0]), 9)
    3.0
    """
    p = parameters
    growth = 1.0 + per_day / _day_expected(state, p)
    hours = _grown(state.hour_posts, state.hour_expected, growth, p.hour_shrinkage)
    weekdays = _grown(state.weekday_posts, state.weekday_expected, growth, p.weekday_shrinkage)
    return replace(
        state,
        posts=(state.posts + p.prior_posts) * growth - p.prior_posts,
        hour_posts=hours[0],
        hour_expected=hours[1],
        weekday_posts=weekdays[0],
        weekday_expected=weekdays[1],
    )


def _day_expected(state: DetectorState, p: DetectorParameters) -> Floats:
    """Give the expected posts of a day, averaged over the week: level and rhythm share it between them."""
    by_hour = (state.hour_posts + p.hour_shrinkage) / (state.hour_expected + p.hour_shrinkage)
    by_weekday = (state.weekday_posts + p.weekday_shrinkage) / (state.weekday_expected + p.weekday_shrinkage)
    level = (state.posts + p.prior_posts) / (state.days + p.prior_days)
    expected: Floats = level * by_hour.mean(axis=1) * by_weekday.mean(axis=1)
    return expected


def _grown(posts: Floats, expected: Floats, growth: Floats, shrinkage: float) -> tuple[Floats, Floats]:
    """Scale what a rhythm was learnt from, so that each factor stays as it is."""
    factor = (posts + shrinkage) / (expected + shrinkage)
    grown = expected * growth[:, None]
    return factor * (grown + shrinkage) - shrinkage, grown


@dataclass(frozen=True, slots=True)
class StepScores:
    """One step's verdict on N series; the window is the one with the highest score. Arrays of shape (N,), rings (N, RING)."""

    score: Floats
    window_hours: Floats
    observed: Floats
    expected: Floats
    variance: Floats
    severity: Floats
    exposure: Floats
    bin_count: Floats
    bin_expected: Floats
    bin_variance: Floats
    bin_exposure: Floats
    ring_count: Floats
    ring_expected: Floats

    def onset_age(self, column: int) -> int:
        """Give how many quarter-hours before the end of the best window the rise of one series began.

        The rise begins where the cumulative sum of count minus half the window's relative rate times expectation is lowest
        (Page's cumulative sum, 1954, run backwards over the window).
        """
        size = int(self.window_hours[column]) * 4
        count, expected = self.ring_count[column, -size:], self.ring_expected[column, -size:]
        half_way = max(count.sum(), 1.0) / max(expected.sum(), 1e-9) / 2.0
        path = np.concatenate([[0.0], np.cumsum(count - half_way * expected)])
        return size - int(path[:-1].argmin())


def step(
    state: DetectorState,
    *,
    bin_at: datetime,
    counts: Floats,
    exposure: Floats,
    parameters: DetectorParameters = PARAMETERS,
) -> tuple[DetectorState, StepScores]:
    """Assess the quarter-hour that starts at ``bin_at`` and learn from it; a pure function of its arguments.

    ``counts`` are posts, ``exposure`` the observed share of the panel from 0 to 1: below ``min_exposure`` the quarter-hour is
    unknown, neither assessed nor learnt from; above it the expectation is scaled. A window needs 80 % of its quarter-hours.
    """
    is_observed = exposure >= parameters.min_exposure
    rhythm, expected = _expect(state, bin_at, parameters)
    seen_expected = np.where(is_observed, expected * exposure, 0.0)
    ring = _shift(state, np.where(is_observed, counts, 0.0), seen_expected, is_observed.astype(float))
    dispersion = _dispersion(ring, parameters)
    scores = _assess(ring, counts, expected, exposure, dispersion, parameters)
    learnt = _learn(ring, scores, bin_at, counts, seen_expected, rhythm * exposure, is_observed, parameters)
    return learnt, scores


def _expect(state: DetectorState, bin_at: datetime, p: DetectorParameters) -> tuple[Floats, Floats]:
    """Give the rhythm (relative rate) and the expected count of a fully observed quarter-hour."""
    level_per_day = (state.posts + p.prior_posts) / (state.days + p.prior_days)
    by_hour, by_weekday = _factors(state, bin_at, p)
    rhythm = by_hour * by_weekday
    return rhythm, level_per_day / 96.0 * rhythm


def _factors(state: DetectorState, bin_at: datetime, p: DetectorParameters) -> tuple[Floats, Floats]:
    """Give how much busier than the level this hour of day is, and this weekday; each learnt against what the rest expects."""
    hour, weekday = bin_at.hour, bin_at.weekday()
    by_hour = (state.hour_posts[:, hour] + p.hour_shrinkage) / (state.hour_expected[:, hour] + p.hour_shrinkage)
    by_weekday = (state.weekday_posts[:, weekday] + p.weekday_shrinkage) / (
        state.weekday_expected[:, weekday] + p.weekday_shrinkage
    )
    return by_hour, by_weekday


def _shift(state: DetectorState, count: Floats, expected: Floats, observed: Floats) -> DetectorState:
    def push(ring: Floats, newest: Floats) -> Floats:
        return np.concatenate([ring[:, 1:], newest[:, None]], axis=1)

    return replace(
        state,
        ring_count=push(state.ring_count, count),
        ring_expected=push(state.ring_expected, expected),
        ring_observed=push(state.ring_observed, observed),
    )


def _dispersion(state: DetectorState, p: DetectorParameters) -> Floats:
    """Variance of hourly counts over their mean, at least 1, shrunk to the prior."""
    weight = p.dispersion_weight
    return np.maximum((state.excess + p.dispersion_prior * weight) / (state.excess_weight + weight), 1.0)


def _variance(state: DetectorState, expected: Floats, dispersion: Floats, p: DetectorParameters) -> Floats:
    """Variance of a window's count: overdispersed counts, drifting level, and a level known from few posts."""
    level_doubt = 1.0 / (state.posts + 2.0)
    return dispersion * expected + (p.level_noise**2 + level_doubt) * expected**2


def _assess(
    state: DetectorState,
    counts: Floats,
    expected: Floats,
    exposure: Floats,
    dispersion: Floats,
    p: DetectorParameters,
) -> StepScores:
    best = np.zeros((4, len(state)))  # score, window, observed, expected
    best[1:] = _window(state, p.windows_hours[0])[[3, 0, 1]]
    trust = np.clip((state.age_days - 1.0) / (p.full_history_days - 1.0), 0.0, 1.0)
    for hours in p.windows_hours:
        window = _window(state, hours)
        score = _tail(state, window, dispersion, p) * trust
        better = score > best[0]
        best[:, better] = np.stack([score, window[3], window[0], window[1]])[:, better]
    score, window_hours, observed, mean = best
    variance = _variance(state, mean, dispersion, p)
    day = _window(state, 24)[1]
    daily_sd = np.sqrt(_variance(state, np.maximum(day, 1.0), dispersion, p))
    return StepScores(
        score=score,
        window_hours=window_hours,
        observed=observed,
        expected=mean,
        variance=variance,
        severity=np.maximum(observed - mean, 0.0) / daily_sd,
        exposure=np.clip(exposure, 0.0, 1.0),
        bin_count=counts.astype(float),
        bin_expected=expected * exposure,
        bin_variance=_variance(state, expected * exposure, dispersion, p),
        bin_exposure=exposure,
        ring_count=state.ring_count,
        ring_expected=state.ring_expected,
    )


def _window(state: DetectorState, hours: int) -> Floats:
    """Give observed, expected, share of quarter-hours read and length of a window that ends now, shape (4, N)."""
    size = hours * 4
    observed = state.ring_count[:, -size:].sum(axis=1)
    expected = state.ring_expected[:, -size:].sum(axis=1)
    share = state.ring_observed[:, -size:].sum(axis=1) / size
    return np.stack([observed, expected, share, np.full(len(state), float(hours))])


def _tail(state: DetectorState, window: Floats, dispersion: Floats, p: DetectorParameters) -> Floats:
    """-log10 P(count >= observed) where that can be small; 0 elsewhere, and where too little was read."""
    observed, expected, share, _ = window
    variance = _variance(state, expected, dispersion, p)
    worth = (observed >= p.min_posts) & (observed > expected + 2.0 * np.sqrt(variance)) & (share >= 0.8)
    worth &= state.ring_observed[:, -1] > 0
    score = np.zeros(len(state))
    if worth.any():
        score[worth] = -np.log10(np.maximum(upper_tail(observed[worth], expected[worth], variance[worth]), 1e-300))
    return score


def upper_tail(count: Floats, mean: Floats, variance: Floats) -> Floats:
    """Give P(Y >= count) of a negative binomial with this mean and variance (Poisson where they are equal).

    >>> float(upper_tail(np.array([0.0]), np.array([2.0]), np.array([3.0]))[0])
    1.0
    """
    mean = np.maximum(mean, 1e-9)
    size = np.minimum(mean**2 / np.maximum(variance - mean, 1e-6 * mean), 1e7)
    tail = betainc(np.maximum(count, 1e-12), size, mean / (size + mean))
    return np.where(count > 0, tail, 1.0)


def count_interval(mean: float, variance: float) -> tuple[float, float]:
    """Give the bounds that hold a window's count nine times in ten (normal approximation, not below 0)."""
    reach = 1.645 * float(np.sqrt(max(variance, 0.0)))
    return max(mean - reach, 0.0), mean + reach


def _learn(
    state: DetectorState,
    scores: StepScores,
    bin_at: datetime,
    counts: Floats,
    expected: Floats,
    rhythm: Floats,
    is_observed: npt.NDArray[np.bool_],
    p: DetectorParameters,
) -> DetectorState:
    seen = is_observed.astype(float)
    fade = np.where(is_observed, 0.5 ** (1.0 / (96.0 * p.half_life_days)), 1.0)
    high_for = np.where(is_observed, np.where(scores.score >= p.threshold, state.high_for + 1.0, 0.0), state.high_for)
    clipped = counts * np.where(high_for > p.clip_lifted_after, 1.0, _believed(scores, p)) * seen
    hour, weekday = bin_at.hour, bin_at.weekday()
    hour_factor, weekday_factor = _factors(state, bin_at, p)
    by_hour = _add(state.hour_posts, hour, clipped, fade), _add(state.hour_expected, hour, expected / hour_factor, fade)
    by_weekday = (
        _add(state.weekday_posts, weekday, clipped, fade),
        _add(state.weekday_expected, weekday, expected / weekday_factor, fade),
    )
    squared, weight = _hour_residual(state, p) if bin_at.minute == 45 else (0.0, 0.0)
    return replace(
        state,
        posts=state.posts * fade + clipped,
        days=state.days * fade + rhythm * seen / 96.0,
        age_days=state.age_days + seen / 96.0,
        hour_posts=by_hour[0],
        hour_expected=by_hour[1],
        weekday_posts=by_weekday[0],
        weekday_expected=by_weekday[1],
        excess=state.excess * fade + squared,
        excess_weight=state.excess_weight * fade + weight,
        high_for=high_for,
    )


def _believed(scores: StepScores, p: DetectorParameters) -> Floats:
    """The part of a count that is learnt: what brings the most unusual window down to ``clip_sd`` over its expectation."""
    ceiling = scores.expected + p.clip_sd * np.sqrt(scores.variance)
    return np.where(scores.score > 0, np.minimum(ceiling / np.maximum(scores.observed, 1.0), 1.0), 1.0)


def _add(table: Floats, slot: int, value: Floats, fade: Floats) -> Floats:
    """Add to one slot; only that slot forgets, by as much as it would have since it was last met."""
    changed = table.copy()
    changed[:, slot] = changed[:, slot] * fade + value
    return changed


def _hour_residual(state: DetectorState, p: DetectorParameters) -> tuple[Floats, Floats]:
    """Squared residual of the hour that ends now, clipped, and its expected count: their ratio is the dispersion."""
    count, expected, share, _ = _window(state, 1)
    reach = p.clip_sd * np.sqrt(_dispersion(state, p) * expected + 0.1)
    residual = np.clip(count - expected, -reach, reach)
    is_whole = share == 1.0
    return np.where(is_whole, residual**2, 0.0), np.where(is_whole, expected, 0.0)
