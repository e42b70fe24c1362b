"""Records that could not be used: where and why, never their content."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import QuarantineEntry
from monitor.store.connection import Connection

SAVE_QUARANTINE = """
INSERT INTO core.quarantine (origin, stage, reason, length_bytes, record_hash)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


def write_quarantine(connection: Connection, entries: Sequence[QuarantineEntry]) -> None:
    """Remember records that could not be used; one met again is not counted again."""
    with connection.cursor() as cursor:
        cursor.executemany(SAVE_QUARANTINE, [(e.origin, e.stage, e.reason, e.length_bytes, e.record_hash) for e in entries])
