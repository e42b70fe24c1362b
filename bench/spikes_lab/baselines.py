"""Published and common ways to call a count unusual, each as a function of counts, what was read, and the period.

All take arrays of shape (N, bins), know only the past, and give -log10 of a tail probability: 0 where they cannot tell. Hourly
counts (period 168) are compared with the same hour of other days, weekly ones (52) with other weeks. ``least_sd`` is the least
standard deviation believed: without one, a single post after a silent week is as unusual as can be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr, stdtr, stdtrit

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Scorer = Callable[[Floats, Bools, int], Floats]

FLAT = 30.0
"""Standard deviations by which a count above a reference without any variance is taken to exceed it."""


def bins_per_day(period: int) -> int:
    """Give the bins of a day; 1 where a bin is a day or longer."""
    return period // 7 if period % 7 == 0 and period > 7 else 1


def of_normal(deviations: Floats) -> Floats:
    """Give -log10 of a normal's upper tail.

    >>> round(float(of_normal(np.array([3.0]))[0]), 2)
    2.87
    """
    score: Floats = -log_ndtr(-np.clip(deviations, -50, 1e4)) / np.log(10)
    return score


def of_student(deviations: Floats, freedom: int) -> Floats:
    """Give -log10 of the upper tail of Student's t."""
    score: Floats = -np.log10(np.maximum(stdtr(freedom, -np.clip(deviations, -1e6, 1e6)), 1e-300))
    return score


def _shifted(array: npt.NDArray, bins: int) -> npt.NDArray:
    """Give what was ``bins`` ago; 0 before the first bin."""
    past = np.zeros_like(array)
    past[:, bins:] = array[:, : max(array.shape[1] - bins, 0)]
    return past


def _deviations(counts: Floats, observed: Bools, lags: Sequence[int], least_sd: float) -> Floats:
    """Give how many standard deviations each count lies above those ``lags`` ago; 0 with fewer than five of them read."""
    known = [(_shifted(counts, lag), _shifted(observed, lag)) for lag in lags]
    number = sum(seen.astype(float) for _, seen in known)
    mean = sum(past * seen for past, seen in known) / np.maximum(number, 1)
    variance = sum((past - mean) ** 2 * seen for past, seen in known) / np.maximum(number - 1, 1)
    sd = np.maximum(np.sqrt(variance), least_sd)
    above = np.where(sd > 1e-12, (counts - mean) / np.maximum(sd, 1e-12), np.where(counts > mean, FLAT, 0.0))
    return np.where((number >= 5) & observed, above, 0.0)


def ears(counts: Floats, observed: Bools, period: int, *, kind: int, least_sd: float = 0.0) -> Floats:
    """Score by EARS C1, C2 or C3 (Hutwagner et al. 2003, J Urban Health 80:i89): seven references, for C2 and C3 older."""
    day = bins_per_day(period)
    newest = 1 if kind == 1 else 3
    above = _deviations(counts, observed, [(newest + number) * day for number in range(7)], least_sd)
    if kind == 3:
        excess = np.maximum(above - 1, 0)
        above = sum(_shifted(excess, number * day) for number in range(3))
    return np.where(observed, of_normal(above), 0.0)


def same_hour(counts: Floats, observed: Bools, period: int, *, least_sd: float = 0.0) -> Floats:
    """Score by mean and standard deviation of the same hour in the 28 days before."""
    day = bins_per_day(period)
    above = _deviations(counts, observed, [(number + 1) * day for number in range(28)], least_sd)
    return np.where(observed, of_normal(above), 0.0)


