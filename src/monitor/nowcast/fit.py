"""Fit the course of a queue to scattered reports under several ideas of how it moves and how people err, and weigh the ideas.

The figure follows a local linear trend (West & Harrison 1997), on its own or on a logarithmic scale, between knots at fixed ages.
The logarithm of a report is that of the curve plus the channel's own bias plus the report's own error. Errors are Student-t, and
one channel in ten is taken to be unreliable, so that what contradicts the others fades out; a channel can at most speak as one
voice. Open bounds and coarse roundings are intervals.
Each idea (drift, error, bias) is fitted by re-weighted least squares and weighed by Laplace's approximation of its evidence: the
mixture is the answer, as with the multiple models of Blom & Bar-Shalom (1988).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Array = npt.NDArray[Any]

KNOTS_H = np.array([0.0, 1.0, 2.0, 3.0, 4.5, 6.0, 9.0, 12.0, 18.0, 24.0])
"""Ages at which the curve is known; straight lines between."""
DRIFTS = (
    (0.0, 0.002, 0.0005, 0.01, 1.0),
    (0.0, 0.02, 0.005, 0.1, 1.0),
    (0.0, 0.08, 0.06, 0.3, 1.0),
    (1.0, 0.01, 0.003, 0.2, 1.0),
    (1.0, 0.03, 0.02, 0.3, 1.0),
    (1.0, 0.10, 0.08, 0.4, 1.0),
    (1.0, 0.02, 0.01, 0.1, 8.0),
)
"""Scale (0 logarithm, 1 the figure itself, relative to the centre); the level's wander per square root of an hour; the trend's
per hour to 3/2; the spread of the oldest trend per hour; how much livelier the last hours are."""
LIVELY_H = 6.0
ERRORS = (0.05, 0.1, 0.18, 0.3, 0.5)
"""Spread of a report's own error, of the logarithm."""
BIASES = (0.03, 0.12, 0.3)
"""Spread of channels' biases, of the logarithm."""
DRIFTS_BELIEVED, BIASES_BELIEVED = (2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0), (1.5, 1.0, 1.0)
"""How far each is believed beforehand, relative to the others."""
LEVEL_SPREAD = 1.5
"""Spread of the oldest level around the reports' centre."""
ERROR_DF = 5.0
UNRELIABLE, UNRELIABLE_SPREAD = 0.1, 1.0
"""Share of channels whose bias has nothing to do with that of the others, and how far those are off."""
FIRST_BIAS = 0.15
"""While the curve is still sought, biases are taken to be at least so large: who is far off is seen from there."""
SLIP = 0.05
"""Share of intervals that hold nothing true."""
LOWEST = 0.01
"""The curve stays above this share of the centre."""
ROUNDS = 6
FIRST_ROUNDS = 2
HOPELESS = 10.0
"""Ideas whose evidence is this far behind after the first rounds are dropped."""


@dataclass(frozen=True, slots=True)
class Observations:
    """Reports as arrays: logarithms relative to the centre, and what stands beside them."""

    age_h: Array
    level: Array
    spread: Array
    """Of a range, and what hearsay adds."""
    low: Array
    high: Array
    """Edges of an interval, infinite where open; NaN where the level is to be taken as said."""
    channel: npt.NDArray[np.int64]
    """Number of the channel, 0 to C - 1; -1 where the channel speaks once."""
    weight: Array


