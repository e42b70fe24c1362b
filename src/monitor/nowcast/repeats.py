"""Tell figures that are repeated from figures that happen to be equal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from monitor.nowcast.fit import Array, Fit, Observations
from monitor.nowcast.values import Report

ROUND_STEPS = tuple(digit * 10.0**power for power in range(3, -3, -1) for digit in (5, 1))
PRIOR_REPEATED, PRIOR_COUNT = 1.0, 10.0
"""Before looking, one report in ten is taken to repeat an earlier figure, with the weight of ten reports."""


def repeated_share(reports: Sequence[Report], seen: Observations, found: Fit) -> Array:
    """Give how probable it is that each report (oldest first) repeats an earlier figure instead of telling of its own moment.

    Equal figures are no proof: people say "20 km". A report that repeats says a figure as often as it was said before; one that
    tells anew says it as often as curve, error and rounding let expect. Both are weighed, and the share of repeating reports is
    learnt from all of them (expectation maximisation).
    """
    figures = [(report.low, report.high) for report in reports]
    before: Counter[tuple[float | None, float | None]] = Counter()
    echoed = np.zeros(len(figures))
    for place, figure in enumerate(figures):
        echoed[place] = before[figure] / max(place, 1)
        before[figure] += 1
    told = _probability(figures, seen, found)
    share = PRIOR_REPEATED / PRIOR_COUNT
    repeated = np.zeros(len(figures))
    for _ in range(10):
        repeated = share * echoed / (share * echoed + (1 - share) * told)
        share = (repeated.sum() + PRIOR_REPEATED) / (len(figures) - 1 + PRIOR_COUNT)
    return repeated


def _probability(figures: Sequence[tuple[float | None, float | None]], seen: Observations, found: Fit) -> Array:
    """Give how probable just this figure is for a report that tells anew."""
    lows = np.array([np.nan if low is None else low for low, _ in figures])
    highs = np.array([np.nan if high is None or high == low else high for low, high in figures])
    width = _rounding(lows) * _rounding(highs)
    distance = (seen.level - found.curve) / found.error
    density = np.exp(-(distance**2) / 2) / (found.error * np.sqrt(2 * np.pi))
    return np.clip(width * density, 1e-9, 1.0)


def _rounding(bounds: Array) -> Array:
    """Give how coarsely figures are said, relative to them: 20 in fives (0.25), 17 in ones; 1 where there is none, or zero."""
    width = np.full(len(bounds), ROUND_STEPS[-1])
    for step in reversed(ROUND_STEPS):
        is_multiple = np.abs(bounds / step - np.round(bounds / step)) < 1e-6
        width = np.where(is_multiple & (bounds >= 4 * step), step, width)
    return np.where(bounds > 0, np.minimum(width / np.maximum(bounds, 1e-9), 0.25), 1.0)
