"""What people look at: status, alerts, one text explained, a file classified, the demo's summary."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from monitor import store
from monitor.alerts import compose, subject, title
from monitor.errors import ConfigError
from monitor.model import Alert, Annotations, MaskedText
from monitor.pipeline.classify import annotate_text
from monitor.pipeline.tools import charter_of, reading
from monitor.pipeline.x import XStanding, x_standing
from monitor.privacy import mask
from monitor.settings import Settings


def status(settings: Settings, *, as_of: datetime, day: date | None = None) -> dict[str, Any]:
    """Tell how things stand and how complete ``day`` is (yesterday when None), as values that can be printed.

    A value is one figure, a mapping a section of figures, a list of mappings a table.
    """
    with store.connect(settings.require_database_url()) as connection:
        store.roll_up(connection)
        standing = store.progress(connection)
        now = (standing.replay_reached_at or as_of) if settings.source == "replay" else as_of
        day = day or now.date() - timedelta(days=1)
        return {
            "as of": _minute(now),
            "charter": _charter_line(settings),
            f"coverage of {day}": [_coverage_row(row) for row in store.coverage_of_day(connection, day)],
            "never read": store.never_read(connection),
            "notices": [
                {"since": _minute(opened_at), "what": title(kind), "about": subject, "message": message}
                for kind, subject, message, opened_at in store.open_notices(connection)
            ],
            "channels that cannot be read": [
                {"since": _minute(since_at), "channel": handle, "state": state, "reason": reason}
                for handle, state, reason, since_at in store.channel_states(connection)
                if state != "ok"
            ],
            "paused": [
                {"until": _minute(until_at), "source": source, "account": account, "method": method}
                for source, account, method, until_at in store.pauses(connection, as_of=as_of)
            ],
            "posts": {
                "read": standing.posts_read,
                "kept": standing.posts_kept,
                "waiting to be classified": standing.backlog_count,
            },
            "reading anew": _reading_anew(connection),
            "on a new definition": [
                {"since": _minute(new.since_at), "what": new.kind, "which": new.definition_id, "codebook": new.codebook_version}
                for new in store.new_definitions(connection)
            ],
            "channels to be read again for them": store.rereads_left(connection),
            "assessed until": _minute(standing.stepped_until_at),
            "coverage, channel quarter-hours": store.coverage_totals(connection),
            "quarantine": {f"{stage} {reason}": n for stage, reason, n in store.quarantine_totals(connection)},
            "spikes": standing.spikes_count,
            "mails": {
                "waiting": standing.mails_pending,
                "held to be gathered": standing.mails_held,
                "sent": standing.mails_sent,
                "refused or failed": standing.mails_failed,
            },
            "X this month, USD": _money(x_standing(connection, settings, as_of=as_of)),
            "last runs": [_run_row(row) for row in store.last_runs(connection)],
        }


def _reading_anew(connection: store.Connection) -> str:
    """Tell how much of the stored posts a newer codebook has still to read, and about how long that takes."""
    left, total, per_s = store.reclassification_progress(connection)
    if not left:
        return "done"
    about = f", about {math.ceil(left / per_s / 60)} min of work" if per_s else ""
    return f"{left:,} of {total:,} posts left{about}"


def _money(standing: XStanding) -> dict[str, str]:
    reading = "stopped by the cap, counting goes on" if standing.is_reading_stopped else "allowed"
    return {
        "spent": f"{standing.spending.settled_usd:.3f}",
        "reserved and not settled": f"{standing.spending.reserved_usd:.3f}",
        "held for counting": f"{standing.held_usd:.3f}",
        "cap": f"{standing.cap_usd:.2f}",
        "reading posts": reading,
    }


def _charter_line(settings: Settings) -> str | None:
    """Tell who runs this and until when; None without a charter. One that cannot be read is told, not raised."""
    try:
        charter = charter_of(settings)
    except ConfigError as error:
        return str(error)
    if charter is None:
        return None
    return f"{charter.operator}, until {charter.expires_date}" + (" (the demo's: nothing live)" if charter.is_demo else "")


def _coverage_row(row: store.DayCoverage) -> dict[str, Any]:
    return {
        "channel": row.channel,
        "read": f"{math.floor(row.observed_share * 1000) / 10:.1f} %",
        "pending": row.pending_count,
        "lost": row.lost_count,
        "unknown": row.unknown_count,
        "not read since": f"{row.missing_since_at:%H:%M}" if row.missing_since_at else None,
        "posts": row.seen_count,
    }


def _run_row(row: tuple[Any, ...]) -> dict[str, Any]:
    stage, started_at, ended_at, state, counts, error = row
    told = error or ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    return {"stage": stage, "state": state, "at": _minute(ended_at or started_at), "what": told or "nothing to do"}


def _minute(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else None


def digest(settings: Settings) -> dict[str, str]:
    """Hash the content of every table."""
    with store.connect(settings.require_database_url()) as connection:
        return store.digest(connection)


def alert_lines(settings: Settings, alert_id: int | None) -> list[str]:
    """List the alerts, or give one as the text of its mail."""
    with store.connect(settings.require_database_url()) as connection:
        alerts = store.alerts(connection, alert_id)
    if alert_id is None:
        return [_alert_line(alert) for alert in alerts] or ["no alerts"]
    if not alerts:
        raise ConfigError(f"there is no alert {alert_id}; `monitor alert` lists them")
    message = compose(alerts[0], sender=settings.mail_from, recipient=alerts[0].recipients[0])
    body = message.get_body(("plain",))
    return [f"Subject: {message['Subject']}", "", *(body.get_content().splitlines() if body else [])]


def _alert_line(alert: Alert) -> str:
    gone = f"  ({alert.evidence.withdrawn_count} posts withdrawn since)" if alert.evidence.withdrawn_count else ""
    return f"{alert.alert_id}  {alert.created_at:%Y-%m-%d %H:%M}  {alert.reader}  {subject(alert)}{gone}"


def explain(settings: Settings, text: str) -> list[str]:
    """Tell which words of a text hit which theme and place."""
    return reading(settings).matcher.explain(mask(text)[0])


def classify_lines(lines: Iterable[str], settings: Settings) -> Iterator[dict[str, Any]]:
    """Classify JSON lines with ``id`` and ``text``; a line that cannot be read gives ``{"line", "error"}``."""
    tools = reading(settings)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            text, _ = mask(record["text"])
            yield annotated_record(record.get("id"), text, annotate_text(text, tools, language_hint=None))
        except (ValueError, KeyError, TypeError) as error:
            yield {"line": number, "error": f"{type(error).__name__}: not an object with a text"}


def annotated_record(key: object, text: MaskedText, found: Annotations) -> dict[str, Any]:
    """Give annotations as the labelled files write them."""
    measures = [{"kind": q.kind, "low": q.low, "high": q.high, "place": q.place_id} for q in found.quantities]
    return {
        "id": key,
        "lang": found.language.code,
        "lang_confidence": round(found.language.confidence, 3),
        "themes": [theme.theme_id for theme in found.themes],
        "places": sorted({place.place_id for place in found.places}),
        "measures": measures,
        "kind": found.kind,
        "text": text,
    }


def summary(settings: Settings) -> list[str]:
    """Tell what a replay has brought, for the end of the demo."""
    with store.connect(settings.require_database_url()) as connection:
        standing = store.progress(connection)
        themes, events = store.theme_counts(connection), store.event_rows(connection)
        coverage = store.coverage_totals(connection)
    lines = [
        f"{standing.posts_read:,} posts read, {standing.posts_kept:,} kept, {standing.quarantined_count} in quarantine; "
        f"{standing.masked_count:,} pieces of personal data masked"
    ]
    lines.append("coverage, channel quarter-hours: " + ", ".join(f"{n:,} {state}" for state, n in coverage.items()))
    lines += ["", "posts by theme (of these, neither forwards nor copies):"]
    lines += [f"  {theme:<16} {posts:>6,}  ({origins:,})" for theme, posts, origins in themes]
    lines += ["", "events (onset and opening UTC; original posts observed against expected):"]
    return lines + [_event_line(row) for row in events] + ["", f"mails sent: {standing.mails_sent}"]


def _event_line(row: tuple[Any, ...]) -> str:
    _, theme, place, onset_at, opened_at, observed, expected, score, is_late, spikes, mails = row
    name = " @ ".join(part for part in (theme, place) if part)
    late = ", seen late" if is_late else ""
    return (
        f"  {_short(onset_at)} opened {_short(opened_at)}  {name:<32} {observed:>4} against {expected:6.1f}"
        f"  (score {score:.0f}, {spikes} series, {mails} mails{late})"
    )


def _short(moment: datetime) -> str:
    return f"{moment:%d %b %H:%M}"
