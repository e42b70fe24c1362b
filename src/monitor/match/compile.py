"""Compile a codebook into a matcher: words to forms, phrases to a trie, combinations to slots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from monitor.match.forms import word_forms
from monitor.match.matcher import CompiledCombination, CompiledPlace, Glance, Label, Matcher, Trie
from monitor.model import Codebook, Combination, Keyword, Place
from monitor.text import fold, words

Phrase = tuple[tuple[tuple[str, int], ...], Label]
"""The words of a keyword with their ids, and what it stands for."""


class Vocabulary:
    """Words seen so far: a form stands for one or more word ids, and so does the beginning of a word."""

    def __init__(self) -> None:
        self.forms: dict[str, tuple[int, ...]] = {}
        self.prefixes: dict[str, tuple[int, ...]] = {}
        self._ids: dict[tuple[str, str, bool], int] = {}

    def word_id(self, word: str, language: str, *, is_exact: bool, is_prefix: bool) -> int:
        """Give the id of a word, expanding it when it is met for the first time."""
        key = (word, "*" if is_exact else language, is_prefix)
        if key not in self._ids:
            self._ids[key] = len(self._ids)
            if is_prefix:
                self._add(self.prefixes, word, self._ids[key])
            else:
                for form in [word] if is_exact else word_forms(word, language):
                    self._add(self.forms, form, self._ids[key])
        return self._ids[key]

    @staticmethod
    def _add(table: dict[str, tuple[int, ...]], form: str, word_id: int) -> None:
        table[form] = (*table.get(form, ()), word_id)


class _Compiler:
    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.root = Trie()
        self.phrases: list[Phrase] = []

    def add(self, keyword: Keyword, label: Label) -> None:
        """Put a keyword's phrase into the trie under ``label``."""
        is_prefix = keyword.text.endswith("*")
        parts = words(fold(keyword.text))
        node, ids = self.root, []
        for index, word in enumerate(parts):
            last = index == len(parts) - 1
            word_id = self.vocabulary.word_id(word, keyword.language, is_exact=keyword.is_exact, is_prefix=is_prefix and last)
            node = node.children.setdefault(word_id, Trie())
            ids.append(word_id)
        if parts:
            node.add(label)
            self.phrases.append((tuple(zip(parts, ids, strict=True)), label))

    def add_all(self, keywords: Iterable[Keyword], kind: str, owner: int, slot: int = 0) -> None:
        for keyword in keywords:
            if not keyword.text.startswith("@"):
                self.add(keyword, Label(kind, owner, slot, keyword.text))


def compile_matcher(codebook: Codebook) -> Matcher:
    """Give the matcher of ``codebook``; takes a few seconds for a thousand terms, so make one a process."""
    compiler = _Compiler()
    combinations: list[CompiledCombination] = []
    for number, theme in enumerate(codebook.themes):
        compiler.add_all(theme.terms, "term", number)
        compiler.add_all(theme.without, "theme_without", number)
        compiler.add_all(theme.void_by, "theme_void", number)
        for combination in theme.combinations:
            _add_combination(compiler, combination, number, combinations)
    for number, place in enumerate(codebook.places):
        compiler.add_all(place.spellings, "place", number)
        compiler.add_all(place.needs_context, "place", number, 1)
    compiler.add_all(codebook.place_context, "context", 0)
    return Matcher(
        theme_ids=tuple(theme.theme_id for theme in codebook.themes),
        places=tuple(
            CompiledPlace(place.place_id, place.kind, (place.place_id, place.kind, "place")) for place in codebook.places
        ),
        combinations=tuple(combinations),
        forms=compiler.vocabulary.forms,
        prefixes=compiler.vocabulary.prefixes,
        root=compiler.root,
        glance=_glance(compiler.phrases, codebook, combinations),
    )


def _glance(phrases: Sequence[Phrase], codebook: Codebook, combinations: list[CompiledCombination]) -> Glance:
    """Give each word the bits of what it may bring; see ``Glance``."""
    slots = [(owner, slot) for owner, combination in enumerate(combinations) for slot in range(len(combination.place_members))]
    bit_of = {slot: 1 << number for number, slot in enumerate(slots, 1)}
    enough = 1
    by_place = [_place_bits(place, combinations, bit_of) for place in codebook.places]
    by_word: dict[int, int] = defaultdict(int)
    for parts, label in phrases:
        _, longest = max(parts, key=lambda part: len(part[0]))
        if label.kind == "slot":
            by_word[longest] |= bit_of[label.owner, label.slot - 1]
        elif label.kind == "place":
            by_word[longest] |= by_place[label.owner] | (enough if codebook.places[label.owner].kind == "crossing" else 0)
        elif label.kind == "term":
            by_word[longest] |= enough
    needs = [sum(bit_of[owner, slot] for slot in range(len(c.place_members))) for owner, c in enumerate(combinations)]
    return Glance(dict(by_word), enough, tuple(needs))


def _place_bits(place: Place, combinations: Sequence[CompiledCombination], bit_of: Mapping[tuple[int, int], int]) -> int:
    """Give the bits of the slots that a place may fill."""
    names = (place.place_id, place.kind, "place")
    return sum(bit for (owner, slot), bit in bit_of.items() if not combinations[owner].place_members[slot].isdisjoint(names))


def _add_combination(compiler: _Compiler, combination: Combination, theme: int, combinations: list[CompiledCombination]) -> None:
    owner = len(combinations)
    for slot, group in enumerate(combination.near):
        compiler.add_all(group, "slot", owner, slot + 1)
    compiler.add_all(combination.without, "without", owner)
    place_members = tuple(frozenset(k.text[1:] for k in group if k.text.startswith("@")) for group in combination.near)
    without_places = frozenset(k.text[1:] for k in combination.without if k.text.startswith("@"))
    combinations.append(CompiledCombination(theme, combination.name, combination.within, place_members, without_places))
