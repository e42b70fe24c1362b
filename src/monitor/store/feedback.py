"""What readers said of the mails they got."""

from __future__ import annotations

from datetime import datetime

from monitor.store.connection import Connection

LETTERS = """
SELECT delivery.delivery_id, delivery.message_id
FROM core.delivery AS delivery
JOIN core.alert AS alert USING (alert_id)
WHERE alert.created_at > %s
ORDER BY delivery.delivery_id DESC
"""


def letters_since(connection: Connection, since_at: datetime) -> list[tuple[int, str]]:
    """Give (delivery, Message-ID) of each alert written to an address after ``since_at``, newest first."""
    return connection.execute(LETTERS, (since_at,)).fetchall()


SAVE_FEEDBACK = """
INSERT INTO core.feedback AS said (delivery_id, verdict, given_at, until_at)
VALUES (%s, %s, %s, %s)
ON CONFLICT (delivery_id, verdict) DO UPDATE SET given_at = excluded.given_at, until_at = excluded.until_at
"""
TAKE_BACK = """
DELETE FROM core.feedback
WHERE delivery_id = %(delivery)s AND verdict <> %(verdict)s AND %(verdict)s <> 'snooze' AND verdict <> 'snooze'
"""


def save_feedback(
    connection: Connection, delivery_id: int, verdict: str, *, given_at: datetime, until_at: datetime | None
) -> None:
    """Write a reader's verdict on a mail; useful and false alarm replace each other, a snooze stands beside them."""
    with connection.transaction():
        connection.execute(TAKE_BACK, {"delivery": delivery_id, "verdict": verdict})
        connection.execute(SAVE_FEEDBACK, (delivery_id, verdict, given_at, until_at))
