"""Compose the mail to the operator: what goes wrong, since when, what to do, and what is over."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from email.message import EmailMessage

from monitor.alerts.message import envelope, template
from monitor.alerts.wording import moment
from monitor.model import Notice, OperatorMail

TITLES = {
    "approval_expiring": "Approval ends soon",
    "budget_low": "Budget low",
    "budget_spent": "Budget spent",
    "x_refused": "X refuses access",
    "x_query_refused": "X refuses a query",
    "channel_gone": "Channel gone",
    "channel_silent": "Channel silent",
    "charter_expiring": "Charter ends soon",
    "dag_failed": "Stage failing",
    "deliveries_failing": "Mails not delivered",
    "duty_broken": "Duty broken",
    "flood_wait": "Flood wait",
    "mass_deletion": "Mass deletion",
    "session_lost": "Login lost",
    "source_silent": "Nothing read",
    "task_late": "Stage late",
}
"""Every kind of notice and how a mail names it; docs/operator.md says what each means."""


def title(kind: str) -> str:
    """Name a kind of notice for a reader."""
    return TITLES.get(kind, kind.replace("_", " ").capitalize())


def compose_notices(mail: OperatorMail, *, sender: str, recipient: str) -> EmailMessage:
    """Give the mail to one address of the operator, as text and HTML."""
    headline = _subject(mail.opened)
    message = envelope(headline, sender=sender, recipient=recipient, at=mail.created_at, message_id=mail.message_id)
    parts = {"subject": headline, "opened": mail.opened, "settled": mail.settled, "title": title, "moment": moment}
    message.set_content(template("notices.txt").render(parts))
    message.add_alternative(template("notices.html").render(parts), subtype="html")
    return message


def _subject(opened: Sequence[Notice]) -> str:
    if len(opened) == 1:
        return f"Monitor, to the operator: {title(opened[0].kind).lower()}, {opened[0].subject}"
    kinds = sorted({title(notice.kind).lower() for notice in opened})
    return f"Monitor, to the operator: {len(opened)} things ({', '.join(kinds)})"


def notice_message_id(told: tuple[Sequence[Notice], Sequence[Notice]], recipient: str) -> str:
    """Give the Message-ID of the mail that tells one recipient of these notices; the same each time it is asked for."""
    opened, _ = told
    parts = [recipient, *(f"{notice.kind}|{notice.subject}|{notice.opened_at.isoformat()}" for notice in opened)]
    return f"<{hashlib.blake2b(chr(10).join(parts).encode(), digest_size=16).hexdigest()}@monitor.invalid>"
