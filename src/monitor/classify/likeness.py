"""Say whether a later text is a near copy of an earlier one, word by word.

Alike is not enough: reports of the same form that differ in a figure, in the place or, where they are short, in a name are two
reports. Figures and names are held against each other where they stand beside the same word: «очередь 5 км» contradicts
«очередь 12 км», while a figure that was left out, or put in, contradicts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from monitor.classify.copies import own_words, without_footer
from monitor.classify.numerals import WORDS
from monitor.text import count_letters, tokenise

SHORTEST_COPY = 20
"""Letters a text must have to be a copy of another: below that, equal texts are chance."""
SHORTEST_NEAR_COPY = 6
"""Words a text must have to be a near copy: below that, one word is the message."""
NAMES_DECIDE_BELOW = 16
"""Words of the shorter text below which another name makes another report."""
SHARED_PCT = 55
"""Share of both texts' words and pairs of words that they must have in common."""
CUT_SHARED_PCT, CUT_CONTAINED_PCT = 35, 85
"""A part of a text is its copy: so much in common, and so much of the later one contained in the earlier."""
_NUMBERS = {word: value for word, value in WORDS.items() if value != 1 and word != "он"}
"""Number words; «один» and «он» are seldom figures."""
_ENDS_SENTENCE = frozenset(".!?…\n")
_ENDS_LABEL = (":", ".")
Told = Mapping[tuple[str, str], Set[object]]
"""What stands beside a word: (side, word) to the figures or names there."""


@dataclass(frozen=True)
class Wording:
    """One text as it is compared; ``places`` are the places it names."""

    text: str
    places: frozenset[str] = frozenset()

    @cached_property
    def words(self) -> list[str]:
        """Its own words, folded."""
        return own_words(self.text)

    @cached_property
    def runs(self) -> frozenset[object]:
        """Its words and pairs of neighbouring words."""
        return frozenset(self.words) | frozenset(pairwise(self.words))

    @cached_property
    def figures(self) -> Told:
        """Its numbers, in digits or words, by their neighbours."""
        return _told(self.words, (_figure(word) for word in self.words))

    @cached_property
    def names(self) -> Told:
        """Its capitalised words within sentences or set before a text («Омск: …»), without their endings, by their neighbours."""
        text = without_footer(self.text)
        found = tokenise(text)
        spans = [(start, start + len(word)) for start, word in zip(found.starts, found.texts, strict=True)]
        before = [".", *(text[one[1] : two[0]] for one, two in pairwise(spans))]
        named = (
            word[:4] if text[start].isupper() and (text[end : end + 1] in _ENDS_LABEL or not _ENDS_SENTENCE & set(gap)) else None
            for word, (start, end), gap in zip(found.texts, spans, before, strict=False)
        )
        return _told(list(found.texts), named)


def _figure(word: str) -> object:
    if word[0].isdigit():
        return float(word) if word.isdecimal() and len(word) < 16 else word
    return _NUMBERS.get(word)


def _told(words: list[str], values: Iterable[object]) -> Told:
    told: dict[tuple[str, str], set[object]] = {}
    for place, value in enumerate(values):
        if value is None:
            continue
        for side, neighbour in (("after", place - 1), ("before", place + 1)):
            if 0 <= neighbour < len(words):
                told.setdefault((side, words[neighbour]), set()).add(value)
    return told


def is_long_enough(text: str) -> bool:
    """Tell whether ``text`` can be a copy at all."""
    return count_letters(text) >= SHORTEST_COPY


def is_near_copy(later: Wording, earlier: Wording) -> bool:
    """Tell whether ``later`` repeats ``earlier`` with a few words changed, added or cut off, and says nothing else.

    >>> first = Wording("Верхний Ларс, стоим уже 20 часов, воды нет, машины не двигаются")
    >>> is_near_copy(Wording("Верхний Ларс, стоим уже 20 часов, воды нет, машины не едут"), first)
    True
    >>> is_near_copy(Wording("Верхний Ларс, стоим уже 30 часов, воды нет, машины не двигаются"), first)
    False
    """
    shorter = min(len(later.words), len(earlier.words))
    if shorter < SHORTEST_NEAR_COPY or not _is_alike(later.runs, earlier.runs):
        return False
    if _differ(later.places, earlier.places) or _contradict(later.figures, earlier.figures):
        return False
    return shorter >= NAMES_DECIDE_BELOW or not _contradict(later.names, earlier.names)


def _is_alike(later: frozenset[object], earlier: frozenset[object]) -> bool:
    common = len(later & earlier)
    shared_pct = 100 * common / (len(later) + len(earlier) - common)
    return shared_pct >= SHARED_PCT or (shared_pct >= CUT_SHARED_PCT and 100 * common >= CUT_CONTAINED_PCT * len(later))


def _differ(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell whether each names what the other does not."""
    return bool(ours - theirs and theirs - ours)


def _contradict(ours: Told, theirs: Told) -> bool:
    """Tell whether beside the same word each has another value."""
    return any(not ours[beside] & theirs[beside] for beside in ours.keys() & theirs.keys())
