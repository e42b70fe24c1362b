"""Read waiting times that are said without a number and its unit: «третьи сутки», «с 6 до 21», «стоим сутки», «больше часа»."""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.classify.known import BITS
from monitor.classify.numbers import MORE_AFTER, bound_before
from monitor.classify.numerals import ORDINALS, spelled
from monitor.classify.pieces import DIGITS, Pieces

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
NTH, FROM_WORD, SINGLE = BITS.exactly(ORDINALS), BITS.exactly(FROM), BITS.exactly(SINGLE_UNITS)
BEGINS = NTH | SINGLE
"""Words that a waiting time may begin with where the text holds no number."""
FRIEND = frozenset({"друга", "другу", "другой"})
"""Second, or a friend, or another."""
REACH = 8
MOST_DAYS = 14


class Wait(NamedTuple):
    """Hours waited, an open bound None, said by pieces ``[first, last]``."""

    first: int
    last: int
    low: float | None
    high: float | None


def find_waits(items: Pieces) -> list[Wait]:
    """Give the waiting times of a text, in order; whether the text is about a queue at all is the caller's to know."""
    read = []
    for index in items.where(DIGITS | NTH | FROM_WORD | SINGLE):
        known = items.bits[index]
        if known & (DIGITS | NTH):
            read.append(_nth(items, index))
        if known & FROM_WORD:
            read.append(_clocks(items, index))
        if known & SINGLE:
            read.append(_bare(items, index))
    return [wait for wait in read if wait]


def _nth(items: Pieces, index: int) -> Wait | None:
    """«Третий день», «3-и сутки», "2nd day", «шестой час»: the third day is two to three days."""
    nth, last = _ordinal(items, index)
    unit = items.units[last + 1]
    if nth is None or unit is None or unit[0] != "hours" or unit[1] < 1:
        return None
    if items.texts[last + 2].startswith(DAYPARTS) or (unit[1] > 1 and nth > MOST_DAYS):
        return None
    if items.texts[index] in FRIEND and not items.texts[last + 1].startswith(("доб", "годин")):
        return None
    return Wait(index, last + 1, unit[1] * (nth - 1), unit[1] * nth)


def _ordinal(items: Pieces, index: int) -> tuple[int | None, int]:
    """Give which one a word or «3-й» at ``index`` means, and where it ends."""
    if items.kinds[index] == "word":
        return ORDINALS.get(items.texts[index]), index
    ending = index + 1 if items.texts[index + 1] != "-" else index + 2
    value = items.values[index]
    if items.kinds[index] != "number" or items.texts[ending] not in ORDINAL_ENDINGS or value is None:
        return None, index
    return (int(value), ending) if value == int(value) and 2 <= value <= 99 else (None, index)


def _clocks(items: Pieces, index: int) -> Wait | None:
    """«Стоим с 6 до 21», "from 6 am to 9 pm in the queue": the hours between; opening hours and dates are none."""
    start = _clock(items, index + 1)
    middle = start[1] + 1 if start else items.count
    end = _clock(items, middle + 1) if items.texts[middle] in TO else None
    if start is None or end is None or (items.texts[index] == "from" and items.texts[middle] == "and"):
        return None
    near = range(max(index - REACH, 0), min(end[1] + 1 + REACH, items.count))
    around = [items.texts[place] for place in near if items.kinds[place] == "word"]
    is_queue = any(word.startswith(QUEUEING) for word in around) and not any(word.startswith(OPENING) for word in around)
    if not is_queue or items.units[end[1] + 1] is not None or items.texts[end[1] + 1].startswith(MONTHS):
        return None
    hours = round((end[0] - start[0]) % 24, 2)
    return Wait(index, end[1], hours, hours)


def _clock(items: Pieces, index: int) -> tuple[float, int] | None:
    """Give the hour of the day said at ``index`` and where it ends: «6», «6:30», «девяти вечера», "9 pm"."""
    value = items.values[index]
    if items.kinds[index] == "word" and value is not None and value == int(value):
        hour, last = value, index
    else:
        read = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?", items.texts[index])
        if read is None:
            return None
        hour, last = int(read[1]) + int(read[2] or 0) / 60, index
    if hour > 24:
        return None
    part = items.texts[index + 1]
    if part.startswith(DAYPARTS):
        last += 1
        hour += 12 if part.startswith(AFTERNOON) and hour < 12 else 0
    return hour, last


def _bare(items: Pieces, index: int) -> Wait | None:
    """«Больше суток» and «до часа» are one unit, bounded on one side; «стоим сутки» is one unit."""
    unit = items.units[index]
    if unit is None or items.values[index - 1] is not None or items.texts[index - 1] == "-" or _ends_ordinal(items, index - 1):
        return None
    if items.texts[index + 1 : index + 3] in MORE_AFTER and _is_stood(items, index, skip=2):
        return Wait(index, index + 2, unit[1], None)
    before = [earlier for earlier in items.texts[max(index - 5, 0) : index] if earlier not in ("a", "an", "одного")]
    bound = bound_before(before)
    if bound is not None:
        return Wait(index, index, *((unit[1], None) if bound == "low" else (None, unit[1])))
    return Wait(index, index, unit[1], unit[1]) if _is_stood(items, index) else None


def _ends_ordinal(items: Pieces, index: int) -> bool:
    return any(
        _ordinal(items, first) != (None, first) and _ordinal(items, first)[1] == index for first in (index, index - 1, index - 2)
    )


def _is_stood(items: Pieces, index: int, skip: int = 0) -> bool:
    """Tell whether a bare unit is what somebody stood: «стоим в очереди уже сутки», not «через час» or «час назад»."""
    after, before = items.texts[index + 1 + skip], items.texts[index - 1]
    if items.texts[index] not in BARE_UNITS or after.startswith(NOT_STOOD_AFTER) or after == "-":
        return False
    if before == "за":
        return any(near.startswith(CROSSED) for near in items.texts[max(index - 5, 0) : index + 3])
    if before in NOT_STOOD_BEFORE or before.startswith(("кажд", "последн")) or items.values[index + 1] is not None:
        return False
    back = index - 1
    while back >= 0 and items.texts[back] in FILLERS:
        back -= 1
    if back >= 0 and items.texts[back].startswith(STANDING):
        return True
    return after.startswith(STANDING) or (
        after in ("в", "у", "in") and items.texts[index + 2 + skip].startswith(("очеред", "черз", "line", "queue"))
    )
