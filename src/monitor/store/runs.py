"""Runs of stages: begun, ended, and what they counted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from monitor.store.connection import Connection

BEGIN_RUN = "INSERT INTO core.pipeline_run (stage) VALUES (%s) RETURNING run_id"
END_RUN = """
UPDATE core.pipeline_run
SET ended_at = clock_timestamp(), status = %s, counts = %s, error = %s
WHERE run_id = %s
"""


def begin_run(connection: Connection, stage: str) -> int:
    """Note that a run of ``stage`` has begun; give its id."""
    row = connection.execute(BEGIN_RUN, (stage,)).fetchone()
    if row is None:
        raise RuntimeError("core.pipeline_run gave no id")
    return int(row[0])


def end_run(connection: Connection, run_id: int, counts: Mapping[str, int], error: str | None = None) -> None:
    """Note how a run ended; ``error`` is None for one that went well."""
    status = "failed" if error else "done"
    connection.execute(END_RUN, (status, json.dumps(dict(counts)), error, run_id))


SAVE_X_COUNT = """
INSERT INTO core.x_count (query_name, hour_at, posts_count, read_at)
VALUES (%s, %s, %s, %s)
ON CONFLICT (query_name, hour_at) DO UPDATE SET posts_count = excluded.posts_count, read_at = excluded.read_at
"""


def save_x_counts(connection: Connection, query_name: str, counts: tuple[tuple[datetime, int], ...], as_of: datetime) -> int:
    """Write what X counted for one query per hour; a newer answer replaces an older one."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(SAVE_X_COUNT, [(query_name, hour_at, number, as_of) for hour_at, number in counts])
    return len(counts)
