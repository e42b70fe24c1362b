"""Compose the mail that gathers alerts which were held back: a line or two each, text and HTML alike."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.message import EmailMessage

from monitor.alerts.beside import withdrawn
from monitor.alerts.message import envelope, template
from monitor.alerts.wording import moment, sentence, subject
from monitor.model import Alert, GatheredMail

MOST_LINKS = 2
"""Links to posts an alert has here; the mail on a single event has them all."""


def compose_gathered(mail: GatheredMail, *, sender: str, recipient: str, tokens: dict[str, str] | None = None) -> EmailMessage:
    """Give the gathered mail to ``recipient``; ``tokens`` are those of its alerts by their Message-ID."""
    opened = [alert for alert in mail.alerts if alert.kind != "ended"]
    ended = [alert for alert in mail.alerts if alert.kind == "ended"]

    def say(name: str, **values: object) -> str:
        return sentence(mail.language, name, **values)

    headline = say("gathered_subject" if opened else "ended_subject", opened=len(opened), ended=len(ended))
    message = envelope(headline, sender=sender, recipient=recipient, at=mail.created_at, message_id=mail.message_id)
    parts = {
        "say": say,
        "subject": headline,
        "language": mail.language,
        "opened": [_entry(alert, tokens or {}) for alert in opened],
        "ended": [_entry(alert, tokens or {}) for alert in ended],
        "limits": say("limits"),
    }
    message.set_content(template("gathered.txt").render(parts))
    message.add_alternative(template("gathered.html").render(parts), subtype="html")
    return message


def _entry(alert: Alert, tokens: dict[str, str]) -> dict[str, object]:
    spike = alert.spike
    is_over = alert.kind == "ended" and spike.closed_at is not None
    name = "lasted" if is_over else "onset"
    return {
        "headline": subject(alert),
        "when": sentence(
            alert.language,
            name,
            onset=moment(spike.onset_at, alert.language),
            end=moment(spike.closed_at, alert.language) if spike.closed_at else "",
        ),
        "links": [post.url for post in alert.evidence.posts if post.url][:MOST_LINKS],
        "withdrawn": withdrawn(alert),
        "token": tokens.get(alert.message_id, ""),
    }


def gathered_message_id(recipient: str, due_at: datetime) -> str:
    """Give the Message-ID of what was held for one address until one moment; the same each time."""
    return f"<{hashlib.blake2b(f'{recipient}|{due_at.isoformat()}'.encode(), digest_size=16).hexdigest()}@monitor.invalid>"
