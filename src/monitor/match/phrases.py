"""Find phrases: one pass over a text's words gives which groups of phrases stand in it, and which places it may name.

A group is a list of phrases that mean the same to the codebook: what one slot of a combination asks for, what voids a theme, a
term. Combinations that ask for the same phrases share the group, so that it is looked for once.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from operator import or_
from typing import NamedTuple

from monitor.text import Remembered

REMEMBERED_SETS = 5_000
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


class PlaceName(NamedTuple):
    """A way to write a place, by its number; an ambiguous one counts only near words of its context."""

    place: int
    is_ambiguous: bool


PlaceHit = tuple[int, int, PlaceName]
"""A place's name found: the positions of its first and its last word, and the place."""


@dataclass(slots=True)
class Trie:
    """A node of the phrase trie: where each word id leads, and the groups and places whose phrases end here."""

    children: dict[int, Trie] = field(default_factory=dict)
    groups: set[int] = field(default_factory=set)
    bits: int = 0
    """The same groups, a bit each."""
    places: list[PlaceName] = field(default_factory=list)

    def add(self, group: int) -> None:
        """Note that a phrase of ``group`` ends here."""
        self.groups.add(group)
        self.bits |= 1 << group


class Known(NamedTuple):
    """What the codebook knows of a word: the groups and places it stands for alone, and the phrases it begins or goes on."""

    groups: frozenset[int]
    bits: int
    """The same groups, a bit each."""
    leads: frozenset[int]
    """Those of them that lead a rule."""
    places: Sequence[PlaceName]
    begins: Mapping[int, Sequence[Trie]]
    goes_on: tuple[int, ...]
    """Its ids that stand in a phrase, but not first."""


class Found:
    """What stands in one text: the groups that have a hit in it, and the places it may name.

    A text holds words of a hundred groups, few of which matter: their hits are looked for when they are asked for.
    """

    __slots__ = ("bits", "known", "leads", "longer", "mentions")

    def __init__(self, known: Sequence[Known | None]) -> None:
        self.known = known
        self.bits = 0
        """The groups that have a hit, a bit each."""
        self.leads: frozenset[int] = frozenset()
        """The groups that lead a rule and have a hit of one word."""
        self.longer: list[tuple[Hit, Set[int], int]] = []
        """The hits of several words and of places, with the groups they belong to and their bits."""
        self.mentions: list[PlaceHit] = []

    def add(self, hit: Hit, groups: Set[int], bits: int) -> None:
        """Add a hit of several words, or of a place."""
        self.bits |= bits
        self.longer.append((hit, groups, bits))

    def hits(self, groups: Set[int], bits: int) -> dict[int, list[Hit]]:
        """Give the hits of each of these groups that has any."""
        hits: dict[int, list[Hit]] = {}
        for hit, own, own_bits in self.longer:
            if own_bits & bits:
                for group in groups & own:
                    hits.setdefault(group, []).append(hit)
        for place, word in enumerate(self.known):
            if word is not None and word.bits & bits:
                hit = (place, place)
                for group in groups & word.groups:
                    hits.setdefault(group, []).append(hit)
        return hits


class Phrases:
    """The codebook's words and phrases; ``leads`` are the groups that lead a rule."""

    def __init__(
        self,
        forms: Mapping[str, tuple[int, ...]],
        prefixes: Mapping[str, tuple[int, ...]],
        figures: Mapping[str, int],
        root: Trie,
        leads: frozenset[int],
    ) -> None:
        self._forms = forms
        self._figures = figures
        self._prefixes = prefixes
        self._root = root
        self._leads = leads
        self._inner = frozenset(_inner_ids(root.children.values()))
        self._least = min(map(len, prefixes), default=0)
        by_start: dict[str, list[str]] = defaultdict(list)
        for prefix in prefixes:
            by_start[prefix[: self._least]].append(prefix)
        self._by_start = {start: tuple(sorted(longer, key=len)) for start, longer in by_start.items()}
        self._known = Remembered(self._look_up)
        self._known_by_ids = lru_cache(REMEMBERED_SETS)(self._look_up_ids)

    def __len__(self) -> int:
        """Give how many word forms and beginnings of words are known."""
        return len(self._forms) + len(self._prefixes)

    def find(self, texts: Iterable[str]) -> Found:
        """Give what stands in the words of a text, already folded."""
        found = Found(list(map(self._known.__getitem__, texts)))
        known = found.known
        ends = len(known) - 1
        bits, leads = 0, []
        for first, word in enumerate(known):
            if word is None:
                continue
            _, own, leading, places, begins, _ = word
            if own:
                bits |= own
                if leading:
                    leads.append(leading)
            if places:
                found.mentions += [(first, first, place) for place in places]
            after = known[first + 1] if begins and first < ends else None
            if after is not None and after.goes_on and not begins.keys().isdisjoint(after.goes_on):
                _find_longer(found, first, begins)
        found.bits |= bits
        found.leads = frozenset().union(*leads)
        return found

    def _look_up(self, word: str) -> Known | None:
        ids = self._forms.get(word, ())
        prefixes = self._by_start.get(word[: self._least])
        if prefixes and word.startswith(prefixes):
            for prefix in prefixes:
                if word.startswith(prefix):
                    ids += self._prefixes[prefix]
        if word[0].isdigit() or SIGN in word:
            ids += tuple([word_id for name, word_id in self._figures.items() if _FIGURES[name].fullmatch(word)])
        return self._known_by_ids(ids) if ids else None

    def _look_up_ids(self, ids: tuple[int, ...]) -> Known:
        """Give what is known of a word with these ids: all its forms share it."""
        nodes = [node for word_id in ids if (node := self._root.children.get(word_id))]
        groups = frozenset[int]().union(*[node.groups for node in nodes])
        begins: dict[int, list[Trie]] = defaultdict(list)
        for node in nodes:
            for word_id, child in node.children.items():
                begins[word_id].append(child)
        return Known(
            groups=groups,
            bits=reduce(or_, [node.bits for node in nodes], 0),
            leads=groups & self._leads,
            places=tuple(dict.fromkeys([place for node in nodes for place in node.places])),
            begins=dict(begins),
            goes_on=tuple([word_id for word_id in ids if word_id in self._inner]),
        )


def _inner_ids(nodes: Iterable[Trie]) -> Iterator[int]:
    """Give the word ids that go on a phrase."""
    for node in nodes:
        yield from node.children
        yield from _inner_ids(node.children.values())


def _find_longer(found: Found, first: int, begins: Mapping[int, Sequence[Trie]]) -> None:
    """Add the phrases of several words that begin at ``first``, whose word leads to ``begins``."""
    last = first + 1
    word = found.known[last]
    nodes = [node for word_id in word.goes_on if word_id in begins for node in begins[word_id]] if word else []
    while nodes:
        for node in nodes:
            if node.groups:
                found.add((first, last), node.groups, node.bits)
            if node.places:
                found.mentions += [(first, last, place) for place in node.places]
        last += 1
        word = found.known[last] if last < len(found.known) else None
        nodes = [child for node in nodes for word_id in word.goes_on if (child := node.children.get(word_id))] if word else []
