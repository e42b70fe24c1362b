"""Find phrases: what the codebook knows of a text's words, and where the phrases that matter stand in it.

A group is a list of phrases that mean the same to the codebook: what one slot of a combination asks for, what voids a theme, a
term. Combinations that ask for the same phrases share the group, so that it is looked for once.

A phrase of several words is looked for where its longest word stands, as that is rarest: one look at the word beside it tells
whether there is anything to look for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, lru_cache, reduce
from itertools import chain
from operator import or_
from typing import NamedTuple

from monitor.text import Remembered

REMEMBERED_WORDS = 100_000
"""Most words are unknown, and to remember that takes little."""
REMEMBERED_SETS = 20_000
MARKS = 30
"""Into how many classes ids are put, to see soon that two sets of them have none in common."""
SIGN = "ꝑ"
"""A letter that no text holds: it stands for signs of currencies, which are no letters and would part from their figures."""
_FIGURES = {
    "#number": re.compile(r"\d.*"),
    "#sum": re.compile(rf"\d*{SIGN}\d*\w*|\d+(?:к|k|т|тр|тыс|р|руб|usd|eur|euro)"),
    "#hours": re.compile(r"\d+(?:ч|час|часов|h|hr|hrs|год|сағ)"),
    "#km": re.compile(r"\d+(?:км|km|კმ)"),
}
Hit = tuple[int, int]
"""A phrase found: the positions of its first and its last word."""
Hits = list[list[Hit] | None]
"""The hits of each group; None where nobody asks for them."""


class PlaceName(NamedTuple):
    """A way to write a place, by its number; an ambiguous one counts only near words of its context."""

    place: int
    is_ambiguous: bool


PlaceHit = tuple[int, int, PlaceName]
"""A place's name found: the positions of its first and its last word, and the place."""


@dataclass(frozen=True, slots=True, eq=False)
class Phrase:
    """A phrase of several words: their ids, the position of the one it is looked for by, and what the phrase stands for."""

    ids: tuple[int, ...]
    anchor: int
    groups: tuple[int, ...]
    bits: int
    """The same groups, a bit each."""
    leads: frozenset[int]
    """Those of them that lead a rule."""
    names: tuple[PlaceName, ...]


@dataclass(slots=True)
class Entries:
    """All that is looked for, as plain values: what forms words have, and what phrases of word ids stand for."""

    forms: dict[str, tuple[int, ...]] = field(default_factory=dict)
    prefixes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    figures: dict[str, int] = field(default_factory=dict)
    groups: dict[tuple[int, ...], tuple[int, ...]] = field(default_factory=dict)
    """The groups of each phrase."""
    names: dict[tuple[int, ...], tuple[PlaceName, ...]] = field(default_factory=dict)
    """The places each phrase names."""
    anchors: dict[tuple[int, ...], int] = field(default_factory=dict)
    """The position of the longest word of each phrase of several."""


