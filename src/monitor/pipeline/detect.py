"""Detect: step through the quarter-hours that have become known, day by day; spikes, events and alerts in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from monitor import seeds, store
from monitor.alerts import choose_rules, message_id
from monitor.detect import (
    DETECTOR_VERSION,
    PANEL_AGE,
    PARAMETERS,
    DetectorState,
    Knowledge,
    PanelChannel,
    Step,
    Walk,
    Watch,
    advance,
    assess,
    assign,
    count_interval,
    initial,
    joining_moments,
)
from monitor.model import (
    GRACE,
    QUARTER_HOUR,
    AlertRule,
    ChartPoint,
    Event,
    RunReport,
    SeriesKey,
    Spike,
    WatchedChannel,
    quarter_hour,
)
from monitor.pipeline.evidence import evidence_of
from monitor.pipeline.watch import watch_over
from monitor.settings import Settings

GHOST = 0
"""Series id under which the state of a series that never had a post is kept: where a new series begins."""
LOOK_BACK = timedelta(days=3)
"""A run starts from the midnight this long ago: late data may rewind that far, and charts show as much."""
KEEP_CHECKPOINTS = timedelta(days=5)


def detect(
    connection: store.Connection, settings: Settings, *, as_of: datetime, on_day: Callable[[datetime], None] | None = None
) -> RunReport:
    """Assess every quarter-hour that ended ``GRACE`` before ``as_of`` and whose posts are all classified."""
    rules = seeds.load_alert_rules(settings.seeds / "alert_rules.yml")
    totals: Counter[str] = Counter(steps=0, spikes=0, alerts=0)
    covered_at = store.first_covered_at(connection)
    if covered_at is None:
        return RunReport(stage="detect", counts=totals)
    with store.snapshot(connection):
        stretch = _stretch(connection, covered_at, as_of)
        run = _begin(connection, stretch, rules)
    for until_at in _day_ends(stretch.from_at, stretch.until_at):
        with connection.transaction():
            totals.update(_detect_until(connection, run, until_at))
        run.from_at = until_at
        if on_day:
            on_day(until_at)
    return RunReport(stage="detect", counts=totals)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """States begin at ``start_at``, a midnight; steps ending in ``(from_at, until_at]`` are new."""

    start_at: datetime
    from_at: datetime
    until_at: datetime


def _stretch(connection: store.Connection, covered_at: datetime, as_of: datetime) -> _Stretch:
    first_at = _midnight(covered_at.date())
    from_at = store.stepped_until(connection, DETECTOR_VERSION) or first_at
    waiting_at = store.oldest_backlog_at(connection)
    known_at = min(as_of, waiting_at) if waiting_at else as_of
    until_at = max(quarter_hour(known_at - GRACE), from_at)
    return _Stretch(max(_midnight((from_at - LOOK_BACK).date()), first_at), from_at, until_at)


def _day_ends(from_at: datetime, until_at: datetime) -> Iterator[datetime]:
    while from_at < until_at:
        from_at = min(_midnight(from_at.date()) + timedelta(days=1), until_at)
        yield from_at


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


@dataclass(slots=True)
class _Run:
    """A run under way: the walk, what it is about, and the spikes that are still looked at."""

    walk: Walk
    keys: list[SeriesKey]
    ids: dict[SeriesKey, int]
    rules: tuple[AlertRule, ...]
    steps: Iterator[Step]
    from_at: datetime
    spikes: dict[SeriesKey, Spike]
    events: list[Event]
    stretch: _Stretch
    basis: int
    new: frozenset[tuple[str, str | None]]
    """Themes and places on a new definition: their series open no spike."""
    watch: Watch | None = None
    silent: dict[datetime, tuple[WatchedChannel, ...]] = field(default_factory=dict)
    carried: frozenset[tuple[str | None, int]] = frozenset()
    """(theme, channel) that ever met: a silent channel matters to the series of these."""


def _begin(connection: store.Connection, stretch: _Stretch, rules: tuple[AlertRule, ...]) -> _Run:
    series = store.all_series(connection)
    ids = {key: number for key, number in series.items() if key.channel_id is None}
    keys = list(ids)
    start_at, start = _start(connection, stretch, [GHOST, *ids.values()])
    panel = [
        PanelChannel(channel_id=c, weight=w, first_observed_at=at, probation_days=days)
        for c, w, at, days in store.panel(connection, PANEL_AGE)
    ]
    young = {channel: at for channel, at in joining_moments(panel).items() if at >= start_at}
    knowledge = Knowledge(
        [GHOST, *ids.values()],
        store.counts_between(connection, start_at, stretch.until_at),
        store.coverage_between(connection, start_at, stretch.until_at),
        panel,
        first_at=start_at,
        until_at=stretch.until_at,
        newcomers=store.newcomer_origins(connection, young),
    )
    walk = Walk(knowledge, start)
    spikes = store.recent_spikes(connection, DETECTOR_VERSION, stretch.from_at)
    leads = store.event_leads(connection, [spike.event_id for spike in spikes if spike.event_id is not None])
    return _Run(
        walk=walk,
        keys=keys,
        ids=ids,
        rules=rules,
        steps=walk.steps(stretch.from_at, stretch.until_at),
        from_at=stretch.from_at,
        spikes={spike.key: spike for spike in spikes},
        events=store.events_of(spikes, leads),
        stretch=stretch,
        carried=frozenset((key.theme_id, key.channel_id) for key in series if key.channel_id is not None),
        basis=store.counts_basis(connection),
        new=frozenset((new.kind, new.definition_id) for new in store.new_definitions(connection)),
    )


def _start(connection: store.Connection, stretch: _Stretch, series: list[int]) -> tuple[datetime, DetectorState]:
    """Give the midnight the states begin at, and those states: a checkpoint, or nothing known at the very first day."""
    found = store.latest_checkpoint(connection, DETECTOR_VERSION, stretch.start_at.date(), basis=store.counts_basis(connection))
    if found is None or store.older_news(connection, stretch.from_at, _midnight(found[0])):
        covered_at = store.first_covered_at(connection) or stretch.start_at
        return _midnight(covered_at.date()), initial(len(series))
    day, stored = found
    rows = np.array([stored.get(series_id, stored[GHOST]) for series_id in series], dtype=float)
    return _midnight(day), DetectorState.from_rows(rows)


def _detect_until(connection: store.Connection, run: _Run, until_at: datetime) -> Counter[str]:
    totals: Counter[str] = Counter()
    for step in run.steps:
        totals.update(_take_step(connection, run, step))
        totals["steps"] += not step.is_late
        if not step.is_late and step.as_of == until_at:
            break
    _save_checkpoints(connection, run)
    store.save_step(connection, DETECTOR_VERSION, until_at)
    return totals


def _save_checkpoints(connection: store.Connection, run: _Run) -> None:
    for day in sorted(run.walk.changed_days):
        rows = run.walk.midnights[day].to_rows()
        states = dict(zip([GHOST, *run.ids.values()], rows.tolist(), strict=True))
        keep_from = (_midnight(day) - KEEP_CHECKPOINTS).date()
        store.save_checkpoint(connection, DETECTOR_VERSION, day, states, basis=run.basis, keep_from=keep_from)
    run.walk.changed_days.clear()


def _take_step(connection: store.Connection, run: _Run, step: Step) -> Counter[str]:
    """Advance every series that is high or has an episode; returns how many spikes and alerts came of it."""
    totals: Counter[str] = Counter()
    is_high = step.scores.score[1:] >= PARAMETERS.threshold
    watched = [column for column, key in enumerate(run.keys) if is_high[column] or _is_open(run.spikes.get(key))]
    for column in watched:
        key = run.keys[column]
        before = run.spikes.get(key)
        if step.is_late and _is_open(before):
            continue
        if _is_new_definition(run, key) and not _is_open(before):
            continue
        found = assess(key, step.scores, column + 1, as_of=step.as_of, is_late=step.is_late)
        after = advance(before, found, PARAMETERS)
        if after is not None and after != before:
            totals.update(_record(connection, run, step, before, after))
    return totals


def _is_new_definition(run: _Run, key: SeriesKey) -> bool:
    return ("theme", key.theme_id) in run.new or ("place", key.place_id) in run.new


def _is_open(spike: Spike | None) -> bool:
    return spike is not None and spike.closed_at is None


def _record(connection: store.Connection, run: _Run, step: Step, before: Spike | None, after: Spike) -> Counter[str]:
    is_new = before is None or after.onset_at != before.onset_at
    if is_new:
        after = _place_in_event(connection, run, replace(after, opened_at=step.said_at))
    is_marked = not is_new and before is not None and before.is_incomplete
    is_incomplete = is_marked or after.exposure < 1.0 or bool(_silent_channels(connection, run, after.key, step.said_at))
    after = replace(after, is_incomplete=is_incomplete)
    after = replace(after, spike_id=store.save_spike(connection, after, run.ids[after.key]))
    run.spikes[after.key] = after
    _refresh_event(run, after)
    alerts = _alert(connection, run, step, after) if is_new else 0
    return Counter(spikes=int(is_new), alerts=alerts)


def _silent_channels(connection: store.Connection, run: _Run, key: SeriesKey, at: datetime) -> tuple[str, ...]:
    """Give the titles of channels that the series may miss: far below their usual at the full hour before ``at``."""
    hour_at = at.replace(minute=0)
    if hour_at not in run.silent:
        run.watch = run.watch or watch_over(connection, run.stretch.start_at, run.stretch.until_at)
        run.silent[hour_at] = tuple(s.channel for s in run.watch.look(hour_at).silences if s.seen is not None)
    return tuple(channel.title for channel in run.silent[hour_at] if adds_to(channel, key, run.carried))


def adds_to(channel: WatchedChannel, key: SeriesKey, carried: frozenset[tuple[str | None, int]]) -> bool:
    """Tell whether a series counts posts of the channel: one of its source, in which its theme was met before."""
    is_of_source = key.source in (None, channel.source)
    return is_of_source and (key.theme_id is None or (key.theme_id, channel.channel_id) in carried)


def _place_in_event(connection: store.Connection, run: _Run, spike: Spike) -> Spike:
    """Give the spike its event: one it belongs to, or a new one that it leads."""
    event = assign(spike, run.events)
    if event is not None:
        return replace(spike, event_id=event.event_id)
    event_id = store.add_event(connection, run.ids[spike.key], spike.opened_at)
    spike = replace(spike, event_id=event_id)
    run.events.append(Event(event_id=event_id, lead=spike, spikes=(), opened_at=spike.opened_at))
    return spike


def _refresh_event(run: _Run, spike: Spike) -> None:
    for index, event in enumerate(run.events):
        if event.event_id == spike.event_id:
            others = tuple(member for member in event.spikes if member.key != spike.key or member.opened_at != spike.opened_at)
            lead = spike if event.lead.key == spike.key else event.lead
            run.events[index] = replace(event, lead=lead, spikes=(*others, spike))


def _alert(connection: store.Connection, run: _Run, step: Step, spike: Spike) -> int:
    """Put into the outbox what the rules ask for, once an event and rule; returns how many alerts were written."""
    event = next(event for event in run.events if event.event_id == spike.event_id)
    rules = choose_rules(event, spike, run.rules)
    if not rules:
        return 0
    silent = _silent_channels(connection, run, spike.key, step.said_at)
    evidence = evidence_of(connection, spike, chart=_chart(run, spike, step), channels_silent=silent)
    return sum(
        store.add_alert(
            connection,
            rule,
            spike,
            evidence,
            created_at=step.said_at,
            message_ids=[message_id(rule, recipient, event) for recipient in rule.recipients],
        )
        for rule in rules
    )


def _chart(run: _Run, spike: Spike, step: Step) -> tuple[ChartPoint, ...]:
    """Sum the quarter-hours of the last days to hours; an hour that was not read in full has no count."""
    column = run.keys.index(spike.key) + 1
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
