"""What may be asked of whom: the table of sources and themes, and the approvals an operator records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from monitor import store
from monitor.errors import ConfigError
from monitor.model import Approval
from monitor.pipeline.tools import policy_of
from monitor.settings import Settings


def policy_table(settings: Settings, *, as_of: datetime) -> list[dict[str, Any]]:
    """Give one row a source and theme: whether it may be asked today, and the newest decision where one is needed."""
    rules = policy_of(settings)
    with store.connect(settings.require_database_url()) as connection:
        standing = {(a.source, a.theme_id): a for a in store.standing_approvals(connection)}
    return [
        _row(rule.source, theme_id, theme_id in rule.needs_approval, standing.get((rule.source, theme_id)), as_of.date())
        for rule in rules.rules
        for theme_id in rules.theme_ids
    ]


def _row(source: str, theme_id: str, is_needed: bool, approval: Approval | None, today: date) -> dict[str, Any]:
    row: dict[str, Any] = {"source": source, "theme": theme_id}
    if not is_needed:
        return {**row, "state": "allowed", "reference": None, "by": None, "until": None}
    if approval is None:
        return {**row, "state": "needs an approval", "reference": None, "by": None, "until": None}
    state = "approved" if approval.holds(today) else "revoked" if approval.is_revoked else "approval expired"
    return {
        **row,
        "state": state,
        "reference": approval.reference,
        "by": approval.decided_by,
        "until": approval.until_date.isoformat() if approval.until_date else None,
    }


def approve(settings: Settings, source: str, theme_id: str, *, reference: str, by: str, until: date, as_of: datetime) -> None:
    """Record that ``source`` has approved ``theme_id`` until a day; ConfigError where that makes no sense."""
    _check_needed(settings, source, theme_id)
    if until < as_of.date():
        raise ConfigError(f"--until {until} is past: an approval needs a day to come.")
    if not reference.strip() or not by.strip():
        raise ConfigError("--reference and --by must say something: where the approval is filed, and who records it.")
    _record(
        settings,
        Approval(
            source=source,
            theme_id=theme_id,
            reference=reference.strip(),
            decided_by=by.strip(),
            until_date=until,
            decided_at=as_of,
        ),
    )


def revoke(settings: Settings, source: str, theme_id: str, *, reference: str | None, by: str, as_of: datetime) -> None:
    """Take the approval of ``theme_id`` back; ConfigError where there is none."""
    _check_needed(settings, source, theme_id)
    if not by.strip():
        raise ConfigError("--by must say who revokes it.")
    with store.connect(settings.require_database_url()) as connection:
        if (source, theme_id) not in store.approved_themes(connection, as_of.date()):
            raise ConfigError(f"{theme_id} has no approval for {source} that could be revoked; `monitor policy` shows the table.")
    _record(
        settings,
        Approval(
            source=source,
            theme_id=theme_id,
            reference=reference,
            decided_by=by.strip(),
            until_date=None,
            decided_at=as_of,
            is_revoked=True,
        ),
    )


def _check_needed(settings: Settings, source: str, theme_id: str) -> None:
    rules = policy_of(settings)
    if source not in {rule.source for rule in rules.rules} or theme_id not in rules.theme_ids:
        raise ConfigError(f"seeds/policy.yml knows no {source} × {theme_id}; `monitor policy` shows the table.")
    if theme_id not in rules.needs_approval(source):
        raise ConfigError(f"{theme_id} needs no approval for {source}; `monitor policy` shows the table.")


def _record(settings: Settings, approval: Approval) -> None:
    with store.connect(settings.require_database_url()) as connection:
        store.add_approval(connection, approval)
