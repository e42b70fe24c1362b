"""Compile a codebook into a matcher: words to forms, phrases to a trie, combinations to slots."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence

from monitor.match.forms import word_forms
from monitor.match.matcher import CompiledCombination, CompiledPlace, Glance, Label, Matcher, Slot, Trie
from monitor.model import Codebook, Combination, Keyword
from monitor.text import fold, words

FormsOf = Callable[[str, str], Collection[str]]
"""Gives every form of a word of a language, as ``word_forms`` does."""
Phrase = tuple[tuple[tuple[str, int], ...], Label]
"""The words of a keyword with their ids, and what it stands for."""


class Vocabulary:
    """Words seen so far: a form stands for one or more word ids, and so does the beginning of a word."""

    def __init__(self, forms_of: FormsOf) -> None:
        self._forms_of = forms_of
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
                for form in [word] if is_exact else self._forms_of(word, language):
                    self._add(self.forms, form, self._ids[key])
        return self._ids[key]

    @staticmethod
    def _add(table: dict[str, tuple[int, ...]], form: str, word_id: int) -> None:
        table[form] = (*table.get(form, ()), word_id)


class _Compiler:
    def __init__(self, forms_of: FormsOf) -> None:
        self.vocabulary = Vocabulary(forms_of)
        self.root = Trie()
        self.phrases: list[Phrase] = []
        self._slots_count = 0

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

    def add_combination(
        self, combination: Combination, owner: int, theme: int, places: Sequence[CompiledPlace]
    ) -> CompiledCombination:
        """Put a combination's words into the trie."""
        slots = [self._add_slot(group, "slot", owner, places) for group in combination.near]
        without = self._add_slot(combination.without, "without", owner, places)
        return CompiledCombination(theme, combination.name, combination.within, tuple(slots), without)

    def _add_slot(self, group: Sequence[Keyword], kind: str, owner: int, places: Sequence[CompiledPlace]) -> Slot:
        self._slots_count += 1
        self.add_all(group, kind, owner, self._slots_count)
        names = {keyword.text[1:] for keyword in group if keyword.text.startswith("@")}
        return Slot(self._slots_count, frozenset(n for n, place in enumerate(places) if not names.isdisjoint(place.names)))


def compile_matcher(codebook: Codebook, forms_of: FormsOf = word_forms) -> Matcher:
    """Give the matcher of ``codebook``; takes a few seconds for a thousand terms, so make one a process."""
    compiler = _Compiler(forms_of)
    places = [CompiledPlace(place.place_id, place.kind, (place.place_id, place.kind, "place")) for place in codebook.places]
    combinations: list[CompiledCombination] = []
    for number, theme in enumerate(codebook.themes):
        compiler.add_all(theme.terms, "term", number)
        compiler.add_all(theme.without, "theme_without", number)
        compiler.add_all(theme.void_by, "theme_void", number)
        for combination in theme.combinations:
            combinations.append(compiler.add_combination(combination, len(combinations), number, places))
    for number, place in enumerate(codebook.places):
        compiler.add_all(place.spellings, "place", number)
        compiler.add_all(place.needs_context, "place", number, 1)
    compiler.add_all(codebook.place_context, "context", 0)
    return Matcher(
        theme_ids=tuple(theme.theme_id for theme in codebook.themes),
        places=tuple(places),
        combinations=tuple(combinations),
        forms=compiler.vocabulary.forms,
        prefixes=compiler.vocabulary.prefixes,
        root=compiler.root,
        glance=_glance(compiler.phrases, places, combinations),
    )


def _glance(phrases: Sequence[Phrase], places: Sequence[CompiledPlace], combinations: Sequence[CompiledCombination]) -> Glance:
    """Give each word the bits of what it may bring; see ``Glance``."""
    enough, slots = 1, [slot for combination in combinations for slot in combination.slots]
    bit_of = {slot.number: 2 << place for place, slot in enumerate(slots)}
    by_place = [sum(bit_of[slot.number] for slot in slots if place in slot.places) for place in range(len(places))]
    by_word: dict[int, int] = defaultdict(int)
    for parts, label in phrases:
        _, longest = max(parts, key=lambda part: len(part[0]))
        if label.kind == "slot":
            by_word[longest] |= bit_of[label.slot]
        elif label.kind == "place":
            by_word[longest] |= by_place[label.owner] | (enough if places[label.owner].kind == "crossing" else 0)
        elif label.kind == "term":
            by_word[longest] |= enough
    return Glance(dict(by_word), enough, tuple(sum(bit_of[slot.number] for slot in c.slots) for c in combinations))
