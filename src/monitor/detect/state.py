"""What the detector knows of many series at one moment, and how it is kept: one row of numbers a series."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from monitor.detect.rhythm import PRIOR_RATE, QUARTER_HOURLY, Floats, Rhythm, week_of_regressors


@dataclass(frozen=True, slots=True)
class DetectorState:
    """What is known of N series whose log rate has D coefficients, with H hypotheses of how their counts vary."""

    mean: Floats  # (N, D) coefficients of the log of posts per step of learning
    covariance: Floats  # (N, D * D) of the coefficients
    plausibility: Floats  # (N, H) discounted log-likelihood of each hypothesis
    age_bins: Floats  # (N,) observed bins
    high_for: Floats  # (N,) observed bins in a row with a high score
    peaks: Floats  # (N, days) highest score of each past day, newest last
    peak_today: Floats  # (N,)
    ring_count: Floats  # (ring, N), newest last; 0 where not observed
    ring_expected: Floats  # (ring, N); 0 where not observed
    ring_observed: Floats  # (ring, N); 1 where observed

    def __len__(self) -> int:
        return len(self.mean)

    def of(self, columns: npt.NDArray[np.int64]) -> DetectorState:
        """Give the state of some of the series, in this order."""
        parts = {field.name: getattr(self, field.name) for field in fields(self)}
        return DetectorState(**{name: part[:, columns] if name in RINGS else part[columns] for name, part in parts.items()})

    def to_rows(self) -> Floats:
        """Pack the state, shape (N, K); ``from_rows`` gives it back bit for bit."""
        parts = [getattr(self, field.name) for field in fields(self)]
        turned = [part.T if field.name in RINGS else part for field, part in zip(fields(self), parts, strict=True)]
        return np.concatenate([part.reshape(len(self), -1) for part in turned], axis=1)

    @classmethod
    def from_rows(cls, rows: Floats, rhythm: Rhythm = QUARTER_HOURLY) -> DetectorState:
        """Unpack what ``to_rows`` packed."""
        edges = np.cumsum([0, *_widths(rhythm)])
        names = [field.name for field in fields(cls)]
        return cls(**{name: _shaped(name, rows[:, low:high]) for name, (low, high) in zip(names, pairwise(edges), strict=True)})


RINGS = frozenset({"ring_count", "ring_expected", "ring_observed"})
SCALARS = frozenset({"age_bins", "high_for", "peak_today"})


def _shaped(name: str, columns: Floats) -> Floats:
    return np.ascontiguousarray(columns.T if name in RINGS else columns[:, 0] if name in SCALARS else columns)


def _widths(rhythm: Rhythm) -> tuple[int, ...]:
    size = len(rhythm.prior_sd())
    return (size, size * size, len(rhythm.hypotheses), 1, 1, rhythm.peak_days, 1, rhythm.ring, rhythm.ring, rhythm.ring)


def initial(series_count: int, rhythm: Rhythm = QUARTER_HOURLY) -> DetectorState:
    """Give the state of ``series_count`` series nothing is known of."""
    state = DetectorState.from_rows(np.zeros((series_count, sum(_widths(rhythm)))), rhythm)
    mean = state.mean.copy()
    mean[:, 0] = np.log(PRIOR_RATE)
    covariance = np.tile(np.diag(rhythm.prior_sd() ** 2).ravel(), (series_count, 1))
    return replace(state, mean=mean, covariance=covariance)


def joined(state: DetectorState, per_day: Floats, rhythm: Rhythm = QUARTER_HOURLY) -> DetectorState:
    """Give the state once a channel that brings ``per_day`` posts to each series has joined the panel.

    The level rises by just that much, as if the channel had always been there; rhythm and dispersion stay as they are.
    """
    mean = state.mean.copy()
    mean[:, 0] += np.log1p(per_day / _posts_a_day(mean, rhythm))
    return replace(state, mean=mean)


def _posts_a_day(mean: Floats, rhythm: Rhythm) -> Floats:
    """Posts a day expected of each series over a week; ups and downs raise it above what the level alone gives."""
    log_rates = np.einsum("ni,wi->nw", mean, week_of_regressors(rhythm))
    posts: Floats = np.exp(np.clip(log_rates, -12.0, 15.0)).mean(axis=1) * rhythm.bins_per_day / rhythm.bins_per_learning
    return posts
