"""The windows that end now: what came in each of them, what was expected, and how far the one may be from the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from monitor.detect.forecast import Forecast, mixed
from monitor.detect.parameters import DetectorParameters
from monitor.detect.rhythm import Floats, Rhythm, noise_variance
from monitor.detect.state import DetectorState


@dataclass(frozen=True, slots=True)
class Windows:
    """Sums over the windows that end now, each of shape (W, N)."""

    observed: Floats
    expected: Floats
    share: Floats  # of bins read
    variance: Floats


def push(state: DetectorState, count: Floats, expected: Floats, is_observed: npt.NDArray[np.bool_]) -> DetectorState:
    """Put the newest bin into the rings; the oldest one falls out."""

    def pushed(ring: Floats, newest: Floats) -> Floats:
        return np.concatenate([ring[1:], newest[None]])

    return replace(
        state,
        ring_count=pushed(state.ring_count, count),
        ring_expected=pushed(state.ring_expected, expected),
        ring_observed=pushed(state.ring_observed, is_observed.astype(float)),
        age_bins=state.age_bins + is_observed,
    )


def sum_up(state: DetectorState, forecast: Forecast, rhythm: Rhythm) -> Windows:
    """Sum the rings up over each window."""
    sums = []
    for ring in (state.ring_count, state.ring_expected, state.ring_observed):
        edges = [0, *rhythm.windows]
        parts = [ring[len(ring) - high : len(ring) - low].sum(axis=0) for low, high in pairwise(edges)]
        sums.append(np.cumsum(parts, axis=0))
    observed, expected, read = sums
    variance = np.stack([window_variance(forecast, e, bins, rhythm) for e, bins in zip(expected, rhythm.windows, strict=True)])
    return Windows(observed, expected, read / np.array(rhythm.windows)[:, None], variance)


def window_variance(forecast: Forecast, expected: Floats, window: int, rhythm: Rhythm) -> Floats:
    """Give the variance of a window's count: clusters, a wandering rate, and a rate that is not known for sure."""
    relative = forecast.relative_doubt + mixed(forecast.weights, noise_variance(rhythm, window))
    return forecast.clustering * expected + relative * expected**2


def believed_reach(expected: Floats, variance: Floats, rhythm: Rhythm, p: DetectorParameters) -> Floats:
    """Give how far above the expectation a count is believed.

    For rare counts a skewness term (Cornish & Fisher, 1938) adds to it.
    """
    skewness = rhythm.clip_skewness * (p.clip_sd**2 - 1.0) / 6.0 * (2.0 * variance / np.maximum(expected, 1e-9) - 1.0)
    reach: Floats = p.clip_sd * np.sqrt(variance) + skewness
    return reach


def count_interval(mean: float, variance: float) -> tuple[float, float]:
    """Give the bounds that hold a window's count nine times in ten (normal approximation, not below 0)."""
    reach = 1.645 * float(np.sqrt(max(variance, 0.0)))
    return max(mean - reach, 0.0), mean + reach
