"""Hourly series like those of posts, with bursts whose start and size are known.

The rate is a base of 0.05 to 300 posts an hour, times a daily and weekly rhythm, a slow drift and log-normal AR(1) noise; posts
come alone or in geometric clusters. The past holds bursts that nobody labelled, and hours in which nothing was read. The last
week is the test: each series exists once without and once with a burst in it, otherwise equal to the post. A burst of size k
brings k standard deviations of the sum of its hours.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

BASES_PER_HOUR = (0.05, 0.3, 1, 5, 30, 300)
HISTORY_DAYS = (3, 7, 14, 28, 56)
SIZES = (3, 5, 8, 15, 30)
PAST_SIZES = (5, 10, 20, 40)
WEEK_HOURS = 168
NOISE_MEMORY = 0.75


def _falling() -> Floats:
    left = 0.5 ** (np.arange(12) / 3)
    return left / left.sum()


SHAPES: dict[str, Floats] = {
    "spike": np.ones(1),
    "step": np.ones(6) / 6,
    "ramp": np.arange(1, 13) / 78.0,
    "viral": _falling(),
}
SHAPE_NAMES = tuple(SHAPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """The expected posts of each hour with and without noise, and how posts vary about it."""

    smooth: Floats
    noisy: Floats
    cluster_size: float
    noise_sd: float

    def __len__(self) -> int:
        return len(self.smooth)

    def burst_sd(self, start: int, hours: int) -> float:
        """Give the standard deviation of the posts of ``hours`` hours from ``start``, clusters and wandering rate included."""
        mean = self.smooth[start : start + hours]
        clustering = 2 * self.cluster_size - 1 if self.cluster_size > 1 else 1.0
        hour = np.arange(len(mean))
        likeness = np.expm1(self.noise_sd**2 * NOISE_MEMORY ** np.abs(hour[:, None] - hour))
        return float(np.sqrt(max(mean.sum() * clustering + (likeness * mean[:, None] * mean).sum(), 0.05)))


@dataclass(slots=True)
class PostSeries:
    """Series of one length of history: arrays of shape (N, hours), then what is known of each burst, shape (N,)."""

    history_hours: int
    quiet: list[Floats] = field(default_factory=list)
    burst: list[Floats] = field(default_factory=list)
    observed: list[Bools] = field(default_factory=list)
    base: list[float] = field(default_factory=list)
    size: list[int] = field(default_factory=list)
    start: list[int] = field(default_factory=list)
    hours: list[int] = field(default_factory=list)


def simulate(*, reps: int, seed: int, has_cascades: bool = False) -> list[PostSeries]:
    """Give ``reps`` series for each base and length of history; a multiple of 20 holds each shape and size equally often.

    ``has_cascades`` adds two natural cascades a week to past and test alike. They are how such a series is: an alarm on one in
    a week without a burst is false.
    """
    groups = []
    for days in HISTORY_DAYS:
        rng, group = np.random.default_rng([seed, days]), PostSeries(days * 24)
        for base in BASES_PER_HOUR:
            for number in range(reps):
                _add(group, rng, base, days, number, has_cascades=has_cascades)
        groups.append(group)
    return groups


def _add(group: PostSeries, rng: np.random.Generator, base: float, days: int, number: int, *, has_cascades: bool) -> None:
    rate = _rate(rng, base, days * 24 + WEEK_HOURS)
    quiet = _posts(rng, rate)
    _add_past_bursts(rng, quiet, rate, days)
    if has_cascades:
        _add_cascades(rng, quiet, rate)
    observed = _observed(rng, len(rate), days)
    size, shape = SIZES[number % 5], SHAPES[SHAPE_NAMES[number // 5 % 4]]
    start = _burst_start(rng, observed, days * 24, len(shape))
    burst = quiet.copy()
    burst[start : start + len(shape)] += rng.poisson(size * rate.burst_sd(start, len(shape)) * shape)
    group.quiet.append(np.where(observed, quiet, 0.0))
    group.burst.append(np.where(observed, burst, 0.0))
    group.observed.append(observed)
    group.base.append(base)
    group.size.append(size)
    group.start.append(start)
    group.hours.append(len(shape))


def _rate(rng: np.random.Generator, base: float, hours: int) -> Rate:
    hour = np.arange(hours)
    first = rng.integers(0, WEEK_HOURS)
    hour_of_day, weekday = (hour + first) % 24, (hour + first) // 24 % 7
    strength, peak = rng.uniform(0.3, 1.2), rng.uniform(0, 24)
    day = strength * np.cos(2 * np.pi * (hour_of_day - peak) / 24)
    day += rng.uniform(0, 0.4) * np.cos(4 * np.pi * (hour_of_day - peak + rng.uniform(0, 6)) / 24)
    week = np.where(weekday >= 5, rng.normal(0, 0.35), 0) + rng.normal(0, 0.1, 7)[weekday]
    drift = np.cumsum(rng.normal(0, 0.03 / np.sqrt(24), hours)) + rng.normal(0, 0.12) * hour / 24 / 28
    noise_sd = rng.uniform(0.05, 0.35)
    noise = _wandering(rng, noise_sd, hours)
    rhythm = np.exp(day + week)
    smooth = base * rhythm / rhythm.mean() * np.exp(drift - drift.mean())
    cluster_size = float(rng.choice([1.0, 1.0, 1.5, 2.0]))
    return Rate(smooth=smooth, noisy=smooth * np.exp(noise - noise_sd**2 / 2), cluster_size=cluster_size, noise_sd=noise_sd)


def _wandering(rng: np.random.Generator, sd: float, hours: int) -> Floats:
    shocks = rng.normal(0, sd * np.sqrt(1 - NOISE_MEMORY**2), hours)
    path = np.zeros(hours)
    path[0] = rng.normal(0, sd)
    for hour in range(1, hours):
        path[hour] = NOISE_MEMORY * path[hour - 1] + shocks[hour]
    return path


def _posts(rng: np.random.Generator, rate: Rate) -> Floats:
    if rate.cluster_size == 1:
        return rng.poisson(rate.noisy).astype(float)
    clusters = rng.poisson(rate.noisy / rate.cluster_size)
    posts = clusters.copy()
    has_any = clusters > 0
    posts[has_any] += rng.negative_binomial(clusters[has_any], 1 / rate.cluster_size)
    return posts.astype(float)


def _add_past_bursts(rng: np.random.Generator, posts: Floats, rate: Rate, days: int) -> None:
    """Add bursts that nobody labelled, one in 14 days, the last a day before the test week."""
    for _ in range(rng.poisson(days / 14.0)):
        shape = SHAPES[SHAPE_NAMES[rng.integers(4)]]
        start = int(rng.integers(12, days * 24 - 36))
        size = rng.choice(PAST_SIZES)
        posts[start : start + len(shape)] += rng.poisson(size * rate.burst_sd(start, len(shape)) * shape)


def _add_cascades(rng: np.random.Generator, posts: Floats, rate: Rate) -> None:
    shape = SHAPES["viral"]
    for _ in range(rng.poisson(2 * len(rate) / WEEK_HOURS)):
        start = int(rng.integers(0, len(rate) - len(shape)))
        size = min(1.5 * (1 + rng.pareto(1.5)), 25.0)
        posts[start : start + len(shape)] += rng.poisson(size * rate.burst_sd(start, len(shape)) * shape)


def _observed(rng: np.random.Generator, hours: int, days: int) -> Bools:
    observed = np.ones(hours, dtype=bool)
    for _ in range(rng.poisson(days / 10.0 + 0.3)):
        outage_hours = int(min(72, max(1, rng.lognormal(1.3, 1.0))))
        start = int(rng.integers(0, hours - 1))
        observed[start : start + outage_hours] = False
    return observed


def _burst_start(rng: np.random.Generator, observed: Bools, test_start: int, hours: int) -> int:
    """Give an hour of the test week from which all of the burst was read, if 200 throws find one."""
    for _ in range(200):
        start = test_start + int(rng.integers(0, WEEK_HOURS - 24))
        if observed[start : start + hours].all():
            break
    return start
