"""Choose which rules an event concerns, and name each mail so that it can be sent twice without being two."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from monitor.model import AlertKind, AlertRule, Event, SeriesKey, Spike


def choose_rules(event: Event, spike: Spike, rules: Iterable[AlertRule]) -> list[AlertRule]:
    """Give the rules that ``spike`` of ``event`` concerns: its theme, its place and its severity are all wanted.

    A rule without themes wants any theme; one with places wants only spikes about one of them. No rule, no mail.
    """
    return [rule for rule in rules if concerns(rule, spike.key, spike.severity)]


def concerns(rule: AlertRule, key: SeriesKey, severity: float | None) -> bool:
    """Tell whether a rule wants spikes of a series, of this severity or, where it is None, of any."""
    if key.language or (key.source is not None and key.source not in rule.sources):
        return False
    if rule.sources and key.source is None:
        return False
    if rule.themes and key.theme_id not in rule.themes:
        return False
    if rule.places and key.place_id not in rule.places:
        return False
    return severity is None or severity >= rule.min_severity


def message_id(rule: AlertRule, recipient: str, event: Event, *, kind: AlertKind = "opened", number: int = 1) -> str:
    """Give the Message-ID of one rule's mail on one event to one recipient; the same each time it is asked for."""
    lead = event.lead
    parts = (rule.rule_id, recipient, lead.key.label(), event.opened_at.isoformat(), f"{kind} {number}")
    return f"<{hashlib.blake2b('|'.join(parts).encode(), digest_size=16).hexdigest()}@monitor.invalid>"
