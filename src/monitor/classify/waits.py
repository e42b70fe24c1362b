"""Read waiting times that are said without a number and its unit: «третьи сутки», «с 6 до 21», «стоим сутки», «больше часа»."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.classify.numbers import ORDINALS, Piece, bound_before

SINGLE_UNITS = frozenset({"час", "часа", "суток", "сутки", "доби", "добу", "години", "годину"})
"""Unit words that mean one unit when no number stands before them."""
ORDINAL_ENDINGS = frozenset({"й", "и", "е", "ый", "ий", "ые", "ую", "ю", "я", "nd", "rd", "th"})
STANDING = (
    "стою",
    "стои",
    "стоя",
    "простоя",
    "отстоя",
    "прожд",
    "ждем",
    "жду",
    "ждал",
    "стоїм",
    "стоял",
    "чекає",
    "чекал",
    "waited",
    "stood",
)
FILLERS = frozenset(
    {"уже", "вже", "почти", "ровно", "целые", "целый", "целую", "около", "примерно", "в", "очереди", "черзі", "тут", "там", "по"}
)
OPENING = ("работ", "открыт", "закрыт", "режим", "график", "пропуска", "прац", "відкрит", "open", "clos", "working")
QUEUEING = (*STANDING, "очеред", "черг", "черз", "queue", "line", "wait", "встал")
FROM, TO = frozenset({"с", "со", "з", "із", "from"}), frozenset({"до", "to", "till", "until"})
AFTERNOON = ("вечер", "вечор", "дня", "pm", "p")
DAYPARTS = ("утр", "ранк", "ноч", "am", *AFTERNOON)
MONTHS = (
    "январ", "феврал", "март", "апрел", "мая", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр", "числ", "%",
    "вересн", "жовтн", "september", "october",
)  # fmt: skip
"""After «с 6 до 21» these make it dates."""
REACH = 8
FIRST_WORDS = frozenset(ORDINALS) | FROM | SINGLE_UNITS
"""Words a waiting time may begin with; else it begins with a number."""

UnitOf = Callable[[str], tuple[str, float] | None]


@dataclass(frozen=True, slots=True)
class Wait:
    """Hours waited, an open bound None, said by pieces ``[first, last]``."""

    first: int
    last: int
    low: float | None
    high: float | None


def find_waits(items: Sequence[Piece], unit_of: UnitOf) -> list[Wait]:
    """Give the waiting times of a text, in order; whether the text is about a queue at all is the caller's to know."""
    found = []
    for index in [index for index, (kind, text, _) in enumerate(items) if kind == "number" or text in FIRST_WORDS]:
        for read in (_nth, _clocks, _bare):
            if wait := read(items, index, unit_of):
                found.append(wait)
    return found


def _nth(items: Sequence[Piece], index: int, unit_of: UnitOf) -> Wait | None:
    """«Третий день», «3-и сутки», "2nd day", «шестой час»: the third day is two to three days."""
    nth, last = _ordinal(items, index)
    if nth is None or last + 1 >= len(items):
        return None
    unit, after = unit_of(items[last + 1].text), items[last + 2].text if last + 2 < len(items) else ""
    if unit is None or unit[0] != "hours" or unit[1] < 1 or after.startswith(DAYPARTS):
        return None
    return Wait(index, last + 1, unit[1] * (nth - 1), unit[1] * nth)


def _ordinal(items: Sequence[Piece], index: int) -> tuple[int | None, int]:
    """Give which one a word or «3-й» at ``index`` means, and where it ends."""
    item = items[index]
    if item.kind == "word":
        return ORDINALS.get(item.text), index
    ending = index + 1 if index + 1 < len(items) and items[index + 1].text != "-" else index + 2
    is_ordinal = item.kind == "number" and ending < len(items) and items[ending].text in ORDINAL_ENDINGS
    if is_ordinal and item.value is not None and item.value == int(item.value) and 2 <= item.value <= 14:
        return int(item.value), ending
    return None, index


def _clocks(items: Sequence[Piece], index: int, unit_of: UnitOf) -> Wait | None:
    """«Стоим с 6 до 21», "from 6 am to 9 pm in the queue": the hours between; opening hours and dates are none."""
    start = _clock(items, index + 1) if items[index].text in FROM else None
    middle = start[1] + 1 if start else len(items)
    end = _clock(items, middle + 1) if start and middle < len(items) and items[middle].text in TO else None
    if start is None or end is None:
        return None
    after = items[end[1] + 1].text if end[1] + 1 < len(items) else ""
    around = [near.text for near in items[max(index - REACH, 0) : end[1] + 1 + REACH] if near.kind == "word"]
    is_queue = any(word.startswith(QUEUEING) for word in around) and not any(word.startswith(OPENING) for word in around)
    if not is_queue or unit_of(after) is not None or after.startswith(MONTHS):
        return None
    hours = (end[0] - start[0]) % 24
    return Wait(index, end[1], hours, hours)


def _clock(items: Sequence[Piece], index: int) -> tuple[float, int] | None:
    """Give the hour of the day said at ``index`` and where it ends: «6», «6:30», «9 вечера», "9 pm"."""
    if index >= len(items):
        return None
    read = re.fullmatch(r"(\d{1,2})(?::(\d{2}))?", items[index].text)
    if read is None or int(read[1]) > 24:
        return None
    hour, last = int(read[1]) + int(read[2] or 0) / 60, index
    part = items[index + 1].text if index + 1 < len(items) else ""
    if part.startswith(DAYPARTS):
        last += 1
        hour += 12 if part.startswith(AFTERNOON) and hour < 12 else 0
    return hour, last


def _bare(items: Sequence[Piece], index: int, unit_of: UnitOf) -> Wait | None:
    """«Больше суток» and «до часа» are one unit, bounded on one side; «стоим сутки» is one unit."""
    unit = unit_of(items[index].text) if items[index].text in SINGLE_UNITS else None
    if unit is None:
        return None
    bound = bound_before(tuple(earlier.text for earlier in items[max(index - 3, 0) : index]))
    if bound is not None:
        return Wait(index, index, *((unit[1], None) if bound == "low" else (None, unit[1])))
    return Wait(index, index, unit[1], unit[1]) if _is_stood(items, index) else None


def _is_stood(items: Sequence[Piece], index: int) -> bool:
    """Tell whether a bare unit is what somebody stood: «стоим в очереди уже сутки», not «через час» or «час назад»."""
    after = items[index + 1].text if index + 1 < len(items) else ""
    if items[index].text not in ("час", "сутки", "добу", "годину") or after in ("назад", "тому", "-") or index == 0:
        return False
    if items[index - 1].text == "в":
        return False
    back = index - 1
    while back >= 0 and items[back].text in FILLERS:
        back -= 1
    return back >= 0 and items[back].text.startswith(STANDING)
