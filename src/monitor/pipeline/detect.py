"""Detect: step through the quarter-hours that have become known, day by day; spikes, events and alerts in one transaction."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import numpy as np

from monitor import seeds, store
from monitor.detect import (
    DETECTOR_VERSION,
    PARAMETERS,
    PEEK,
    QUEUE_VERSION,
    Casebook,
    Change,
    Step,
    Walk,
    Watch,
    count_interval,
    standing_high,
)
from monitor.model import (
    GRACE,
    QUARTER_HOUR,
    AlertRule,
    ChartPoint,
    Neighbour,
    QueueReport,
    RunReport,
    SeriesKey,
    Spike,
    WatchedChannel,
)
from monitor.pipeline.evidence import Around
from monitor.pipeline.hourly import detect_x
from monitor.pipeline.record import record
from monitor.pipeline.spikes import states_of
from monitor.pipeline.walking import GHOST, LOOK_BACK, Loaded, Stretch, day_ends, load, midnight, next_stretch
from monitor.pipeline.watch import watch_over
from monitor.settings import Settings

KEEP_CHECKPOINTS = timedelta(days=5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def detect(
    connection: store.Connection, settings: Settings, *, as_of: datetime, on_day: Callable[[datetime], None] | None = None
) -> RunReport:
    """Assess every quarter-hour that ended ``GRACE`` before ``as_of`` and whose posts are all classified; live, X's hours too."""
    rules = seeds.load_alert_rules(settings.seeds / "alert_rules.yml")
    totals: Counter[str] = Counter(steps=0, spikes=0, alerts=0)
    covered_at = store.first_covered_at(connection)
    if covered_at is not None:
        totals.update(_detect_posts(connection, settings, rules, covered_at, as_of=as_of, on_day=on_day))
    if settings.source != "replay":
        with connection.transaction():
            is_held = partial(_is_new_definition, _new_definitions(connection))
            totals.update(detect_x(connection, settings, rules, as_of=as_of, is_held=is_held))
    return RunReport(stage="detect", counts=totals)


def _detect_posts(
    connection: store.Connection,
    settings: Settings,
    rules: tuple[AlertRule, ...],
    covered_at: datetime,
    *,
    as_of: datetime,
    on_day: Callable[[datetime], None] | None,
) -> Counter[str]:
    totals: Counter[str] = Counter()
    with store.snapshot(connection):
        stretch = next_stretch(connection, covered_at, as_of, is_replay=settings.source == "replay")
        run = _begin(connection, stretch, rules)
    for until_at in day_ends(stretch.from_at, stretch.until_at):
        with connection.transaction():
            totals.update(_detect_until(connection, run, until_at))
            store.save_step(connection, DETECTOR_VERSION, until_at, until_at + GRACE - PEEK)
        if on_day:
            on_day(until_at)
    with connection.transaction():
        totals.update(_detect_until(connection, run, None))
        store.save_step(connection, DETECTOR_VERSION, stretch.until_at, stretch.peeks_until)
        store.close_other_versions(connection, (DETECTOR_VERSION, QUEUE_VERSION), stretch.until_at)
        _save_states(connection, settings, run)
    return totals


@dataclass(slots=True)
class _Run:
    """A run under way: the walk, what it is about, and the episodes that are still looked at."""

    loaded: Loaded
    walk: Walk
    book: Casebook
    ids: dict[SeriesKey, int]
    rules: tuple[AlertRule, ...]
    steps: Iterator[Step]
    stretch: Stretch
    basis: int
    is_held: Callable[[SeriesKey], bool]
    reports: list[QueueReport]
    watch: Watch | None = None
    silent: dict[datetime, tuple[WatchedChannel, ...]] = field(default_factory=dict)


