"""Mails waiting to go out, alerts and those to the operator, and how far each has got."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from monitor.model import Alert, Delivery, GatheredMail, OperatorMail
from monitor.store.alerts import alert_content
from monitor.store.connection import Connection
from monitor.store.notices import told_content

NEXT_DELIVERY = """
WITH due AS (
    UPDATE core.delivery
    SET status = 'sending', attempts_count = attempts_count + 1
    WHERE delivery_id = (
        SELECT delivery_id
        FROM core.delivery
        WHERE status IN ('pending', 'sending') AND held_until_at IS NULL
            AND (not_before_at IS NULL OR not_before_at <= %s) AND delivery_id > %s
        ORDER BY delivery_id
        LIMIT 1
    )
    RETURNING delivery_id, recipient, status, attempts_count, message_id, alert_id, operator_mail_id, gathered_mail_id
)
SELECT
    due.delivery_id, due.recipient, due.status, due.attempts_count, due.message_id, due.alert_id, due.gathered_mail_id,
    alert.kind, alert.rule_id, alert.reader, coalesce(alert.language, gathered.language) AS language,
    coalesce(alert.created_at, mail.created_at, gathered.due_at) AS created_at,
    coalesce(alert.content, mail.content)::text AS content
FROM due
LEFT JOIN core.alert AS alert USING (alert_id)
LEFT JOIN core.operator_mail AS mail USING (operator_mail_id)
LEFT JOIN core.gathered_mail AS gathered USING (gathered_mail_id)
"""


def next_delivery(connection: Connection, *, as_of: datetime, after_id: int) -> Delivery | None:
    """Mark the next due delivery as being sent, and give it; None when there is none after ``after_id``.

    One found in ``sending`` was cut off by a kill and is sent again with the same Message-ID. Only one process drains the outbox.
    """
    row = connection.execute(NEXT_DELIVERY, (as_of, after_id)).fetchone()
    if row is None:
        return None
    delivery_id, recipient, status, attempts, message_id, alert_id, gathered_id, *rest = row
    mail: Alert | OperatorMail | GatheredMail
    if gathered_id is not None:
        mail = _gathered(connection, gathered_id, recipient, message_id, rest)
    else:
        mail = _operator_mail(message_id, rest) if alert_id is None else _alert(recipient, message_id, rest)
    return Delivery(delivery_id=delivery_id, mail=mail, recipient=recipient, status=status, attempts_count=attempts)


def _alert(recipient: str, message_id: str, row: Sequence[Any]) -> Alert:
    kind, rule_id, reader, language, created_at, content = row
    spike, evidence = alert_content().validate_json(content)
    return Alert(
        rule_id=rule_id,
        reader=reader,
        recipients=(recipient,),
        language=language,
        spike=spike,
        evidence=evidence,
        created_at=created_at,
        message_id=message_id,
        kind=kind,
    )


GATHERED_ALERTS = """
SELECT delivery.message_id, alert.kind, alert.rule_id, alert.reader, alert.language, alert.created_at, alert.content::text
FROM core.delivery AS delivery
JOIN core.alert AS alert USING (alert_id)
WHERE delivery.gathered_into_id = %s
ORDER BY alert.created_at, alert.alert_id
"""


def _gathered(connection: Connection, gathered_id: int, recipient: str, message_id: str, row: Sequence[Any]) -> GatheredMail:
    *_, language, created_at, _ = row
    alerts = tuple(_alert(recipient, own_id, rest) for own_id, *rest in connection.execute(GATHERED_ALERTS, (gathered_id,)))
    return GatheredMail(alerts=alerts, language=language, created_at=created_at, message_id=message_id)


DUE_TO_GATHER = """
SELECT delivery.recipient, delivery.held_until_at, min(alert.language)
FROM core.delivery AS delivery
JOIN core.alert AS alert USING (alert_id)
WHERE delivery.status = 'pending' AND delivery.held_until_at <= %s
GROUP BY delivery.recipient, delivery.held_until_at
ORDER BY 2, 1
"""
GATHER = """
WITH mail AS (
    INSERT INTO core.gathered_mail (recipient, due_at, language) VALUES (%(recipient)s, %(due)s, %(language)s)
    ON CONFLICT (recipient, due_at) DO NOTHING
    RETURNING gathered_mail_id
), letter AS (
    INSERT INTO core.delivery (gathered_mail_id, recipient, message_id)
    SELECT gathered_mail_id, %(recipient)s, %(message)s FROM mail
)
UPDATE core.delivery AS delivery
SET status = 'gathered', gathered_into_id = mail.gathered_mail_id
FROM mail
WHERE delivery.recipient = %(recipient)s AND delivery.held_until_at = %(due)s AND delivery.status = 'pending'
"""


def gather(connection: Connection, *, until_at: datetime, name: Callable[[str, datetime], str]) -> int:
    """Make one mail of all that was held for an address until one moment, where that has come by ``until_at``; return how many.

    ``name`` gives its Message-ID from address and moment. What is held for a moment that was gathered already waits for nothing:
    it goes out on its own.
    """
    due = connection.execute(DUE_TO_GATHER, (until_at,)).fetchall()
    for recipient, due_at, language in due:
        where = {"recipient": recipient, "due": due_at, "language": language, "message": name(recipient, due_at)}
        with connection.transaction():
            if connection.execute(GATHER, where).rowcount == 0:
                connection.execute(RELEASE, where)
    return len(due)


RELEASE = """
UPDATE core.delivery SET held_until_at = NULL
WHERE recipient = %(recipient)s AND held_until_at = %(due)s AND status = 'pending'
"""


def _operator_mail(message_id: str, row: Sequence[Any]) -> OperatorMail:
    *_, created_at, content = row
    opened, settled = told_content().validate_json(content)
    return OperatorMail(opened=opened, settled=settled, created_at=created_at, message_id=message_id)


SETTLE = """
UPDATE core.delivery
SET status = %s, not_before_at = %s, last_error = %s, sent_at = CASE WHEN %s = 'sent' THEN clock_timestamp() END
WHERE delivery_id = %s
"""


def settle_delivery(
    connection: Connection,
    delivery_id: int,
    status: str,
    *,
    not_before_at: datetime | None = None,
    error: str | None = None,
) -> None:
    """Note what became of an attempt: ``sent``, ``refused``, ``failed``, or ``pending`` until ``not_before_at``."""
    connection.execute(SETTLE, (status, not_before_at, error, status, delivery_id))
