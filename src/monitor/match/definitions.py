"""What a codebook matches by, as plain values: to recognise a version, and to tell what a newer one may include that it did not.

"May include more" errs on the side of yes: a keyword that is written differently counts as new, though its forms may be old ones.
Names, definitions and examples decide nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monitor.model import READ_BY, Codebook, Combination, Keyword, Place, Theme
from monitor.text import fold, words

Definition = Mapping[str, Any]
DefinitionKey = tuple[str, str]
"""``theme`` or ``place``, and its id."""
Definitions = Mapping[DefinitionKey, Definition]

LIKE_LETTERS = 4
"""Words that begin with so many equal letters may be forms of one word."""


def content_digest(codebook: Codebook) -> str:
    """Give the hash of all that decides what is found in a text, the code's rules too, and of the names it is stored under."""
    names = [[combination.name for combination in theme.combinations] for theme in codebook.themes]
    content = [[*key, value] for key, value in definitions(codebook).items()]
    everything = json.dumps([READ_BY, content, names, codebook.units], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.blake2b(everything.encode(), digest_size=16).hexdigest()


def definitions(codebook: Codebook) -> dict[DefinitionKey, Definition]:
    """Give what each theme and place is matched by, as values that JSON holds."""
    themes = {("theme", theme.theme_id): _of_theme(theme) for theme in codebook.themes}
    return themes | {("place", place.place_id): _of_place(place, codebook.place_context) for place in codebook.places}


def _of_theme(theme: Theme) -> Definition:
    return {
        "terms": _written(theme.terms),
        "combinations": [_of_combination(combination) for combination in theme.combinations],
        "without": _written(theme.without),
        "void_by": _written(theme.void_by),
    }


def _of_combination(combination: Combination) -> Definition:
    return {
        "near": [_written(group) for group in combination.near],
        "within": combination.within,
        "without": _written(combination.without),
    }


def _of_place(place: Place, context: Iterable[Keyword]) -> Definition:
    return {
        "kind": place.kind,
        "country": place.country,
        "spellings": _written(place.spellings),
        "needs_context": _written(place.needs_context),
        "context": _written(context) if place.needs_context else [],
    }


def _written(keywords: Iterable[Keyword]) -> list[str]:
    return [f"{keyword.language}:{'=' if keyword.is_exact else ''}{keyword.text}" for keyword in keywords]


def grown(before: Definitions, after: Definitions) -> set[DefinitionKey]:
    """Give the themes and places of ``after`` that may be found in a text in which ``before`` did not find them.

    A theme may also grow by a place its combinations ask for, or by one they exclude that is named less often. Where a theme
    grew, so did every place but checkpoints: posts are counted for it that nothing kept before. A post that names a checkpoint is
    kept in any case.
    """
    lost = {key[1]: _lost_words(place, after.get(key)) for key, place in before.items() if key[0] == "place"}
    lost = {place_id: words_lost for place_id, words_lost in lost.items() if words_lost}
    places = {
        key[1]
        for key, place in after.items()
        if key[0] == "place"
        and _has_place_grown(before.get(key), place, {word for other, found in lost.items() if other != key[1] for word in found})
    }
    named_more = _members(places, before, after)
    named_less = _members(lost, before, after)
    themes = {
        key
        for key, theme in after.items()
        if key[0] == "theme" and _has_theme_grown(before.get(key), theme, named_more=named_more, named_less=named_less)
    }
    kept_by_theme = {key[1] for key, place in after.items() if key[0] == "place" and place["kind"] != "crossing"}
    return themes | {("place", place_id) for place_id in places | (kept_by_theme if themes else set())}


def _has_theme_grown(before: Definition | None, after: Definition, *, named_more: set[str], named_less: set[str]) -> bool:
    if before is None or not set(after["terms"]) <= set(before["terms"]):
        return True
    if not all(set(before[name]) <= set(after[name]) for name in ("without", "void_by")):
        return True
    asked = {member for combination in after["combinations"] for group in combination["near"] for member in group}
    excluded = {member for combination in after["combinations"] for member in combination["without"]}
    if asked & named_more or excluded & named_less:
        return True
    return not all(any(_covers(old, new) for old in before["combinations"]) for new in after["combinations"])


def _covers(old: Definition, new: Definition) -> bool:
    """Tell whether ``old`` holds wherever ``new`` does."""
    return (
        len(old["near"]) == len(new["near"])
        and all(set(theirs) <= set(ours) for ours, theirs in zip(old["near"], new["near"], strict=True))
        and new["within"] <= old["within"]
        and set(old["without"]) <= set(new["without"])
    )


def _has_place_grown(before: Definition | None, after: Definition, uncovered: set[str]) -> bool:
    if before is None or before["kind"] != after["kind"]:
        return True
    known = set(before["spellings"])
    if not set(after["spellings"]) <= known or not set(after["needs_context"]) <= known | set(before["needs_context"]):
        return True
    if before["context"] and not set(after["context"]) <= set(before["context"]):
        return True
    return not uncovered.isdisjoint(_beginnings([*after["spellings"], *after["needs_context"]]))


def _lost_words(before: Definition, after: Definition | None) -> set[str]:
    """Give the beginnings of the words of spellings that hold no longer, or only near fewer words.

    Of mentions in one another the longest counts, so another place may be found there now.
    """
    plain, ambiguous = set(before["spellings"]), set(before["needs_context"])
    if after is not None:
        has_context = set(before["context"]) <= set(after["context"])
        plain -= set(after["spellings"])
        ambiguous -= {*after["spellings"], *(after["needs_context"] if has_context else ())}
    return _beginnings(plain | ambiguous)


def _beginnings(spellings: Iterable[str]) -> set[str]:
    return {word[:LIKE_LETTERS] for spelling in spellings for word in words(fold(spelling.partition(":")[2].lstrip("=")))}


def _members(place_ids: Iterable[str], *codebooks: Definitions) -> set[str]:
    """Give all that may stand for these places in a combination, as it is written there."""
    ids: Sequence[str] = list(place_ids)
    kinds = {found[key]["kind"] for found in codebooks for place_id in ids if (key := ("place", place_id)) in found}
    names = {*ids, *kinds, *(("place", "in_russia", "abroad", "route") if ids else ())}
    return {f"*:=@{name}" for name in names}
