"""What a deployment is allowed to do: who may collect live at all, and which theme may be asked of which source."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from monitor.errors import ConfigError
from monitor.model import Annotations, Charter, Matches

REQUIRED_FIELDS: Mapping[str, str] = {
    "operator": "who runs this deployment",
    "purpose": "what it is for",
    "legal_basis": "on what legal ground it processes personal data",
    "assessment_reference": "where the data-protection assessment is filed",
    "contact": "whom to write to",
    "recipients": "who receives the alerts",
}


def check_charter(charter: Charter | None, *, as_of: date, is_live: bool) -> None:
    """Raise ConfigError, naming file, line and what is missing, unless ``charter`` allows live collection on day ``as_of``.

    Replay and imports of a user's own files need no charter.
    """
    if not is_live:
        return
    if charter is None:
        raise ConfigError(
            "no charter: copy seeds/charter.example.yml to seeds/charter.yml (or where MONITOR_CHARTER says) and fill it in."
        )
    if charter.is_demo:
        raise ConfigError(
            f"{charter.place('is_demo')}: the charter is the demo's, which allows no live collection: write your own and set "
            "MONITOR_CHARTER."
        )
    missing = [name for name in REQUIRED_FIELDS if _is_blank(getattr(charter, name))]
    if missing:
        told = "; ".join(f"{charter.place(name)} {name} ({REQUIRED_FIELDS[name]})" for name in missing)
        raise ConfigError(f"the charter is incomplete, fill in: {told}.")
    if charter.expires_date < as_of:
        where = charter.place("expires_date")
        raise ConfigError(f"{where}: the charter expired on {charter.expires_date}: review it and set a new expires_date.")


def days_left(charter: Charter, as_of: date) -> int:
    """Give how many days after ``as_of`` the charter still holds; negative once it has expired."""
    return (charter.expires_date - as_of).days


def keeps(matches: Matches, forbidden: Collection[str]) -> bool:
    """Tell whether a post is to be stored: it carries a theme that is not ``forbidden``, or no theme and names a checkpoint."""
    if matches.themes:
        return any(theme.theme_id not in forbidden for theme in matches.themes)
    return any(place.kind == "crossing" for place in matches.places)


def without(annotations: Annotations, forbidden: Collection[str]) -> Annotations:
    """Give the annotations with the ``forbidden`` themes taken out."""
    if not any(theme.theme_id in forbidden for theme in annotations.themes):
        return annotations
    return replace(annotations, themes=tuple(theme for theme in annotations.themes if theme.theme_id not in forbidden))


def _is_blank(value: str | Collection[str]) -> bool:
    if isinstance(value, str):
        return not value.strip()
    return not any(item.strip() for item in value)
