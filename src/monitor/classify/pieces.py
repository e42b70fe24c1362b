"""Take a folded text apart into words, numbers, stops and marks, each with all that is known of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import chain, pairwise
from operator import or_

from monitor.classify.known import BITS
from monitor.classify.numerals import TURKIC_LETTERS, TURKIC_WORDS, WORDS
from monitor.classify.units import Unit, Units
from monitor.model import Span
from monitor.text import Remembered

_KINDS = {
    "word": r"[^\W\d_]{2,}(?:['-][^\W\d_]+)*|т\. ?р\b\.?|у\. ?е\b\.?|[^\W\d_](?:['-][^\W\d_]+)*",
    "stop": r"[.!?;\n(),:/]",
    "clock": r"\b\d{1,2}:\d{2}\b",
    "number": r"(?:(?<![^\W_])|(?<=\d[чh]))(?:\d{1,3}(?:[ \u00a0\u202f']\d{3})+(?!\d)"
    r"|\d{1,3}(?:[.,]\d{3})+(?![\d.,]*\d)|\d+(?:[.,]\d+)?)",
    "mark": r"[$₽€₸₾%~+–—-]",
}
"""Kinds of pieces and their shapes; of two that fit, the first counts. What hangs on a name («marijn14») is no number."""
_PIECE = re.compile("|".join(_KINDS.values()))
_KIND_OF_PIECE = re.compile("|".join(f"(?P<{kind}>{shape})" for kind, shape in _KINDS.items()))
_COMPOUND = re.compile(
    r"([\w']{2,}?)-?((?:километров|часов|минутн|дневн|суточн|кілометров|годинн|хвилинн|hour|mile|day|minute|km)\w*)"
)
"""«Двухкилометровый», "five-hour"."""
_PREFIXES = {"дво": 2.0, "одно": 1.0, "двох": 2.0, "пол": 0.5, "полу": 0.5}
_SPACES = re.compile(r"[ \u00a0\u202f'.]")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
ABBREVIATED = BITS.exactly(("тыс", "тис", "млн", "чел", "руб"))
"""A stop after these ends no sentence."""
NUMBER = BITS.beginnings(())
"""Has a value."""
DIGITS, GROUP = BITS.beginnings(()), BITS.beginnings(())
"""Is written in digits; begins with three of them, so that a space may part it from its thousands."""
SCALE = BITS.exactly(())
"""Makes thousands or millions of the number before it."""
UP_TO = BITS.exactly(())
"""Ends as Georgian words do for the most of something."""
TURKIC = BITS.exactly(())
"""Holds a letter of a Turkic language."""
SENTENCE_ENDS, PHRASE_ENDS, CLAUSE_ENDS = (BITS.exactly(signs) for signs in (".!?;\n", ".!?;\n,", ".!?;\n,():"))


@dataclass(slots=True, eq=False)
class Piece:
    """A word, number or mark of a folded text. The same ones are one object, which nobody changes.

    ``begins`` tells whether a figure may begin with it, ``value`` is that of a number, ``unit`` the kind and factor of a unit,
    ``scale`` what «тыс» makes of a number before it.
    """

    kind: str
    text: str
    bits: int = 0
    begins: bool = False
    value: float | None = None
    unit: Unit | None = None
    scale: float = 0.0


_EDGE = 8
"""How many empty stops follow the last piece, so that any piece may be asked for those around it."""


class Pieces:
    """The pieces of a folded text, in order, and what is known of each; outside of the text (-8 … ``count`` + 7) all is empty."""

    __slots__ = ("_beginnings", "_folded", "all_bits", "bits", "count", "pieces", "texts")

    def __init__(self, folded: str, units: Units) -> None:
        self._folded = folded
        lexicon, turkic = _lexicons(units)
        self._take(lexicon.read(folded))
        if self.all_bits & TURKIC:
            lexicon = turkic
            self._take(lexicon.read(folded))
        if any(self.bits[place - 1] & DIGITS for place in self.where(GROUP)):
            self._take(lexicon.read_whole(folded))

    def _take(self, pieces: list[Piece]) -> None:
        self.count = len(pieces)
        self.bits = bits = [piece.bits for piece in pieces]
        self.all_bits = reduce(or_, bits, 0)
        self._beginnings = [place for place, piece in enumerate(pieces) if piece.begins]
        bits += _NOTHING_KNOWN
        pieces += _EDGES
        self.pieces = pieces
        self.texts = tuple([piece.text for piece in pieces])

    def where(self, bits: int) -> list[int]:
        """Give the pieces that have any of some bits of beginnings."""
        known = self.bits
        return [place for place in self._beginnings if known[place] & bits] if self.all_bits & bits else []

    def any_of(self, first: int, end: int) -> int:
        """Give what is known of any of the pieces ``[first, end)``; there may be fewer, or none."""
        return reduce(or_, self.bits[first if first > 0 else 0 : end], 0)

    def start(self, place: int) -> int:
        """Give the offset at which a piece begins."""
        text, folded = self.texts[place], self._folded
        start = folded.find(text)
        if place and start != folded.rfind(text):  # between two pieces stand only signs of which no piece is made
            start = folded.index(text, self.start(place - 1) + len(self.texts[place - 1]))
        return start

    def span(self, first: int, last: int) -> Span:
        """Give the offsets of the pieces ``[first, last]``."""
        start = end = self.start(first)
        for text in self.texts[first : last + 1]:
            end = self._folded.index(text, end) + len(text)
        return start, end


class _Lexicon:
    """The pieces met before, under one table of units; those of a text with Turkic letters are others."""

    def __init__(self, units: Units, *, is_turkic: bool) -> None:
        self._units = units
        self._is_turkic = is_turkic
        self._known = Remembered(self._pieces_of)
        self._known_chunks = Remembered(self._pieces_of_chunk)

    def read(self, folded: str) -> list[Piece]:
        """Take a folded text apart at its spaces, and what stands between them; thousands that a space parts are not joined."""
        if "т. р" in folded or "у. е" in folded:
            return self.read_whole(folded)
        # most chunks between spaces were met before
        chunks = (folded.replace("\n", " \n ") if "\n" in folded else folded).split(" ")
        return list(chain.from_iterable(map(self._known_chunks.__getitem__, chunks)))

    def read_whole(self, folded: str) -> list[Piece]:
        """Take a folded text apart that may hold pieces with a space in them."""
        return list(self._pieces_of_chunk(folded))

    def _pieces_of_chunk(self, chunk: str) -> tuple[Piece, ...]:
        """Take a text apart; the stop of «тыс.» is left out, for it ends nothing."""
        texts = _PIECE.findall(chunk)
        if len(texts) == 1:
            return self._known[texts[0]]
        pieces = [_NOTHING, *chain.from_iterable(map(self._known.__getitem__, texts))]
        return tuple([piece for before, piece in pairwise(pieces) if not (piece.text == "." and before.bits & ABBREVIATED)])

    def _pieces_of(self, text: str) -> tuple[Piece, ...]:
        """Give the piece that ``text`` is, with its value where it is a number; «пять-шесть» is several."""
        if self._is_turkic and text in TURKIC_WORDS:
            return (self._piece("word", text, TURKIC_WORDS[text]),)
        found = _KIND_OF_PIECE.fullmatch(text)
        kind = (found and found.lastgroup) or ""
        if kind == "word" and "-" in text and all(part in WORDS for part in text.split("-")):
            return tuple(self._hyphenated(text))
        compound = _COMPOUND.fullmatch(text) if kind == "word" else None
        if compound and (value := _PREFIXES.get(compound[1]) or WORDS.get(compound[1])) and self._units.of(compound[2]):
            return self._piece("word", compound[1], value), self._piece("word", compound[2], None)
        return (self._piece(kind, text, WORDS.get(text) if kind == "word" else _value(text) if kind == "number" else None),)

    def _piece(self, kind: str, text: str, value: float | None) -> Piece:
        bits, scale = BITS.of(text), self._units.scales.get(text, 0.0)
        if value is not None:
            bits |= NUMBER
        if kind in ("number", "clock"):
            bits |= DIGITS | (GROUP if text[:3].isdecimal() and len(text) >= 3 else 0)
        if scale:
            bits |= SCALE
        if text.endswith(("მდე", "მდეა")):
            bits |= UP_TO
        if TURKIC_LETTERS.search(text):
            bits |= TURKIC
        return Piece(kind, text, bits, bool(bits & BITS.beginning), value, self._units.of(text), scale)

    def _hyphenated(self, text: str) -> Iterator[Piece]:
        """Take «пять-шесть» apart into a range, "twenty-four" into its two words."""
        before: float | None = None
        for part in text.split("-"):
            value = WORDS[part]
            if before is not None and not (before >= 20 and value < 10):
                yield self._piece("mark", "-", None)
            yield self._piece("word", part, value)
            before = value


@lru_cache(maxsize=8)
def _lexicons(units: Units) -> tuple[_Lexicon, _Lexicon]:
    """Give what was met in texts without and with Turkic letters."""
    return _Lexicon(units, is_turkic=False), _Lexicon(units, is_turkic=True)


_NOTHING = Piece("stop", "")
_EDGES, _NOTHING_KNOWN = (_NOTHING,) * _EDGE, (0,) * _EDGE


def _value(text: str) -> float:
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(".", "").replace(",", ""))
    spaced = _SPACES.sub("", text) if any(space in text for space in " \u00a0\u202f'") else text
    return float(spaced.replace(",", "."))
