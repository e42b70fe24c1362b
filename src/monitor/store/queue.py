"""Reports about queues at crossings, and what was estimated from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from monitor.model import Direction, QuantityKind, TravelMode
from monitor.nowcast import Judged, Nowcast, Report
from monitor.store.connection import Connection

ORIGINS_REACH = timedelta(hours=48)
"""How long before the first report wanted origins of copies are looked for."""
LINKS = 5
"""So many posts are kept as evidence of an estimate."""

TOUCHED_QUEUES = """
SELECT place_id, kind
FROM core.queue_touched
UNION
SELECT figure.place_id, figure.kind
FROM core.post_quantity AS figure
JOIN core.place AS place USING (place_id)
WHERE place.kind = 'crossing'
    AND figure.kind IN ('wait_hours', 'queue_km', 'queue_cars', 'queue_people')
    AND figure.posted_at > %s AND figure.posted_at <= %s
ORDER BY 1, 2
"""


def queues_to_estimate(connection: Connection, since_at: datetime, until_at: datetime) -> list[tuple[str, QuantityKind]]:
    """Give (crossing, kind) with reports in a stretch of time, or whose figures have changed at any time."""
    return connection.execute(TOUCHED_QUEUES, (since_at, until_at)).fetchall()


TAKE_TOUCHED = "DELETE FROM core.queue_touched WHERE place_id = %s AND kind = %s AND hour_at <= %s RETURNING hour_at"


def take_touched(connection: Connection, place_id: str, kind: QuantityKind, until_at: datetime) -> set[datetime]:
    """Take the hours until ``until_at`` in which figures have changed, in the caller's transaction."""
    return {row[0] for row in connection.execute(TAKE_TOUCHED, (place_id, kind, until_at))}


COUNT_TOUCHED = "SELECT count(DISTINCT (place_id, kind, hour_at)) FROM core.queue_touched WHERE hour_at <= %s"


def count_touched(connection: Connection, until_at: datetime) -> int:
    """Count the hours of queues that wait to be estimated anew."""
    row = connection.execute(COUNT_TOUCHED, (until_at,)).fetchone()
    return row[0] if row else 0


REPORTS = """
SELECT
    figure.posted_at,
    figure.low,
    figure.high,
    figure.channel_id,
    figure.post_id,
    CASE
        WHEN annotation.is_copy OR post.is_forward
            THEN coalesce(repeats.origin_channel_id || '/' || repeats.origin_post_id, 'forwarded ' || annotation.copy_hash)
    END AS origin,
    figure.is_hearsay OR annotation.post_kind NOT IN ('report', 'news') AS is_hearsay,
    figure.tense,
    figure.direction,
    figure.mode
FROM core.post_quantity AS figure
JOIN core.post_annotation AS annotation USING (channel_id, post_id, posted_at)
JOIN core.post AS post USING (channel_id, post_id, posted_at)
LEFT JOIN core.post_origin AS repeats USING (channel_id, post_id, posted_at)
WHERE figure.place_id = %s AND figure.kind = %s
    AND figure.posted_at > %s AND figure.posted_at <= %s AND post.collected_at <= %s
    AND annotation.post_kind <> 'question'
ORDER BY figure.posted_at, figure.channel_id, figure.post_id, figure.span_start
"""


def queue_reports(
    connection: Connection,
    place_id: str,
    kind: QuantityKind,
    start_at: datetime,
    end_at: datetime,
    *,
    known_at: datetime | None = None,
) -> list[Report]:
    """Give the figures of one kind about a crossing, posted within 48 hours before ``start_at`` to ``end_at``, oldest first.

    With ``known_at`` only those that had been collected by then.

    A copy's origin is the post it repeats; a forward whose origin was not seen names one that is not there. Figures in questions
    are none; those in offers, advice and opinions are hearsay.
    """
    rows = connection.execute(REPORTS, (place_id, kind, start_at - ORIGINS_REACH, end_at, known_at or "infinity"))
    return [_report(*row) for row in rows]


