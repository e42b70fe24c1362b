"""What classify says of a text."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.model.base import Direction, PlaceKind, PostKind, QuantityKind, Span, Tense, TravelMode


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """ISO 639-1 code of the dominant language, or None when the text is too short to tell."""

    code: str | None
    confidence: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMatch:
    """A theme a post carries, with every span that says so and the name of the term or combination behind each."""

    theme_id: str
    spans: tuple[Span, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A place the text names."""

    place_id: str
    kind: PlaceKind
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A figure with its unit; an open bound is None. ``place_id`` is what the figure is about."""

    kind: QuantityKind
    low: float | None
    high: float | None
    span: Span
    place_id: str | None = None
    direction: Direction | None = None
    """Out of Russia or into it; None where the post does not say."""
    mode: TravelMode | None = None
    """Who waits or is counted; scooters are bicycles. None where the post does not say."""
    tense: Tense = "now"
    is_hearsay: bool = False
    """True where the post passes on what others say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What ``match`` finds in one text: themes in id order, places in text order."""

    themes: tuple[ThemeMatch, ...] = ()
    places: tuple[PlaceMention, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """Everything ``classify`` says of one stored text, for one codebook."""

    language: Language
    themes: tuple[ThemeMatch, ...]
    places: tuple[PlaceMention, ...]
    quantities: tuple[Quantity, ...]
    kind: PostKind
    copy_hash: int
    """Signed 64-bit hash of the normalised text: equal texts are exact copies."""
    method: str
    copy_keys: tuple[int, ...] = ()
    """Signed 32-bit hashes that near copies are likely to share."""
