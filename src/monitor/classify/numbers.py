"""Read numbers as people write them: digits, words, thousands, ranges, open bounds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from monitor.classify.numerals import MULTIPLIERS, TURKIC_LETTERS, TURKIC_WORDS, WORDS, spelled
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
_SPACES = re.compile(r"[ \u00a0\u202f'.]")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
ABBREVIATED = frozenset({"тыс", "тис", "млн", "чел", "руб"})
"""A stop after these ends no sentence."""
SHORT_SCALES = frozenset({"к", "k"})
"""A thousand only right behind the digits, or where nothing follows that «к» could lead to: «к вечеру» is no thousand."""
AFTER_SHORT_SCALE = ("за", "с", "со", "руб", "р", "₽", "$", "usd", "per", "each", "и", "на")
SLANG_SCALES = frozenset({"штука", "штуки", "штук", "штуку"})
"""A thousand before money only: «две штуки баксов»."""
SLANG_MONEY = ("бакс", "долл", "дол", "зелен", "руб", "деревян", "евро")
BEFORE_NUMBER = {"тысяч": 1e3, "тысячи": 1e3, "тыщ": 1e3, "тыщи": 1e3, "тисяч": 1e3, "тисячі": 1e3, "сотни": 1e2, "сотен": 1e2}
"""«Тысячи полторы», «тысяч пять», «сотни две»."""
AT_ONCE = frozenset({"тысячи", "тысяч", "тисячі", "тысячы", "сотни", "сотні"})
BEFORE_AT_ONCE = spelled(
    "больше более свыше около до почти порядка примерно менее меньше понад більше майже близько звыш каля под"
)
"""«Больше тысячи» is one thousand; «тысячи людей» is no number."""
RANGE_WORDS = frozenset({"до", "to", "или", "або", "чи", "or", "либо", "ці", "немесе", "ან", "tai", "bis", "oder"})


def _phrases(*lines: str) -> frozenset[tuple[str, ...]]:
    """Read phrases parted by `` | ``."""
    return frozenset(tuple(phrase.split()) for line in lines for phrase in line.split(" | "))


LOW_BEFORE = _phrases(
    "больше | более | больше чем | более чем | свыше | выше | от | минимум | не менее | не меньше | не менее чем",
    "по меньшей мере",
    "по крайней мере | как минимум | перевалило за | перевалил за | перевалила за | превысило | превысила | превышает",
    "превысил",
    "понад | більше | більше ніж | від | мінімум | щонайменше | не менше | принаймні | звыш | больш за | больш як | не менш за",
    "start at | starts at | starting at | starting from | over | more than",
    "at least | above | not less than | no less than | no fewer than | minimum | upwards of",
    "in excess of | exceeded",
    "exceeds | exceeding | mindestens | über | mehr als | yli | vähintään | кемінде | ən azı | მინიმუმ | სულ მცირე",
    "առնվազն | ավելի քան",
)
HIGH_BEFORE = _phrases(
    "до | не больше | не более | не дольше | не свыше | максимум | менее | меньше | менее чем | меньше чем | всего до",
    "от силы",
    "не більше | не довше | менше | менш ніж | менше ніж | щонайбільше | не больш за | менш за",
    "up to | under | less than | fewer than | no more than | not more than | no longer than | at most | below | maximum | max",
    "bis zu | höchstens | weniger als | enintään | korkeintaan | alle | ең көбі | ən çox | მაქსიმუმ | մինչև",
)
NO_BOUND_BEFORE = _phrases(
    "чуть больше | чуть более | чуть меньше | чуть менее | немного больше | почти до | не до | трохи більше | just over"
)
"""A little more or less is the figure itself."""
GROWN = (
    "вырос", "увелич", "удлин", "растян", "подорож", "подскоч", "взлет", "поднял", "дошл", "дошел", "сократ", "снизи",
    "упал", "умень",
    "подешев", "зрос", "збільш", "скорот", "розтягн", "здорож", "достиг", "вымахал", "разросл", "добрал",
)  # fmt: skip
"""After these «до» tells the figure itself: «выросла до шести часов»."""
LOW_AFTER = frozenset(
    {"çox", "artıq", "მეტი", "მეტია", "მეტმა", "астам", "аса", "артық", "илүү", "гаруй", "артык", "минимум", "мінімум"}
)
"""Words after a number or its unit that open its upper bound: «50-dən çox», «100-ზე მეტი», «100-ден астам»."""
HIGH_AFTER = frozenset({"მდე", "дейін", "qədər", "максимум", "максимально", "tops", "max", "хүртэл", "հասնող"})
MORE_AFTER = _phrases(
    "с лишним | з гаком | с гаком | с хвостиком | и больше | и более | і більше | и выше | как минимум",
    "or more | and more | at least | and counting",
)
"""Words after a figure's unit that open its upper bound."""
HALVES = (("с", "половиной"), ("з", "половиною"), ("and", "a", "half"), ("жарым",), ("ნახევარი",), ("ნახევარ",))
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
        known = _known_turkic_pieces if TURKIC_LETTERS.search(folded) else _known_pieces
        super().__init__(chain.from_iterable(map(known.__getitem__, _PIECE.findall(folded))))
        self.texts = [text for _, text, _ in self]
        self._folded = folded
        self._starts: list[int] = []
        if not ABBREVIATED.isdisjoint(self.texts):
            self._leave_out_stops()

    def _leave_out_stops(self) -> None:
        """Leave out the stops of «тыс.», which end nothing."""
        kept = [not (text == "." and before in ABBREVIATED) for before, text in pairwise(["", *self.texts])]
        self[:] = [piece for piece, is_kept in zip(self, kept, strict=True) if is_kept]
        self.texts = [text for _, text, _ in self]

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


