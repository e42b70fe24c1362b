"""Read numbers as people write them: digits, words, thousands, ranges, open bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from monitor.model import Span
from monitor.text import Remembered

_KINDS = {
    "word": r"[^\W\d_]+(?:['-][^\W\d_]+)*",
    "stop": r"[.!?;\n(),:/]",
    "clock": r"\b\d{1,2}:\d{2}\b",
    "number": r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)|\d{1,3}(?:[.,]\d{3})+(?![\d.,]*\d)|\d+(?:[.,]\d+)?",
    "mark": r"[$₽€%~+–—-]",
}
"""Kinds of pieces and their shapes; of two that fit, the first counts."""
_PIECE = re.compile("|".join(_KINDS.values()))
_KIND_OF_PIECE = re.compile("|".join(f"(?P<{kind}>{shape})" for kind, shape in _KINDS.items()))
_SPACES = re.compile(r"[ \u00a0\u202f]")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
WORDS: Mapping[str, float] = {
    **dict.fromkeys(("один", "одна", "одну", "одного", "одного", "one", "бір", "ერთი"), 1.0),
    **dict.fromkeys(("два", "две", "двух", "двое", "двоих", "двоє", "дві", "two", "екі", "ორი", "пару", "пара", "couple"), 2.0),
    **dict.fromkeys(("три", "трех", "трое", "троих", "троє", "троих", "трьох", "three", "үш", "სამი", "трох"), 3.0),
    **dict.fromkeys(("четыре", "четырех", "четверо", "четверых", "чотири", "four", "төрт", "ოთხი"), 4.0),
    **dict.fromkeys(("пять", "пяти", "пятеро", "пятерых", "п'ять", "five", "бес", "ხუთი"), 5.0),
    **dict.fromkeys(("шесть", "шести", "шестеро", "шість", "six", "алты", "ექვსი"), 6.0),
    **dict.fromkeys(("семь", "семи", "сім", "seven", "жеті", "შვიდი"), 7.0),
    **dict.fromkeys(("восемь", "восьми", "вісім", "eight", "сегіз", "რვა"), 8.0),
    **dict.fromkeys(("девять", "девяти", "дев'ять", "nine", "тоғыз", "ცხრა"), 9.0),
    **dict.fromkeys(("десять", "десяти", "десятерых", "десятеро", "ten", "он", "ათი"), 10.0),
    **dict.fromkeys(("десяток",), 10.0),
    **dict.fromkeys(("одиннадцать", "eleven"), 11.0),
    **dict.fromkeys(("двенадцать", "двенадцати", "дюжина", "дванадцять", "twelve", "он екі"), 12.0),
    **dict.fromkeys(("тринадцать", "thirteen"), 13.0),
    **dict.fromkeys(("четырнадцать", "fourteen"), 14.0),
    **dict.fromkeys(("пятнадцать", "пятнадцати", "fifteen"), 15.0),
    **dict.fromkeys(("шестнадцать", "sixteen"), 16.0),
    **dict.fromkeys(("семнадцать", "seventeen"), 17.0),
    **dict.fromkeys(("восемнадцать", "eighteen"), 18.0),
    **dict.fromkeys(("девятнадцать", "nineteen"), 19.0),
    **dict.fromkeys(("двадцать", "двадцати", "двадцять", "twenty", "жиырма", "ოცი"), 20.0),
    **dict.fromkeys(("тридцать", "тридцати", "тридцять", "thirty", "отыз", "ოცდაათი"), 30.0),
    **dict.fromkeys(("сорок", "сорока", "forty", "қырық", "ორმოცი"), 40.0),
    **dict.fromkeys(("пятьдесят", "пятидесяти", "п'ятдесят", "fifty", "елу"), 50.0),
    **dict.fromkeys(("шестьдесят", "sixty"), 60.0),
    **dict.fromkeys(("сто", "ста", "сотня", "hundred", "жүз", "ასი"), 100.0),
    **dict.fromkeys(("двести", "двісті"), 200.0),
    **dict.fromkeys(("триста", "трехсот"), 300.0),
    **dict.fromkeys(("четыреста", "чотириста"), 400.0),
    **dict.fromkeys(("пятьсот", "п'ятсот"), 500.0),
    **dict.fromkeys(("полтора", "полутора", "півтора", "півтори", "полторы"), 1.5),
    **dict.fromkeys(("тысяча", "тисяча"), 1000.0),
    **dict.fromkeys(("полчаса", "півгодини", "полсуток", "полдня", "полкилометра", "half"), 0.5),
}
GLUED = {"полчаса": "час", "півгодини": "годину", "полсуток": "сутки", "полдня": "день", "полкилометра": "км"}
"""Words that hold a half and its unit at once."""
ORDINALS: Mapping[str, int] = {
    **dict.fromkeys(("второй", "вторые", "вторая", "вторую", "друга", "другу", "другий", "second"), 2),
    **dict.fromkeys(("третий", "третьи", "третья", "третью", "третю", "third"), 3),
    **dict.fromkeys(("четвертый", "четвертые", "четверту", "fourth"), 4),
    **dict.fromkeys(("пятый", "пятые", "пятую", "fifth"), 5),
    **dict.fromkeys(("шестой", "шестые", "sixth"), 6),
    **dict.fromkeys(("седьмой", "седьмые", "seventh"), 7),
    **dict.fromkeys(("восьмой", "восьмые", "eighth"), 8),
    **dict.fromkeys(("девятый", "девятые", "ninth"), 9),
    **dict.fromkeys(("десятый", "десятые", "tenth"), 10),
}
RANGE_WORDS = frozenset({"до", "to", "или", "або", "or", "по"})
LOW_BEFORE = (
    ("больше",), ("более",), ("свыше",), ("от",), ("понад",), ("більше",), ("over",), ("more", "than"), ("at", "least"),
    ("не", "менее"), ("не", "меньше"), ("минимум",), ("above",), ("від",), ("not", "less", "than"), ("no", "less", "than"),
)  # fmt: skip
HIGH_BEFORE = (
    ("до",), ("не", "больше"), ("не", "более"), ("максимум",), ("менее",), ("меньше",), ("up", "to"), ("under",),
    ("less", "than"), ("fewer", "than"), ("no", "more", "than"), ("not", "more", "than"),
    ("at", "most"), ("не", "більше"), ("всего", "до"),
)  # fmt: skip
LOW_AFTER = frozenset({"çox", "artıq", "მეტი", "астам", "аса", "артық"})
"""Words after a number that open its upper bound: «50-dən çox», «100-ზე მეტი», «100-ден астам»."""


HALVES = (("с", "половиной"), ("з", "половиною"), ("and", "a", "half"))
"""Words after a number that add a half to it."""
HALF_BEGINS = frozenset(half[0] for half in HALVES)


class Piece(NamedTuple):
    """A word, number or mark of a folded text; ``value`` where it is a number. Equal ones are one object."""

    kind: str
    text: str
    value: float | None = None


class Pieces(list[Piece]):
    """The pieces of a folded text, in order."""

    def __init__(self, folded: str) -> None:
        super().__init__(chain.from_iterable(map(_known_pieces.__getitem__, _PIECE.findall(folded))))
        self.texts = [text for _, text, _ in self]
        self._folded = folded
        self._starts: list[int] = []

    def _find_start(self, place: int) -> int:
        """Give where a piece begins, looking from the last one that was looked for."""
        starts = self._starts
        while len(starts) <= place:
            end = starts[-1] + len(self.texts[len(starts) - 1]) if starts else 0
            text = self.texts[len(starts)]
            starts.append(self._folded.index(text, end))  # between two pieces stand only signs of which no piece is made
        return starts[place]

    def span(self, first: int, last: int) -> Span:
        """Give the offsets of the pieces ``[first, last]``."""
        start, last_start = self._find_start(first), self._find_start(last)
        return start, last_start + len(self.texts[last])


class Figure(NamedTuple):
    """A number or a range in a text: pieces ``[first, last]``, bounds, None where open."""

    first: int
    last: int
    low: float | None
    high: float | None
    is_scaled: bool = False


def _pieces_of(text: str) -> tuple[Piece, ...]:
    """Give the piece that ``text`` is, with its value where it is a number; «пять-шесть» is several."""
    found = _KIND_OF_PIECE.fullmatch(text)
    kind = (found and found.lastgroup) or ""
    if kind == "word" and "-" in text and all(part in WORDS for part in text.split("-")):
        return tuple(_hyphenated(text))
    return (Piece(kind, text, WORDS.get(text) if kind == "word" else _value(text) if kind == "number" else None),)


_known_pieces = Remembered(_pieces_of)


def _hyphenated(text: str) -> Iterator[Piece]:
    """Take «пять-шесть» apart into a range, "twenty-four" into its two words."""
    before = 20.0
    for part in text.split("-"):
        if before < 20:
            yield Piece("mark", "-")
        yield Piece("word", part, before := WORDS[part])


def _value(text: str) -> float:
    text = _SPACES.sub("", text)
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(".", "").replace(",", ""))
    return float(text.replace(",", "."))


def figures(items: Sequence[Piece], scales: Mapping[str, float]) -> list[Figure]:
    """Give the numbers and ranges of a text, in order; ``scales`` are words such as тыс with their factor."""
    singles: list[Figure] = []
    for index in [index for index, (_, _, value) in enumerate(items) if value is not None]:
        if not singles or index > singles[-1].last:
            singles.append(_single(items, index, scales))
    return [_bounded(items, figure) for figure in _ranges(items, singles)]


def _single(items: Sequence[Piece], first: int, scales: Mapping[str, float]) -> Figure:
    """A number with the number words that follow it (двадцать пять) and its scale (22 тыс, 7,6 млн)."""
    total, last = items[first].value or 0.0, first
    while last + 1 < len(items) and _continues(items[last], items[last + 1]):
        last += 1
        total += items[last].value or 0.0
    if half := _half_after(items, last):
        last, total = last + half, total + 0.5
    is_scaled = last + 1 < len(items) and items[last + 1].text in scales and items[last + 1].kind == "word"
    if is_scaled:
        last += 1
        total *= scales[items[last].text]
    return Figure(first, last, total, total, is_scaled)


def _half_after(items: Sequence[Piece], last: int) -> int:
    """Give how many words after a number add a half to it."""
    if last + 1 == len(items) or items[last + 1].text not in HALF_BEGINS:
        return 0
    return next((len(half) for half in HALVES if tuple(item.text for item in items[last + 1 : last + 1 + len(half)]) == half), 0)


def _continues(one: Piece, other: Piece) -> bool:
    if one.kind != "word" or other.kind != "word" or one.value is None or other.value is None:
        return False
    return one.value >= 20 and other.value < (10 if one.value < 100 else 100)


def _ranges(items: Sequence[Piece], singles: Sequence[Figure]) -> list[Figure]:
    """Join ``40-50``, ``от 2 до 3``; a scale after the second number counts for the first as well."""
    joined: list[Figure] = []
    for figure in singles:
        before = joined[-1] if joined else None
        if before is not None and _is_range(items, before, figure):
            low, high = before.low or 0.0, figure.high or 0.0
            if figure.is_scaled and not before.is_scaled and low < high / 100:
                low *= round(high / (items[figure.first].value or 1.0))
            joined[-1] = Figure(before.first, figure.last, low, high, figure.is_scaled)
        else:
            joined.append(figure)
    return joined


def _is_range(items: Sequence[Piece], one: Figure, other: Figure) -> bool:
    between = items[one.last + 1 : other.first]
    if len(between) != 1 or (one.low or 0) >= (other.high or 0):
        return False
    mark = between[0]
    if mark.text in ("and", "и", "і", "та"):
        return one.first > 0 and items[one.first - 1].text in ("between", "между", "між")
    return (mark.kind == "mark" and mark.text in "-–—") or mark.text in RANGE_WORDS


def _bounded(items: Sequence[Piece], figure: Figure) -> Figure:
    """Open a bound for «больше 20», «от 12 тыс», «до часа», «200+»; a range keeps both."""
    if figure.low != figure.high:
        return figure
    if tuple(item.text for item in items[figure.last + 1 : figure.last + 3]) == ("с", "лишним"):
        return figure._replace(high=None, last=figure.last + 2)
    if figure.last + 1 < len(items) and items[figure.last + 1].text == "+":
        return figure._replace(high=None, last=figure.last + 1)
    more = _more_after(items, figure.last)
    if more is not None:
        return figure._replace(high=None, last=more)
    before = tuple(item.text for item in items[max(figure.first - 3, 0) : figure.first])
    bound = bound_before(before)
    if bound:
        return figure._replace(low=None) if bound == "high" else figure._replace(high=None)
    return figure


def _more_after(items: Sequence[Piece], last: int) -> int | None:
    """Give where «-dən çox» ends after a number, None where nothing such follows."""
    is_hyphenated = last + 1 < len(items) and items[last + 1].text == "-"
    more = last + (3 if is_hyphenated else 1)
    return more if more < len(items) and items[more].text in LOW_AFTER else None


def bound_before(before: tuple[str, ...]) -> str | None:
    """Tell which bound the words before a number leave: ``low``, ``high``, or None for both; the longest phrase decides."""
    for size in (3, 2, 1):
        if before[-size:] in HIGH_BEFORE:
            return "high"
        if before[-size:] in LOW_BEFORE:
            return "low"
    return None
