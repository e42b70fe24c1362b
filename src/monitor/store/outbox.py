"""Mails waiting to go out, alerts and those to the operator, and how far each has got."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from monitor.model import Alert, AlertRule, Delivery, Evidence, OperatorMail, Spike
from monitor.store.connection import Connection
from monitor.store.notices import told_content

ADD_ALERT = """
INSERT INTO core.alert (event_id, spike_id, rule_id, reader, language, created_at, content)
VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb)
ON CONFLICT (event_id, rule_id) DO NOTHING
RETURNING alert_id
"""
ADD_DELIVERY = "INSERT INTO core.delivery (alert_id, recipient, message_id) VALUES (%s, %s, %s)"


@cache
def _content() -> TypeAdapter[tuple[Spike, Evidence]]:
    return TypeAdapter(tuple[Spike, Evidence])


def add_alert(
    connection: Connection,
    rule: AlertRule,
    spike: Spike,
    evidence: Evidence,
    *,
    created_at: datetime,
    message_ids: Sequence[str],
) -> bool:
    """Put one mail per recipient of ``rule`` into the outbox; False when the event was already told under this rule."""
    content = _content().dump_json((spike, evidence)).decode()
    values = (spike.event_id, spike.spike_id, rule.rule_id, rule.reader, rule.language, created_at, content)
    row = connection.execute(ADD_ALERT, values).fetchone()
    if row is None:
        return False
    for recipient, message_id in zip(rule.recipients, message_ids, strict=True):
        connection.execute(ADD_DELIVERY, (row[0], recipient, message_id))
    return True


NEXT_DELIVERY = """
WITH due AS (
    UPDATE core.delivery
    SET status = 'sending', attempts_count = attempts_count + 1
    WHERE delivery_id = (
        SELECT delivery_id
        FROM core.delivery
        WHERE status IN ('pending', 'sending') AND (not_before_at IS NULL OR not_before_at <= %s) AND delivery_id > %s
        ORDER BY delivery_id
        LIMIT 1
    )
    RETURNING delivery_id, recipient, status, attempts_count, message_id, alert_id, operator_mail_id
)
SELECT
    due.delivery_id, due.recipient, due.status, due.attempts_count, due.message_id, due.alert_id,
    alert.rule_id, alert.reader, alert.language,
    coalesce(alert.created_at, mail.created_at) AS created_at,
    coalesce(alert.content, mail.content)::text AS content
FROM due
LEFT JOIN core.alert AS alert USING (alert_id)
LEFT JOIN core.operator_mail AS mail USING (operator_mail_id)
"""


def next_delivery(connection: Connection, *, as_of: datetime, after_id: int) -> Delivery | None:
    """Mark the next due delivery as being sent, and give it; None when there is none after ``after_id``.

    One found in ``sending`` was cut off by a kill and is sent again with the same Message-ID. Only one process drains the outbox.
    """
    row = connection.execute(NEXT_DELIVERY, (as_of, after_id)).fetchone()
    if row is None:
        return None
    delivery_id, recipient, status, attempts, message_id, alert_id, *rest = row
    mail = _operator_mail(message_id, rest) if alert_id is None else _alert(recipient, message_id, rest)
    return Delivery(delivery_id=delivery_id, mail=mail, recipient=recipient, status=status, attempts_count=attempts)


def _alert(recipient: str, message_id: str, row: Sequence[Any]) -> Alert:
    rule_id, reader, language, created_at, content = row
    spike, evidence = _content().validate_json(content)
    return Alert(
        rule_id=rule_id,
        reader=reader,
        recipients=(recipient,),
        language=language,
        spike=spike,
        evidence=evidence,
        created_at=created_at,
        message_id=message_id,
    )


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


ALERTS = """
SELECT alert_id, rule_id, reader, language, created_at, content::text,
    (SELECT array_agg(recipient ORDER BY recipient) FROM core.delivery WHERE delivery.alert_id = alert.alert_id) AS recipients,
    (SELECT min(message_id) FROM core.delivery WHERE delivery.alert_id = alert.alert_id) AS message_id
FROM core.alert AS alert
WHERE %(alert_id)s::bigint IS NULL OR alert_id = %(alert_id)s
ORDER BY alert_id
"""


def alerts(connection: Connection, alert_id: int | None = None) -> list[Alert]:
    """Give all alerts, or the one with ``alert_id``, as they were written."""
    found = []
    for key, rule_id, reader, language, created_at, content, recipients, message_id in connection.execute(
        ALERTS, {"alert_id": alert_id}
    ):
        spike, evidence = _content().validate_json(content)
        found.append(
            Alert(
                alert_id=key,
                rule_id=rule_id,
                reader=reader,
                recipients=tuple(recipients),
                language=language,
                spike=spike,
                evidence=evidence,
                created_at=created_at,
                message_id=message_id,
            )
        )
    return found
