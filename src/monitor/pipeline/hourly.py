"""Assess what X counts, hour by hour: each theme that is asked of X is a series of its own, and a world of its own.

Counts come first: no post of X is looked at here. An hour is assessed once, when all queries of its theme have been counted; what
was counted at first contact, or more than two days late, only teaches the baseline.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from monitor import store
from monitor.detect import (
    BASELINE,
    DETECTOR_VERSION,
    HOURLY,
    LATE_LIMIT,
    MAIL,
    PARAMETERS,
    QUEUE_VERSION,
    Casebook,
    HourPassed,
    Look,
    Step,
    count_interval,
    hour_index,
    is_elsewhere,
    look,
    walk_hours,
)
from monitor.errors import ConfigError
from monitor.model import AlertRule, ChartPoint, Neighbour, SeriesKey, SeriesState, Spike
from monitor.pipeline.evidence import Around
from monitor.pipeline.record import record
from monitor.pipeline.tools import forbidden_themes
from monitor.settings import Settings

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATE_AFTER = timedelta(hours=6)
"""An hour counted so long after its end was seen late; the schedule is hourly, and rarer where the cap is small."""
CHART_DAYS = 3


@dataclass(frozen=True, slots=True)
class _World:
    """X as it was counted: by hour the posts of each theme, in the order of ``themes``, and when each was read."""

    themes: tuple[str, ...]
    counts: Mapping[datetime, Sequence[int | None]]
    read_at: Mapping[tuple[str, datetime], datetime]

    def complete_until(self, theme_id: str | None) -> datetime | None:
        """Give the end of the newest hour that all queries of a theme were counted for; None without one."""
        return max((hour_at + HOUR for hour_at in self._complete(theme_id)), default=None)

    def complete_hours(self, theme_id: str | None) -> int:
        """Count the hours that all queries of a theme were counted for."""
        return len(self._complete(theme_id))

    def _complete(self, theme_id: str | None) -> list[datetime]:
        if theme_id not in self.themes:
            return []
        column = self.themes.index(theme_id)
        return [hour_at for hour_at, told in self.counts.items() if told[column] is not None]


def _read(connection: store.Connection, since_at: datetime, until_at: datetime) -> _World:
    hours = store.x_hours(connection, since_at, until_at)
    themes = tuple(sorted({hour.theme_id for hour in hours}))
    counts: dict[datetime, list[int | None]] = {}
    for hour in hours:
        counts.setdefault(hour.hour_at, [None] * len(themes))[themes.index(hour.theme_id)] = hour.posts_count
    return _World(themes, counts, {(hour.theme_id, hour.hour_at): hour.read_at for hour in hours})


def detect_x(
    connection: store.Connection,
    settings: Settings,
    rules: Sequence[AlertRule],
    *,
    as_of: datetime,
    is_held: Callable[[SeriesKey], bool],
) -> Counter[str]:
    """Assess the hours counted since the last time, in the caller's transaction; returns hours, spikes and alerts."""
    totals: Counter[str] = Counter()
    stepped = store.x_stepped_until(connection)
    since_at = min([as_of, *stepped.values()]) - BASELINE - DAY
    world = _read(connection, since_at, as_of)
    ids = store.x_series(connection, world.themes, as_of=as_of)
    ends = {theme: end for theme in world.themes if (end := world.complete_until(theme)) is not None}
    news = {theme: (stepped[theme], end) for theme, end in ends.items() if theme in stepped and end > stepped[theme]}
    if news:
        run = _Run(connection, rules, world, ids, is_held)
        totals.update(run.step_through(news))
    _save_states(connection, settings, world, ids, is_held, as_of)
    for theme, end in ends.items():
        if theme not in stepped or end > stepped[theme]:
            store.save_x_step(connection, theme, end)
    return totals


