"""What the operator should know: opened once, settled when it is over."""

from __future__ import annotations

from datetime import datetime

from monitor.store.connection import Connection

OPEN_NOTICE = """
INSERT INTO core.notice (kind, subject, message, opened_at)
VALUES (%s, %s, %s, %s)
ON CONFLICT (kind, subject) WHERE settled_at IS NULL DO NOTHING
"""


def open_notice(connection: Connection, kind: str, subject: str, message: str, *, as_of: datetime) -> bool:
    """Tell the operator of something unless it is known already; True when it is news."""
    return connection.execute(OPEN_NOTICE, (kind, subject, message, as_of)).rowcount == 1


SETTLE_NOTICE = """
UPDATE core.notice
SET settled_at = greatest(%s, opened_at)
WHERE kind = %s AND subject = %s AND settled_at IS NULL
"""


def settle_notice(connection: Connection, kind: str, subject: str, *, as_of: datetime) -> bool:
    """Say that it is over; True when it had been open."""
    return connection.execute(SETTLE_NOTICE, (as_of, kind, subject)).rowcount == 1


OPEN_NOTICES = "SELECT kind, subject, message, opened_at FROM core.notice WHERE settled_at IS NULL ORDER BY opened_at, notice_id"


def open_notices(connection: Connection) -> list[tuple[str, str, str, datetime]]:
    """Give (kind, subject, message, since when) of everything that is not over, oldest first."""
    return connection.execute(OPEN_NOTICES).fetchall()
