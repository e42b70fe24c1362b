"""Read waiting times that are said without a number and its unit: «третьи сутки», «стоим сутки», «больше часа»."""

from __future__ import annotations

from monitor.classify.clocks import DAYPARTS, STANDING, find_clocks
from monitor.classify.known import BITS
from monitor.classify.numbers import HALVES, MORE_AFTER, Figure, bound_before
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
    "близько каля приблизно прыкладна без малого уже вже почти ровно целые целый целую около примерно в очереди черзі тут там"
    " по еще ще мы я нас где-то майже цілу цілий"
    " a an another in the line queue already us about almost full whole nearly for is"
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
HYPHENATED = {
    f"{unit}-{more}": (hours, hours * times)
    for unit, hours in zip(("час", "часик", "часок", "година", "день", "сутки", "доба"), (1.0,) * 4 + (24.0,) * 3, strict=True)
    for more, times in zip(("полтора", "півтори", "два", "двое", "другой", "дві", "три"), (1.5, 1.5, 2, 2, 2, 2, 3), strict=True)
}
"""«Час-полтора»."""
ONE_OR_MORE = BITS.beginnings(HYPHENATED)
ORDINAL_ENDING = BITS.exactly(ORDINAL_ENDINGS)
NTH, SINGLE = BITS.beginnings(ORDINALS), BITS.beginnings(SINGLE_UNITS)
BEGINS = NTH | SINGLE | ONE_OR_MORE
"""Words that a waiting time may begin with where the text holds no number."""
FRIEND = frozenset({"друга", "другу", "другой", "другая", "другую", "другі"})
"""Second, or a friend, or another."""
TENS = (20.0, 30.0, 40.0, 50.0)
MOST_DAYS, LIST_REACH = 14, 10


def find_waits(items: Pieces) -> list[Figure]:
    """Give the waiting times of a text, in order; whether the text is about a queue at all is the caller's to know."""
    bits, read = items.bits, [*find_clocks(items)]
    for index in items.where(DIGITS | NTH | SINGLE | ONE_OR_MORE):
        known = bits[index]
        if known & NTH or (known & DIGITS and (bits[index + 1] | bits[index + 2]) & ORDINAL_ENDING):
            read.append(_nth(items, index))
        if known & (SINGLE | ONE_OR_MORE):
            read.append(_bare(items, index))
    return [wait for wait in read if wait]


def _nth(items: Pieces, index: int) -> Figure | None:
    """«Третий день», «3-и сутки», "2nd day", «шестой час»: the third day is two to three days."""
    nth, last = _ordinal(items, index)
    unit = items.pieces[last + 1].unit
    tens = items.pieces[index - 1].value if items.pieces[index].kind == "word" else None
    if nth is not None and tens in TENS and nth < 10:
        nth, index = nth + int(tens or 0), index - 1
    if nth is None or unit is None or unit[0] != "hours" or unit[1] < 1:
        return None
    if items.texts[last + 2].startswith(DAYPARTS) or (unit[1] > 1 and nth > MOST_DAYS):
        return None
    if items.texts[index] in FRIEND and not items.texts[last + 1].startswith(("доб", "годин", "гадзін")):
        return None
    return Figure(index, last + 1, unit[1] * (nth - 1), unit[1] * nth)


def _ordinal(items: Pieces, index: int) -> tuple[int | None, int]:
    """Give which one a word or «3-й» at ``index`` means, and where it ends."""
    if items.pieces[index].kind == "word":
        return ORDINALS.get(items.texts[index]), index
    ending = index + 1 if items.texts[index + 1] != "-" else index + 2
    value = items.pieces[index].value
    if items.pieces[index].kind != "number" or items.texts[ending] not in ORDINAL_ENDINGS or value is None:
        return None, index
    return (int(value), ending) if value == int(value) and 2 <= value <= 99 else (None, index)


def _bare(items: Pieces, index: int) -> Figure | None:
    """«Больше суток» and «до часа» are one unit, bounded on one side; «стоим сутки» is one unit."""
    if items.bits[index] & ONE_OR_MORE:
        low, high = HYPHENATED[items.texts[index]]
        return Figure(index, index, low, high)
    unit = items.pieces[index].unit
    if (
        unit is None
        or items.pieces[index - 1].value is not None
        or items.texts[index - 1] == "-"
        or any(items.texts[index - len(words) : index] == words for words in HALVES)  # «двое с половиной суток»
        or _ends_ordinal(items, index - 1)
    ):
        return None
    is_opening = items.pieces[index - 1].kind == "stop"  # «Сутки с гаком на Ларсе»
    if items.texts[index + 1 : index + 3] in MORE_AFTER and (is_opening or _is_stood(items, index, skip=2)):
        return Figure(index, index + 2, unit[1], None)
    half = next((len(words) for words in HALVES if items.texts[index + 1 : index + 1 + len(words)] == words), 0)
    if half:
        return Figure(index, index + half, unit[1] * 1.5, unit[1] * 1.5) if _is_stood(items, index, skip=half) else None
    bound = bound_before(words_before(items, index))
    if bound is not None:
        return Figure(index, index, *((unit[1], None) if bound == "low" else (None, unit[1])))
    return Figure(index, index, unit[1], unit[1]) if _is_stood(items, index) else None


def words_before(items: Pieces, index: int) -> list[str]:
    """Give the words before a bare unit that may bound it."""
    return [earlier for earlier in items.texts[max(index - 5, 0) : index] if earlier not in ("a", "an", "одного")]


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
        is_rate = any(piece.value is not None for piece in items.pieces[index + 2 : index + 4])  # «за час проехало десять»
        return not is_rate and any(near.startswith(CROSSED) for near in items.texts[max(index - 5, 0) : index + 3])
    if before in (":", "—", "–") and items.pieces[index + 1].kind == "stop":
        return True  # «Озинки — сутки»
    if before == "на" and items.texts[index - 2].startswith(("очеред", "черг")):
        return True
    if before in NOT_STOOD_BEFORE or before.startswith(("кажд", "последн")) or items.pieces[index + 1].value is not None:
        return False
    back = index - 1
    while back >= 0 and items.texts[back] in FILLERS:
        back -= 1
    if back >= 0 and items.texts[back].startswith(STANDING):
        return True
    if before in FILLERS and items.pieces[index + 1].kind == "stop" and _is_listed(items, index):
        return True
    if after in ("в", "у", "in"):
        return any(
            word.startswith(("очеред", "черз", "line", "queue")) for word in items.texts[index + 2 + skip : index + 4 + skip]
        )
    return after.startswith(STANDING)


def _is_listed(items: Pieces, index: int) -> bool:
    """Tell «Озинки 18 часов, Кайрак почти сутки»: a bare unit in a list of times."""
    near = range(max(index - LIST_REACH, 0), index)
    return any(
        items.pieces[place].value is not None and (items.pieces[place + 1].unit or ("", 0.0))[0] == "hours" for place in near
    )
