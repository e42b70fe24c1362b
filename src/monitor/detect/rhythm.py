"""The regular ups and downs of a count series as regressors, and the windows it is looked at in, for a length of bin.

The log of the expected count is a level plus harmonics of the day plus weekdays (weekly counts: harmonics of the year and a
trend), as in the dynamic generalised linear models of West, Harrison & Migon (1985, doi:10.1080/01621459.1985.10477131).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How series of one bin length are modelled; a *step of learning* is ``bins_per_learning`` bins.

    ``clustering`` and ``noise`` are the grids of what makes counts vary more than Poisson: posts that come in clusters (variance
    over mean), and a rate that wanders (standard deviation of its log, fading with ``noise_memory`` a step). ``wild_noise`` is
    for counts that say more of who collects them than of who posts, as those of a collector that runs into a cap: without memory,
    and so seldom that only plain evidence makes it believed.
    """

    bins_per_day: float
    bins_per_learning: int
    windows: tuple[int, ...]
    handicaps: tuple[float, ...]
    """By how much more unusual each window must be: a longer one also finds what a shorter one has missed, but later."""
    youth_handicap: float
    """The same for all windows of a series just begun, whose rhythm is hardly known; it fades with ``YOUTH_DAYS``."""
    harmonics: tuple[tuple[float, float], ...]
    """(bins of one cycle, prior standard deviation of its two coefficients)"""
    has_weekdays: bool
    trend_bins: float | None
    level_drift: float
    harmonic_drift: float
    weekday_drift: float
    clustering: tuple[float, ...]
    noise: tuple[float, ...]
    wild_noise: tuple[float, ...]
    noise_memory: float
    variance_memory: float
    clip_skewness: float
    min_posts: int
    young_bins: int
    """Observed bins in which every count is learnt in full."""
    blind_bins: int
    """Observed bins before which nothing is called unusual: too little history."""
    lifted_after_bins: int
    peak_days: int

    @property
    def ring(self) -> int:
        """Bins a state remembers: the longest window."""
        return max(self.windows)

    @property
    def hypotheses(self) -> tuple[tuple[float, float], ...]:
        """Every pair of clustering and noise; the wild ones, beside which clustering does not matter, are last."""
        return (*product(self.clustering, self.noise), *((1.0, noise) for noise in self.wild_noise))

    @property
    def log_prior(self) -> Floats:
        """Log of how likely each hypothesis is before anything was seen, up to a constant."""
        return np.array([0.0] * len(self.clustering) * len(self.noise) + [np.log(WILD_PRIOR)] * len(self.wild_noise))

    @property
    def memory(self) -> Floats:
        """Share of a wandering rate that is left a step later, for each hypothesis."""
        return np.array([self.noise_memory] * len(self.clustering) * len(self.noise) + [0.0] * len(self.wild_noise))

    def regressors(self, index: int) -> Floats:
        """Give the regressors of bin ``index``, counted from any midnight."""
        first = index // self.bins_per_learning * self.bins_per_learning
        angles = [2.0 * np.pi * first / bins for bins, _ in self.harmonics]
        weekday = int(index // self.bins_per_day) % 7
        return np.array(
            [1.0]
            + [part for angle in angles for part in (np.cos(angle), np.sin(angle))]
            + [float(weekday == day) for day in range(7) if self.has_weekdays]
            + ([index / self.trend_bins] if self.trend_bins else [])
        )

    def prior_sd(self) -> Floats:
        """Standard deviations of the coefficients before anything was seen, in the order of ``regressors``."""
        return np.array(
            [LEVEL_SD]
            + [sd for _, sd in self.harmonics for _ in range(2)]
            + [WEEKDAY_SD] * (7 * self.has_weekdays)
            + [TREND_SD] * bool(self.trend_bins)
        )

    def drift(self) -> Floats:
        """Variance each coefficient gains in a step of learning."""
        return np.array(
            [self.level_drift**2]
            + [self.harmonic_drift**2] * (2 * len(self.harmonics))
            + [self.weekday_drift**2] * (7 * self.has_weekdays)
            + [0.0] * bool(self.trend_bins)
        )


@cache
def noise_variance(rhythm: Rhythm, window: int) -> Floats:
    """Relative variance that a wandering rate gives the sum over ``window`` bins, for each hypothesis."""
    steps = np.arange(max(window // rhythm.bins_per_learning, 1))
    apart = np.abs(steps[:, None] - steps)
    return np.array(
        [np.expm1(noise**2 * memory**apart).mean() for (_, noise), memory in zip(rhythm.hypotheses, rhythm.memory, strict=True)]
    )


@cache
def week_of_regressors(rhythm: Rhythm) -> Floats:
    """Give the regressors of each step of learning of one week, shape (steps, D)."""
    bins = max(round(7 * rhythm.bins_per_day), 1)
    return np.stack([rhythm.regressors(index) for index in range(0, bins, rhythm.bins_per_learning)])


LEVEL_SD, WEEKDAY_SD, TREND_SD = 2.5, 0.2, 0.15
PRIOR_RATE = 0.5
"""Posts a step of learning that a series nothing is known of is taken to have."""

YOUTH_DAYS = 10.0
WILD_PRIOR = 1e-6
"""How likely wild noise is taken to be beside any other hypothesis."""

_CLUSTERING = (1.0, 1.5, 2.2, 3.2)
_NOISE = (0.05, 0.12, 0.2, 0.3, 0.42)
_WILD_NOISE = (0.7, 1.4, 3.0)


def within_a_day(bins_per_day: int) -> Rhythm:
    """Give the rhythm of bins of an hour or a whole part of one; it is learnt hour by hour."""
    per_hour = bins_per_day // 24
    return Rhythm(
        bins_per_day=bins_per_day,
        bins_per_learning=per_hour,
        windows=tuple(hours * per_hour for hours in (1, 3, 6, 24)),
        handicaps=(0.0, 0.2, 1.3, 3.0),
        youth_handicap=0.5,
        harmonics=tuple((bins_per_day / n, sd) for n, sd in ((1, 0.6), (2, 0.25), (3, 0.1))),
        has_weekdays=True,
        trend_bins=None,
        level_drift=0.03 / np.sqrt(24),
        harmonic_drift=0.006 / np.sqrt(24),
        weekday_drift=0.004 / np.sqrt(24),
        clustering=_CLUSTERING,
        noise=_NOISE,
        wild_noise=_WILD_NOISE,
        noise_memory=0.75,
        variance_memory=0.996,
        clip_skewness=0.0,
        min_posts=6,
        young_bins=12 * per_hour,
        blind_bins=bins_per_day,
        lifted_after_bins=48 * per_hour,
        peak_days=28,
    )


DAILY = Rhythm(
    bins_per_day=1,
    bins_per_learning=1,
    windows=(1, 2),
    handicaps=(0.0, 0.0),
    youth_handicap=0.0,
    harmonics=(),
    has_weekdays=True,
    trend_bins=None,
    level_drift=0.03,
    harmonic_drift=0.0,
    weekday_drift=0.004,
    clustering=_CLUSTERING,
    noise=_NOISE,
    wild_noise=(),
    noise_memory=0.3,
    variance_memory=0.996,
    clip_skewness=0.0,
    min_posts=6,
    young_bins=3,
    blind_bins=7,
    lifted_after_bins=3,
    peak_days=0,
)
WEEKLY = Rhythm(
    bins_per_day=1 / 7,
    bins_per_learning=1,
    windows=(1, 2),
    handicaps=(0.06, 0.06),  # each week is looked at twice
    youth_handicap=0.0,
    harmonics=((52.0, 0.6), (26.0, 0.3)),
    has_weekdays=False,
    trend_bins=52.0,
    level_drift=0.003,
    harmonic_drift=0.001,
    weekday_drift=0.0,
    clustering=(1.0, 1.1, 1.25, 1.5, 1.8, 2.2, 2.8, 3.6, 4.6, 6.0),
    noise=(0.001,),
    wild_noise=(),
    noise_memory=0.0,
    variance_memory=0.995,
    clip_skewness=1.0,
    min_posts=1,
    young_bins=12,
    blind_bins=26,
    lifted_after_bins=3,
    peak_days=0,
)
QUARTER_HOURLY = within_a_day(96)
HOURLY = within_a_day(24)
"""What X counts comes by the hour."""


def rhythm_of(period: int) -> Rhythm:
    """Give the rhythm for ``period`` bins a season: 52 weekly, 7 daily, a multiple of 168 hourly or finer.

    Raises ValueError for any other.
    """
    if period == 52:
        return WEEKLY
    if period == 7:
        return DAILY
    if period % 168 == 0 and period > 0:
        return within_a_day(period // 7)
    raise ValueError(f"period {period}: 52 (weekly), 7 (daily) or a multiple of 168 (hourly or finer) are known")


def quarter_index(moment: datetime) -> int:
    """Give how many quarter-hours after the epoch ``moment`` lies."""
    return int((moment - EPOCH) // timedelta(minutes=15))
