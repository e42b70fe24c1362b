"""Tell which of many patterns a text holds, without searching it for each of them.

Most alternatives of a pattern lie within one word («сообщил», ``стои(?:м|т)``): whether such a one hits is the word's own property,
found out when the word is first met and remembered. Any other («не открывайте», ``\\d+ мест``) needs some run of letters that must
stand within one word of the text, and is searched for only where it does. Both is derived from the patterns; nothing is listed here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from monitor.text import Remembered

_parser: Any = re._parser  # type: ignore[attr-defined]
_compiler: Any = re._compiler  # type: ignore[attr-defined]
_op: Any = _parser

Node = tuple[Any, Any]
"""A step of a pattern as Python's own parser gives it: what it is, and its argument."""
Search = Callable[[str], object]


class _Cue(NamedTuple):
    """A pattern's alternatives: bits of those within words and of those across words, and how the latter are searched."""

    within: int
    across: int
    searches: tuple[tuple[int, Search], ...]


class Cues:
    """Patterns that are looked for together."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._cues: dict[str, _Cue] = {}
        self._within: list[tuple[int, int, Search]] = []
        """Of each pattern its alternatives within words: its bit, the bits of their needs, their search."""
        self._needs: dict[str, int] = {}
        """A run of letters to the bits of what hits no text without it."""
        self._always = 0
        """The bits of what may hit any text, or any word."""
        self._bits_count = 0
        for pattern in patterns:
            self._cues[pattern] = self._add(pattern)
        self._longest = max(map(len, self._needs), default=0)
        self._across = reduce(or_, (cue.across for cue in self._cues.values()), 0)
        self._bits_of = Remembered(self._look_up)

    def read(self, folded: str, words: Sequence[str]) -> Read:
        """Read a folded text, whose words are ``words``; they may hold more than letters, but no pattern's letters are cut apart."""
        if "_" in folded:
            words = folded.split()  # for a pattern ``_`` is part of a word
        return Read(self._cues, folded, reduce(or_, map(self._bits_of.__getitem__, words), self._always & self._across))

    def _add(self, pattern: str) -> _Cue:
        tree = _parser.parse(pattern)
        arms = _arms(list(tree))
        inner = [arm for arm in arms if _is_within_word(arm)]
        within = self._bit() if inner else 0
        if inner:
            needed = self._bit()
            for arm in inner:
                self._need(arm, needed)
            self._within.append((within, needed, _search(tree, *inner)))
        outer = [[arm] for arm in arms if not _is_within_word(arm) and (_needed(arm) is not None or _is_anchored(arm))]
        outer += [rest] if (rest := [arm for arm in arms if not _is_within_word(arm) and [arm] not in outer]) else []
        searches = []
        for together in outer:
            searches.append((self._bit(), _search(tree, *together)))
            for arm in together:
                self._need(arm, searches[-1][0])
        return _Cue(within, reduce(or_, (bit for bit, _ in searches), 0), tuple(searches))

    def _bit(self) -> int:
        self._bits_count += 1
        return 1 << self._bits_count

    def _need(self, arm: Sequence[Node], bit: int) -> None:
        """Note that the arm behind ``bit`` hits no text without one of certain runs of letters."""
        runs = _needed(arm)
        if runs is None:
            self._always |= bit
        for run in runs or ():
            self._needs[run] = self._needs.get(run, 0) | bit

    def _look_up(self, word: str) -> int:
        """Give the bits of what hits within ``word``, and of what is to be searched for in a text that holds it."""
        size, longest = len(word), self._longest
        runs = {word[start:end] for start in range(size) for end in range(start + 1, min(start + longest, size) + 1)}
        needs = reduce(or_, (self._needs[run] for run in runs & self._needs.keys()), self._always)
        hits = (within for within, needed, search in self._within if needs & needed and search(word))
        return reduce(or_, hits, needs & self._across)


class Read:
    """A text as ``Cues`` have read it."""

    __slots__ = ("_bits", "_cues", "_folded")

    def __init__(self, cues: dict[str, _Cue], folded: str, bits: int) -> None:
        self._cues = cues
        self._folded = folded
        self._bits = bits

    def may_hold(self, pattern: str) -> bool:
        """Tell whether the text may hold ``pattern``; where not, no search can find it."""
        cue = self._cues[pattern]
        return bool(self._bits & (cue.within | cue.across))

    def holds(self, pattern: str) -> bool:
        """Tell whether the text holds ``pattern``, just as ``re.search`` would."""
        within, across, searches = self._cues[pattern]
        bits = self._bits
        if bits & within:
            return True
        if not bits & across:
            return False
        return any(bits & bit and search(self._folded) for bit, search in searches)


def _search(tree: Any, *arms: Sequence[Node]) -> Search:
    """Give the search for any of some arms of the pattern ``tree``."""
    parts = [_parser.SubPattern(tree.state, list(arm)) for arm in arms]
    whole = _parser.SubPattern(tree.state, [(_op.BRANCH, (None, parts))])
    pattern: re.Pattern[str] = _compiler.compile(whole)
    return pattern.match if all(map(_is_anchored, arms)) else pattern.search


def _is_anchored(arm: Sequence[Node]) -> bool:
    """Tell whether an arm hits at the text's beginning only."""
    return bool(arm[0] == (_op.AT, _op.AT_BEGINNING))


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


def _needed(nodes: Sequence[Node]) -> frozenset[str] | None:
    """Give runs of letters of which each hit holds one; the longest there are. None where none is sure."""
    best: frozenset[str] | None = None
    run = ""
    for kind, value in [*nodes, (None, None)]:
        if kind is _op.LITERAL and chr(value).isalnum():
            run += chr(value)
            continue
        for runs in (frozenset([run]) if run else None, _needed_by(kind, value)):
            if runs is not None and (best is None or min(map(len, runs)) > min(map(len, best))):
                best = runs
        run = ""
    return best


def _needed_by(kind: Any, value: Any) -> frozenset[str] | None:
    """Give the runs that one node needs, if it is a group."""
    if kind is _op.SUBPATTERN or (kind in (_op.MAX_REPEAT, _op.MIN_REPEAT) and value[0] > 0):
        return _needed(list(value[-1]))
    if kind is _op.BRANCH:
        each = [_needed(list(arm)) for arm in value[1]]
        return None if None in each else frozenset().union(*filter(None, each))
    return None
