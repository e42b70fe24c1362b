"""Read numbers as people write them: digits, words, thousands, ranges, open bounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from monitor.classify.known import BITS
from monitor.classify.numerals import MULTIPLIERS, TURKIC_WORDS, spelled
from monitor.classify.pieces import NUMBER, SCALE, Pieces

SHORT_SCALES = frozenset({"к", "k", "т"})
"""A thousand only right behind the digits, or where nothing follows that «к» could lead to: «к вечеру» is no thousand."""
AFTER_SHORT_SCALE = ("за", "с", "со", "руб", "р", "₽", "$", "usd", "per", "each", "и", "на")
SLANG_SCALES = frozenset({"штука", "штуки", "штук", "штуку"})
"""A thousand before money only: «две штуки баксов»."""
SLANG_MONEY = ("бакс", "долл", "дол", "зелен", "руб", "деревян", "евро")
BEFORE_NUMBER = {"тысяч": 1e3, "тысячи": 1e3, "тыщ": 1e3, "тыщи": 1e3, "тисяч": 1e3, "тисячі": 1e3, "сотни": 1e2, "сотен": 1e2}
"""«Тысячи полторы», «тысяч пять», «сотни две»."""
SCALES_NEXT = BITS.exactly(BEFORE_NUMBER)
AT_ONCE = BITS.beginnings(("dozen", "thousand", "тысячи", "тысяч", "тыщи", "тисячі", "тысячы", "сотни", "сотні", "штуку"))
BEFORE_AT_ONCE = spelled(
    "a больше более свыше около до почти порядка примерно менее меньше понад більше майже близько звыш каля под"
)
"""«Больше тысячи» is one thousand; «тысячи людей» is no number."""
SIGNS = ("$", "€", "₽", "₸", "₾", "usd")
RANGE_MARKS = ("-", "–", "—")
RANGE_WORDS = frozenset({"до", "to", "или", "або", "чи", "or", "либо", "ці", "немесе", "ან", "tai", "bis", "oder"})


def _phrases(*lines: str) -> frozenset[tuple[str, ...]]:
    """Read phrases parted by `` | ``."""
    return frozenset(tuple(phrase.split()) for line in lines for phrase in line.split(" | "))


LOW_BEFORE = _phrases(
    "больше | более | больше чем | более чем | свыше | выше | от | минимум | не менее | не меньше | не менее чем",
    "по меньшей мере | дороже | дорожче | нет дешевле | не дешевле | нема дешевше | болей за | болей",
    "по крайней мере | как минимум | перевалило за | перевалил за | перевалила за | превысило | превысила | превышает",
    "превысил | bolshe | bolee | svyshe | ne menee | ne menshe | не мало",
    "понад | більше | більше ніж | від | мінімум | щонайменше | не менше | принаймні | звыш | больш за | больш як | не менш за",
    "start at | starts at | starting at | starting from | over | more than",
    "at least | above | not less than | no less than | no fewer than | minimum | upwards of",
    "in excess of | exceeded | exceed",
    "exceeds | exceeding | mindestens | über | mehr als | yli | vähintään | кемінде | ən azı | მინიმუმ | სულ მცირე",
    "առնվազն | ավելի քան | deutlich über | не меньше чем | не менш як | щонайменш | не меней | не меней за",
)
HIGH_BEFORE = _phrases(
    "до | не больше | не более | не дольше | не свыше | максимум | менее | меньше | менее чем | меньше чем | всего до",
    "дешевле | дешевше | от силы | ne bolshe | ne bolee | menshe | menee | maksimum | не выше",
    "не більше | не довше | менше | менш ніж | менше ніж | щонайбільше | не больш за | менш за",
    "as many as | as much as",
    "up to | under | less than | fewer than | no more than | not more than | no longer than | at most | below | maximum | max",
    "bis zu | höchstens | weniger als | enimmillään | enintään | korkeintaan | alle | ең көбі | ən çox | მაქსიმუმ | մինչև",
)
NO_BOUND_BEFORE = _phrases(
    "чуть больше | чуть более | чуть меньше | чуть менее | немного больше | почти до | не до | трохи більше | just over"
)
"""A little more or less is the figure itself."""
GROWN = (
    "вырос", "увелич", "удлин", "растян", "подорож", "подскоч", "взлет", "поднял", "дошл", "дошел", "сократ", "снизи",
    "упал", "умень",
    "подешев", "злет", "зліт", "зрос",
    "jump", "rose", "grew", "grown", "climb", "soar", "fell", "shr",
    "збільш", "скорот", "розтягн", "здорож", "достиг", "вымахал", "разросл", "добрал",
)  # fmt: skip
"""After these «до» tells the figure itself: «выросла до шести часов»."""
LOW_AFTER = spelled(
    "çox artıq aşıb keçib მეტი მეტია მეტმა გასცდა აღემატება აჭარბებს астам аса асып асты асады асқан артық артык күбрәк илүү",
    "гаруй давсан ավելի ավել минимум мінімум aştı aşdı aşan",
)
"""Words after a number or its unit that open its upper bound: «50-dən çox», «100-ზე მეტი», «100-ден астам»."""
HIGH_AFTER = frozenset({"მდე", "дейін", "qədər", "максимум", "максимально", "tops", "max", "хүртэл", "հասնող"})
MORE_AFTER = _phrases(
    "с лишним | з гаком | с гаком | с хвостиком | и больше | и более | і більше | и выше | как минимум",
    "or more | and more | at least | and counting",
)
"""Words after a figure's unit that open its upper bound."""
REFUSED = ("потян", "дам", "дади", "заплач", "плачу", "плати", "отда", "возьм", "беру", "проси", "смог", "могу", "осил")
HALVES = (
    ("с", "половиной"),
    ("з", "половиною"),
    ("and", "a", "half"),
    ("жарым",),
    ("და", "ნახევარი"),
    ("ნახევარი",),
    ("ნახევარ",),
)
"""Words after a number that add a half to it."""
GOES_ON = NUMBER | SCALE | BITS.exactly((*MULTIPLIERS, *SLANG_SCALES, "and", *(half[0] for half in HALVES)))
"""May follow a number as its next part."""
MAY_BOUND_AFTER = BITS.exactly(("с", "+", "-", *LOW_AFTER, *HIGH_AFTER))
MAY_BOUND_BEFORE = BITS.exactly(("за", *(phrase[-1] for phrase in LOW_BEFORE | HIGH_BEFORE)))


