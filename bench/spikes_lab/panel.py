"""A quiet desk: one simulated stream of posts, counted in a thousand nested series, as the deployed detector sees it.

Twelve themes of 4 to 160 posts a day, spread over eighty places by a Zipf law of the theme's own, told by sixty channels in
six languages on two sources. Rates have a daily and weekly rhythm, drift slowly and wander (log-normal AR(1)); posts draw further
ones in other channels' own words within hours, and forwards, of which one in ten is not recognised and counts. *Wiggles* belong
to quiet life: three a week and theme, small stories of 2 to 10 posts over some hours, two in three about one place. A *burst* is
a story put in on purpose: its size is in standard deviations of its theme's posts at that place (or of the whole theme) in six
hours.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from monitor.model import CountRow, CoverageRow, FreshOrigin, SeriesKey, known_bin_end, quarter_hour

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

START_AT = datetime(2022, 1, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
LANGUAGES = ("ru", "uk", "en", "ka", "kk", "az")
SOURCES = ("telegram", "jsonl")
BURST_SIZES = (8, 15, 30)
WIGGLES_A_WEEK = 3.0
NOISE_MEMORY, NOISE_SD = 0.75, 0.2
SHAPES = ("step", "viral", "ramp")


@dataclass(frozen=True, slots=True)
class Posts:
    """Posts as columns, in no order: seconds since ``START_AT``, theme, place (-1: none), channel; all count as origins."""

    second: Floats
    theme: Ints
    place: Ints
    channel: Ints

    def __len__(self) -> int:
        return len(self.second)

    def and_(self, other: Posts) -> Posts:
        """Give both together."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in ("second", "theme", "place", "channel"))
        return Posts(*(np.concatenate(pair) for pair in pairs))


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """A story put in: where, when, how long, and how many posts it brought."""

    theme: int
    place: int
    start_at: datetime
    hours: int
    size: int
    posts_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A world with its dice: who posts how much about what."""

    rng: np.random.Generator
    weeks: int
    themes: int = 12
    places: int = 80
    channels: int = 60

    @property
    def hours(self) -> int:
        """Hours simulated."""
        return self.weeks * 168


def simulate(panel: Panel, *, bursts_from_week: int | None = None) -> tuple[Posts, list[Burst]]:
    """Give a panel's posts, quiet or with bursts, one a day from ``bursts_from_week`` on."""
    rng = panel.rng
    per_day = np.exp(np.linspace(np.log(4), np.log(160), panel.themes))
    weights = _channel_weights(panel)
    likely = np.stack([_place_shares(rng, panel.places) for _ in range(panel.themes)])
    rates = np.stack([_rate(rng, rate / 24, panel.hours) for rate in per_day])
    posts = _of_rates(rng, rates, likely, weights)
    posts = posts.and_(_wiggles(panel, rates, likely, weights))
    posts = posts.and_(_drawn(rng, posts, weights))
    if bursts_from_week is None:
        return posts, []
    return _with_bursts(panel, posts, rates, likely, weights, bursts_from_week)


def _channel_weights(panel: Panel) -> Floats:
    weights = panel.rng.pareto(1.2, panel.channels) + 0.3
    weights = np.minimum(weights, 12.0)
    return weights / weights.sum()


def _place_shares(rng: np.random.Generator, places: int) -> Floats:
    """Share of a theme's posts about no place (first) and about each place."""
    shares = 1.0 / np.arange(1, places + 1) ** 1.1
    rng.shuffle(shares)
    none = rng.uniform(0.2, 0.6)
    return np.concatenate([[none], (1 - none) * shares / shares.sum()])


