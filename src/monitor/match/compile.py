"""Compile a codebook into what a matcher reads: words to forms, phrases to word ids, slots of combinations to groups."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from monitor.match.forms import word_forms
from monitor.match.matcher import Compiled, CompiledPlace, Matcher
from monitor.match.phrases import Entries, PlaceName, bits_of
from monitor.match.rules import CompiledTheme, Rule
from monitor.model import RUSSIA, Codebook, Keyword, Place, Theme
from monitor.text import fold

_PART = re.compile(r"#?\w+(?:'\w+)*")
FIGURE_COMMONNESS = 1.0
PLACE_COMMONNESS = 0.1
"""How common a figure and a name for places are taken to be, when the rarest group of a combination is looked for."""


class _Vocabulary:
    """Words seen so far: a form stands for one or more word ids, and so does the beginning of a word."""

    def __init__(self, entries: Entries) -> None:
        self._entries = entries
        self._ids: dict[tuple[str, str, bool], int] = {}

    def word_id(self, word: str, language: str, *, is_exact: bool, is_prefix: bool) -> int:
        """Give the id of a word, expanding it when it is met for the first time."""
        is_figure = word.startswith("#")
        key = (word, "*" if is_exact or is_figure else language, is_prefix)
        if key not in self._ids:
            self._ids[key] = len(self._ids)
            if is_figure:
                self._entries.figures[word] = self._ids[key]
            elif is_prefix:
                self._add(self._entries.prefixes, word, self._ids[key])
            else:
                for form in [word] if is_exact else word_forms(word, language):
                    self._add(self._entries.forms, form, self._ids[key])
        return self._ids[key]

    @staticmethod
    def _add(table: dict[str, tuple[int, ...]], form: str, word_id: int) -> None:
        table[form] = (*table.get(form, ()), word_id)


class _Compiler:
    def __init__(self) -> None:
        self.entries = Entries()
        self._vocabulary = _Vocabulary(self.entries)
        self._written: dict[Keyword, tuple[int, ...]] = {}
        self._asking: dict[str, set[int]] = defaultdict(set)
        """The groups that ask for a place, by what they call it."""
        self._groups: dict[frozenset[Keyword], int] = {}

    @property
    def groups_count(self) -> int:
        """Give how many groups were made."""
        return len(self._groups)

    def group(self, keywords: Iterable[Keyword]) -> int:
        """Give the number of the group of these keywords; the same ones share it."""
        members = frozenset(keywords)
        if members not in self._groups:
            number = self._groups[members] = len(self._groups)
            for keyword in members:
                if _is_place(keyword):
                    self._asking[keyword.text].add(number)
                elif phrase := self._write(keyword):
                    self.entries.groups[phrase] = (*self.entries.groups.get(phrase, ()), number)
        return self._groups[members]

    def rules(self, theme: Theme) -> Iterator[Rule]:
        """Give the rules that carry a theme. Of a combination the group with the fewest words goes first."""
        made = CompiledTheme(theme.theme_id, self.group(theme.without), self.group(theme.void_by))
        for term in theme.terms:
            yield _rule(made, term.text, 0, [self.group([term])], self.group(()))
        for combination in theme.combinations:
            slots = [self.group(group) for group in sorted(combination.near, key=_commonness)]
            yield _rule(made, combination.name, combination.within, slots, self.group(combination.without))

    def place(self, number: int, place: Place) -> CompiledPlace:
        """Add the ways a place is written; give the place with the groups it stands for, of those made so far."""
        side = "in_russia" if "in_russia" in place.names else "abroad" if place.place_id != RUSSIA else None
        for keywords, is_ambiguous in ((place.spellings, False), (place.needs_context, True)):
            for phrase in filter(None, map(self._write, keywords)):
                names = self.entries.names.get(phrase, ())
                self.entries.names[phrase] = tuple(dict.fromkeys([*names, PlaceName(number, is_ambiguous)]))
        return CompiledPlace(place.place_id, place.kind, side, self.asking(place.names))

    def asking(self, names: Iterable[str]) -> frozenset[int]:
        """Give the groups, of those made so far, that ask for places by one of these names."""
        return frozenset().union(*[self._asking.get(f"@{name}", ()) for name in names])

    def _write(self, keyword: Keyword) -> tuple[int, ...]:
        """Give a keyword as word ids; none where it holds no word."""
        if keyword not in self._written:
            is_prefix = keyword.text.endswith("*")
            parts = _PART.findall(fold(keyword.text))
            phrase = []
            for index, word in enumerate(parts, start=1):
                is_beginning = is_prefix and index == len(parts)
                phrase.append(self._vocabulary.word_id(word, keyword.language, is_exact=keyword.is_exact, is_prefix=is_beginning))
            self._written[keyword] = tuple(phrase)
            if len(parts) > 1:
                self.entries.anchors[tuple(phrase)] = parts.index(max(parts, key=len))
        return self._written[keyword]


def _rule(theme: CompiledTheme, name: str, within: int, slots: Sequence[int], against: int) -> Rule:
    groups = tuple(dict.fromkeys([*slots, against, theme.without, theme.void_by]))
    return Rule(theme, name, within, tuple(slots), against, bits_of(slots), groups)


def _is_place(keyword: Keyword) -> bool:
    return keyword.text.startswith("@")


def _commonness(group: Sequence[Keyword]) -> float:
    """Guess how often a group is hit: each letter more halves a word's frequency, and a phrase is rarer than its longest word."""
    return sum(PLACE_COMMONNESS if _is_place(keyword) else _word_commonness(keyword.text) for keyword in group)


def _word_commonness(text: str) -> float:
    if text.startswith("#"):
        return FIGURE_COMMONNESS
    parts = text.split()
    return 0.5 ** (max(map(len, parts), default=0) + 3 * (len(parts) - 1))


def compile_codebook(codebook: Codebook) -> Compiled:
    """Give ``codebook`` as a matcher reads it: what takes long of making one, in values that can be kept."""
    compiler = _Compiler()
    rules = tuple([rule for theme in codebook.themes for rule in compiler.rules(theme)])
    places = tuple([compiler.place(number, place) for number, place in enumerate(codebook.places)])
    place_context = compiler.group(codebook.place_context)
    return Compiled(compiler.entries, places, rules, compiler.groups_count, place_context, compiler.asking(["route"]))


def compile_matcher(codebook: Codebook) -> Matcher:
    """Give the matcher of ``codebook``; takes seconds for thousands of terms, so make one a process."""
    return Matcher(compile_codebook(codebook))