class Figure(NamedTuple):
    """A number or a range in a text: pieces ``[first, last]``, bounds, None where open."""

    first: int
    last: int
    low: float | None
    high: float | None
    is_scaled: bool = False


def figures(items: Pieces) -> list[Figure]:
    """Give the numbers and ranges of a text, in order."""
    singles: list[Figure] = []
    last = -1
    for index in items.where(NUMBER | AT_ONCE):
        if index <= last:
            continue
        if items.pieces[index].value is not None:
            figure = _single(items, index)
            singles.append(_multiplied_before(items, figure) if items.bits[index - 1] & SCALES_NEXT else figure)
            last = singles[-1].last
        elif one := _at_once(items, index):
            singles.append(one)
            last = one.last
    return [_bounded(items, figure) for figure in _ranges(items, singles)]


def _at_once(items: Pieces, index: int) -> Figure | None:
    """«Больше тысячи», «больше тысячи трёхсот», "a dozen", «штуку баксов»: words that are a number only in company."""
    word, after = items.texts[index], items.pieces[index + 1]
    if word in SLANG_SCALES and after.text.startswith(SLANG_MONEY):
        return Figure(index, index, 1e3, 1e3, is_scaled=True)
    if word in SLANG_SCALES or items.texts[index - 1] not in BEFORE_AT_ONCE:
        return None
    one = 12.0 if word == "dozen" else 100.0 if word.startswith("сот") else 1000.0
    if after.kind == "word" and after.value is not None and 1 <= after.value < one and word != "dozen":
        more = _single(items, index + 1)
        return Figure(index, more.last, one + (more.low or 0.0), one + (more.low or 0.0), is_scaled=True)
    return Figure(index, index, one, one, is_scaled=True)


def _single(items: Pieces, first: int) -> Figure:
    """A number with the number words that follow it (двадцать пять, two hundred) and its scale (22 тыс, 7,6 млн)."""
    total, current, last, is_scaled = 0.0, items.pieces[first].value or 0.0, first, False
    if not items.bits[first + 1] & GOES_ON:
        return Figure(first, first, total + current, total + current)
    while items.bits[last + 1] & GOES_ON:
        is_word = items.pieces[last + 1].kind == "word"
        if current and is_word and current < (factor := _multiplier(items, last + 1)):
            current *= factor
            last += 1
        elif current and is_word and (scale := _scale(items, last + 1)):
            total, current, last, is_scaled = total + current * scale, 0.0, last + 1, True
        elif (step := _continues(items, last, current, is_scaled and not current, items.pieces[first].kind == "word")) > 0:
            last += step
            current += items.pieces[last].value or 0.0
        elif current and (half := _half(items, last)):
            last, current = last + half, current + 0.5
        else:
            break
    return Figure(first, last, total + current, total + current, is_scaled)


