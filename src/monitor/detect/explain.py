"""Show one series as the detector sees it at one moment: every window with its expectation and score, and what scales them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from monitor.detect.judgement import habit_of, handicaps_of, log_tail
from monitor.detect.parameters import PARAMETERS, DetectorParameters
from monitor.detect.rhythm import QUARTER_HOURLY, Floats, Rhythm
from monitor.detect.state import DetectorState
from monitor.detect.step import run_ahead
from monitor.detect.windows import count_interval, sum_up


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowLook:
    """One window that ends now. ``score`` is what counts, after handicap and habit; ``held_back`` says why it is 0."""

    hours: int
    observed: int
    expected: float
    expected_low: float
    expected_high: float
    tail: float
    handicap: float
    score: float
    held_back: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A series at one moment. ``habit`` is what scores are divided by; ``observed_days`` how long it has been watched."""

    windows: tuple[WindowLook, ...]
    habit: float
    observed_days: float
    exposure: float

    @property
    def best(self) -> WindowLook:
        """The window with the highest score."""
        return max(self.windows, key=lambda window: window.score)


def look(
    state: DetectorState,
    *,
    index: int,
    counts: Sequence[Floats],
    exposure: float,
    elapsed: float,
    rhythm: Rhythm = QUARTER_HOURLY,
    parameters: DetectorParameters = PARAMETERS,
) -> Look:
    """Look at a state of one series as ``peek`` would, and keep every figure; the arguments are ``peek``'s."""
    found = _assess_windows(
        state, index=index, counts=counts, exposure=exposure, elapsed=elapsed, rhythm=rhythm, parameters=parameters
    )
    per_hour = rhythm.bins_per_day / 24
    windows = []
    for place, bins in enumerate(rhythm.windows):
        observed, expected = float(found.observed[place, 0]), float(found.expected[place, 0])
        low, high = count_interval(expected, float(found.variance[place, 0]))
        tail, handicap = float(found.tail[place, 0]), float(found.handicap[place, 0])
        held_back = _held_back(found.is_known, observed, expected, float(found.share[place, 0]), rhythm, parameters)
        windows.append(
            WindowLook(
                hours=int(bins / per_hour),
                observed=int(observed),
                expected=expected,
                expected_low=low,
                expected_high=high,
                tail=tail,
                handicap=handicap,
                score=0.0 if held_back else max(tail - handicap, 0.0) / found.habit,
                held_back=held_back,
            )
        )
    days = float(state.age_bins[0]) / rhythm.bins_per_day
    return Look(windows=tuple(windows), habit=found.habit, observed_days=days, exposure=exposure)


@dataclass(frozen=True, slots=True)
class _Assessed:
    """Every window of a peek, shape (W, N), of one series (N = 1): what ``look`` shows."""

    observed: Floats
    expected: Floats
    variance: Floats
    share: Floats
    tail: Floats
    handicap: Floats
    habit: float
    is_known: bool


def _assess_windows(
    state: DetectorState,
    *,
    index: int,
    counts: Sequence[Floats],
    exposure: float,
    elapsed: float,
    rhythm: Rhythm,
    parameters: DetectorParameters,
) -> _Assessed:
    """Give all that ``peek`` weighs of one series, also of windows it would not look at."""
    habit = float(habit_of(state, rhythm, parameters)[0])
    state, forecast = run_ahead(
        state, index=index, counts=counts, exposure=exposure, elapsed=elapsed, rhythm=rhythm, parameters=parameters
    )[:2]
    windows = sum_up(state, forecast, rhythm)
    tails = [
        log_tail(
            state,
            forecast,
            np.arange(1),
            observed=np.maximum(observed, 1e-9),
            expected=expected,
            bins=bins,
            rhythm=rhythm,
            parameters=parameters,
        )
        for observed, expected, bins in zip(windows.observed, windows.expected, rhythm.windows, strict=True)
    ]
    handicap = handicaps_of(state, rhythm)
    is_known = bool(state.ring_observed[-1, 0] > 0 and state.age_bins[0] > rhythm.blind_bins)
    return _Assessed(
        windows.observed, windows.expected, windows.variance, windows.share, np.array(tails), handicap, habit, is_known
    )


def _held_back(
    is_known: bool, observed: float, expected: float, share: float, rhythm: Rhythm, parameters: DetectorParameters
) -> str | None:
    if not is_known:
        return "too little history, or not read"
    if share < parameters.min_share:
        return f"{share:.0%} of it was read, {parameters.min_share:.0%} is needed"
    if observed < rhythm.min_posts:
        return f"{observed:.0f} posts, {rhythm.min_posts} are needed"
    return None if observed > expected else "not above expectation"
