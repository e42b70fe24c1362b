"""Methods a platform has asked not to use before a moment, kept so that the next run, on any machine, keeps to it."""

from __future__ import annotations

from datetime import datetime

from monitor.store.connection import Connection

PAUSE_UNTIL = """
INSERT INTO core.pause AS pause (source, account, method, not_before_at)
VALUES (%s, %s, %s, %s)
ON CONFLICT (source, account, method) DO UPDATE
SET not_before_at = greatest(pause.not_before_at, excluded.not_before_at)
"""


def pause_until(connection: Connection, source: str, account: str, method: str, until_at: datetime) -> None:
    """Do not use ``method`` before ``until_at``; of two moments the later one holds."""
    connection.execute(PAUSE_UNTIL, (source, account, method, until_at))


PAUSED_UNTIL = """
SELECT not_before_at
FROM core.pause
WHERE source = %s AND account = %s AND method = %s AND not_before_at > %s
"""


def paused_until(connection: Connection, source: str, account: str, method: str, *, as_of: datetime) -> datetime | None:
    """Give when ``method`` may be used again; None when it may be used now."""
    row = connection.execute(PAUSED_UNTIL, (source, account, method, as_of)).fetchone()
    return row[0] if row else None


PAUSES = "SELECT source, account, method, not_before_at FROM core.pause WHERE not_before_at > %s ORDER BY 1, 2, 3"


def pauses(connection: Connection, *, as_of: datetime) -> list[tuple[str, str, str, datetime]]:
    """Give (source, account, method, until when) of everything that is paused."""
    return connection.execute(PAUSES, (as_of,)).fetchall()