def _multiplier(items: Pieces, index: int) -> float:
    """Give by what a word multiplies the small number before it, 0 where it does not."""
    text, value = items.texts[index], items.pieces[index].value
    return MULTIPLIERS.get(text) or (value if value == 1000 and text in TURKIC_WORDS else 0.0)


def _scale(items: Pieces, index: int) -> float:
    """Give what a word makes of the number before it, 0 where it is no scale."""
    text, after = items.texts[index], items.texts[index + 1]
    if text in SLANG_SCALES:
        return 1e3 if after.startswith(SLANG_MONEY) else 0.0
    if text in SHORT_SCALES and items.start(index) > items.span(index - 1, index - 1)[1]:
        return items.pieces[index].scale if items.pieces[index + 1].kind == "stop" or after in AFTER_SHORT_SCALE else 0.0
    return items.pieces[index].scale


def _continues(items: Pieces, last: int, current: float, is_after_scale: bool, is_words: bool) -> int:
    """Give how many pieces on the number goes on, 0 where it does not: «двадцать три», "hundred and twenty", «тысяча двести»."""
    text, after = items.texts[last], items.pieces[last + 1].value
    if items.texts[last + 1] == "and" and current >= 100 and last + 2 < items.count:
        return 2 if items.pieces[last + 2].kind == "word" and (items.pieces[last + 2].value or 100) < 100 else 0
    if after is None:
        return 0
    if items.pieces[last + 1].kind == "number":
        return int(is_after_scale and 100 <= after < 1000 and text not in SHORT_SCALES)
    if items.pieces[last].kind != "word" or not is_words:
        return 0
    return int(1 <= after < (1000 if is_after_scale else _room(current, text)))


def _room(current: float, word: str) -> float:
    """Give what the next number word must stay below: a unit after a ten, a ten after a hundred."""
    if current % 100 == 0:
        return 1000 if current and current % 1000 == 0 else 100 if current else 0
    is_ten = current % 10 == 0 and (current % 100 >= 20 or word in TURKIC_WORDS)
    return 10 if is_ten else 0


def _half(items: Pieces, last: int) -> int:
    """Give how many words after a number add a half to it."""
    return next((len(words) for words in HALVES if items.texts[last + 1 : last + 1 + len(words)] == words), 0)


def _multiplied_before(items: Pieces, figure: Figure) -> Figure:
    """Read «тысяч пять»: the scale stands before, and belongs to no number before it."""
    factor = BEFORE_NUMBER[items.texts[figure.first - 1]]
    if figure.is_scaled or (figure.low or 0) >= 100 or items.pieces[figure.first - 2].value is not None:
        return figure
    value = (figure.low or 0.0) * factor
    return Figure(figure.first - 1, figure.last, value, value, is_scaled=True)


def _ranges(items: Pieces, singles: list[Figure]) -> list[Figure]:
    """Join ``40-50``, ``от 2 до 3``; a scale after the second number counts for the first as well."""
    if len(singles) < 2:
        return singles
    joined = singles[:1]
    for figure in singles[1:]:
        before = joined[-1]
        is_near = figure.first - before.last <= 2 or items.texts[before.last + 1] == "." or items.texts[figure.first - 1] in SIGNS
        if is_near and before.low == before.high and _is_range(items, before, figure):
            low, high = before.low or 0.0, figure.high or 0.0
            if figure.is_scaled and not before.is_scaled and low < high / 100:
                low *= round(high / (items.pieces[figure.first].value or 1.0))
            joined[-1] = Figure(before.first, figure.last, low, high, figure.is_scaled)
        else:
            joined.append(figure)
    return joined


