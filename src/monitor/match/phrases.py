"""Find phrases: one pass over the words of a text gives where each group of the codebook's phrases stands, and which places it may name.

A group is a list of phrases that mean the same to the codebook: what one slot of a combination asks for, what voids a theme, a
term. Combinations that ask for the same phrases share the group, so that it is looked for once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from monitor.text import Remembered

REMEMBERED_SETS = 5_000
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
    places: list[PlaceName] = field(default_factory=list)


class Known(NamedTuple):
    """What the codebook knows of a word: its ids, the groups and places it stands for alone, and which phrases it begins."""

    ids: tuple[int, ...]
    groups: frozenset[int]
    places: Sequence[PlaceName]
    longer: Mapping[int, Sequence[Trie]]


class Found:
    """What stands in one text: the groups that have a hit in it, and the places it may name.

    A text holds words of a hundred groups, few of which matter: their hits are looked for when they are asked for.
    """

    __slots__ = ("_longer", "groups", "known", "mentions")

    def __init__(self, known: Sequence[Known | None]) -> None:
        self.known = known
        self._longer: dict[int, list[Hit]] = defaultdict(list)
        """Hits that are not just one word of the group."""
        self.mentions: list[PlaceHit] = []
        self.groups: set[int] = set()

    def add(self, hit: Hit, groups: Iterable[int]) -> None:
        """Add a hit of several words."""
        for group in groups:
            self._longer[group].append(hit)
        self.groups.update(groups)

    def hits(self, groups: Set[int]) -> dict[int, list[Hit]]:
        """Give the hits of each of these groups that has any."""
        hits = {group: self._longer[group].copy() for group in self._longer.keys() & groups}
        for place, word in enumerate(self.known):
            if word is not None and not groups.isdisjoint(word.groups):
                for group in groups & word.groups:
                    hits.setdefault(group, []).append((place, place))
        return hits


class Phrases:
    """The codebook's words and phrases."""

    def __init__(self, forms: Mapping[str, tuple[int, ...]], prefixes: Mapping[str, tuple[int, ...]], root: Trie) -> None:
        self._forms = forms
        self._prefixes = prefixes
        self._root = root
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
        groups = []
        for first, word in enumerate(known):
            if word is None:
                continue
            _, alone, places, longer = word
            groups.append(alone)
            if places:
                found.mentions += [(first, first, place) for place in places]
            if longer and first < ends and (after := known[first + 1]) and not longer.keys().isdisjoint(after[0]):
                _find_longer(found, first, longer)
        found.groups.update(*groups)
        return found

    def _look_up(self, word: str) -> Known | None:
        ids = self._forms.get(word, ())
        prefixes = self._by_start.get(word[: self._least])
        if prefixes and word.startswith(prefixes):
            for prefix in prefixes:
                if word.startswith(prefix):
                    ids += self._prefixes[prefix]
        return self._known_by_ids(ids) if ids else None

    def _look_up_ids(self, ids: tuple[int, ...]) -> Known:
        """Give what is known of a word with these ids: all its forms share it."""
        nodes = [node for word_id in ids if (node := self._root.children.get(word_id))]
        return Known(
            ids=ids,
            groups=frozenset().union(*[node.groups for node in nodes]),
            places=_each_once(node.places for node in nodes),
            longer=_joined(node.children for node in nodes),
        )


def _find_longer(found: Found, first: int, longer: Mapping[int, Sequence[Trie]]) -> None:
    """Add the phrases of several words that begin at ``first``, whose word leads to ``longer``."""
    nodes: Sequence[Trie] = ()
    for last in range(first + 1, len(found.known)):
        word = found.known[last]
        if word is None:
            return
        if nodes:
            nodes = [child for node in nodes for word_id in word.ids if (child := node.children.get(word_id))]
        else:
            nodes = [node for word_id in word.ids for node in longer.get(word_id, ())]
        if not nodes:
            return
        if groups := {group for node in nodes for group in node.groups}:
            found.add((first, last), groups)
        found.mentions += [(first, last, place) for place in _each_once(node.places for node in nodes)]


def _each_once(lists: Iterable[Sequence[Any]]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys([one for each in lists for one in each]))


def _joined(tables: Iterable[Mapping[int, Trie]]) -> dict[int, Sequence[Trie]]:
    joined: dict[int, list[Trie]] = defaultdict(list)
    for table in tables:
        for key, node in table.items():
            joined[key].append(node)
    return dict(joined)
