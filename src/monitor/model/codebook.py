"""What is looked for: themes, terms, places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.model.base import PlaceKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """One term of a theme: a word or phrase in one language. ``is_exact`` means it is not inflected."""

    text: str
    language: str
    is_exact: bool = False


RUSSIA = "russia"
FIGURES = ("#number", "#sum", "#hours", "#km")
"""What stands for words with a figure: any; one with its currency («25к», «500$»), or a currency's sign; with a unit («31h»)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Words that carry a theme together: one of each group in ``near``, all within ``within`` tokens, none of ``without``.

    A member that starts with ``@`` stands for places: ``@<place_id>``, or what ``Place.names`` gives; ``@route`` for a place in
    Russia beside one abroad. One that starts with ``#`` stands for words that hold a figure, see ``FIGURES``.
    """

    name: str
    near: tuple[tuple[Keyword, ...], ...]
    within: int
    without: tuple[Keyword, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One thing a desk wants to be told about; ``theme_id`` is what analysts type."""

    theme_id: str
    name: str
    definition: str
    excludes: str
    terms: tuple[Keyword, ...]
    combinations: tuple[Combination, ...]
    without: tuple[Keyword, ...] = ()
    """Words near a hit that void it, for every term and combination of the theme."""
    void_by: tuple[Keyword, ...] = ()
    """Words that void the theme wherever in the text they stand."""
    matches: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the gazetteer. ``spellings`` are keywords; those in ``needs_context`` count only near border words."""

    place_id: str
    kind: PlaceKind
    name: str
    lat_deg: float
    lon_deg: float
    country: str | None
    spellings: tuple[Keyword, ...]
    needs_context: tuple[Keyword, ...] = ()
    source: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Give all that a combination may call it: its id, its kind, ``place``, and ``in_russia`` or ``abroad``."""
        if self.kind == "crossing" or self.place_id == RUSSIA:
            return (self.place_id, self.kind, "place")
        return (self.place_id, self.kind, "place", "in_russia" if self.country == "RU" else "abroad")


READ_BY = "rules-7"
"""Name of the code's own rules for reading a text. Raise it when they change: stored posts are then read anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """Themes, places and units as one versioned thing. ``digest`` is the hash of what decides what is matched.

    ``place_context`` are the words near which an ambiguous spelling of a place counts.
    """

    digest: str
    themes: tuple[Theme, ...]
    places: tuple[Place, ...]
    units: Mapping[str, Any]
    place_context: tuple[Keyword, ...] = ()
