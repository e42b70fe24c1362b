"""Tell which of many patterns a text holds, without searching it for each of them.

Most alternatives of a pattern lie within one word («сообщил», ``стои(?:м|т)``): whether such a one hits is the word's property,
found out when the word is first met, and remembered. Any other («не открывайте», ``\\d+ мест``) needs certain runs of letters to
stand within words of the text, or signs, and is searched for only where all of them do. Both is derived from the patterns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

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
HitsOfWord = tuple[tuple[str, int, int], ...]
LEAST_RUN = 2
"""Letters of the shortest run that tells anything; a sign tells as much."""
BEGINNING = 3
"""Letters by which runs are looked up."""
ALWAYS = 1
"""The bit of what needs nothing."""


class _Cue(NamedTuple):
    """How a pattern is looked for.

    ``within`` is the bit of its alternatives within words. ``searches`` are those of the others, each with all bits it needs,
    under the bit of its longest need; ``across`` are these bits.
    """

    within: int
    across: int
    searches: Mapping[int, Sequence[tuple[int, Search]]]


class Cues:
    """Patterns that are looked for together."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._bits: dict[object, int] = {}
        self._bits_of_run: dict[str, int] = defaultdict(int)
        self._within: list[tuple[int, int, Search]] = []
        """Of each pattern's alternatives within words their bit, the bits of what they need, and their search."""
        self._cues = {pattern: self._cue(pattern) for pattern in patterns}
        self._signs = {run: bits for run, bits in self._bits_of_run.items() if not run.isalnum()}
        self._runs: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for run, bits in self._bits_of_run.items():
            self._runs[run[:BEGINNING]].append((run, bits))
        self._bits_of_word = Remembered(self._look_up)
        self._hits_of_word = Remembered(self._hits)

    def read(self, words: Words) -> Read:
        """Read a text."""
        if "_" in words.folded:
            words = Words(words.folded, words.folded.split())  # for a pattern ``_`` is part of a word
        bits = ALWAYS
        for sign, sign_bits in self._signs.items():
            if sign in words.folded:
                bits |= sign_bits
        bits = reduce(or_, map(self._bits_of_word.__getitem__, words.texts), bits)
        return Read(self._cues, self._hits_of_word, words, bits)

    def _cue(self, pattern: str) -> _Cue:
        tree = _parser.parse(pattern)
        arms = _arms(list(tree))
        inner = [arm for arm in arms if _is_within_word(arm)]
        within = self._bit(pattern) if inner else 0
        if inner:
            needed = reduce(or_, (self._need(_needed(arm)[:1]) for arm in inner))
            self._within.append((within, needed, _search(tree, inner)))
        searches: dict[int, list[tuple[int, Search]]] = defaultdict(list)
        for together in _together([arm for arm in arms if not _is_within_word(arm)]):
            needs = _needed(together[0])
            searches[self._need(needs[:1])].append((self._need(needs), _search(tree, together)))
        return _Cue(within, sum(searches), dict(searches))

    def _bit(self, what: object) -> int:
        return self._bits.setdefault(what, 2 << len(self._bits))

    def _need(self, needs: Sequence[Needed]) -> int:
        """Give the bits of some needs."""
        for needed in needs:
            for run in needed:
                self._bits_of_run[run] |= self._bit(needed)
        return reduce(or_, map(self._bit, needs), 0) or ALWAYS

    def _look_up(self, word: str) -> int:
        """Give the bits of what ``word`` holds and of what hits within it."""
        bits = ALWAYS
        for start in range(len(word)):
            for size in range(LEAST_RUN, BEGINNING + 1):
                for run, run_bits in self._runs.get(word[start : start + size], ()):
                    if word.startswith(run, start):
                        bits |= run_bits
        return reduce(or_, (within for within, needed, search in self._within if bits & needed and search(word)), bits)

    def _hits(self, word: str) -> HitsOfWord:
        """Give which patterns hit within ``word``, and where in it."""
        bits = self._bits_of_word[word]
        patterns = [pattern for pattern, cue in self._cues.items() if bits & cue.within]
        return tuple((pattern, *hit.span()) for pattern in patterns for hit in re.finditer(pattern, word))


class Read:
    """A text as ``Cues`` have read it."""

    __slots__ = ("_bits", "_cues", "_hits_of_word", "_words")

    def __init__(self, cues: Mapping[str, _Cue], hits_of_word: Mapping[str, HitsOfWord], words: Words, bits: int) -> None:
        self._cues = cues
        self._hits_of_word = hits_of_word
        self._words = words
        self._bits = bits

    def holds(self, pattern: str) -> bool:
        """Tell whether the text holds ``pattern``, just as ``re.search`` would."""
        within, across, searches = self._cues[pattern]
        bits = self._bits
        if bits & within:
            return True
        left = bits & across
        while left:
            lowest = left & -left
            for needed, search in searches[lowest]:
                if bits & needed == needed and search(self._words.folded):
                    return True
            left ^= lowest
        return False

    def hits(self) -> list[tuple[str, Span]]:
        """Give which patterns the text holds, and where, just as the ``finditer`` of each would."""
        words, across = self._words, self._across()
        found = [(pattern, hit.span()) for pattern in across for hit in re.finditer(pattern, words.folded)]
        for place, hits in enumerate(map(self._hits_of_word.__getitem__, words.texts)):
            for pattern, start, end in hits:
                if pattern not in across:
                    offset = words.start(place)
                    found.append((pattern, (offset + start, offset + end)))
        return found

    def _across(self) -> list[str]:
        """Give the patterns that may hit across words here."""
        bits = self._bits
        return [
            pattern
            for pattern, (_, across, searches) in self._cues.items()
            if bits & across
            and any(bits & lead and bits & needed == needed for lead, each in searches.items() for needed, _ in each)
        ]


def _search(tree: Any, arms: Iterable[Sequence[Node]]) -> Search:
    """Give the search for any of some arms of the pattern ``tree``."""
    arms = list(arms)
    parts = [_parser.SubPattern(tree.state, list(arm)) for arm in arms]
    whole = _parser.SubPattern(tree.state, [(_op.BRANCH, (None, parts))])
    pattern: re.Pattern[str] = _compiler.compile(whole)
    return pattern.match if all(map(_is_anchored, arms)) else pattern.search


def _is_anchored(arm: Sequence[Node]) -> bool:
    """Tell whether an arm hits at the text's beginning only."""
    return bool(arm[0] == (_op.AT, _op.AT_BEGINNING))


def _together(arms: Sequence[Sequence[Node]]) -> Iterable[Sequence[Sequence[Node]]]:
    """Give the arms that are searched for together: those that need the same."""
    alike: dict[object, list[Sequence[Node]]] = defaultdict(list)
    for arm in arms:
        alike[tuple(_needed(arm)), _is_anchored(arm)].append(arm)
    return alike.values()


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
