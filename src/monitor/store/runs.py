"""Runs of stages: begun, ended, and what they counted."""

from __future__ import annotations

import json
from collections.abc import Mapping

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