def _turkic_pieces_of(text: str) -> tuple[Piece, ...]:
    return (Piece("word", text, TURKIC_WORDS[text]),) if text in TURKIC_WORDS else _pieces_of(text)


_known_pieces, _known_turkic_pieces = Remembered(_pieces_of), Remembered(_turkic_pieces_of)


def _hyphenated(text: str) -> Iterator[Piece]:
    """Take «пять-шесть» apart into a range, "twenty-four" into its two words."""
    before: float | None = None
    for part in text.split("-"):
        value = WORDS[part]
        if before is not None and not (before >= 20 and value < 10):
            yield Piece("mark", "-")
        yield Piece("word", part, value)
        before = value


def _value(text: str) -> float:
    if _THOUSANDS.fullmatch(text):
        return float(text.replace(".", "").replace(",", ""))
    spaced = _SPACES.sub("", text) if any(space in text for space in " \u00a0\u202f'") else text
    return float(spaced.replace(",", "."))


def figures(items: Pieces, scales: Mapping[str, float]) -> list[Figure]:
    """Give the numbers and ranges of a text, in order; ``scales`` are words such as тыс with their factor."""
    singles: list[Figure] = []
    for index, (_, text, value) in enumerate(items):
        if singles and index <= singles[-1].last:
            continue
        if value is not None:
            singles.append(_multiplied_before(items, _single(items, index, scales)))
        elif text in AT_ONCE and index and items[index - 1].text in BEFORE_AT_ONCE:
            one = 100.0 if text.startswith("сот") else 1000.0
            singles.append(Figure(index, index, one, one, is_scaled=True))
    return [_bounded(items, figure) for figure in _ranges(items, singles)]


def _single(items: Pieces, first: int, scales: Mapping[str, float]) -> Figure:
    """A number with the number words that follow it (двадцать пять, two hundred) and its scale (22 тыс, 7,6 млн)."""
    total, current, last, is_scaled = 0.0, items[first].value or 0.0, first, False
    while last + 1 < len(items):
        after = items[last + 1]
        factor = MULTIPLIERS.get(after.text) or (after.value if after.text in TURKIC_WORDS and after.value == 1000 else None)
        if current and after.kind == "word" and factor and current < factor:
            current *= factor
            last += 1
        elif current and after.kind == "word" and _scale(items, last + 1, scales):
            total, current, last, is_scaled = total + current * _scale(items, last + 1, scales), 0.0, last + 1, True
        elif (step := _continues(items, last, current, is_scaled and not current, items[first].kind == "word")) > 0:
            last += step
            current += items[last].value or 0.0
        elif current and (half := _half(items, last)):
            last, current = last + half, current + 0.5
        else:
            break
    return Figure(first, last, total + current, total + current, is_scaled)


def _scale(items: Pieces, index: int, scales: Mapping[str, float]) -> float:
    """Give what a word makes of the number before it, 0 where it is no scale."""
    text, after = items[index].text, items[index + 1].text if index + 1 < len(items) else ""
    if text in SLANG_SCALES:
        return 1e3 if after.startswith(SLANG_MONEY) else 0.0
    if text in SHORT_SCALES and items.span(index, index)[0] > items.span(index - 1, index - 1)[1]:
        is_end = index + 1 >= len(items) or items[index + 1].kind == "stop"
        return scales.get(text, 0.0) if is_end or after in AFTER_SHORT_SCALE else 0.0
    return scales.get(text, 0.0)


def _continues(items: Pieces, last: int, current: float, is_after_scale: bool, is_words: bool) -> int:
    """Give how many pieces on the number goes on, 0 where it does not: «двадцать три», "hundred and twenty", «тысяча двести»."""
    after = items[last + 1]
    if after.text == "and" and current >= 100 and last + 2 < len(items):
        return 2 if items[last + 2].kind == "word" and (items[last + 2].value or 100) < 100 else 0
    if after.value is None:
        return 0
    if after.kind == "number":
        return int(is_after_scale and 100 <= after.value < 1000 and items[last].text not in SHORT_SCALES)
    if items[last].kind != "word" or not is_words:
        return 0
    return int(1 <= after.value < (1000 if is_after_scale else _room(current, items[last].text)))


