"""What a deployment is allowed to do: who may collect live at all, and which theme may be asked of which source."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from monitor.errors import ConfigError
from monitor.model import Charter

NEEDS_APPROVAL: Mapping[str, frozenset[str]] = {"x": frozenset({"protest", "detention", "dissent"})}
"""Source to the themes its terms forbid to monitor without the source's written approval (X: "sensitive events")."""

REQUIRED_FIELDS: Mapping[str, str] = {
    "operator": "who runs this deployment",
    "purpose": "what it is for",
    "legal_basis": "on what legal ground it processes personal data",
    "assessment_reference": "where the data-protection assessment is filed",
    "contact": "whom to write to",
    "recipients": "who receives the alerts",
}


def check_charter(charter: Charter | None, *, as_of: date, is_live: bool) -> None:
    """Raise ConfigError, naming what is missing, unless ``charter`` allows live collection on day ``as_of``.

    Replay and imports of a user's own files need no charter.
    """
    if not is_live:
        return
    if charter is None:
        raise ConfigError("no charter: copy seeds/charter.example.yml, fill it in and set MONITOR_CHARTER to its path.")
    if charter.is_demo:
        raise ConfigError("the charter is the demo's, which allows no live collection: write your own and set MONITOR_CHARTER.")
    missing = [name for name in REQUIRED_FIELDS if _is_blank(getattr(charter, name))]
    if missing:
        told = "; ".join(f"{name} ({REQUIRED_FIELDS[name]})" for name in missing)
        raise ConfigError(f"the charter is incomplete, fill in: {told}.")
    if charter.expires_date < as_of:
        raise ConfigError(f"the charter expired on {charter.expires_date}: review it and set a new expires_date.")


def is_allowed(source: str, theme_id: str, *, approvals: Collection[str] = ()) -> bool:
    """Tell whether ``theme_id`` may be asked of ``source``; ``approvals`` are themes the source has approved in writing.

    >>> is_allowed("x", "border_queue"), is_allowed("x", "protest"), is_allowed("x", "protest", approvals=["protest"])
    (True, False, True)
    """
    return theme_id not in NEEDS_APPROVAL.get(source, ()) or theme_id in approvals


def _is_blank(value: str | Collection[str]) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return not any(item.strip() for item in value)
