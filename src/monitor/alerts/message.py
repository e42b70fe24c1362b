"""Compose the mail: plain text and HTML that say the same, with the chart inline."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import cache

from jinja2 import Environment, PackageLoader, Template, select_autoescape

from monitor.alerts.beside import beside, waits, withdrawn
from monitor.alerts.chart import draw_chart
from monitor.alerts.names import place_name
from monitor.alerts.wording import figure, moment, number, queue_sentence, sentence, subject, what
from monitor.model import Alert, Evidence

CHART_ID = "chart@monitor.invalid"
QUEUE_FIRST = {"wait_hours": 0, "queue_km": 1, "queue_cars": 2, "queue_people": 3}


def compose(alert: Alert, *, sender: str, recipient: str, token: str = "") -> EmailMessage:
    """Give the mail about ``alert`` to ``recipient``: text, HTML, and the chart as an inline PNG.

    ``token`` is what a reader answers with; without one the mail does not ask.
    """
    message = envelope(subject(alert), sender=sender, recipient=recipient, at=alert.created_at, message_id=alert.message_id)
    parts = _parts(alert) | {"feedback": sentence(alert.language, "feedback", token=token) if token else ""}
    message.set_content(template("mail.txt").render(parts))
    message.add_alternative(template("mail.html").render(parts, chart_id=CHART_ID), subtype="html")
    head = what(alert)
    title = head[:1].upper() + head[1:]
    image = draw_chart(alert.evidence.chart, onset_at=alert.spike.onset_at, title=title, language=alert.language)
    html = message.get_payload()[1]  # type: ignore[index]
    html.add_related(image, "image", "png", cid=f"<{CHART_ID}>", filename="chart.png", disposition="inline")  # type: ignore[union-attr]
    return message


def envelope(subject: str, *, sender: str, recipient: str, at: datetime, message_id: str) -> EmailMessage:
    """Give a mail without content: the headers every mail of ours has."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(addr_spec=recipient)
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id
    message["Auto-Submitted"] = "auto-generated"
    return message


def _parts(alert: Alert) -> dict[str, object]:
    """Put the evidence into sentences; both templates say the same of it."""
    spike, evidence, language = alert.spike, alert.evidence, alert.language

    def say(name: str, **values: object) -> str:
        return sentence(language, name, **values)

    def when(at: datetime) -> str:
        return moment(at, language)

    head, is_x = what(alert), spike.key.source == "x"
    total = evidence.own_count + evidence.forward_count + evidence.copy_count
    return {
        "say": say,
        "moment": when,
        "language": language,
        "subject": subject(alert),
        "lead": queue_sentence(alert, "queue_lead")
        if spike.kind == "queue"
        else say(
            "lead",
            what=head[:1].upper() + head[1:] if language == "en" else head,
            observed=spike.observed,
            hours=spike.window_hours,
            until=when(spike.peak_at),
            expected=number(spike.expected),
            low=number(spike.expected_low),
            high=number(spike.expected_high),
        ),
        "onset": say("onset", onset=when(spike.onset_at)),
        "late_note": say("late_note", opened=when(spike.opened_at)) if spike.is_late else "",
        "figures": _figures(alert),
        "waits": waits(alert),
        "composition": say("counted_by_x")
        if is_x
        else say("composition", own=evidence.own_count, forwards=evidence.forward_count, copies=evidence.copy_count),
        "drivers": [
            (say("channels"), _shares(evidence.top_channels, total)),
            (say("languages"), _pairs(evidence.languages)),
            (say("terms"), _pairs(evidence.terms)),
            (say("places"), _places(evidence, language)),
        ],
        "beside": list(beside(language, evidence, key=spike.key, kind=spike.kind, window_hours=spike.window_hours)),
        "posts": evidence.posts,
        "withdrawn": withdrawn(alert),
        "complete": say("complete_x", share=f"{evidence.coverage_share:.0%}")
        if is_x
        else say("complete", share=f"{evidence.coverage_share:.0%}", channels=evidence.channels_count),
        "missing": say("missing", names=", ".join(evidence.channels_missing)) if evidence.channels_missing else "",
        "silent": say("silent", names=", ".join(evidence.channels_silent)) if evidence.channels_silent else "",
        "limits": say("limits"),
        "query": evidence.query,
    }


def _pairs(pairs: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{name} {count}" for name, count in pairs)


def _figures(alert: Alert) -> list[tuple[str, str, str]]:
    """Give what posts report, queues first: figure, the place where it is not the mail's own, how many say so."""
    language, own = alert.language, alert.spike.key.place_id
    ordered = sorted(alert.evidence.quantities, key=lambda each: QUEUE_FIRST.get(each.kind, len(QUEUE_FIRST)))
    return [
        (
            figure(language, each),
            place_name(each.place_id, each.place_name, language) if each.place_id != own else "",
            sentence(language, "of_posts", n=each.posts_count),
        )
        for each in ordered
    ]


def _places(evidence: Evidence, language: str) -> str:
    ids = evidence.place_ids or ("",) * len(evidence.places)
    named = tuple((place_name(key, name, language), count) for key, (name, count) in zip(ids, evidence.places, strict=True))
    return _pairs(named)


def _shares(pairs: tuple[tuple[str, int], ...], total: int) -> str:
    return ", ".join(f"{name} {count} ({count / max(total, 1):.0%})" for name, count in pairs)


@cache
def template(name: str) -> Template:
    """Give a template of this room by its file's name."""
    loader = PackageLoader("monitor.alerts", "templates")
    return Environment(loader=loader, autoescape=select_autoescape(["html"]), trim_blocks=True, lstrip_blocks=True).get_template(
        name
    )
