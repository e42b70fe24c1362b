"""Read who is mailed about what, and when."""

from __future__ import annotations

import re
from pathlib import Path
from zoneinfo import available_timezones

from monitor.model import AlertRule
from monitor.seeds.node import Node, distinct, list_of


def load_alert_rules(file: Path) -> tuple[AlertRule, ...]:
    """Read who is told of what."""
    return distinct(list_of(file, alert_rule), lambda rule: rule.rule_id)


def alert_rule(node: Node) -> AlertRule:
    """Read one rule."""
    node.only(*RULE_FIELDS)
    recipients = tuple(node.get("recipients", list))
    if not recipients or not all(isinstance(r, str) and "@" in r for r in recipients):
        raise node.error("recipients must be e-mail addresses", node.at("recipients"))
    return AlertRule(
        rule_id=node.get("rule_id", str),
        reader=node.get("reader", str),
        recipients=recipients,
        themes=node.words("themes"),
        places=node.words("places"),
        min_severity=node.optional("min_severity", float) or 0.0,
        sources=node.words("sources"),
        language=_one_of(node, "language", ("en", "ru")),
        delivery="digest" if _one_of(node, "delivery", ("immediate", "digest")) == "digest" else "immediate",
        digest_hour=_hour(node, "digest_hour", node.get("digest_hour", int, 8)),
        quiet_hours=_quiet_hours(node),
        time_zone=_time_zone(node),
        most_per_hour=_positive(node, "most_per_hour", node.get("most_per_hour", int, 6)),
    )


RULE_FIELDS = (
    *("rule_id", "reader", "recipients", "themes", "places", "sources", "min_severity", "language"),
    *("delivery", "digest_hour", "quiet_hours", "time_zone", "most_per_hour"),
)


def _one_of(node: Node, name: str, allowed: tuple[str, ...]) -> str:
    value = node.get(name, str, allowed[0])
    if value not in allowed:
        raise node.error(f"{name} is {' or '.join(allowed)}, not {value!r}", node.at(name))
    return value


def _hour(node: Node, name: str, value: int) -> int:
    if not 0 <= value <= 23:
        raise node.error(f"{name} is an hour from 0 to 23, not {value}", node.at(name))
    return value


def _positive(node: Node, name: str, value: int) -> int:
    if value < 1:
        raise node.error(f"{name} must be 1 or more, not {value}", node.at(name))
    return value


def _quiet_hours(node: Node) -> tuple[int, int] | None:
    text = node.optional("quiet_hours", str)
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    if found is None or found[1] == found[2]:
        raise node.error(f'quiet_hours are two hours, such as "23-07", not {text!r}', node.at("quiet_hours"))
    return _hour(node, "quiet_hours", int(found[1])), _hour(node, "quiet_hours", int(found[2]))


def _time_zone(node: Node) -> str:
    name = node.get("time_zone", str, "UTC")
    if name not in available_timezones():
        raise node.error(f"time_zone is none that is known, such as Europe/Tbilisi: {name!r}", node.at("time_zone"))
    return name
