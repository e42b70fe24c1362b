"""Tell figures that are repeated from figures that happen to be equal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr

from monitor.nowcast.fit import Array, Fit, Observations

Figure = tuple[float | None, float | None]
ROUND_STEPS = tuple(digit * 10.0**power for power in range(3, -3, -1) for digit in (5, 1))


def repeated_share(figures: Sequence[Figure], steps: Array, seen: Observations, found: Fit) -> Array:
    """Give how probable it is that each figure (oldest first) repeats an earlier one instead of telling of its own moment.

    Equal figures are no proof: people say "20 km". The share of reports that repeat is how many figures were said before, beyond
    what curve, error and rounding (``steps``, 0 where none is seen) let coincide. A report that repeats says a figure as often as
    it was said before, one that tells anew as often as it coincides: that gives each report's probability.
    """
    names = {figure: number for number, figure in enumerate(dict.fromkeys(figures))}
    named = np.array([names[figure] for figure in figures])
    rows = np.arange(len(figures))
    said = np.zeros((len(figures), len(names)))
    said[rows, named] = 1.0
    before = np.cumsum(said, axis=0) - said
    told = _probability(figures, steps, seen, found)[:, [figures.index(figure) for figure in names]]
    coinciding = np.minimum((told * (before > 0)).sum(axis=1), 1.0)
    is_echo = before[rows, named] > 0
    chance = coinciding.sum() + np.sqrt((coinciding * (1 - coinciding)).sum()) + 1.0
    share = max(is_echo.sum() - chance, 0.0) / len(figures)
    echoed = share * before[rows, named] / np.maximum(rows, 1)
    return np.asarray(echoed / (echoed + (1 - share) * told[rows, named]))


def _probability(figures: Sequence[Figure], steps: Array, seen: Observations, found: Fit) -> Array:
    """Give how probable each figure (columns) is at the moment of each report (rows), if that tells anew."""
    lows, highs = (np.array([np.nan if bound is None else bound for bound in bounds]) for bounds in zip(*figures, strict=True))
    half = np.where(np.isnan(lows), _relative_step(highs, steps), _relative_step(lows, steps)) / 2
    distance = seen.level - found.curve[:, None]
    error = found.error[:, None]
    told = ndtr((distance + np.log1p(half)) / error) - ndtr((distance + np.log1p(-half)) / error)
    is_range = ~np.isnan(lows + highs) & (lows != highs)
    return np.asarray(np.maximum(np.where(is_range, told / 2, told), 1e-9))


def _relative_step(bounds: Array, steps: Array) -> Array:
    """Give how coarsely a figure is said, relative to it: 20 in fives, 17 in ones; all the figure where it is zero."""
    width = np.maximum(steps, ROUND_STEPS[-1])
    for step in reversed(ROUND_STEPS):
        is_multiple = np.abs(bounds / step - np.round(bounds / step)) < 1e-6
        width = np.where(is_multiple & (bounds >= 4 * step), np.maximum(step, steps), width)
    return np.where(bounds > 0, np.clip(width / np.maximum(bounds, 1e-9), 1e-4, 1.0), 1.0) * (1 - 1e-9)
