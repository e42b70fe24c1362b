"""Mail: drain the outbox, one recipient a transaction, at least once and never silently lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

from monitor import store
from monitor.alerts import compose, compose_notices, notice_message_id
from monitor.errors import TransientError
from monitor.mail import Mailer, Outcome, open_mailer
from monitor.model import Alert, Delivery, RunReport
from monitor.pipeline.analysts import LONGEST_STATEMENT
from monitor.settings import Settings

MOST_NOTICES = 20
"""Notices one mail to the operator holds: a bad morning is one mail, not forty."""
FIRST_PAUSE = timedelta(minutes=1)
MOST_ATTEMPTS = 12
"""After this many answers of "later" (about three days of doubling pauses, an hour at most each) a mail has failed."""


def mail(connection: store.Connection, settings: Settings, *, as_of: datetime) -> RunReport:
    """Send every delivery that is due by ``as_of``; the server's answer is written down after each.

    The stage that runs each minute also watches over the analysts: what runs too long is cancelled, what ran is sampled.
    """
    counts = {"sent": 0, "refused": 0, "later": 0, "failed": 0}
    store.stop_long_readers(connection, longest=LONGEST_STATEMENT, as_of=as_of)
    store.sample_statements(connection, as_of=as_of)
    tell_operator(connection, settings, as_of=as_of)
    delivery = store.next_delivery(connection, as_of=as_of, after_id=0)
    if delivery is None:
        return RunReport(stage="mail", counts=counts)
    try:
        with open_mailer(settings.smtp()) as mailer:
            while delivery is not None:
                counts[_deliver(connection, mailer, delivery, as_of)] += 1
                delivery = store.next_delivery(connection, as_of=as_of, after_id=delivery.delivery_id)
    except TransientError as error:
        if delivery is not None:
            _postpone(connection, delivery, str(error), as_of)
        raise
    except BaseException:
        if delivery is not None:
            store.settle_delivery(connection, delivery.delivery_id, "pending")
        raise
    return RunReport(stage="mail", counts=counts)


def tell_operator(connection: store.Connection, settings: Settings, *, as_of: datetime) -> int:
    """Put notices no mail has told of into the outbox, ``MOST_NOTICES`` a mail; returns how many mails were written.

    What is over is told in the next mail that has news. Without MONITOR_OPERATOR_MAIL notices stand in ``monitor status`` alone.
    """
    if not settings.operator_mail:
        return 0
    with connection.transaction():
        opened, settled = store.untold_notices(connection)
        parts = [opened[start : start + MOST_NOTICES] for start in range(0, len(opened), MOST_NOTICES)]
        for part in parts:
            told = (part, settled if part is parts[0] else ())
            deliveries = [(recipient, notice_message_id(told, recipient)) for recipient in settings.operator_mail]
            store.add_operator_mail(connection, told, deliveries, as_of=as_of)
    return len(parts)


def _deliver(connection: store.Connection, mailer: Mailer, delivery: Delivery, as_of: datetime) -> str:
    message = _message(delivery, mailer.sender)
    outcome: Outcome = mailer.send(message, delivery.recipient)
    if outcome.status == "later":
        return _postpone(connection, delivery, outcome.answer, as_of)
    store.settle_delivery(connection, delivery.delivery_id, outcome.status, error=outcome.answer or None)
    return outcome.status


def _message(delivery: Delivery, sender: str) -> EmailMessage:
    if isinstance(delivery.mail, Alert):
        return compose(delivery.mail, sender=sender, recipient=delivery.recipient)
    return compose_notices(delivery.mail, sender=sender, recipient=delivery.recipient)


def _postpone(connection: store.Connection, delivery: Delivery, answer: str, as_of: datetime) -> str:
    if delivery.attempts_count >= MOST_ATTEMPTS:
        store.settle_delivery(connection, delivery.delivery_id, "failed", error=answer)
        return "failed"
    pause = min(FIRST_PAUSE * 2 ** (delivery.attempts_count - 1), timedelta(hours=1))
    store.settle_delivery(connection, delivery.delivery_id, "pending", not_before_at=as_of + pause, error=answer)
    return "later"
