"""Read waiting times that are said without a number and its unit: «третьи сутки», «с 6 до 21», «стоим сутки», «больше часа»."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.classify.numbers import MORE_AFTER, Piece, bound_before
from monitor.classify.numerals import ORDINALS, spelled

SINGLE_UNITS = frozenset(
    { "час", "часа", "часик", "суток", "сутки", "день", "дня", "доби", "добу", "години", "годину", "гадзіну", "суткі",
    "hour", "day", "сағат", "тәулік", "საათი", "დღე" }
)  # fmt: skip
"""Unit words that mean one unit when no number stands before them."""
BARE_UNITS = frozenset({"час", "часик", "сутки", "день", "добу", "годину", "гадзіну", "суткі", "hour", "day", "часа", "суток"})
ORDINAL_ENDINGS = frozenset(
    {
        "й",
        "и",
        "е",
        "ый",
        "ий",
        "ые",
        "ую",
        "ю",
        "я",
        "х",
        "ой",
        "ья",
        "ьи",
        "ти",
        "ту",
        "та",
        "nd",
        "rd",
        "th",
        "ші",
        "шы",
        "інші",
        "ე",
    }
)
STANDING = (
    "стою", "стои", "стоя", "простоя", "отстоя", "прожд", "ждем", "жду", "ждал", "ждет", "ждут", "стоїм", "стоял", "чекає",
    "чекал", "стоят",
    "стаім", "стаял", "чакае", "прастая", "проторч", "торч", "висел", "висим", "сидим", "сидел", "застря", "мерзн", "кукуе",
    "выстоя",
    "відстоя", "простоя", "провел", "провёл", "потрат", "ушл", "ушел", "заня", "убил", "ночу",
    "waited", "waiting", "stood", "standing", "stuck", "queued", "queuing", "queueing", "took", "spent", "lined", "wait",
)  # fmt: skip
CROSSED = (
    "прошл",
    "прошел",
    "проехал",
    "проскоч",
    "пересекл",
    "пересек",
    "перешл",
    "перешел",
    "управил",
    "справил",
    "пролет",
    "пройшл",
    "перетн",
)
FILLERS = spelled(
    "уже вже почти ровно целые целый целую около примерно в очереди черзі тут там по еще ще мы я нас где-то майже цілу цілий"
    " a an another in the line queue already us about almost full whole nearly for"
)
NOT_STOOD_AFTER = (
    "назад",
    "тому",
    "ago",
    "ночи",
    "дня",
    "утра",
    "вечера",
    "пик",
    "езды",
    "пути",
    "от",
    "до",
    "ночі",
    "ранку",
    "mobil",
)
NOT_STOOD_BEFORE = spelled(
    "в через на каждый каждую каждые за кожну що раз последний последние любой весь этот тот какой-то полный сей один",
    "per every each next last one this that the first ein",
)
OPENING = ("работ", "открыт", "закрыт", "режим", "график", "пропуска", "прац", "відкрит", "open", "clos", "working", "schedule")
QUEUEING = (
    *STANDING,
    "очеред",
    "черг",
    "черз",
    "queue",
    "line",
    "встал",
    "кезек",
    "რიგ",
    "jono",
    "хвост",
    "колонн",
    "ларс",
    "lars",
    "пробк",
)
FROM, TO = (
    frozenset({"с", "со", "з", "із", "от", "from", "between"}),
    frozenset({"до", "по", "to", "till", "until", "and", "-", "–", "—"}),
)
AFTERNOON = ("вечер", "вечор", "дня", "pm", "p")
DAYPARTS = ("утр", "ранк", "ноч", "am", *AFTERNOON)
MONTHS = (
    "январ", "феврал", "март", "апрел", "мая", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр", "числ", "%",
    "вересн", "жовтн", "september", "october", "лет", "год", "км", "тыс", "руб",
)  # fmt: skip
"""After «с 6 до 21» these make it dates, ages or lengths."""
FIRST_WORDS = SINGLE_UNITS | FROM | ORDINALS.keys()
"""Words that a waiting time may begin with, besides numbers."""
FRIEND = frozenset({"друга", "другу", "другой"})
"""Second, or a friend, or another."""
REACH = 8
MOST_DAYS = 14

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
    unit, after = unit_of(items[last + 1].text), _text(items, last + 2)
    if unit is None or unit[0] != "hours" or unit[1] < 1 or after.startswith(DAYPARTS) or (unit[1] > 1 and nth > MOST_DAYS):
        return None
    if items[index].text in FRIEND and not items[last + 1].text.startswith(("доб", "годин")):
        return None
    return Wait(index, last + 1, unit[1] * (nth - 1), unit[1] * nth)


def _ordinal(items: Sequence[Piece], index: int) -> tuple[int | None, int]:
    """Give which one a word or «3-й» at ``index`` means, and where it ends."""
    item = items[index]
    if item.kind == "word":
        return ORDINALS.get(item.text), index
    ending = index + 1 if index + 1 < len(items) and items[index + 1].text != "-" else index + 2
    is_ordinal = item.kind == "number" and ending < len(items) and items[ending].text in ORDINAL_ENDINGS
    if is_ordinal and item.value is not None and item.value == int(item.value) and 2 <= item.value <= 99:
        return int(item.value), ending
    return None, index


def _clocks(items: Sequence[Piece], index: int, unit_of: UnitOf) -> Wait | None:
    """«Стоим с 6 до 21», "from 6 am to 9 pm in the queue": the hours between; opening hours and dates are none."""
    start = _clock(items, index + 1) if items[index].text in FROM else None
    middle = start[1] + 1 if start else len(items)
    end = _clock(items, middle + 1) if start and middle < len(items) and items[middle].text in TO else None
    if start is None or end is None or (items[index].text == "from" and items[middle].text == "and"):
        return None
    after = _text(items, end[1] + 1)
    around = [near.text for near in items[max(index - REACH, 0) : end[1] + 1 + REACH] if near.kind == "word"]
    is_queue = any(word.startswith(QUEUEING) for word in around) and not any(word.startswith(OPENING) for word in around)
    if not is_queue or unit_of(after) is not None or after.startswith(MONTHS):
        return None
    hours = round((end[0] - start[0]) % 24, 2)
    return Wait(index, end[1], hours, hours)


def _clock(items: Sequence[Piece], index: int) -> tuple[float, int] | None:
    """Give the hour of the day said at ``index`` and where it ends: «6», «6:30», «девяти вечера», "9 pm"."""
    if index >= len(items):
        return None
    item = items[index]
    if item.kind == "word" and item.value is not None and item.value == int(item.value):
        hour, last = item.value, index
    else:
        read = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?", item.text)
        if read is None:
            return None
        hour, last = int(read[1]) + int(read[2] or 0) / 60, index
    if hour > 24:
        return None
    part = items[index + 1].text if index + 1 < len(items) else ""
    if part.startswith(DAYPARTS):
        last += 1
        hour += 12 if part.startswith(AFTERNOON) and hour < 12 else 0
    return hour, last


def _bare(items: Sequence[Piece], index: int, unit_of: UnitOf) -> Wait | None:
    """«Больше суток» and «до часа» are one unit, bounded on one side; «стоим сутки» is one unit."""
    unit = unit_of(items[index].text) if items[index].text in SINGLE_UNITS else None
    if unit is None or (
        index and (items[index - 1].value is not None or items[index - 1].text == "-" or _ends_ordinal(items, index - 1))
    ):
        return None
    if (_text(items, index + 1), _text(items, index + 2)) in MORE_AFTER and _is_stood(items, index, skip=2):
        return Wait(index, index + 2, unit[1], None)
    bound = bound_before(
        [earlier.text for earlier in items[max(index - 5, 0) : index] if earlier.text not in ("a", "an", "одного")]
    )
    if bound is not None:
        return Wait(index, index, *((unit[1], None) if bound == "low" else (None, unit[1])))
    return Wait(index, index, unit[1], unit[1]) if _is_stood(items, index) else None


def _ends_ordinal(items: Sequence[Piece], index: int) -> bool:
    return any(
        _ordinal(items, first) != (None, first) and _ordinal(items, first)[1] == index
        for first in (index, index - 1, index - 2)
        if first >= 0
    )


def _text(items: Sequence[Piece], index: int) -> str:
    return items[index].text if 0 <= index < len(items) else ""


def _is_stood(items: Sequence[Piece], index: int, skip: int = 0) -> bool:
    """Tell whether a bare unit is what somebody stood: «стоим в очереди уже сутки», not «через час» or «час назад»."""
    after, before = _text(items, index + 1 + skip), _text(items, index - 1)
    if items[index].text not in BARE_UNITS or after.startswith(NOT_STOOD_AFTER) or after == "-":
        return False
    if before == "за":
        return any(near.text.startswith(CROSSED) for near in items[max(index - 5, 0) : index + 3])
    if before in NOT_STOOD_BEFORE or before.startswith(("кажд", "последн")) or _is_counted(items, index):
        return False
    back = index - 1
    while back >= 0 and items[back].text in FILLERS:
        back -= 1
    if back >= 0 and items[back].text.startswith(STANDING):
        return True
    return after.startswith(STANDING) or (
        after in ("в", "у", "in") and _text(items, index + 2 + skip).startswith(("очеред", "черз", "line", "queue"))
    )


def _is_counted(items: Sequence[Piece], index: int) -> bool:
    """Tell «часа 40»: the unit's number follows it."""
    return index + 1 < len(items) and items[index + 1].value is not None