def _room(current: float, word: str) -> float:
    """Give what the next number word must stay below: a unit after a ten, a ten after a hundred."""
    if current % 100 == 0:
        return 1000 if current and current % 1000 == 0 else 100 if current else 0
    is_ten = current % 10 == 0 and (current % 100 >= 20 or word in TURKIC_WORDS)
    return 10 if is_ten else 0


def _half(items: Sequence[Piece], last: int) -> int:
    """Give how many words after a number add a half to it."""
    if last + 1 == len(items) or items[last + 1].text not in HALF_BEGINS:
        return 0
    return next(
        (len(words) for words in HALVES if tuple(item.text for item in items[last + 1 : last + 1 + len(words)]) == words), 0
    )


def _multiplied_before(items: Pieces, figure: Figure) -> Figure:
    """Read «тысяч пять»: the scale stands before, and belongs to no number before it."""
    factor = BEFORE_NUMBER.get(items[figure.first - 1].text) if figure.first else None
    if factor is None or figure.is_scaled or (figure.low or 0) >= 100:
        return figure
    if figure.first > 1 and items[figure.first - 2].value is not None:
        return figure
    value = (figure.low or 0.0) * factor
    return Figure(figure.first - 1, figure.last, value, value, is_scaled=True)


def _ranges(items: Sequence[Piece], singles: Sequence[Figure]) -> list[Figure]:
    """Join ``40-50``, ``от 2 до 3``; a scale after the second number counts for the first as well."""
    joined: list[Figure] = []
    for figure in singles:
        before = joined[-1] if joined else None
        if before is not None and before.low == before.high and _is_range(items, before, figure):
            low, high = before.low or 0.0, figure.high or 0.0
            if figure.is_scaled and not before.is_scaled and low < high / 100:
                low *= round(high / (items[figure.first].value or 1.0))
            joined[-1] = Figure(before.first, figure.last, low, high, figure.is_scaled)
        else:
            joined.append(figure)
    return joined


def _is_range(items: Sequence[Piece], one: Figure, other: Figure) -> bool:
    between = items[one.last + 1 : other.first]
    low, high = one.low or 0.0, other.high or 0.0
    if low >= high and not (other.is_scaled and not one.is_scaled):
        return False
    if not between:
        return items[one.last].kind == items[other.first].kind == "word" and high <= 2 * low and high <= 100
    if len(between) > 1:
        return all(piece.text == "." for piece in between)
    mark = between[0]
    if mark.text in ("and", "и", "і", "та"):
        return one.first > 0 and items[one.first - 1].text in ("between", "между", "між")
    if mark.text == "по":
        return one.first > 0 and items[one.first - 1].text == "с"
    return (mark.kind == "mark" and mark.text in "-–—") or mark.text in RANGE_WORDS


def _bounded(items: Sequence[Piece], figure: Figure) -> Figure:
    """Open a bound for «больше 20», «от 12 тыс», «до часа», «200+»; a range keeps both."""
    if figure.low != figure.high:
        return figure
    after = items[figure.last + 1].text if figure.last + 1 < len(items) else ""
    if after == "с" and figure.last + 2 < len(items) and items[figure.last + 2].text == "лишним":
        return figure._replace(high=None, last=figure.last + 2)
    if after == "+":
        return figure._replace(high=None, last=figure.last + 1)
    for words, bound in ((LOW_AFTER, "low"), (HIGH_AFTER, "high")):
        more = _after(items, figure.last, words) if after in words or after == "-" else None
        if more is not None:
            return open_bound(figure, bound)._replace(last=more)
    before = [item.text for item in items[max(figure.first - 5, 0) : figure.first] if item.kind != "mark" and item.text != "a"]
    return open_bound(figure, bound_before(before))


def open_bound(figure: Figure, bound: str | None) -> Figure:
    """Leave only one bound of an exact figure; None keeps both."""
    if bound is None:
        return figure
    return figure._replace(low=None) if bound == "high" else figure._replace(high=None)


def _after(items: Sequence[Piece], last: int, words: Iterable[str]) -> int | None:
    """Give where «-dən çox» ends after a number, None where nothing such follows."""
    for more in (last + 1, last + 2, last + 3):
        if more < len(items) and items[more].text in words and (more == last + 1 or items[last + 1].text == "-"):
            return more
    return None


def bound_before(before: Sequence[str]) -> str | None:
    """Tell which bound the words before a number leave: ``low``, ``high``, or None for both; the longest phrase decides."""
    if before[-1:] == ["за"] and tuple(before[-3:-1]) in HIGH_BEFORE | LOW_BEFORE:
        before = before[:-1]  # «меньше чем за час»
    for size in (3, 2, 1):
        phrase = tuple(before[-size:])
        if phrase in NO_BOUND_BEFORE:
            return None
        if phrase in HIGH_BEFORE:
            is_grown = phrase == ("до",) and any(word.startswith(GROWN) for word in before[-5:-1])
            return None if is_grown else "high"
        if phrase in LOW_BEFORE:
            return None if phrase == ("yli",) and before[-2:-1] == ["itärajan"] else "low"
    return None