def _rate(rng: np.random.Generator, base: float, hours: int) -> Floats:
    """Posts an hour of one theme: rhythm of the day and week, slow drift, and noise with a memory of hours."""
    hour = np.arange(hours)
    phase, strength = rng.normal(14, 1.5), rng.uniform(0.5, 1.1)
    day = strength * np.cos(2 * np.pi * (hour - phase) / 24) + 0.2 * np.cos(4 * np.pi * (hour - phase) / 24)
    week = np.where(hour // 24 % 7 >= 5, rng.normal(-0.15, 0.2), 0.0)
    drift = np.cumsum(rng.normal(0, 0.03 / np.sqrt(24), hours)) + rng.normal(0, 0.12) * hour / 24 / 28
    noise = np.zeros(hours)
    for index in range(1, hours):
        noise[index] = NOISE_MEMORY * noise[index - 1] + rng.normal(0, NOISE_SD * np.sqrt(1 - NOISE_MEMORY**2))
    rhythm = np.exp(day + week)
    return base * rhythm / rhythm.mean() * np.exp(drift - drift.mean() + noise - NOISE_SD**2 / 2)


def _of_rates(rng: np.random.Generator, rates: Floats, likely: Floats, weights: Floats) -> Posts:
    counts = rng.poisson(rates)
    theme = np.repeat(np.arange(len(rates)), counts.sum(axis=1))
    hour = np.concatenate([np.repeat(np.arange(rates.shape[1]), row) for row in counts])
    place = np.concatenate([rng.choice(likely.shape[1], size=row.sum(), p=likely[index]) - 1 for index, row in enumerate(counts)])
    second = (hour + rng.uniform(size=len(hour))) * 3600.0
    return Posts(second, theme, place, rng.choice(len(weights), size=len(hour), p=weights))


def _story(
    rng: np.random.Generator, *, theme: int, place: int, start_hour: float, hours: int, count: int, shape: str, weights: Floats
) -> Posts:
    part = rng.uniform(size=count)
    if shape == "viral":
        after = np.minimum(rng.exponential(hours / 4, count), hours)
    else:
        after = hours * (np.sqrt(part) if shape == "ramp" else part)
    return Posts(
        (start_hour + after) * 3600.0,
        np.full(count, theme),
        np.full(count, place),
        rng.choice(len(weights), size=count, p=weights),
    )


def _wiggles(panel: Panel, rates: Floats, likely: Floats, weights: Floats) -> Posts:
    rng, stories = panel.rng, []
    for theme, rate in enumerate(rates):
        for _ in range(rng.poisson(WIGGLES_A_WEEK * panel.weeks)):
            start = rng.uniform(0, panel.hours - 13)
            usual = rate[int(start) : int(start) + 6].sum()
            count = int(np.clip(2 + rng.exponential(0.5 * np.sqrt(usual)), 2, 10))
            place = (
                int(rng.choice(likely.shape[1] - 1, p=likely[theme, 1:] / likely[theme, 1:].sum()))
                if rng.uniform() < 0.67
                else -1
            )
            shape, hours = str(rng.choice(SHAPES)), int(rng.integers(2, 13))
            stories.append(
                _story(rng, theme=theme, place=place, start_hour=start, hours=hours, count=count, shape=shape, weights=weights)
            )
    return _all(stories)


def _drawn(rng: np.random.Generator, posts: Posts, weights: Floats) -> Posts:
    """Posts that others drew: three in ten in words of their own, and one in ten forwards that were not recognised."""
    drawn = rng.poisson(0.3 + 0.5 * 0.1, len(posts))
    second = np.repeat(posts.second, drawn) + rng.exponential(2400.0, drawn.sum())
    theme, place = np.repeat(posts.theme, drawn), np.repeat(posts.place, drawn)
    return Posts(second, theme, place, rng.choice(len(weights), size=len(second), p=weights))


def _with_bursts(
    panel: Panel, posts: Posts, rates: Floats, likely: Floats, weights: Floats, from_week: int
) -> tuple[Posts, list[Burst]]:
    rng, stories, bursts = panel.rng, [posts], []
    for number, start in enumerate(range(from_week * 168 + 3, panel.hours - 24, 24)):
        theme = int(rng.integers(len(rates)))
        place = int(rng.choice(likely.shape[1] - 1, p=likely[theme, 1:] / likely[theme, 1:].sum())) if number % 3 else -1
        mean = rates[theme, start : start + 6].sum() * (likely[theme, place + 1] if place >= 0 else 1.0)
        size, shape, hours = BURST_SIZES[number // 3 % 3], SHAPES[number // 9 % 3], int(rng.choice([3, 6, 9]))
        count = max(int(rng.poisson(size * np.sqrt(1.5 * mean + 0.1 * mean**2))), 12)
        stories.append(
            _story(rng, theme=theme, place=place, start_hour=start, hours=hours, count=count, shape=shape, weights=weights)
        )
        bursts.append(
            Burst(theme=theme, place=place, start_at=START_AT + start * HOUR, hours=hours, size=size, posts_count=count)
        )
    return _all(stories), bursts


def _all(stories: list[Posts]) -> Posts:
    names = ("second", "theme", "place", "channel")
    return Posts(*(np.concatenate([getattr(story, name) for story in stories]) for name in names))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The stream as the detector is given it: the series, their counts by quarter-hour, and origins to the minute."""

    keys: tuple[SeriesKey, ...]
    counts: list[CountRow]
    coverage: list[CoverageRow]
    fresh: list[FreshOrigin]
    channels: dict[SeriesKey, list[tuple[datetime, int]]]
    """(moment, channel) of each origin of a series, in order."""


def count(panel: Panel, posts: Posts, *, series: int, fresh_from_at: datetime) -> Counted:
    """Count posts into the ``series`` largest series; ``fresh`` holds those from ``fresh_from_at`` on."""
    language = panel.rng.choice(len(LANGUAGES), size=panel.channels, p=[0.55, 0.15, 0.12, 0.08, 0.06, 0.04])
    source = (panel.rng.uniform(size=panel.channels) < 0.15).astype(int)
    order = np.argsort(posts.second)
    order = order[posts.second[order] < panel.hours * 3600]
    lag = panel.rng.uniform(30, 300, len(posts))
    rows = [
        (
            START_AT + timedelta(seconds=float(posts.second[i])),
            float(lag[i]),
            int(posts.channel[i]),
            _keys_of(int(posts.theme[i]), int(posts.place[i]), int(language[posts.channel[i]]), int(source[posts.channel[i]])),
        )
        for i in order
    ]
    sizes = Counter(key for *_, keys in rows for key in keys)
    keys = tuple(sorted(sorted(sizes, key=lambda key: (-sizes[key], key.label()))[:series], key=SeriesKey.label))
    return _tables(keys, rows, panel.weeks, fresh_from_at)


def _keys_of(theme: int, place: int, language: int, source: int) -> list[SeriesKey]:
    theme_id = f"theme_{theme:02}"
    found = [
        SeriesKey(theme_id=theme_id),
        SeriesKey(theme_id=theme_id, source=SOURCES[source]),
        SeriesKey(theme_id=theme_id, language=LANGUAGES[language]),
    ]
    if place >= 0:
        found += [SeriesKey(place_id=f"place_{place:02}"), SeriesKey(theme_id=theme_id, place_id=f"place_{place:02}")]
    return found


def _tables(
    keys: tuple[SeriesKey, ...], rows: list[tuple[datetime, float, int, list[SeriesKey]]], weeks: int, fresh_from_at: datetime
) -> Counted:
    ids = {key: number for number, key in enumerate(keys, 1)}
    counted: Counter[tuple[int, datetime, datetime]] = Counter()
    fresh: list[FreshOrigin] = []
    channels: dict[SeriesKey, list[tuple[datetime, int]]] = {key: [] for key in keys}
    for posted_at, lag_s, channel, of in rows:
        bin_at, known_at = quarter_hour(posted_at), posted_at + timedelta(seconds=lag_s)
        seen_at = known_bin_end(bin_at, known_at)
        for key in of:
            if key in ids:
                counted[ids[key], bin_at, seen_at] += 1
                channels[key].append((posted_at, channel))
                if posted_at >= fresh_from_at:
                    fresh.append(FreshOrigin(ids[key], posted_at, known_at))
    bins = [START_AT + number * timedelta(minutes=15) for number in range(weeks * 7 * 96)]
    return Counted(
        keys=keys,
        counts=[CountRow(series_id=s, bin_at=b, seen_at=k, origin_count=n) for (s, b, k), n in counted.items()],
        coverage=[
            CoverageRow(channel_id=1, bin_at=at, known_at=at + timedelta(minutes=15), state="observed", seen_count=9)
            for at in bins
        ],
        fresh=fresh,
        channels=channels,
    )
