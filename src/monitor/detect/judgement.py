"""How unusual what came is: the upper tail of the most unusual window under the mixture of hypotheses, and what scales it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betainc

from monitor.detect.forecast import Forecast
from monitor.detect.parameters import DetectorParameters
from monitor.detect.rhythm import YOUTH_DAYS, Floats, Rhythm, noise_variance
from monitor.detect.state import DetectorState
from monitor.detect.windows import Windows, believed_reach


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is made of the windows of N series, arrays of shape (N,); ``raw`` is the score before the habit scales it."""

    raw: Floats
    place: npt.NDArray[np.int64]  # of the most unusual window in rhythm.windows
    believed: Floats  # share of the newest counts that is learnt


def judge(state: DetectorState, forecast: Forecast, windows: Windows, rhythm: Rhythm, p: DetectorParameters) -> Judgement:
    """Find each series' most unusual window; score 0 and place 0 where none is worth a look."""
    best, believed = np.zeros(len(state)), np.ones(len(state))
    places = np.zeros(len(state), dtype=np.int64)
    is_odd = windows.observed > windows.expected + p.worth_sd * np.sqrt(windows.variance)
    is_known = (state.ring_observed[-1] > 0) & (state.age_bins > rhythm.blind_bins)
    worth = is_known & is_odd & (windows.observed >= rhythm.min_posts) & (windows.share >= p.min_share)
    handicaps = handicaps_of(state, rhythm)
    for place, bins in enumerate(rhythm.windows):
        rows = np.nonzero(worth[place])[0]
        if not len(rows):
            continue
        observed, expected = windows.observed[place, rows], windows.expected[place, rows]
        score = log_tail(state, forecast, rows, observed=observed, expected=expected, bins=bins, rhythm=rhythm, parameters=p)
        score -= handicaps[place, rows]
        better = score > best[rows]
        best[rows[better]], places[rows[better]] = score[better], place
        ceiling = expected + believed_reach(expected, windows.variance[place, rows], rhythm, p)
        believed[rows] = np.minimum(believed[rows], ceiling / observed)
    return Judgement(best, places, believed)


def handicaps_of(state: DetectorState, rhythm: Rhythm) -> Floats:
    """Give by how much more unusual each window of each series must be, shape (W, N)."""
    youth = rhythm.youth_handicap * np.exp(-state.age_bins / rhythm.bins_per_day / YOUTH_DAYS)
    handicaps: Floats = np.array(rhythm.handicaps)[:, None] + youth
    return handicaps


def log_tail(
    state: DetectorState,
    forecast: Forecast,
    rows: npt.NDArray[np.int64],
    *,
    observed: Floats,
    expected: Floats,
    bins: int,
    rhythm: Rhythm,
    parameters: DetectorParameters,
) -> Floats:
    """Give -log10 P(count >= observed) under the mixture of hypotheses, by what the rate was just before the window."""
    clustering = np.array([clustering for clustering, _ in rhythm.hypotheses])
    carried, known = _carried(state, rows, bins, rhythm, parameters)
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


def habit_of(state: DetectorState, rhythm: Rhythm, p: DetectorParameters) -> Floats:
    """Give what a score is divided by: above 1 where the ``peak_rank``-th highest day of the last weeks was high."""
    if not rhythm.peak_days:
        return np.ones(len(state))
    place = rhythm.peak_days - p.peak_rank
    usual_peak = np.partition(state.peaks, place, axis=1)[:, place]
    habit: Floats = np.maximum(usual_peak / p.peak_scale, 1.0) ** p.peak_power
    return habit