@dataclass(frozen=True, slots=True, eq=False)
class Anchored:
    """The phrases looked for by one word."""

    before: Mapping[int, Sequence[Phrase]]
    """By the id of the word after this one."""
    after: Mapping[int, Sequence[Phrase]]
    """Those in which this word is the last, by the id of the word before it."""


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the codebook knows of a word: what it stands for alone, and the phrases looked for by it."""

    ids: tuple[int, ...]
    groups: tuple[int, ...]
    bits: int
    """The same groups, a bit each."""
    leads: frozenset[int]
    """Those of them that lead a rule."""
    names: tuple[PlaceName, ...]
    is_telling: bool
    """It stands for something alone."""
    anchored: tuple[Anchored, ...]
    out: int
    into: int
    """Where a word's ``out`` and the next one's ``into`` have no bit in common, no phrase holds both by one of them."""


@dataclass(slots=True, eq=False)
class Found:
    """What stands in one text."""

    known: Sequence[Known | None]
    """What is known of each word."""
    longer: Sequence[tuple[int, int, Phrase]]
    """The phrases of several words, with the positions of their first and their last."""
    bits: int
    """The groups that have a hit, a bit each."""
    leads: Set[int]
    """Those of them that lead a rule."""
    mentions: Sequence[PlaceHit]
    """All names of places, also those within others."""

    def hits_of(self, group: int) -> list[Hit]:
        """Give the hits of one group."""
        bit = 1 << group
        hits = [(first, last) for first, last, phrase in self.longer if phrase.bits & bit]
        return hits + [(place, place) for place, word in enumerate(self.known) if word is not None and word.bits & bit]

    def add_hits(self, hits: Hits) -> None:
        """Add the hits of all groups that are asked for."""
        for first, last, phrase in self.longer:
            for group in phrase.groups:
                asked = hits[group]
                if asked is not None:
                    asked.append((first, last))
        for place, word in enumerate(self.known):
            if word is not None:
                for group in word.groups:
                    asked = hits[group]
                    if asked is not None:
                        asked.append((place, place))


class Phrases:
    """The codebook's words and phrases; ``leads`` are the groups that lead a rule."""

    def __init__(self, entries: Entries, leads: frozenset[int]) -> None:
        self._entries = entries
        self._leads = leads
        self._phrases: dict[int, list[tuple[int, ...]]] = {}
        """The phrases looked for by each word."""
        for ids, anchor in entries.anchors.items():
            self._phrases.setdefault(ids[anchor], []).append(ids)
        self._least = min(map(len, entries.prefixes), default=0)
        by_start: dict[str, list[str]] = defaultdict(list)
        for prefix in entries.prefixes:
            by_start[prefix[: self._least]].append(prefix)
        self._by_start = {start: tuple(longer) for start, longer in by_start.items()}
        self._known = Remembered(self._look_up, REMEMBERED_WORDS)
        self._known_by_ids = lru_cache(REMEMBERED_SETS)(self._look_up_ids)
        self._anchored_by = cache(self._look_up_anchored)

    def __len__(self) -> int:
        """Give how many word forms and beginnings of words are known."""
        return len(self._entries.forms) + len(self._entries.prefixes)

    def find(self, texts: Iterable[str]) -> Found:
        """Give what stands in the words of a text, already folded."""
        known = list(map(self._known.__getitem__, texts))
        longer: list[tuple[int, int, Phrase]] = []
        mentions: list[PlaceHit] = []
        leads: set[int] = set()
        bits = out = 0
        for place, word in enumerate(known):
            if word is None:
                out = 0
                continue
            if out & word.into:
                _find_longer(known, place, longer)
            out = word.out
            if word.is_telling:
                bits |= word.bits
                if word.leads:
                    leads |= word.leads
                if word.names:
                    mentions += [(place, place, name) for name in word.names]
        for first, last, phrase in longer:
            bits |= phrase.bits
            if phrase.leads:
                leads |= phrase.leads
            if phrase.names:
                mentions += [(first, last, name) for name in phrase.names]
        return Found(known, longer, bits, leads, mentions)

    def _look_up(self, word: str) -> Known | None:
        entries = self._entries
        ids = entries.forms.get(word, ())
        prefixes = self._by_start.get(word[: self._least])
        if prefixes and word.startswith(prefixes):
            for end in range(self._least, len(word) + 1):
                ids += entries.prefixes.get(word[:end], ())
        if word[0].isdigit() or SIGN in word:
            ids += tuple([word_id for name, word_id in entries.figures.items() if _FIGURES[name].fullmatch(word)])
        return self._known_by_ids(ids) if ids else None

    def _look_up_ids(self, ids: tuple[int, ...]) -> Known:
        """Give what is known of a word with these ids: all its forms share it."""
        entries = self._entries
        groups = frozenset[int]().union(*[entries.groups.get((word_id,), ()) for word_id in ids])
        names = tuple(dict.fromkeys([name for word_id in ids for name in entries.names.get((word_id,), ())]))
        anchored = tuple([self._anchored_by(word_id) for word_id in ids if word_id in self._phrases])
        return Known(
            ids=ids,
            groups=tuple(groups),
            bits=bits_of(groups),
            leads=groups & self._leads,
            names=names,
            is_telling=bool(groups or names),
            anchored=anchored,
            out=_marks(chain.from_iterable([each.before for each in anchored])) | _marks(ids) << MARKS,
            into=_marks(ids) | _marks(chain.from_iterable([each.after for each in anchored])) << MARKS,
        )

    def _look_up_anchored(self, word_id: int) -> Anchored:
        before: dict[int, list[Phrase]] = defaultdict(list)
        after: dict[int, list[Phrase]] = defaultdict(list)
        for phrase in map(self._phrase, self._phrases[word_id]):
            is_last = phrase.anchor == len(phrase.ids) - 1
            beside = phrase.ids[phrase.anchor + (-1 if is_last else 1)]
            (after if is_last else before)[beside].append(phrase)
        return Anchored(before, after)

    def _phrase(self, ids: tuple[int, ...]) -> Phrase:
        groups = self._entries.groups.get(ids, ())
        names = self._entries.names.get(ids, ())
        return Phrase(ids, self._entries.anchors[ids], groups, bits_of(groups), self._leads.intersection(groups), names)


def bits_of(groups: Iterable[int]) -> int:
    """Give groups as a bit each."""
    return reduce(or_, [1 << group for group in groups], 0)


def _marks(ids: Iterable[int]) -> int:
    return bits_of({word_id % MARKS for word_id in ids})


def _find_longer(known: Sequence[Known | None], place: int, found: list[tuple[int, int, Phrase]]) -> None:
    """Add the phrases that hold the word at ``place`` and the one before it, and are looked for by one of them."""
    before, word = known[place - 1], known[place]
    if before is None or word is None:
        return
    for each in before.anchored:
        _find_beside(known, place - 1, each.before, word.ids, found)
    for each in word.anchored:
        _find_beside(known, place, each.after, before.ids, found)


def _find_beside(
    known: Sequence[Known | None],
    anchor: int,
    phrases: Mapping[int, Sequence[Phrase]],
    ids: tuple[int, ...],
    found: list[tuple[int, int, Phrase]],
) -> None:
    """Add the phrases looked for by the word at ``anchor`` that stand there; the word beside it has these ``ids``."""
    for word_id in ids:
        if word_id in phrases:
            for phrase in phrases[word_id]:
                first = anchor - phrase.anchor
                length = len(phrase.ids)
                if length == 2 or (first >= 0 and _stands(phrase.ids, known[first : first + length])):
                    found.append((first, first + length - 1, phrase))


def _stands(ids: Sequence[int], words: Sequence[Known | None]) -> bool:
    """Tell whether these words are those of a phrase."""
    return len(words) == len(ids) and all(word is not None and one in word.ids for one, word in zip(ids, words, strict=True))
