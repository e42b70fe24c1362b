"""Where the detector stands: its watermark and its states at recent midnights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from monitor.store.connection import Connection

READ_STEP = "SELECT stepped_until_at, peeked_until_at FROM core.detector_step WHERE detector_version = %s"
SAVE_STEP = """
INSERT INTO core.detector_step AS step (detector_version, stepped_until_at, peeked_until_at)
VALUES (%s, %s, %s)
ON CONFLICT (detector_version) DO UPDATE SET
    stepped_until_at = excluded.stepped_until_at,
    peeked_until_at = greatest(step.peeked_until_at, excluded.peeked_until_at)
"""


def stepped_until(connection: Connection, version: str) -> tuple[datetime, datetime | None] | None:
    """Give the end of the last quarter-hour assessed, and up to when running ones were looked at; None before the first."""
    row = connection.execute(READ_STEP, (version,)).fetchone()
    return (row[0], row[1]) if row else None


def save_step(connection: Connection, version: str, until_at: datetime, peeked_until_at: datetime) -> None:
    """Remember that every quarter-hour ending by ``until_at`` has been assessed, and running ones looked at."""
    connection.execute(SAVE_STEP, (version, until_at, peeked_until_at))


READ_DAYS = """
SELECT DISTINCT day_date
FROM core.detector_checkpoint
WHERE detector_version = %s AND day_date <= %s AND basis = %s
ORDER BY day_date DESC
LIMIT 1
"""
READ_STATES = """
SELECT series_id, state
FROM core.detector_checkpoint
WHERE detector_version = %s AND day_date = %s
"""


def latest_checkpoint(
    connection: Connection, version: str, day: date, *, basis: int
) -> tuple[date, dict[int, list[float]]] | None:
    """Give the newest checkpoint at or before the start of ``day`` that was computed on the counts of ``basis``: its day and the
    state of each series."""
    row = connection.execute(READ_DAYS, (version, day, basis)).fetchone()
    if row is None:
        return None
    with connection.cursor(binary=True) as cursor:
        states = cursor.execute(READ_STATES, (version, row[0])).fetchall()
    return row[0], dict(states)


DROP_STATES = "DELETE FROM core.detector_checkpoint WHERE detector_version = %s AND (day_date = %s OR day_date < %s)"
COPY_STATES = "COPY core.detector_checkpoint (detector_version, series_id, day_date, state, basis) FROM STDIN (FORMAT binary)"


def save_checkpoint(
    connection: Connection,
    version: str,
    day: date,
    states: Mapping[int, Sequence[float]],
    *,
    basis: int,
    keep_from: date,
) -> None:
    """Replace the checkpoint at the start of ``day`` and drop those before ``keep_from``."""
    connection.execute(DROP_STATES, (version, day, keep_from))
    with connection.cursor() as cursor, cursor.copy(COPY_STATES) as copy:
        copy.set_types(["text", "int4", "date", "float8[]", "int4"])
        for series_id in sorted(states):
            copy.write_row((version, series_id, day, list(states[series_id]), basis))
