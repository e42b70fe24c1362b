"""Score what classify says of labelled posts against their labels, field by field."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Record = Mapping[str, Any]
"""A post as labelled files and ``monitor classify --file`` write it: lang, themes, places, measures, kind."""


@dataclass(slots=True)
class Tally:
    """Right, wrongly said and missed, added up over posts. A share of nothing is None."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def add(self, expected: Counter[Hashable], got: Counter[Hashable]) -> None:
        """Add one post's items; an item that stands twice counts twice."""
        self.right += (expected & got).total()
        self.wrong += (got - expected).total()
        self.missed += (expected - got).total()

    @property
    def precision(self) -> float | None:
        """Give the share of what was said that is right."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float | None:
        """Give the share of what is there that was said."""
        return _share(self.right, self.right + self.missed)

    @property
    def f1(self) -> float | None:
        """Give the harmonic mean of precision and recall.

        >>> Tally(right=8, wrong=2, missed=2).f1
        0.8
        """
        return _share(2 * self.right, 2 * self.right + self.wrong + self.missed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A field of a post on which label and classifier differ."""

    post_id: str
    field: str
    expected: str
    got: str


@dataclass(slots=True)
class Scores:
    """Tallies by field, and for themes and single-valued fields by theme, language or value; and every difference."""

    posts_count: int = 0
    fields: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    """``language``, ``themes``, ``places``, ``measures``, ``kind``; ``masking`` counts pieces gone as right, left as missed."""
    themes: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    themes_by_language: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    languages: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    kinds: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    misses: list[Miss] = field(default_factory=list)


def score(pairs: Iterable[tuple[Record, Record]]) -> Scores:
    """Give the scores of (labelled, classified) posts."""
    scores = Scores()
    for labelled, got in pairs:
        scores.posts_count += 1
        for name, read in FIELDS.items():
            _compare(scores, name, str(labelled["id"]), read(labelled), read(got))
        expected_themes, themes = FIELDS["themes"](labelled), FIELDS["themes"](got)
        scores.themes_by_language[labelled["lang"]].add(expected_themes, themes)
        _add_values(scores.themes, expected_themes, themes)
        for name, tallies in (("language", scores.languages), ("kind", scores.kinds)):
            _add_values(tallies, FIELDS[name](labelled), FIELDS[name](got))
        _add_masking(scores, labelled, got["text"])
    return scores


def _measures(record: Record) -> Counter[Hashable]:
    return Counter((m["kind"], _figure(m["low"]), _figure(m["high"]), m["place"]) for m in record["measures"])


def _figure(value: float | None) -> float | None:
    return None if value is None else round(float(value), 2)


FIELDS: Mapping[str, Callable[[Record], Counter[Hashable]]] = {
    "language": lambda record: Counter([record["lang"] or "unknown"]),
    "themes": lambda record: Counter(set(record["themes"])),
    "places": lambda record: Counter(set(record["places"])),
    "measures": _measures,
    "kind": lambda record: Counter([record["kind"]]),
}
"""What is compared, as the items of a post; of a measure its kind, both bounds and its place must be right."""


def _compare(scores: Scores, name: str, post_id: str, expected: Counter[Hashable], got: Counter[Hashable]) -> None:
    scores.fields[name].add(expected, got)
    if expected != got:
        scores.misses.append(
            Miss(post_id=post_id, field=name, expected=_told(expected - got), got=_told(got - expected)),
        )


def _add_values(tallies: dict[str, Tally], expected: Counter[Hashable], got: Counter[Hashable]) -> None:
    """Add one post to the tally of each value that either names."""
    for value in expected.keys() | got.keys():
        tallies[str(value)].add(_only(expected, value), _only(got, value))


def _only(items: Counter[Hashable], value: Hashable) -> Counter[Hashable]:
    return Counter({value: items[value]})


def _add_masking(scores: Scores, labelled: Record, text: str) -> None:
    """Count the pieces of personal data that left the text; a miss tells their number, never themselves."""
    pieces = labelled.get("pii", ())
    left = sum(piece in text for piece in pieces)
    scores.fields["masking"].right += len(pieces) - left
    scores.fields["masking"].missed += left
    if left:
        scores.misses.append(Miss(post_id=str(labelled["id"]), field="masking", expected="none left", got=f"{left} left"))


def _told(items: Counter[Hashable]) -> str:
    return ", ".join(sorted(map(_item, items.elements()))) or "nothing"


def _item(item: Hashable) -> str:
    if not isinstance(item, tuple):
        return str(item)
    kind, low, high, place = item
    bounds = f"{low:g}" if low == high and low is not None else f"{_bound(low)}..{_bound(high)}"
    return f"{kind} {bounds} @{place or '-'}"


def _bound(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
