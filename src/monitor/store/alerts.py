"""Alerts that were written, their letters, and what an event or an address was told by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from pydantic import TypeAdapter

from monitor.model import Alert, AlertKind, AlertRule, Evidence, Spike
from monitor.store.connection import Connection

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
def alert_content() -> TypeAdapter[tuple[Spike, Evidence]]:
    """Give the reader and writer of an alert's content."""
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
    content = alert_content().dump_json((spike, evidence)).decode()
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
        spike, evidence = alert_content().validate_json(content)
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