@dataclass(frozen=True, slots=True)
class Ideas:
    """Every combination of drift, error and bias, side by side."""

    scale: Array
    precision: Array
    """Of the curve's levels and trends at the knots, one matrix per idea."""
    log_det: Array
    error: Array
    bias: Array
    log_prior: Array

    def only(self, chosen: npt.NDArray[np.bool_]) -> Ideas:
        """Give the chosen ideas alone."""
        return Ideas(**{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def _ideas() -> Ideas:
    """Give every idea; they are the same for all queues, since figures are taken relative to their centre."""
    drifts = [_drift_precision(*drift[1:]) for drift in DRIFTS]
    rows = list(product(range(len(DRIFTS)), range(len(ERRORS)), range(len(BIASES))))
    precision = np.array([drifts[d] for d, _, _ in rows])
    return Ideas(
        scale=np.array([[DRIFTS[d][0]] for d, _, _ in rows]),
        precision=precision,
        log_det=np.linalg.slogdet(precision)[1],
        error=np.array([[ERRORS[e]] for _, e, _ in rows]),
        bias=np.array([[BIASES[b]] for _, _, b in rows]),
        log_prior=np.log([DRIFTS_BELIEVED[d] * BIASES_BELIEVED[b] for d, _, b in rows]),
    )


def _drift_precision(wander: float, trend_wander: float, trend_spread: float, liveliness: float) -> Array:
    """Give the prior precision of (levels, trends) at the knots; the trend is per hour, forward in time."""
    count = len(KNOTS_H)
    precision = np.zeros((2 * count, 2 * count))
    precision[count - 1, count - 1] += LEVEL_SPREAD**-2
    precision[-1, -1] += trend_spread**-2
    for new in range(count - 1):
        old, gap_h = new + 1, KNOTS_H[new + 1] - KNOTS_H[new]
        noise = trend_wander**2 * np.array([[gap_h**3 / 3, gap_h**2 / 2], [gap_h**2 / 2, gap_h]])
        noise[0, 0] += wander**2 * gap_h
        if KNOTS_H[new] < LIVELY_H:
            noise *= liveliness**2
        step = np.zeros((2, 2 * count))
        step[0, new] = step[1, count + new] = 1.0
        step[0, old] = step[1, count + old] = -1.0
        step[0, count + old] = -gap_h
        precision += step.T @ np.linalg.inv(noise) @ step
    return precision


IDEAS = _ideas()


def to_scale(level: Array, scale: Array) -> Array:
    """Take logarithms to an idea's scale: as they are, or the figure over the centre, less one."""
    return np.where(scale > 0, np.expm1(np.minimum(level, 5.0)), level)


@dataclass(frozen=True, slots=True)
class Fit:
    """What came out under each idea, and pooled."""

    scale: Array
    """Of each idea that was not dropped."""
    level: Array
    """Of the curve now under each idea, on its scale."""
    spread: Array
    weight: Array
    """How far each idea is believed; they sum to one."""
    curve: Array
    """Logarithm of the curve at each report's moment, ideas pooled."""
    error: Array
    """Pooled spread of each report."""
    trust: Array
    """How far each report's channel is believed, 0 to 1, ideas pooled."""
    standing: Array
    """How far each report is believed, 0 to 1: its own weight and its channel's, ideas pooled."""

    def share_below(self, level: Array) -> Array:
        """Give how probable it is that the curve now lies below each of these logarithms."""
        reached = to_scale(level[:, None], self.scale)
        return np.asarray(ndtr((reached - self.level) / self.spread) @ self.weight)


def fit(seen: Observations) -> Fit:
    """Fit every idea to at least one observation."""
    work = _Work(seen, IDEAS)
    work.start()
    for _ in range(FIRST_ROUNDS):
        work.reweigh(is_first=True)
        work.solve()
    work.drop_hopeless()
    for _ in range(ROUNDS - FIRST_ROUNDS):
        work.reweigh()
        work.solve()
    return work.result()


class _Work:
    """Arrays of one fit: H ideas, n reports, K knots, C channels that speak more than once."""

    def __init__(self, seen: Observations, ideas: Ideas) -> None:
        self.seen = seen
        self.ideas = ideas
        self.knots = len(KNOTS_H)
        self.channels = int(seen.channel.max(initial=-1)) + 1
        self.is_single = seen.channel < 0
        self.is_interval = ~np.isnan(seen.low)
        self.variance = ideas.error**2 + seen.spread**2 + np.where(self.is_single, ideas.bias**2, 0.0)
        self.between = _between_knots(seen.age_h)
        self.owner = np.zeros((len(seen.age_h), self.channels))
        self.owner[~self.is_single, seen.channel[~self.is_single]] = 1.0
        pairs = self.between[:, :, None] * self.between[:, None, :]
        crossed = self.owner[:, :, None] * self.between[:, None, :]
        self.pairs = pairs.reshape(len(pairs), -1)
        self.crossed = crossed.reshape(len(crossed), -1)

    def start(self) -> None:
        """Begin with one voice a channel around the centre, so that a loud one does not set the scene."""
        loudness = np.where(self.is_single, 1.0, self.owner @ self.owner.sum(axis=0))
        variance = np.maximum(self.variance, 0.09)
        distant = 1 / (1 + self.seen.level**2 / (ERROR_DF * variance))
        self.weights = self.seen.weight * distant / (variance * loudness)
        self.bias_weights = np.repeat(np.maximum(self.ideas.bias, FIRST_BIAS) ** -2.0, self.channels, axis=1)
        place = to_scale(self.seen.level, self.ideas.scale)
        self.slope = 1 / np.maximum(1 + self.ideas.scale * place, LOWEST)
        self.targets = self.slope * place
        self.solve()

    def solve(self) -> None:
        """Solve for curve and biases under the present weights; biases go first, since a report has at most one."""
        count, knots = len(self.weights), self.knots
        level_level = ((self.weights * self.slope**2) @ self.pairs).reshape(count, knots, knots)
        bias_level = ((self.weights * self.slope) @ self.crossed).reshape(count, self.channels, knots)
        level_goal = (self.weights * self.slope * self.targets) @ self.between
        bias_goal = (self.weights * self.targets) @ self.owner
        self.own = self.weights @ self.owner + self.bias_weights
        shared = bias_level / self.own[:, :, None]
        self.precision = self.ideas.precision.copy()
        self.precision[:, :knots, :knots] += level_level - bias_level.transpose(0, 2, 1) @ shared
        goal = np.zeros((count, 2 * knots))
        goal[:, :knots] = level_goal - (bias_goal[:, None, :] @ shared)[:, 0]
        self.state = np.linalg.solve(self.precision, goal[:, :, None])[:, :, 0]
        self.biases = bias_goal / self.own - (shared @ self.state[:, :knots, None])[:, :, 0]
        place = self.state[:, :knots] @ self.between.T
        figure = np.maximum(1 + self.ideas.scale * place, LOWEST)
        self.curve = np.where(self.ideas.scale > 0, np.log(figure), place)
        self.slope = 1 / figure
        self.reached = self.slope * place - self.curve
        self.expected = self.curve + self.biases @ self.owner.T

    def reweigh(self, *, is_first: bool = False) -> None:
        """Weigh reports and biases anew from their residuals; an interval becomes a figure with its slope and curvature."""
        residual = (self.seen.level - self.expected) / np.sqrt(self.variance)
        weights = (ERROR_DF + 1) / (ERROR_DF + residual**2) / self.variance
        said = np.broadcast_to(self.seen.level, weights.shape)
        if self.is_interval.any():
            inside, push, curvature = self.intervals()
            weights = np.where(self.is_interval, curvature * inside / (inside + SLIP), weights)
            said = np.where(self.is_interval, self.expected + push / curvature, said)
        spread = np.maximum(self.ideas.bias, FIRST_BIAS) if is_first else self.ideas.bias
        reliable = self.reliable(spread)
        self.bias_weights = reliable / spread**2 + (1 - reliable) / UNRELIABLE_SPREAD**2
        self.weights = self.seen.weight * weights
        self.targets = said + self.reached

    def reliable(self, spread: Array) -> Array:
        """Give how probable it is that each channel is one of the reliable ones, given its bias."""
        usual = (1 - UNRELIABLE) * _normal(self.biases, spread)
        return np.asarray(usual / (usual + UNRELIABLE * _normal(self.biases, UNRELIABLE_SPREAD)))

    def trust(self) -> Array:
        """Give how far each report's channel is believed, 0 to 1."""
        return np.where(self.is_single, 1.0, self.reliable(self.ideas.bias) @ self.owner.T)

    def intervals(self) -> tuple[Array, Array, Array]:
        """Give of every report taken as an interval its probability, and the slope and curvature of that one's logarithm."""
        spread = np.sqrt(self.variance)
        low, high = (
            np.clip((np.where(self.is_interval, edge, 0.0) - self.expected) / spread, -8.0, 8.0)
            for edge in (self.seen.low, self.seen.high)
        )
        at_low, at_high = (np.exp(-(edge**2) / 2) / np.sqrt(2 * np.pi) for edge in (low, high))
        inside = np.maximum(ndtr(high) - ndtr(low), 1e-9)
        push = (at_low - at_high) / inside
        curvature = push**2 - (low * at_low - high * at_high) / inside
        return inside, push / spread, np.maximum(curvature, 1e-4) / self.variance

    def drop_hopeless(self) -> None:
        """Go on with the ideas that are still in the running."""
        evidence = self.evidence()
        chosen = evidence > evidence.max() - HOPELESS
        self.ideas = self.ideas.only(chosen)
        for name in ("variance", "curve", "expected", "reached", "slope", "biases"):
            setattr(self, name, getattr(self, name)[chosen])

    def result(self) -> Fit:
        aim = np.zeros((len(self.state), 2 * self.knots, 1))
        aim[:, 0] = 1.0
        variance = np.linalg.solve(self.precision, aim)[:, 0, 0]
        evidence = self.evidence()
        weight = np.exp(evidence - evidence.max())
        weight /= weight.sum()
        trust = self.trust()
        believed = np.minimum(self.weights * self.variance / np.maximum(self.seen.weight, 1e-9), 1.0)
        return Fit(
            scale=self.ideas.scale[:, 0],
            level=self.state[:, 0],
            spread=np.sqrt(variance),
            weight=weight,
            curve=weight @ self.curve,
            error=np.sqrt(weight @ (self.variance + np.where(self.is_single, 0.0, self.ideas.bias**2))),
            trust=weight @ trust,
            standing=weight @ (believed * trust),
        )

    def evidence(self) -> Array:
        """Give each idea's log evidence by Laplace's approximation, up to a constant they share."""
        residual = (self.seen.level - self.expected) / np.sqrt(self.variance)
        said = -(ERROR_DF + 1) / 2 * np.log1p(residual**2 / ERROR_DF) - np.log(self.variance) / 2
        if self.is_interval.any():
            said = np.where(self.is_interval, np.log((1 - SLIP) * self.intervals()[0] + SLIP), said)
        usual = (1 - UNRELIABLE) * _normal(self.biases, self.ideas.bias)
        biased = np.log(usual + UNRELIABLE * _normal(self.biases, UNRELIABLE_SPREAD))
        drifted = self.ideas.log_det / 2 - np.einsum("hi,hij,hj->h", self.state, self.ideas.precision, self.state) / 2
        volume = -np.linalg.slogdet(self.precision)[1] / 2 - np.log(self.own).sum(axis=1) / 2
        return np.asarray(self.ideas.log_prior + said @ self.seen.weight + biased.sum(axis=1) + drifted + volume)


def _normal(value: Array, spread: Array | float) -> Array:
    return np.asarray(np.exp(-((value / spread) ** 2) / 2) / spread)


def _between_knots(age_h: Array) -> Array:
    """Give for each age the shares of the knots around it."""
    newer = np.clip(np.searchsorted(KNOTS_H, age_h, side="right") - 1, 0, len(KNOTS_H) - 2)
    share = (age_h - KNOTS_H[newer]) / (KNOTS_H[newer + 1] - KNOTS_H[newer])
    rows = np.arange(len(age_h))
    between = np.zeros((len(age_h), len(KNOTS_H)))
    between[rows, newer], between[rows, newer + 1] = 1 - share, share
    return between
