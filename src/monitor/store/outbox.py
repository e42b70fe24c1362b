"""Mails waiting to go out, alerts and those to the operator, and how far each has got."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from monitor.model import Alert, AlertKind, AlertRule, Delivery, Evidence, GatheredMail, OperatorMail, Spike
from monitor.store.connection import Connection
from monitor.store.notices import told_content

ADD_ALERT = """
INSERT INTO core.alert (event_id, spike_id, rule_id, reader, language, created_at, content, kind, mail_number)
VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s)
ON CONFLICT (event_id, rule_id, kind, mail_number) DO NOTHING
RETURNING alert_id
"""
ADD_DELIVERY = "INSERT INTO core.delivery (alert_id, recipient, message_id, held_until_at) VALUES (%s, %s, %s, %s)"


Letter = tuple[str, str, datetime | None]
"""Recipient, Message-ID, and until when it is held back."""


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
    letters: Sequence[Letter],
    kind: AlertKind = "opened",
    number: int = 1,
) -> bool:
    """Put one mail per letter into the outbox; False when the event was told so already."""
    content = _content().dump_json((spike, evidence)).decode()
    values = (spike.event_id, spike.spike_id, rule.rule_id, rule.reader, rule.language, created_at, content, kind, number)
    row = connection.execute(ADD_ALERT, values).fetchone()
    if row is None:
        return False
    for letter in letters:
        connection.execute(ADD_DELIVERY, (row[0], *letter))
    return True


TOLD = """
SELECT alert.rule_id, delivery.recipient, alert.kind, alert.mail_number,
    (alert.content #>> '{0,observed}')::integer, alert.content #>> '{0,kind}', alert.content #>> '{0,key,source}' = 'x'
FROM core.alert AS alert
JOIN core.delivery AS delivery USING (alert_id)
WHERE alert.event_id = %s
ORDER BY alert.alert_id, delivery.recipient
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One mail on an event to one reader: which of its kind under its rule, and the posts or hours it told of."""

    rule_id: str
    recipient: str
    kind: AlertKind
    number: int
    observed: int
    spike_kind: str
    is_x: bool


def told_of_event(connection: Connection, event_id: int) -> list[Told]:
    """Give every mail that was written on an event, oldest first."""
    return [
        Told(
            rule_id=rule_id,
            recipient=recipient,
            kind=kind,
            number=number,
            observed=observed or 0,
            spike_kind=spike_kind or "posts",
            is_x=bool(is_x),
        )
        for rule_id, recipient, kind, number, observed, spike_kind, is_x in connection.execute(TOLD, (event_id,))
    ]


RECENT = """
SELECT count(*) FROM core.delivery JOIN core.alert USING (alert_id)
WHERE delivery.recipient = %s AND delivery.held_until_at IS NULL AND alert.created_at > %s AND alert.created_at <= %s
"""


def mails_since(connection: Connection, recipient: str, since_at: datetime, until_at: datetime) -> int:
    """Count the mails on single events that were written to an address in ``(since_at, until_at]``."""
    return int(connection.execute(RECENT, (recipient, since_at, until_at)).fetchall()[0][0])


SNOOZED = """
SELECT EXISTS (
    SELECT
    FROM core.feedback AS feedback
    JOIN core.delivery AS delivery USING (delivery_id)
    JOIN core.alert AS alert USING (alert_id)
    JOIN core.spike AS told USING (spike_id)
    WHERE feedback.verdict = 'snooze' AND feedback.given_at <= %(at)s AND feedback.until_at > %(at)s
        AND delivery.recipient = %(recipient)s
        AND told.series_id = (SELECT series_id FROM core.spike WHERE spike_id = %(spike)s)
)
"""


def is_snoozed(connection: Connection, recipient: str, spike: Spike, *, at: datetime) -> bool:
    """Tell whether a reader wants mails on the spike's series held back."""
    where = {"at": at, "recipient": recipient, "spike": spike.spike_id}
    return bool(connection.execute(SNOOZED, where).fetchall()[0][0])


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


ALERTS = """
SELECT alert_id, kind, rule_id, reader, language, created_at, content::text,
    (SELECT array_agg(recipient ORDER BY recipient) FROM core.delivery WHERE delivery.alert_id = alert.alert_id) AS recipients,
    (SELECT min(message_id) FROM core.delivery WHERE delivery.alert_id = alert.alert_id) AS message_id
FROM core.alert AS alert
WHERE %(alert_id)s::bigint IS NULL OR alert_id = %(alert_id)s
ORDER BY alert_id
"""


def alerts(connection: Connection, alert_id: int | None = None) -> list[Alert]:
    """Give all alerts, or the one with ``alert_id``, as they were written."""
    found = []
    for key, kind, rule_id, reader, language, created_at, content, recipients, message_id in connection.execute(
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
                kind=kind,
            )
        )
    return found
