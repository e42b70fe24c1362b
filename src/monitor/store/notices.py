"""What the operator should know: opened once, settled when it is over, and put into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from monitor.model import Notice
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
SET settled_at = greatest(%s, opened_at), outcome = %s
WHERE kind = %s AND subject = %s AND settled_at IS NULL
"""


def settle_notice(connection: Connection, kind: str, subject: str, *, as_of: datetime, outcome: str | None = None) -> bool:
    """Say that it is over, and how it ended where that is worth a line; True when it had been open."""
    return connection.execute(SETTLE_NOTICE, (as_of, outcome, kind, subject)).rowcount == 1


OPEN_NOTICES = "SELECT kind, subject, message, opened_at FROM core.notice WHERE settled_at IS NULL ORDER BY opened_at, notice_id"


def open_notices(connection: Connection) -> list[tuple[str, str, str, datetime]]:
    """Give (kind, subject, message, since when) of everything that is not over, oldest first."""
    return connection.execute(OPEN_NOTICES).fetchall()


OPEN_SUBJECTS = "SELECT subject, opened_at FROM core.notice WHERE kind = %s AND settled_at IS NULL ORDER BY subject"


def open_subjects(connection: Connection, kind: str) -> dict[str, datetime]:
    """Give what of one kind is not over, with since when."""
    return dict(connection.execute(OPEN_SUBJECTS, (kind,)).fetchall())


UNTOLD = """
SELECT notice_id, kind, subject, message, opened_at, settled_at, outcome
FROM core.notice
WHERE told_at IS NULL
ORDER BY opened_at, notice_id
FOR UPDATE
"""
UNTOLD_ENDS = """
SELECT notice_id, kind, subject, message, opened_at, settled_at, outcome
FROM core.notice
WHERE told_at IS NOT NULL AND settled_at IS NOT NULL AND told_over_at IS NULL
ORDER BY settled_at, notice_id
FOR UPDATE
"""
MARK_TOLD = """
UPDATE core.notice
SET told_at = coalesce(told_at, %(as_of)s), told_over_at = CASE WHEN settled_at IS NOT NULL THEN %(as_of)s END
WHERE notice_id = ANY(%(ids)s)
"""
ADD_MAIL = "INSERT INTO core.operator_mail (created_at, content) VALUES (%s, %s::jsonb) RETURNING operator_mail_id"
ADD_DELIVERY = "INSERT INTO core.delivery (operator_mail_id, recipient, message_id) VALUES (%s, %s, %s)"

Told = tuple[tuple[Notice, ...], tuple[Notice, ...]]
"""What a mail tells: notices that are news, and notices that are over."""


@cache
def told_content() -> TypeAdapter[Told]:
    """Give the reader and writer of a mail's content."""
    return TypeAdapter(Told)


def untold_notices(connection: Connection) -> Told:
    """Lock and give the notices no mail has told of, and those whose end none has told of; call it in a transaction."""
    return _notices(connection, UNTOLD), _notices(connection, UNTOLD_ENDS)


def _notices(connection: Connection, statement: str) -> tuple[Notice, ...]:
    names = ("notice_id", "kind", "subject", "message", "opened_at", "settled_at", "outcome")
    return tuple(Notice(**dict(zip(names, row, strict=True))) for row in connection.execute(statement.encode()))


def add_operator_mail(connection: Connection, told: Told, deliveries: Sequence[tuple[str, str]], *, as_of: datetime) -> None:
    """Put one mail that tells of these notices into the outbox, one delivery per (recipient, Message-ID)."""
    ids = [notice.notice_id for part in told for notice in part]
    row = connection.execute(ADD_MAIL, (as_of, told_content().dump_json(told).decode())).fetchone()
    if row is None:
        raise RuntimeError("core.operator_mail gave no id")
    for recipient, message_id in deliveries:
        connection.execute(ADD_DELIVERY, (row[0], recipient, message_id))
    connection.execute(MARK_TOLD, {"as_of": as_of, "ids": ids})


FAILING_RECIPIENTS = """
SELECT count(*)
FROM (
    SELECT DISTINCT ON (recipient) status, attempts_count
    FROM core.delivery
    WHERE attempts_count > 0
    ORDER BY recipient, delivery_id DESC
) AS newest
WHERE status IN ('refused', 'failed') OR (status <> 'sent' AND attempts_count >= %s)
"""


def failing_recipients(connection: Connection, *, many_attempts: int) -> int:
    """Give how many addresses the newest mail that was tried did not reach: refused, failed, or tried so many times."""
    row = connection.execute(FAILING_RECIPIENTS, (many_attempts,)).fetchone()
    return int(row[0]) if row else 0