class _Run:
    """A run under way: what was counted, the episodes of X, and the hours walked through so far."""

    def __init__(
        self,
        connection: store.Connection,
        rules: Sequence[AlertRule],
        world: _World,
        ids: Mapping[SeriesKey, int],
        is_held: Callable[[SeriesKey], bool],
    ) -> None:
        self._connection, self._rules, self.world, self.ids = connection, rules, world, ids
        self.keys = [SeriesKey(theme_id=theme, source="x") for theme in world.themes]
        self._is_held = is_held
        self.passed: list[HourPassed] = []

    def step_through(self, news: Mapping[str, tuple[datetime, datetime]]) -> Counter[str]:
        """Take every new hour of every theme; ``news`` holds from and until when each theme's hours are new."""
        totals: Counter[str] = Counter()
        first_at, last_at = min(start for start, _ in news.values()), max(end for _, end in news.values())
        self._open_book(first_at)
        for day in sorted({hour_at.date() for hour_at in self.world.counts if first_at <= hour_at < last_at}):
            self.passed = []
            for passed in walk_hours(self.world.counts, len(self.keys), day):
                self.passed.append(passed)
                if passed.hour_at.date() == day:
                    totals.update(self._take(passed, news))
        return totals

    def _open_book(self, first_at: datetime) -> None:
        versions = (DETECTOR_VERSION, QUEUE_VERSION)
        spikes = [spike for version in versions for spike in store.recent_spikes(self._connection, version, first_at)]
        leads = store.event_leads(self._connection, [spike.event_id for spike in spikes if spike.event_id is not None])
        self._book = Casebook(
            self.keys,
            spikes=spikes,
            events=store.events_of(spikes, leads),
            open_event=lambda spike: store.add_event(self._connection, self.ids[spike.key], spike.opened_at),
            drivers=lambda spike, _: (spike.observed, MAIL.min_channels),  # X counts posts, and tells not whose they are
            is_held=self._is_held,
        )
        self._others = [spike for spike in spikes if spike.key.source != "x" and spike.closed_at is None]

    def _take(self, passed: HourPassed, news: Mapping[str, tuple[datetime, datetime]]) -> Counter[str]:
        """Assess the themes for which this hour is new and was read in time."""
        totals: Counter[str] = Counter()
        end_at = passed.hour_at + HOUR
        for column, theme in enumerate(self.world.themes):
            start_at, until_at = news.get(theme, (end_at, end_at))
            read_at = self.world.read_at.get((theme, passed.hour_at), end_at)
            if not start_at < end_at <= until_at or read_at - end_at > LATE_LIMIT:
                continue
            columns = np.array([column])
            step = Step(
                as_of=end_at,
                said_at=max(read_at, end_at),
                scores=passed.scores.of(columns),
                is_late=read_at - end_at > LATE_AFTER,
                columns=columns,
                bin_length=HOUR,
            )
            totals["X hours"] += 1
            for change in self._book.take(step):
                totals.update(
                    record(
                        self._connection,
                        self._rules,
                        self._book,
                        self.ids,
                        step,
                        change,
                        is_incomplete=self._coverage(change.spike, column) < 1.0,
                        around=partial(self._around, step, column),
                    )
                )
        return totals

    def _coverage(self, spike: Spike, column: int) -> float:
        start_at = spike.peak_at - spike.window_hours * HOUR
        told = [float(p.exposure[column]) for p in self.passed if start_at <= p.hour_at < spike.peak_at]
        return sum(told) / spike.window_hours

    def _around(self, step: Step, column: int, spike: Spike) -> Around:
        watched = self.passed[-1].after.age_bins[column] * HOUR - (step.as_of - spike.onset_at)
        return Around(
            chart=tuple(_point(p, column) for p in self.passed if p.hour_at >= step.as_of - CHART_DAYS * DAY),
            neighbours=tuple(
                Neighbour(key=other.key, observed=other.observed, expected=other.expected)
                for other in self._others
                if other.kind == "posts" and is_elsewhere(spike.key, other.key)
            ),
            days_on_record=max(watched / DAY, 0.0),
            needed_score=self._book.needed_score(spike.key, step.as_of),
            coverage_share=self._coverage(spike, column),
        )


def _point(passed: HourPassed, column: int) -> ChartPoint:
    scores = passed.scores
    expected = float(scores.bin_expected[column])
    low, high = count_interval(expected, float(scores.bin_variance[column]))
    observed = int(passed.counts[column]) if passed.exposure[column] else None
    return ChartPoint(hour_at=passed.hour_at, observed=observed, expected=expected, expected_low=low, expected_high=high)


def _save_states(
    connection: store.Connection,
    settings: Settings,
    world: _World,
    ids: Mapping[SeriesKey, int],
    is_held: Callable[[SeriesKey], bool],
    as_of: datetime,
) -> None:
    """Note how every series of X stands; one that is asked no more, or was not counted for a day, is masked."""
    forbidden = forbidden_themes(settings, "x", store.approved_themes(connection, as_of.date()))
    days = [world.complete_hours(key.theme_id) * (HOUR / DAY) for key in ids]
    states = [_state(world, key, forbidden, is_held, as_of) for key in ids]
    store.save_series_states(connection, list(ids.values()), states, days, as_of=as_of)


def _state(
    world: _World, key: SeriesKey, forbidden: frozenset[str], is_held: Callable[[SeriesKey], bool], as_of: datetime
) -> SeriesState:
    if key.theme_id in forbidden:
        return "no_permission"
    if is_held(key):
        return "new_definition"
    end_at = world.complete_until(key.theme_id)
    if end_at is None or as_of - end_at > DAY:
        return "masked"
    return "too_little_history" if world.complete_hours(key.theme_id) <= HOURLY.blind_bins else "watched"


def look_at_x(connection: store.Connection, key: SeriesKey, moment: datetime) -> tuple[Look, list[SeriesKey], datetime]:
    """Look at a series of X as it stood at a moment: its windows, the series of X, and the end of the newest hour counted."""
    world = _read(connection, moment - BASELINE - DAY, moment - HOUR + timedelta(microseconds=1))
    until_at = world.complete_until(key.theme_id)
    if until_at is None:
        raise ConfigError(f"nothing had been counted of {key.label()} by {moment:%d %b %Y %H:%M} UTC.")
    column = np.array([world.themes.index(key.theme_id or "")])
    last_at = until_at - HOUR
    passed = next(p for p in walk_hours(world.counts, len(world.themes), last_at.date()) if p.hour_at == last_at)
    seen = look(
        passed.before.of(column),
        index=hour_index(last_at),
        counts=[passed.counts[column]],
        exposure=float(passed.exposure[column[0]]),
        elapsed=1.0,
        rhythm=HOURLY,
        parameters=PARAMETERS,
    )
    return seen, [SeriesKey(theme_id=theme, source="x") for theme in world.themes], until_at