def trailing(counts: Floats, observed: Bools, period: int, *, least_sd: float = 0.0) -> Floats:
    """Score by mean and standard deviation of all hours of the seven days before; of weekly counts, of 26 weeks."""
    day = bins_per_day(period)
    window = 7 * day if day > 1 else 26
    read = np.where(observed, counts, 0.0)
    total, squares, number = (_before(np.cumsum(part, axis=1), window) for part in (read, read**2, observed.astype(float)))
    mean = total / np.maximum(number, 1)
    sd = np.maximum(np.sqrt(np.maximum(squares - number * mean**2, 0) / np.maximum(number - 1, 1)), least_sd)
    above = np.where(sd > 1e-12, (counts - mean) / np.maximum(sd, 1e-12), np.where(counts > mean, FLAT, 0.0))
    return np.where((number >= min(24, window // 2)) & observed, of_normal(above), 0.0)


def _before(running: Floats, window: int) -> Floats:
    """Give the sum over the ``window`` bins before each, from running sums."""
    return _shifted(running, 1) - _shifted(running, window + 1)


def epitweetr(counts: Floats, observed: Bools, period: int, *, least_sd: float = 0.0) -> Floats:
    """Score by epitweetr's ``ears_t_reweighted``: the last 24 hours against the seven blocks of 24 hours before.

    A Student prediction interval in which past outliers weigh less (Espinosa et al. 2022, Euro Surveill 27:2200177). Blocks
    read in less than 80 % count as unknown, others are scaled up; the original takes what is missing for zero.
    """
    day, size = bins_per_day(period), 7
    blocks, known = _blocks(counts, observed, day) if day > 1 else (counts, observed)
    lags = [(number + 1) * day for number in range(size)]
    past = np.stack([_shifted(blocks, lag) for lag in lags])
    is_known = np.stack([_shifted(known, lag) for lag in lags]).all(axis=0) & known
    weights = _outlier_weights(past)
    mean = (weights * past).mean(axis=0)
    sd = np.maximum(np.sqrt((weights * (past - mean) ** 2).sum(axis=0) / (size - 1)), least_sd)
    with np.errstate(divide="ignore", invalid="ignore"):
        above = (blocks - mean) / (sd * np.sqrt(1 + 1 / size))
    above = np.where(sd > 0, above, np.where(blocks > mean, 1e3, 0.0))
    return np.where(is_known, of_student(above, size - 1), 0.0)


def _blocks(counts: Floats, observed: Bools, day: int) -> tuple[Floats, Bools]:
    """Give the sum over the day that ends with each bin, scaled up for what was not read, and whether 80 % of it was."""
    total, number = np.cumsum(np.where(observed, counts, 0.0), axis=1), np.cumsum(observed, axis=1).astype(float)
    total, number = total - _shifted(total, day), number - _shifted(number, day)
    known = number >= 0.8 * day
    known[:, : day - 1] = False
    return np.where(known, total * day / np.maximum(number, 1), 0.0), known


def _outlier_weights(past: Floats) -> Floats:
    """Give weights, mean 1, that fall with the fourth power beyond the 95 % point of studentised residuals."""
    size = len(past)
    limit = stdtrit(size - 2, 0.95)
    others_mean = (past.sum(axis=0) - past) / (size - 1)
    others_squares = (past**2).sum(axis=0) - past**2
    others_sd = np.sqrt(np.maximum(others_squares - (size - 1) * others_mean**2, 0) / (size - 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        residual = (past - past.mean(axis=0)) / (others_sd * np.sqrt(1 - 1 / size))
        weights = np.where(residual > limit, (limit / residual) ** 4, 1.0)
    weights = np.nan_to_num(weights, nan=1.0)
    return weights / weights.sum(axis=0) * size


THREE_SD, TWO_SD = 2.87, 1.64
AS_USED: dict[str, tuple[Scorer, float]] = {
    "EARS C1": (partial(ears, kind=1), THREE_SD),
    "EARS C2": (partial(ears, kind=2), THREE_SD),
    "EARS C3": (partial(ears, kind=3), TWO_SD),
    "epitweetr 24 h": (epitweetr, 1.6),
    "z 7 d": (trailing, THREE_SD),
    "z same hour 28 d": (same_hour, THREE_SD),
}
"""Each with the score that its users alarm at: 3 and 2 standard deviations, epitweetr's one-sided 2.5 %."""

FLOORED = {f"{name}, floor": (partial(scorer, least_sd=1.0), threshold) for name, (scorer, threshold) in AS_USED.items()}
"""The same with a standard deviation of at least one post, as R's ``surveillance`` offers: what they can do on sparse series."""

BASELINES = AS_USED | FLOORED