def _report(posted_at: datetime, low: float | None, high: float | None, channel_id: int, post_id: int, *rest: Any) -> Report:
    origin, is_hearsay, tense, direction, mode = rest
    return Report(
        posted_at=posted_at,
        low=low,
        high=high,
        channel=channel_id,
        post=f"{channel_id}/{post_id}",
        origin=origin,
        is_hearsay=is_hearsay,
        tense=tense,
        direction=direction,
        mode=mode,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEstimate:
    """What was estimated of one queue in one hour."""

    direction: Direction
    mode: TravelMode
    hour_at: datetime
    nowcast: Nowcast


DROP_ESTIMATES = "DELETE FROM core.queue_estimate WHERE place_id = %s AND kind = %s AND hour_at = ANY(%s)"
ADD_ESTIMATE = """
INSERT INTO core.queue_estimate (
    place_id, kind, direction, mode, hour_at, as_of, value, low, high,
    origin_count, channel_count, newest_at, is_conflicting, channel_ids, post_ids
)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def save_estimates(
    connection: Connection, place_id: str, kind: QuantityKind, hours: Iterable[datetime], estimates: Sequence[QueueEstimate]
) -> None:
    """Replace what was estimated of a crossing in ``hours``."""
    connection.execute(DROP_ESTIMATES, (place_id, kind, sorted(hours)))
    with connection.cursor() as cursor:
        cursor.executemany(ADD_ESTIMATE, [_row(place_id, kind, estimate) for estimate in estimates])


def _row(place_id: str, kind: str, estimate: QueueEstimate) -> tuple[Any, ...]:
    found = estimate.nowcast
    keys = [str(each.report.post).split("/") for each in _evidence(found)]
    return (
        *(place_id, kind, estimate.direction, estimate.mode, estimate.hour_at, found.as_of, found.value, found.low, found.high),
        *(found.origin_count, found.channel_count, found.newest_at, found.is_conflicting),
        [int(channel_id) for channel_id, _ in keys],
        [int(post_id) for _, post_id in keys],
    )


def _evidence(found: Nowcast) -> list[Judged]:
    """Give the newest reports that are believed, newest first."""
    believed = [each for each in found.judged if each.verdict in ("used", "hearsay")]
    return believed[::-1][:LINKS]


READ_CLOCK = "SELECT estimated_until_at FROM core.queue_clock"
SAVE_CLOCK = """
INSERT INTO core.queue_clock (estimated_until_at)
VALUES (%s)
ON CONFLICT (is_only) DO UPDATE SET estimated_until_at = excluded.estimated_until_at
"""


def queues_estimated_until(connection: Connection) -> datetime | None:
    """Give the moment of the last run; None before the first."""
    row = connection.execute(READ_CLOCK).fetchone()
    return row[0] if row else None


def save_queue_clock(connection: Connection, until_at: datetime) -> None:
    """Remember until when queues have been estimated."""
    connection.execute(SAVE_CLOCK, (until_at,))


CROSSINGS = "SELECT place_id, name FROM core.place WHERE kind = 'crossing' ORDER BY place_id"


def crossing_names(connection: Connection) -> dict[str, str]:
    """Give every crossing's name by its id."""
    return dict(connection.execute(CROSSINGS).fetchall())


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueNow:
    """One line of ``analyst.queue_now``."""

    place_id: str
    place_name: str
    kind: QuantityKind
    direction: Direction
    mode: TravelMode
    as_of: datetime
    value: float | None
    low: float | None
    high: float | None
    origin_count: int
    channel_count: int
    newest_at: datetime
    is_conflicting: bool
    links: tuple[str, ...]


QUEUES_NOW = """
SELECT
    place_id, place_name, kind, direction, mode, as_of, value, low, high,
    origin_count, channel_count, newest_at, is_conflicting, links
FROM analyst.queue_now
WHERE %(place)s::text IS NULL OR place_id = %(place)s
ORDER BY place_name, direction DESC, mode, array_position(ARRAY['wait_hours', 'queue_km', 'queue_cars', 'queue_people'], kind)
"""


def queues_now(connection: Connection, place_id: str | None) -> list[QueueNow]:
    """Give what is known of every queue, or of those at one crossing, as of the last run."""
    with connection.cursor() as cursor:
        rows = cursor.execute(QUEUES_NOW, {"place": place_id}).fetchall()
    names = [field.name for field in fields(QueueNow)]
    return [QueueNow(**{**dict(zip(names, row, strict=True)), "links": tuple(row[-1])}) for row in rows]
