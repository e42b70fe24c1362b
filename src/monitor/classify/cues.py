"""Tell which of many patterns a text holds, without searching it for each of them.

Most alternatives of a pattern lie within one word («сообщил», ``стои(?:м|т)``): whether such a one hits is the word's property,
found out when the word is first met, and remembered. Any other («не открывайте», ``\\d+ мест``) needs certain runs of letters to
stand within words of the text, or signs, and is searched for only where all of them do. Both is derived from the patterns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from monitor.model import Span
from monitor.text import Remembered, Words

_parser: Any = re._parser  # type: ignore[attr-defined]
_compiler: Any = re._compiler  # type: ignore[attr-defined]
_op: Any = _parser

Node = tuple[Any, Any]
"""A step of a pattern as Python's own parser gives it: what it is, and its argument."""
Search = Callable[[str], object]
Needed = frozenset[str]
"""Runs of letters, or signs, of which a text must hold one."""
Told = tuple[int, Sequence[tuple[str, int, int]]]
"""What a word tells: the bits of the runs it holds, and which patterns hit within it, and where in it."""
LEAST_RUN = 2
"""Letters of the shortest run that tells anything; a sign tells as much."""
BEGINNING = 3
"""Letters by which runs are looked up."""
ALWAYS = 1
"""The bit of what needs nothing."""