def _is_range(items: Pieces, one: Figure, other: Figure) -> bool:
    between = items.texts[one.last + 1 : other.first]
    if len(between) == 2 and between[1] in SIGNS and items.texts[one.first - 1] == between[1]:
        before, mark = items.texts[one.first - 2], between[0]  # «between $2,500 and $3,000», «$200 – $300»
        return _is_rising(one, other) and (mark in RANGE_MARKS or mark in RANGE_WORDS or (mark == "and" and before == "between"))
    if len(between) > 1:
        return all(text == "." for text in between) and _is_rising(one, other)
    if not _is_rising(one, other):
        return False
    if not between:
        low, high = one.low or 0.0, other.high or 0.0
        return items.pieces[one.last].kind == items.pieces[other.first].kind == "word" and high <= 2 * low and high <= 100
    mark, before = between[0], items.texts[one.first - 1]
    if before in ("с", "со", "з", "із", "from") and any(
        word.startswith(GROWN) for word in items.texts[max(one.first - 6, 0) : one.first]
    ):
        return False  # «выросла с четырёх до одиннадцати»
    if mark in ("and", "и", "і", "та"):
        return before in ("between", "между", "між")
    if mark == "по":
        return before == "с"
    return mark in RANGE_MARKS or mark in RANGE_WORDS


def _is_rising(one: Figure, other: Figure) -> bool:
    return (one.low or 0.0) < (other.high or 0.0) or (other.is_scaled and not one.is_scaled)


def _bounded(items: Pieces, figure: Figure) -> Figure:
    """Open a bound for «больше 20», «от 12 тыс», «до часа», «200+»; a range keeps both."""
    bits, first = items.bits, figure.first
    may_after = bits[figure.last + 1] & MAY_BOUND_AFTER
    may_before = (bits[first - 1] | bits[first - 2] | bits[first - 3]) & MAY_BOUND_BEFORE
    if not (may_after or may_before) or figure.low != figure.high:
        return figure
    if may_after and (bounded := _bounded_after(items, figure)):
        return bounded
    if not may_before:
        return figure
    bound = bound_before(before_number(items, first))
    return open_bound(figure, "high" if bound == "low" and _is_refused(items, figure) else bound)


def _is_refused(items: Pieces, figure: Figure) -> bool:
    """Tell «больше 12 тысяч за место не потяну»: what is more is refused."""
    behind = items.texts[figure.last + 1 : figure.last + 7]
    return any(word in ("не", "ні") and after.startswith(REFUSED) for word, after in pairwise(behind))


def _bounded_after(items: Pieces, figure: Figure) -> Figure | None:
    last, after = figure.last, items.texts[figure.last + 1]
    if after == "с" and items.texts[last + 2] == "лишним":
        return figure._replace(high=None, last=last + 2)
    if after == "+":
        return figure._replace(high=None, last=last + 1)
    for words, bound in ((LOW_AFTER, "low"), (HIGH_AFTER, "high")):
        more = _after(items, last, words) if after in words or after == "-" else None
        if more is not None:
            return open_bound(figure, bound)._replace(last=more)
    return None


def before_number(items: Pieces, first: int) -> list[str]:
    """Give the words before a number that may bound it."""
    near = range(max(first - 5, 0), first)
    return [items.texts[index] for index in near if items.pieces[index].kind != "mark" and items.texts[index] != "a"]


def open_bound(figure: Figure, bound: str | None) -> Figure:
    """Leave only one bound of an exact figure; None keeps both."""
    if bound is None:
        return figure
    return figure._replace(low=None) if bound == "high" else figure._replace(high=None)


def _after(items: Pieces, last: int, words: Iterable[str]) -> int | None:
    """Give where «-dən çox» ends after a number, None where nothing such follows."""
    for more in (last + 1, last + 2, last + 3):
        if items.texts[more] in words and (more == last + 1 or items.texts[last + 1] == "-"):
            return more
    return None


def bound_before(before: Sequence[str]) -> str | None:
    """Tell which bound the words before a number leave: ``low``, ``high``, or None for both; the longest phrase decides."""
    if before[-1:] == ["за"] and (tuple(before[-3:-1]) in HIGH_BEFORE or tuple(before[-3:-1]) in LOW_BEFORE):
        before = before[:-1]  # «меньше чем за час»
    for size in (3, 2, 1):
        phrase = tuple(before[-size:])
        if phrase in NO_BOUND_BEFORE:
            return None
        if phrase in HIGH_BEFORE:
            is_grown = phrase in (("до",), ("to",)) and any(word.startswith(GROWN) for word in before[-5:-1])
            return None if is_grown else "high"
        if phrase in LOW_BEFORE:
            return None if phrase == ("yli",) and before[-2:-1] == ["itärajan"] else "low"
    return None
