"""Read waiting times from one hour of the day to another: «с 6 до 21», «с шести утра, сейчас 17:00», «встали в 8, прошли в 9»."""

from __future__ import annotations

import re
from collections.abc import Iterator

from monitor.classify.known import BITS
from monitor.classify.numbers import Figure
from monitor.classify.numerals import spelled
from monitor.classify.pieces import DIGITS, NUMBER, Pieces

STANDING = (
    "стою", "стои", "стоя", "простоя", "отстоя", "прожд", "ждем", "жду", "ждал", "ждет", "ждут", "стоїм", "стоял", "чекає",
    "чекал", "чека", "стоят", "stoim", "stoyu", "stoyal", "zhd", "prostoya", "otstoya",
    "стаім", "стаял", "чакае", "прастая", "проторч", "торч", "висел", "висим", "сидим", "сидел", "застря", "мерзн", "кукуе",
    "выстоя", "мурыж", "маринуют", "ждать", "ждати", "чекат", "чакац", "стоять", "стояти", "стояць", "ожида",
    "відстоя", "простоя", "провел", "провёл", "потрат", "ушл", "ушел", "заня", "убил", "ночу",
    "waited", "waiting", "stood", "standing", "stuck", "queued", "queuing", "queueing", "took", "spent", "lined", "wait",
)  # fmt: skip
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
    frozenset({"с", "со", "з", "із", "от", "from", "between", "since", "s", "so"}),
    frozenset({"до", "по", "to", "till", "until", "and", "do", "po", "-", "–", "—"}),
)
AFTERNOON = ("вечер", "вечор", "дня", "pm", "p", "vecher", "dnya")
DAYPARTS = ("утр", "ранк", "ноч", "am", "utr", "noch", *AFTERNOON)
MONTHS = (
    "январ", "феврал", "март", "апрел", "мая", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр", "числ", "%",
    "вересн", "жовтн", "september", "october", "лет", "год", "км", "тыс", "руб",
)  # fmt: skip
"""After «с 6 до 21» these make it dates, ages or lengths."""
FROM_WORD = BITS.beginnings(FROM)
NOW = BITS.exactly(spelled("сейчас щас щяс ща зараз цяпер now seychas seichas sejchas қазір ახლა"))
ALREADY = BITS.exactly(("уже", "вже", "ужо", "already"))
"""As ``NOW``, but only before an hour that is said to be one of the day: «уже девять вечера»."""
HOURS = {
    **dict.fromkeys(("полуночи", "полночи", "полночь", "опівночі", "midnight"), 0),
    **dict.fromkeys(("полудня", "полдень", "опівдні", "noon", "midday"), 12),
}
HOUR = BITS.exactly(HOURS)
DAYS_BACK = {
    **dict.fromkeys(spelled("вчера вчерашнего вчерашних вчерашней вчора вчорашніх вчорашнього yesterday vchera учора"), 1),
    **dict.fromkeys(spelled("позавчера позавчерашнего позавчора"), 2),
}
AT = BITS.beginnings(("в", "о", "у", "at", "v"))
STARTED = BITS.starting("занял встал подъехал приехал заехал стали зайнял заїха під'їхал joined arrived")
PASSED = BITS.starting("прош выех вышл виїх проех пересек проскоч перешл пройшл перетн проїх crossed through")
REACH, NOW_REACH = 8, 12


def find_clocks(items: Pieces) -> Iterator[Figure | None]:
    """Give the hours between two clock times of a text, None where a word that might begin such does not."""
    is_now = items.all_bits & (NOW | ALREADY)
    for index in items.where(FROM_WORD):
        clocks = _clocks(items, index) if items.bits[index + 1] & (NUMBER | DIGITS | HOUR) else None
        yield clocks or (_since(items, index, NOW | ALREADY) if is_now else None)
    if items.all_bits & STARTED and (items.all_bits & PASSED or is_now):
        for index in items.where(AT):
            if items.any_of(index - 4, index) & STARTED:
                yield _since(items, index, PASSED | NOW | ALREADY)


def _clocks(items: Pieces, index: int) -> Figure | None:
    """«Стоим с 6 до 21», "from 6 am to 9 pm in the queue": the hours between; opening hours and dates are none."""
    start = _clock(items, index + 1)
    middle = start[1] + 1 if start else items.count
    end = _clock(items, middle + 1) if items.texts[middle] in TO else None
    if start is None or end is None or (items.texts[index] == "from" and items.texts[middle] == "and"):
        return None
    near = range(max(index - REACH, 0), min(end[1] + 1 + REACH, items.count))
    around = [items.texts[place] for place in near if items.pieces[place].kind == "word"]
    is_queue = any(word.startswith(QUEUEING) for word in around) and not any(word.startswith(OPENING) for word in around)
    if not is_queue or items.pieces[end[1] + 1].unit is not None or items.texts[end[1] + 1].startswith(MONTHS):
        return None
    hours = round((end[0] - start[0]) % 24, 2)
    return Figure(index, end[1], hours, hours)


def _since(items: Pieces, index: int, until: int) -> Figure | None:
    """«Стоим с шести утра вчерашнего дня, сейчас шесть вечера», «встали в 8, прошли в 23:00»: from then ``until``."""
    start = _clock(items, index + 1)
    yesterday = 0
    if start is None:
        yesterday = DAYS_BACK.get(items.texts[index + 1], 0)
        start = _clock(items, index + 2) if yesterday else None
    if start is None:
        return None
    behind = range(start[1] + 1, min(start[1] + 1 + NOW_REACH, items.count))
    now = next((place for place in behind if items.bits[place] & until), None)
    steps = (1, 2, 3, -2, -1) if now else ()
    end = next((clock for step in steps if now and now + step > start[1] and (clock := _clock(items, now + step))), None)
    if now is None or end is None or (items.bits[now] & ALREADY and not _is_of_day(items, end[1])):
        return None
    if not any(word.startswith(QUEUEING) for word in items.texts[max(index - REACH, 0) : end[1] + REACH]):
        return None
    yesterday = yesterday or max(DAYS_BACK.get(word, 0) for word in items.texts[max(index - 2, 0) : now])
    hours = round((end[0] - start[0]) % 24 + 24 * (yesterday - (end[0] < start[0] and yesterday > 0)), 2)
    return Figure(index, end[1], hours, hours)


def _is_of_day(items: Pieces, last: int) -> bool:
    """Tell whether a clock time that ends at ``last`` can be nothing else: «девять вечера», «21:00»."""
    return items.texts[last].startswith(DAYPARTS) or items.pieces[last].kind == "clock"


def _clock(items: Pieces, index: int) -> tuple[float, int] | None:
    """Give the hour of the day said at ``index`` and where it ends: «6», «6:30», «девяти вечера», "9 pm"."""
    value = HOURS.get(items.texts[index], items.pieces[index].value)
    if items.pieces[index].kind == "word" and value is not None and value == int(value):
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
