"""What a step says of its series: score and figures of the most unusual window of each."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from monitor.detect.forecast import Forecast
from monitor.detect.judgement import Judgement, habit_of
from monitor.detect.parameters import DetectorParameters
from monitor.detect.rhythm import Floats, Rhythm
from monitor.detect.state import DetectorState
from monitor.detect.windows import Windows, window_variance


@dataclass(frozen=True, slots=True)
class StepScores:
    """What one step says of N series; the window is the one with the highest score. Arrays of shape (N,), rings (ring, N)."""

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


def scores_of(
    state: DetectorState,
    forecast: Forecast,
    windows: Windows,
    judgement: Judgement,
    *,
    counts: Floats,
    expected: Floats,
    exposure: Floats,
    rhythm: Rhythm,
    parameters: DetectorParameters,
) -> StepScores:
    """Give the figures of each series' most unusual window, and of the bin that ends now."""
    chosen = judgement.place, np.arange(len(state))
    observed, mean = windows.observed[chosen], windows.expected[chosen]
    usual_sd = np.sqrt(window_variance(forecast, np.maximum(windows.expected[-1], 1.0), rhythm.windows[-1], rhythm))
    return StepScores(
        score=judgement.raw / habit_of(state, rhythm, parameters),
        window_bins=np.array(rhythm.windows)[judgement.place],
        observed=observed,
        expected=mean,
        variance=windows.variance[chosen],
        severity=np.maximum(observed - mean, 0.0) / usual_sd,
        exposure=np.clip(exposure, 0.0, 1.0),
        bin_count=counts.astype(float),
        bin_expected=expected,
        bin_variance=window_variance(forecast, expected, 1, rhythm),
        ring_count=state.ring_count,
        ring_expected=state.ring_expected,
    )
