"""Compile a codebook into a matcher: words to forms, phrases to a trie, slots of combinations to groups."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from monitor.match.forms import word_forms
from monitor.match.matcher import CompiledPlace, CompiledTheme, Matcher, Rule
from monitor.match.phrases import Phrases, PlaceName, Trie
from monitor.model import RUSSIA, Codebook, Keyword, Place, Theme
from monitor.text import fold

FormsOf = Callable[[str, str], Collection[str]]
"""Gives every form of a word of a language, as ``word_forms`` does."""
_PART = re.compile(r"#?\w+(?:'\w+)*")
PLACES_BREADTH = 100
"""How many words a name for places counts for, when the rarest group of a combination is looked for."""


class Vocabulary:
    """Words seen so far: a form stands for one or more word ids, and so does the beginning of a word."""

    def __init__(self, forms_of: FormsOf) -> None:
        self._forms_of = forms_of
        self.forms: dict[str, tuple[int, ...]] = {}
        self.prefixes: dict[str, tuple[int, ...]] = {}
        self.figures: dict[str, int] = {}
        self._ids: dict[tuple[str, str, bool], int] = {}

    def word_id(self, word: str, language: str, *, is_exact: bool, is_prefix: bool) -> int:
        """Give the id of a word, expanding it when it is met for the first time."""
        is_figure = word.startswith("#")
        key = (word, "*" if is_exact or is_figure else language, is_prefix)
        if key not in self._ids:
            self._ids[key] = len(self._ids)
            if is_figure:
                self.figures[word] = self._ids[key]
            elif is_prefix:
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
        self._vocabulary = Vocabulary(forms_of)
        self._root = Trie()
        self._nodes: dict[Keyword, Trie | None] = {}
        self._asking: dict[str, set[int]] = defaultdict(set)
        """The groups that ask for a place, by what they call it."""
        self._groups: dict[frozenset[Keyword], int] = {}

    def phrases(self, rules: Iterable[Rule]) -> Phrases:
        """Give all phrases added so far, that ``rules`` ask for."""
        leads = frozenset(rule.slots[0] for rule in rules)
        return Phrases(self._vocabulary.forms, self._vocabulary.prefixes, self._vocabulary.figures, self._root, leads)

    def group(self, keywords: Iterable[Keyword]) -> int:
        """Give the number of the group of these keywords; the same ones share it."""
        members = frozenset(keywords)
        if members not in self._groups:
            number = self._groups[members] = len(self._groups)
            for keyword in members:
                if _is_place(keyword):
                    self._asking[keyword.text].add(number)
                elif node := self._node(keyword):
                    node.add(number)
        return self._groups[members]

    def rules(self, theme: Theme) -> Iterator[Rule]:
        """Give the rules that carry a theme. Of a combination the group with the fewest words goes first."""
        made = CompiledTheme(theme.theme_id, self.group(theme.without), self.group(theme.void_by))
        for term in theme.terms:
            yield _rule(made, term.text, 0, [self.group([term])], self.group(()))
        for combination in theme.combinations:
            slots = [self.group(group) for group in sorted(combination.near, key=_breadth)]
            yield _rule(made, combination.name, combination.within, slots, self.group(combination.without))

    def add_place(self, number: int, place: Place) -> None:
        """Add the ways a place is written."""
        for keywords, is_ambiguous in ((place.spellings, False), (place.needs_context, True)):
            for keyword in keywords:
                node = self._node(keyword)
                name = PlaceName(number, is_ambiguous)
                if node and name not in node.places:
                    node.places.append(name)

    def compiled_place(self, place: Place) -> CompiledPlace:
        """Give a place with the groups it stands for, of those made so far."""
        groups = self.asking(place.names)
        side = "in_russia" if "in_russia" in place.names else "abroad" if place.place_id != RUSSIA else None
        return CompiledPlace(place.place_id, place.kind, side, groups, _bits(groups))

    def asking(self, names: Iterable[str]) -> frozenset[int]:
        """Give the groups, of those made so far, that ask for places by one of these names."""
        return frozenset().union(*[self._asking.get(f"@{name}", ()) for name in names])

    def _node(self, keyword: Keyword) -> Trie | None:
        """Give the node of the trie at which a keyword's phrase ends; None where it holds no word."""
        if keyword not in self._nodes:
            self._nodes[keyword] = self._new_node(keyword)
        return self._nodes[keyword]

    def _new_node(self, keyword: Keyword) -> Trie | None:
        is_prefix = keyword.text.endswith("*")
        parts = _PART.findall(fold(keyword.text))
        node = self._root
        for index, word in enumerate(parts, start=1):
            is_beginning = is_prefix and index == len(parts)
            word_id = self._vocabulary.word_id(word, keyword.language, is_exact=keyword.is_exact, is_prefix=is_beginning)
            node = node.children.setdefault(word_id, Trie())
        return node if parts else None


def _rule(theme: CompiledTheme, name: str, within: int, slots: Sequence[int], against: int) -> Rule:
    groups = frozenset([*slots, against, theme.without, theme.void_by])
    return Rule(theme, name, within, tuple(slots), against, _bits(frozenset(slots)), groups, _bits(groups))


def _bits(groups: Iterable[int]) -> int:
    return sum(1 << group for group in groups)


def _is_place(keyword: Keyword) -> bool:
    return keyword.text.startswith("@")


def _breadth(group: Sequence[Keyword]) -> int:
    return sum(PLACES_BREADTH if _is_place(keyword) else 1 for keyword in group)


def compile_matcher(codebook: Codebook, forms_of: FormsOf = word_forms) -> Matcher:
    """Give the matcher of ``codebook``; takes a few seconds for a thousand terms, so make one a process."""
    compiler = _Compiler(forms_of)
    rules = [rule for theme in codebook.themes for rule in compiler.rules(theme)]
    for number, place in enumerate(codebook.places):
        compiler.add_place(number, place)
    place_context = compiler.group(codebook.place_context)
    return Matcher(
        phrases=compiler.phrases(rules),
        places=tuple(compiler.compiled_place(place) for place in codebook.places),
        rules=rules,
        place_context=place_context,
        route=compiler.asking(["route"]),
    )
