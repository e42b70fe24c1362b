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

import numpy as np

from monitor.detect.forecast import Forecast, foresee
from monitor.detect.judgement import judge
from monitor.detect.learning import end_day, learn, note
from monitor.detect.parameters import PARAMETERS, DetectorParameters
from monitor.detect.rhythm import QUARTER_HOURLY, Floats, Rhythm
from monitor.detect.scores import StepScores, scores_of
from monitor.detect.state import DetectorState
from monitor.detect.windows import push, sum_up


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
    forecast = foresee(state, index, rhythm)
    is_observed = exposure >= parameters.min_exposure
    expected = forecast.rate / rhythm.bins_per_learning * exposure
    state = push(state, np.where(is_observed, counts, 0.0), np.where(is_observed, expected, 0.0), is_observed)
    windows = sum_up(state, forecast, rhythm)
    judgement = judge(state, forecast, windows, rhythm, parameters)
    scores = scores_of(
        state,
        forecast,
        windows,
        judgement,
        counts=counts,
        expected=expected,
        exposure=exposure,
        rhythm=rhythm,
        parameters=parameters,
    )
    state = note(state, judgement, is_observed, parameters)
    if (index + 1) % rhythm.bins_per_learning == 0:
        state = learn(state, forecast, windows, judgement, rhythm, parameters)
    if rhythm.peak_days and (index + 1) % rhythm.bins_per_day == 0:
        state = end_day(state)
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
    state, forecast, expected = run_ahead(
        state, index=index, counts=counts, exposure=exposure, elapsed=elapsed, rhythm=rhythm, parameters=parameters
    )
    windows = sum_up(state, forecast, rhythm)
    judgement = judge(state, forecast, windows, rhythm, parameters)
    return scores_of(
        state,
        forecast,
        windows,
        judgement,
        counts=counts[-1],
        expected=expected,
        exposure=np.full(len(state), exposure),
        rhythm=rhythm,
        parameters=parameters,
    )


def run_ahead(
    state: DetectorState,
    *,
    index: int,
    counts: Sequence[Floats],
    exposure: float,
    elapsed: float,
    rhythm: Rhythm,
    parameters: DetectorParameters,
) -> tuple[DetectorState, Forecast, Floats]:
    """Give the state with ``counts`` pushed, the forecast of the last of them, and what was expected of it."""
    is_observed = np.full(len(state), exposure >= parameters.min_exposure)
    for ahead, newest in enumerate(counts):
        forecast = foresee(state, index + ahead, rhythm)
        share = exposure * (elapsed if ahead == len(counts) - 1 else 1.0)
        expected = forecast.rate / rhythm.bins_per_learning * share
        state = push(state, np.where(is_observed, newest, 0.0), np.where(is_observed, expected, 0.0), is_observed)
    return state, forecast, expected