class Cues:
    """Patterns that are looked for together."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._bits: dict[Needed, int] = {}
        self._bits_of_run: dict[str, int] = defaultdict(int)
        self._within: list[tuple[str, int, Search]] = []
        """Of each pattern with alternatives within words the bits of what they need, and their search."""
        self._across: dict[int, list[tuple[str, int]]] = defaultdict(list)
        """The patterns with other alternatives, each with all bits one of them needs, under the bit of its longest need."""
        self._compiled: dict[str, re.Pattern[str]] = {}
        for pattern in patterns:
            self._compiled[pattern] = re.compile(pattern)
            self._add(pattern)
        self._leads = sum(self._across)
        self._signs = {run: bits for run, bits in self._bits_of_run.items() if not run.isalnum()}
        self._runs: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for run, bits in self._bits_of_run.items():
            self._runs[run[:BEGINNING]].append((run, bits))
        self._told_by = Remembered(self._look_up)

    def hits(self, words: Words) -> list[tuple[str, Span]]:
        """Give which patterns a text holds, and where, just as the ``finditer`` of each would."""
        if "_" in words.folded:
            words = Words(words.folded, words.folded.split())  # for a pattern ``_`` is part of a word
        bits, within = ALWAYS, []
        for place, told in enumerate(map(self._told_by.__getitem__, words.texts)):
            if told:
                bits |= told[0]
                if told[1]:
                    within.append((place, told[1]))
        across = self._searched(bits, words.folded)
        found = [(pattern, hit.span()) for pattern in across for hit in self._compiled[pattern].finditer(words.folded)]
        for place, hits in within:
            for pattern, start, end in hits:
                if pattern not in across:
                    offset = words.start(place)
                    found.append((pattern, (offset + start, offset + end)))
        return found

    def _searched(self, bits: int, folded: str) -> set[str]:
        """Give the patterns that may hit across words where words hold the runs of ``bits``."""
        for sign, sign_bits in self._signs.items():
            if sign in folded:
                bits |= sign_bits
        searched = set()
        left = bits & self._leads
        while left:
            lead = left & -left
            searched.update([pattern for pattern, needed in self._across[lead] if bits & needed == needed])
            left ^= lead
        return searched

    def _add(self, pattern: str) -> None:
        tree = _parser.parse(pattern)
        arms = _arms(list(tree))
        inner = [arm for arm in arms if _is_within_word(arm)]
        if inner:
            needed = reduce(or_, (self._need(_needed(arm)[:1]) for arm in inner))
            self._within.append((pattern, needed, _search(tree, inner)))
        for needs in {tuple(_needed(arm)) for arm in arms if not _is_within_word(arm)}:
            telling = [needed for needed in needs if _weight(needed)[0] > LEAST_RUN]  # nearly every text holds «на»
            self._across[self._need(needs[:1])].append((pattern, self._need(telling or needs)))

    def _need(self, needs: Sequence[Needed]) -> int:
        """Give the bits of some needs."""
        for needed in needs:
            self._bits.setdefault(needed, 2 << len(self._bits))
            for run in needed:
                self._bits_of_run[run] |= self._bits[needed]
        return reduce(or_, (self._bits[needed] for needed in needs), 0) or ALWAYS

    def _look_up(self, word: str) -> Told | None:
        """Give what ``word`` tells, None where that is nothing, as of most words."""
        bits = ALWAYS
        for start in range(len(word)):
            for size in range(LEAST_RUN, BEGINNING + 1):
                for run, run_bits in self._runs.get(word[start : start + size], ()):
                    if word.startswith(run, start):
                        bits |= run_bits
        within = [pattern for pattern, needed, search in self._within if bits & needed and search(word)]
        hits = [(pattern, *hit.span()) for pattern in within for hit in self._compiled[pattern].finditer(word)]
        return (bits, hits) if hits or bits != ALWAYS else None


def _search(tree: Any, arms: Iterable[Sequence[Node]]) -> Search:
    """Give the search for any of some arms of the pattern ``tree``."""
    parts = [_parser.SubPattern(tree.state, list(arm)) for arm in arms]
    pattern: re.Pattern[str] = _compiler.compile(_parser.SubPattern(tree.state, [(_op.BRANCH, (None, parts))]))
    return pattern.search


def _arms(nodes: Sequence[Node]) -> list[Sequence[Node]]:
    """Give the alternatives of a pattern; the only group of them in a sequence is taken apart."""
    for place, (kind, value) in enumerate(nodes):
        if kind is _op.SUBPATTERN and value[:3] == (None, 0, 0):
            return _arms([*nodes[:place], *value[3], *nodes[place + 1 :]])
    groups = [place for place, (kind, _) in enumerate(nodes) if kind is _op.BRANCH]
    if len(groups) != 1:
        return [nodes]
    place = groups[0]
    return [arm for one in nodes[place][1][1] for arm in _arms([*nodes[:place], *one, *nodes[place + 1 :]])]


def _is_within_word(nodes: Sequence[Node]) -> bool:
    """Tell whether all that these nodes hit lies within one word, and depends on nothing outside of it."""
    return all(_is_word_part(kind, value) or _is_apostrophe(nodes, place) for place, (kind, value) in enumerate(nodes))


def _is_word_part(kind: Any, value: Any) -> bool:
    if kind is _op.LITERAL:
        return chr(value).isalnum()
    if kind is _op.IN:
        return all(_is_word_sign(*item) for item in value)
    if kind is _op.AT:
        return value is _op.AT_BOUNDARY
    if kind is _op.ASSERT_NOT:
        return list(value[1]) == [(_op.IN, [(_op.CATEGORY, _op.CATEGORY_WORD)])]
    if kind is _op.BRANCH:
        return all(map(_is_within_word, value[1]))
    if kind in (_op.SUBPATTERN, _op.MAX_REPEAT, _op.MIN_REPEAT):
        return _is_within_word(list(value[-1]))
    return False


def _is_word_sign(kind: Any, value: Any) -> bool:
    """Tell whether an item of a set stands for letters and digits only."""
    if kind is _op.RANGE:
        return all(chr(code).isalnum() for code in range(value[0], value[1] + 1))
    return chr(value).isalnum() if kind is _op.LITERAL else value in (_op.CATEGORY_WORD, _op.CATEGORY_DIGIT)


def _is_apostrophe(nodes: Sequence[Node], place: int) -> bool:
    """Tell whether an apostrophe between two letters stands here; it parts no word."""
    around = nodes[max(place - 1, 0) : place + 2]
    is_sign = nodes[place] == (_op.LITERAL, ord("'")) and len(around) == 3
    return is_sign and all(kind is _op.LITERAL and chr(value).isalpha() for kind, value in (around[0], around[2]))


def _needed(nodes: Sequence[Node]) -> list[Needed]:
    """Give all that a text must hold for these nodes to hit it, what tells most first."""
    needs: list[Needed] = []
    run = ""
    for kind, value in [*nodes, (None, None)]:
        if kind is _op.LITERAL and chr(value).isalnum():
            run += chr(value)
            continue
        if run:
            needs.append(frozenset([run]))
            run = ""
        needs += _needed_by(kind, value)
    return sorted((needed for needed in needs if _weight(needed) >= (LEAST_RUN, 0)), key=_weight, reverse=True)


def _weight(needed: Needed) -> tuple[int, float]:
    """Tell how much is known when a text holds one of ``needed``: the shortest, then the mean, number of letters."""
    lengths = [len(run) if run.isalnum() else LEAST_RUN for run in needed]
    return min(lengths), sum(lengths) / len(lengths)


def _needed_by(kind: Any, value: Any) -> list[Needed]:
    """Give what one node needs that is no letter."""
    if kind is _op.LITERAL:
        return [] if chr(value).isspace() else [frozenset([chr(value)])]
    if kind is _op.IN:
        is_plain = all(item is _op.LITERAL and not chr(code).isalnum() and not chr(code).isspace() for item, code in value)
        return [frozenset(chr(code) for _, code in value)] if is_plain else []
    if kind is _op.SUBPATTERN or (kind in (_op.MAX_REPEAT, _op.MIN_REPEAT) and value[0] > 0):
        return _needed(list(value[-1]))
    if kind is _op.BRANCH:
        each = [_needed(list(arm)) for arm in value[1]]
        return [frozenset().union(*(needs[0] for needs in each))] if all(each) else []
    return []
