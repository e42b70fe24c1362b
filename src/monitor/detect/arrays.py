"""The detector on plain arrays, for one series or many: what benchmarks and notebooks call."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from monitor.detect.rhythm import Floats, rhythm_of
from monitor.detect.state import initial
from monitor.detect.step import step


def score_all(counts: npt.ArrayLike, observed: npt.ArrayLike, period: int) -> Floats:
    """Score N series at once: ``counts`` and ``observed`` of shape (N, T) give scores of the same shape; see ``score``."""
    counts, observed = np.asarray(counts, float), np.asarray(observed, bool)
    rhythm = rhythm_of(period)
    state, scores = initial(len(counts), rhythm), np.zeros(counts.shape)
    for index in range(counts.shape[1]):
        exposure = observed[:, index].astype(float)
        state, verdict = step(state, index=index, counts=counts[:, index], exposure=exposure, rhythm=rhythm)
        scores[:, index] = verdict.score
    return scores


class _Score:
    """``score(counts, observed, period)`` for one series, ``score.batch`` for many."""

    def __call__(self, counts: npt.ArrayLike, observed: npt.ArrayLike, period: int) -> Floats:
        """Give how unusual each bin of one series is, by what came until then; shape (T,), like ``counts`` and ``observed``.

        Scores are -log10 of the probability of so many posts or more, in the window ending there that is most unusual; larger
        is odder, 0 where nothing was read. ``period`` is the bins of a full season: 168 hourly, 672 quarter-hourly, 7 daily,
        52 weekly. Raises ValueError for any other.

        >>> counts = np.r_[np.full(14 * 24, 2.0), 30.0]
        >>> bool(score(counts, np.ones(len(counts), bool), 168)[-1] > 5.0)
        True
        """
        alone: Floats = score_all(np.asarray(counts)[None], np.asarray(observed)[None], period)[0]
        return alone

    def batch(self, counts: npt.ArrayLike, observed: npt.ArrayLike, period: int) -> Floats:
        """Give the same for N series at once, shapes (N, T)."""
        return score_all(counts, observed, period)


score: Any = _Score()
