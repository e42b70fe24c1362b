"""Compile a codebook into a matcher: words to forms, phrases to a trie, combinations to slots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from monitor.match.forms import word_forms
from monitor.match.matcher import CompiledCombination, CompiledPlace, Glance, Label, Matcher, Trie
from monitor.model import Codebook, Combination, Keyword
from monitor.text import fold, words


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
        self.anchors: list[tuple[int, Label]] = []
        """Of each phrase the word (by id) without which it cannot be there, the longest, and what the phrase stands for."""

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
            self.anchors.append((max(zip(parts, ids, strict=True), key=lambda part: len(part[0]))[1], label))
        if parts and label not in node.labels:
            node.labels.append(label)

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
        places=tuple(CompiledPlace(place.place_id, place.kind) for place in codebook.places),
        combinations=tuple(combinations),
        forms=compiler.vocabulary.forms,
        prefixes=compiler.vocabulary.prefixes,
        root=compiler.root,
        glance=_glance(compiler.anchors, codebook, combinations),
    )


def _glance(anchors: Iterable[tuple[int, Label]], codebook: Codebook, combinations: list[CompiledCombination]) -> Glance:
    """Give each word the features it may bring: bit 0 for a term or a checkpoint, one bit for each slot of a combination."""
    slots = [(owner, slot) for owner, combination in enumerate(combinations) for slot in range(len(combination.place_members))]
    bit_of = {place: 1 << number for number, place in enumerate(slots, 1)}
    word_bits: dict[int, int] = defaultdict(int)
    for word_id, label in anchors:
        if label.kind == "term":
            word_bits[word_id] |= 1
        elif label.kind == "slot":
            word_bits[word_id] |= bit_of[label.owner, label.slot]
        elif label.kind == "place":
            place = codebook.places[label.owner]
            word_bits[word_id] |= place.kind == "crossing"
            for owner, slot in slots:
                if not combinations[owner].place_members[slot].isdisjoint((place.place_id, place.kind, "place")):
                    word_bits[word_id] |= bit_of[owner, slot]
    needs = [sum(bit_of[owner, slot] for slot in range(len(c.place_members))) for owner, c in enumerate(combinations)]
    return Glance(dict(word_bits), 1, tuple(needs))


def _add_combination(compiler: _Compiler, combination: Combination, theme: int, combinations: list[CompiledCombination]) -> None:
    owner = len(combinations)
    for slot, group in enumerate(combination.near):
        compiler.add_all(group, "slot", owner, slot)
    compiler.add_all(combination.without, "without", owner)
    place_members = tuple(frozenset(k.text[1:] for k in group if k.text.startswith("@")) for group in combination.near)
    without_places = frozenset(k.text[1:] for k in combination.without if k.text.startswith("@"))
    combinations.append(CompiledCombination(theme, combination.name, combination.within, place_members, without_places))
