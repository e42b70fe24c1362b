"""The 42 weekly scenarios of Noufaily et al. (2013, Statistics in Medicine 32:1206), in which outbreaks are known.

Counts are negative binomial with variance phi times the mean; the log of the mean is theta + beta t plus m pairs of yearly
harmonics, t = 1 … 624. Weeks 1–312 are learnt from, 313–575 hold four past outbreaks, the last 49 are the test: once without,
once with an outbreak. An outbreak has Poisson(k sd) cases, each a floored log-normal(0, 0.5) number of weeks after its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WEEKS, PAST_START, TEST_START = 624, 312, 575
PAST_SIZES = (0, 2, 3, 5, 10)
SETTINGS = (  # theta, beta, gamma1, gamma2, phi
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2.0, 0.005, 0.1, 0.3, 2.0),
    (1.5, 0.003, 0.2, -0.4, 1.0),
    (0.5, 0.002, 0.5, 0.5, 5.0),
    (2.5, 0.001, 1.0, 0.1, 3.0),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5.0, 0.0001, 0.05, 0.01, 1.2),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklySeries:
    """Counts without and with an outbreak in the test weeks, shape (N, weeks), and which weeks it lasted."""

    quiet: Counts
    outbreak: Counts
    is_outbreak: npt.NDArray[np.bool_]
    scenario: Counts


def simulate(*, reps: int, seed: int) -> WeeklySeries:
    """Give ``reps`` series of each scenario; a multiple of 5 holds each size of past outbreaks equally often."""
    rng = np.random.default_rng(seed)
    scenarios = [(*setting, trend, pairs) for setting in SETTINGS for trend, pairs in product((0, 1), (0, 1, 2))]
    quiet, outbreak, scenario = [], [], []
    for number, (theta, beta, gamma1, gamma2, phi, trend, pairs) in enumerate(scenarios):
        mean = _mean(theta, beta * trend, gamma1, gamma2, pairs)
        for rep in range(reps):
            without = _past(rng, mean, phi, PAST_SIZES[rep % 5])
            quiet.append(without)
            outbreak.append(_with_outbreak(rng, without, np.sqrt(phi * mean), 1 + (rep + rep // 10 + number) % 10))
            scenario.append(number)
    both = np.array(quiet), np.array(outbreak)
    return WeeklySeries(quiet=both[0], outbreak=both[1], is_outbreak=_span(both[1] > both[0]), scenario=np.array(scenario))


def _mean(theta: float, beta: float, gamma1: float, gamma2: float, pairs: int) -> Floats:
    week = np.arange(1, WEEKS + 1)
    log_mean = theta + beta * week
    for pair in range(1, pairs + 1):
        angle = 2 * np.pi * pair * week / 52
        log_mean = log_mean + gamma1 * np.cos(angle) + gamma2 * np.sin(angle)
    mean: Floats = np.exp(log_mean)
    return mean


def _past(rng: np.random.Generator, mean: Floats, phi: float, size: int) -> Counts:
    counts = rng.poisson(mean) if phi <= 1 else rng.poisson(rng.gamma(mean / (phi - 1), phi - 1))
    if size:
        sd = np.sqrt(phi * mean)
        for start in rng.choice(np.arange(PAST_START, TEST_START - 4), 4, replace=False):
            _add_cases(rng, counts, start, size * sd[start], TEST_START)
    return counts


def _add_cases(rng: np.random.Generator, counts: Counts, start: int, mean_cases: float, end: int) -> bool:
    cases = rng.poisson(mean_cases)
    if not cases:
        return False
    weeks = start + np.floor(rng.lognormal(0, 0.5, cases)).astype(int)
    np.add.at(counts, weeks[weeks < end], 1)
    return True


def _with_outbreak(rng: np.random.Generator, quiet: Counts, sd: Floats, size: int) -> Counts:
    """Add one outbreak to the test weeks, thrown again while it has no case."""
    while True:
        counts, start = quiet.copy(), int(rng.integers(TEST_START, WEEKS - 3))
        if _add_cases(rng, counts, start, size * sd[start], WEEKS):
            return counts


def _span(has_cases: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Mark the weeks from the first to the last with a case of the outbreak."""
    begun = np.maximum.accumulate(has_cases, axis=1)
    lasts = np.maximum.accumulate(has_cases[:, ::-1], axis=1)[:, ::-1]
    return begun & lasts