def _begin(connection: store.Connection, stretch: Stretch, rules: tuple[AlertRule, ...]) -> _Run:
    loaded = load(connection, stretch)
    walk, ids = loaded.walk, loaded.ids
    spikes = [
        spike
        for version in (DETECTOR_VERSION, QUEUE_VERSION)
        for spike in store.recent_spikes(connection, version, stretch.from_at)
    ]
    leads = store.event_leads(connection, [spike.event_id for spike in spikes if spike.event_id is not None])
    is_held = partial(_is_new_definition, _new_definitions(connection))
    book = Casebook(
        list(ids),
        spikes=spikes,
        events=store.events_of(spikes, leads),
        first_column=1,
        open_event=lambda spike: store.add_event(connection, ids[spike.key], spike.opened_at),
        drivers=lambda spike, step: _origins(connection, spike, step),
        is_held=is_held,
        first_seen=loaded.first_seen,
    )
    return _Run(
        loaded=loaded,
        walk=walk,
        book=book,
        ids=ids,
        rules=rules,
        steps=walk.steps(stretch.from_at, stretch.until_at, peeks_from=stretch.peeks_from, peeks_until=stretch.peeks_until),
        stretch=stretch,
        basis=loaded.basis,
        is_held=is_held,
        reports=store.told_waits(connection, stretch.from_at - timedelta(days=1), stretch.until_at),
    )


def _new_definitions(connection: store.Connection) -> frozenset[tuple[str, str]]:
    return frozenset((definition.kind, definition.definition_id) for definition in store.new_definitions(connection))


def _is_new_definition(new: frozenset[tuple[str, str]], key: SeriesKey) -> bool:
    """Tell whether a series is on a new definition, and so opens no spike."""
    return ("theme", key.theme_id) in new or ("place", key.place_id) in new


def _origins(connection: store.Connection, spike: Spike, step: Step) -> tuple[int, int]:
    start_at = spike.peak_at - timedelta(hours=spike.window_hours)
    return store.origins_of(connection, spike.key, start_at=start_at, end_at=spike.peak_at, known_at=step.known_at)


def _detect_until(connection: store.Connection, run: _Run, until_at: datetime | None) -> Counter[str]:
    """Take the steps up to the one that ends at ``until_at``, or all that are left."""
    totals: Counter[str] = Counter()
    for step in run.steps:
        for change in run.book.take(step):
            totals.update(_record(connection, run, step, change))
        is_full = not step.is_late and not step.is_peek
        if is_full:
            for change in run.book.take_queues(_told_lately(run, step.as_of), step.as_of):
                totals.update(_record(connection, run, step, change))
        totals["steps"] += is_full
        if is_full and step.as_of == until_at:
            break
    _save_checkpoints(connection, run)
    return totals


def _told_lately(run: _Run, as_of: datetime) -> dict[str, list[QueueReport]]:
    """Give the reports on queues of the last day by place: enough for levels now and before, and to close what fell silent."""
    first = bisect_left(run.reports, as_of - timedelta(days=1), key=lambda report: report.posted_at)
    last = bisect_left(run.reports, as_of, key=lambda report: report.posted_at)
    told: dict[str, list[QueueReport]] = {}
    for report in run.reports[first:last]:
        told.setdefault(report.place_id, []).append(report)
    return told


def _save_checkpoints(connection: store.Connection, run: _Run) -> None:
    for day in sorted(run.walk.changed_days):
        rows = run.walk.midnights[day].to_rows()
        states = dict(zip([GHOST, *run.ids.values()], rows.tolist(), strict=True))
        keep_from = (midnight(day) - KEEP_CHECKPOINTS).date()
        store.save_checkpoint(connection, DETECTOR_VERSION, day, states, basis=run.basis, keep_from=keep_from)
    run.walk.changed_days.clear()


def _save_states(connection: store.Connection, settings: Settings, run: _Run) -> None:
    """Note how every series stands after the last step, so that silence has a reason."""
    loaded, until_at = run.loaded, run.stretch.until_at
    last = loaded.knowledge.index(until_at) - 1
    exposure = loaded.knowledge.exposure(last) if last >= 0 else 0.0
    approved = store.approved_themes(connection, until_at.date())
    states = states_of(settings, loaded, exposure=exposure, approved=approved, is_new_definition=run.is_held)
    days = (loaded.walk.state.age_bins[1:] * (QUARTER_HOUR / timedelta(days=1))).tolist()
    store.save_series_states(connection, list(loaded.ids.values()), states, days, as_of=until_at)


def _record(connection: store.Connection, run: _Run, step: Step, change: Change) -> Counter[str]:
    """Write what a step made of an episode, and what it rests on; returns how many spikes and alerts came of it."""
    spike = change.spike
    is_silent = bool(_silent_channels(connection, run, spike.key, step))
    is_incomplete = spike.exposure < 1.0 or is_silent
    return record(
        connection,
        run.rules,
        run.book,
        run.ids,
        step,
        change,
        is_incomplete=is_incomplete,
        around=lambda kept: _around(connection, run, kept, step),
    )


