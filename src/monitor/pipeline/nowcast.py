"""Nowcast: estimate every queue for each finished hour and for now; hours whose reports have changed are estimated anew."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from monitor import store
from monitor.errors import ConfigError
from monitor.model import QuantityKind, RunReport
from monitor.nowcast import QUEUE_KINDS, REACH, Nowcast, Report, by_queue, estimate
from monitor.settings import Settings

HOUR = timedelta(hours=1)
MOST_ESTIMATES = 10_000
"""A run that has made so many estimates leaves further changed hours to the next; what is due for now is always estimated."""
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The replay's clock stands before this until something has been read."""


def nowcast(
    connection: store.Connection,
    settings: Settings,
    *,
    as_of: datetime,
    on_queue: Callable[[str], None] | None = None,
    most_estimates: int = MOST_ESTIMATES,
) -> RunReport:
    """Estimate the running hour as of now, finished hours as of their end; one transaction per crossing and kind of figure."""
    until_at = store.queues_estimated_until(connection) or as_of
    counts = {"queues": 0, "estimates": 0}
    if as_of < EPOCH:
        return RunReport(stage="nowcast", counts=counts)
    passed = list(_hours(min(until_at, as_of), as_of))
    for place_id, kind in store.queues_to_estimate(connection, min(until_at, as_of) - REACH, as_of):
        with connection.transaction():
            is_spent = counts["estimates"] >= most_estimates
            touched = set() if is_spent else store.take_touched(connection, place_id, kind, as_of)
            hours = {*passed, *(hour_at for first_at in touched for hour_at in _hours(first_at, min(first_at + REACH, as_of)))}
            estimates = _estimates(connection, place_id, kind, sorted(hours), as_of)
            store.save_estimates(connection, place_id, kind, hours, estimates)
        counts["queues"] += 1
        counts["estimates"] += len(estimates)
        if on_queue:
            on_queue(place_id)
    store.save_queue_clock(connection, as_of)
    return RunReport(stage="nowcast", counts={**counts, "hours waiting": store.count_touched(connection, as_of)})


UNITS = {"wait_hours": "h", "queue_km": "km", "queue_cars": "cars", "queue_people": "people"}


def queue_lines(settings: Settings, place: str | None) -> list[tuple[store.QueueNow, str]]:
    """Give every queue reported in the last three days, or those at one crossing (its id or name), each with its line."""
    with store.connect(settings.require_database_url()) as connection:
        queues = store.queues_now(connection, _crossing(store.crossing_names(connection), place) if place else None)
    return [(queue, queue_line(queue)) for queue in queues]


def queue_line(queue: store.QueueNow) -> str:
    """Tell a queue in one line: "Verkhny Lars, out, car: 41 h (35–48), 6 origins, newest 25 min ago"."""
    about = f"{queue.place_name}, {queue.direction}, {queue.mode}"
    unit = UNITS[queue.kind]
    if queue.value is None or queue.low is None or queue.high is None:
        return f"{about}: no fresh reports ({unit}) since {queue.newest_at:%d %b %H:%M} UTC"
    figures = f"{_figure(queue.value)} {unit} ({_figure(queue.low)}–{_figure(queue.high)})"
    origins = f"{queue.origin_count} origin{'s' * (queue.origin_count != 1)}"
    conflict = ", reports conflict" if queue.is_conflicting else ""
    return f"{about}: {figures}, {origins}, newest {_age(queue.as_of - queue.newest_at)} ago{conflict}"


def _figure(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


def _age(age: timedelta) -> str:
    minutes = round(age / timedelta(minutes=1))
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"


def _crossing(names: Mapping[str, str], wanted: str) -> str:
    """Give the id of a crossing named by its id or by its name."""
    found = [place_id for place_id, name in names.items() if wanted.casefold() in (place_id, name.casefold())]
    if not found:
        raise ConfigError(f"There is no crossing {wanted!r}; seeds/places.csv lists them (kind crossing).")
    return found[0]


def standing(
    connection: store.Connection, place_id: str, *, as_of: datetime, kinds: Sequence[QuantityKind] = QUEUE_KINDS
) -> list[tuple[QuantityKind, store.QueueEstimate]]:
    """Give what the reports collected by ``as_of`` say of every queue at one crossing then, for a mail or an answer."""
    hour_at = _hour(as_of - timedelta(microseconds=1))
    return [(kind, found) for kind in kinds for found in _estimates(connection, place_id, kind, [hour_at], as_of, known_at=as_of)]


def _estimates(
    connection: store.Connection,
    place_id: str,
    kind: QuantityKind,
    hours: Sequence[datetime],
    as_of: datetime,
    *,
    known_at: datetime | None = None,
) -> list[store.QueueEstimate]:
    """Estimate each hour in which there were reports of the last 24 hours."""
    if not hours:
        return []
    until_at = min(hours[-1] + HOUR, as_of)
    reports = store.queue_reports(connection, place_id, kind, hours[0] - REACH, until_at, known_at=known_at)
    return [
        store.QueueEstimate(direction=direction, mode=mode, hour_at=hour_at, nowcast=found)
        for (direction, mode), of_queue in by_queue(kind, reports).items()
        for hour_at, found in _course(of_queue, hours, as_of)
    ]


def _course(reports: Sequence[Report], hours: Iterable[datetime], as_of: datetime) -> Iterator[tuple[datetime, Nowcast]]:
    moments = [report.posted_at for report in reports]
    for hour_at in hours:
        moment = min(hour_at + HOUR, as_of)
        first, last = (bisect_right(moments, at) for at in (moment - REACH - store.ORIGINS_REACH, moment))
        found = estimate(reports[first:last], moment)
        if moment > hour_at and found.newest_at is not None and moment - found.newest_at <= REACH:
            yield hour_at, found


def _hours(start_at: datetime, end_at: datetime) -> Iterator[datetime]:
    """Give the hours from the one that holds ``start_at`` to the one before ``end_at`` or that holds it."""
    hour_at = _hour(start_at)
    while hour_at < end_at:
        yield hour_at
        hour_at += HOUR


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