def _silent_channels(connection: store.Connection, run: _Run, key: SeriesKey, step: Step) -> tuple[str, ...]:
    """Give the titles of channels that the series may miss: far below their usual at the full hour before the step."""
    hour_at = step.said_at.replace(minute=0)
    if hour_at not in run.silent:
        run.watch = run.watch or watch_over(connection, run.stretch.start_at, run.stretch.until_at)
        run.silent[hour_at] = tuple(s.channel for s in run.watch.look(hour_at).silences if s.seen is not None)
    first_seen = run.loaded.first_seen
    return tuple(channel.title for channel in run.silent[hour_at] if adds_to(channel, key, first_seen, step.as_of))


def adds_to(channel: WatchedChannel, key: SeriesKey, first_seen: Mapping[SeriesKey, datetime], at: datetime) -> bool:
    """Tell whether a series counts posts of the channel: one of its source, in which its theme had been met by ``at``."""
    if key.source not in (None, channel.source):
        return False
    met_at = first_seen.get(SeriesKey(theme_id=key.theme_id, channel_id=channel.channel_id))
    return key.theme_id is None or (met_at is not None and met_at <= at)


def _around(connection: store.Connection, run: _Run, spike: Spike, step: Step) -> Around:
    """Give what the walk knows around a spike at a step."""
    column = list(run.ids).index(spike.key) + 1
    watched = run.walk.state.age_bins[column] * QUARTER_HOUR - (step.as_of - spike.onset_at)
    return Around(
        chart=_chart(run, column, step),
        neighbours=_neighbours(run, spike),
        days_on_record=max(watched / DAY, 0.0),
        needed_score=run.book.needed_score(spike.key, step.as_of),
        channels_silent=_silent_channels(connection, run, spike.key, step),
    )


def _neighbours(run: _Run, spike: Spike) -> tuple[Neighbour, ...] | None:
    """Give who stood high in the spike's window, by its full quarter-hours; None when that is longer ago than is remembered."""
    start_at = spike.peak_at - spike.window_hours * HOUR
    bins = [at for at in run.walk.history if start_at - QUARTER_HOUR < at < spike.peak_at]
    if not bins or min(bins) > start_at:
        return None
    passed = [run.walk.history[at] for at in bins]
    found = standing_high(
        spike.key,
        list(run.ids),
        observed=np.sum([each.observed for each in passed], axis=0)[1:],
        expected=np.sum([each.expected for each in passed], axis=0)[1:],
        variance=np.sum([each.variance for each in passed], axis=0)[1:],
    )
    on_x = run.book.spikes.get(SeriesKey(theme_id=spike.key.theme_id, source="x")) if spike.key.theme_id else None
    if on_x is None or on_x.closed_at is not None:
        return found
    return (*found, Neighbour(key=on_x.key, observed=on_x.observed, expected=on_x.expected))


def _chart(run: _Run, column: int, step: Step) -> tuple[ChartPoint, ...]:
    """Sum the quarter-hours of the last days to hours; an hour that was not read in full has no count."""
    first_at = (step.as_of - LOOK_BACK).replace(minute=0)
    hours = [first_at + timedelta(hours=n) for n in range(int((step.as_of - first_at) / timedelta(hours=1)) + 1)]
    points = [_chart_point(run, hour_at, column) for hour_at in hours]
    return tuple(point for point in points if point is not None)


def _chart_point(run: _Run, hour_at: datetime, column: int) -> ChartPoint | None:
    known = [passed for n in range(4) if (passed := run.walk.history.get(hour_at + n * QUARTER_HOUR)) is not None]
    if not known:
        return None
    is_read = all(passed.exposure[column] >= PARAMETERS.min_exposure for passed in known)
    expected = sum(float(passed.expected[column]) for passed in known)
    low, high = count_interval(expected, sum(float(passed.variance[column]) for passed in known))
    observed = int(sum(passed.observed[column] for passed in known)) if is_read else None
    return ChartPoint(hour_at=hour_at, observed=observed, expected=expected, expected_low=low, expected_high=high)
