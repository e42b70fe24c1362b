"""Mask numbers that identify a person: cards, passports, phones, plates; the most telling shape first.

A shape that ordinary figures share counts only behind a word that says what it is ("тел", "карта", "паспорт", "номер"), and
never before a currency or a unit. Short numbers such as 112 stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

import phonenumbers

MIN_PHONE_DIGITS = 6
MAX_PHONE_DIGITS = 15


class Rule(NamedTuple):
    """A shape and its token; a check that gives where group ``id`` of a match really ends, or -1 for "leave it"; and hints.

    In every text that the shape stands in, one of the hints does, in lower case: to look for them is far cheaper. Without hints
    the shape may stand anywhere.
    """

    pattern: re.Pattern[str]
    token: str
    end_of: Callable[[re.Match[str]], int]
    hints: tuple[str, ...]


def mask_numbers(text: str) -> tuple[str, int]:
    """Put ``[card] [passport] [phone] [plate]`` in place of such numbers; return the text and how many there were."""
    masked_count = 0
    if _LONG_NUMBER.search(text):
        lines = text.split("\n")  # no long number leaves its line
        for index, line in enumerate(lines):
            if _LONG_NUMBER.search(line):
                lines[index], count = _apply(_LONG_NUMBER_RULES, line)
                masked_count += count
        text = "\n".join(lines)
    if _DIGITS_AND_LETTERS.search(text):
        text, count = _apply(_PLATE_RULES, text)
        masked_count += count
    return text, masked_count


def may_hold_numbers(text: str) -> bool:
    """Tell whether ``text``, or a part of it, may hold such a number."""
    return _ANY_NUMBER.search(text) is not None


def _apply(rules: Iterable[Rule], text: str) -> tuple[str, int]:
    """Put each rule's token in place of its matches; return the text and how many there were."""
    lowered = text.lower()
    masked_count = 0
    for rule in rules:
        if not rule.hints or any(map(lowered.__contains__, rule.hints)):
            text, count = _apply_rule(rule, text)
            masked_count += count
    return text, masked_count


def _apply_rule(rule: Rule, text: str) -> tuple[str, int]:
    """Put the rule's token in place of group ``id`` of its matches, up to where its check says it ends."""
    parts: list[str] = []
    done = 0
    for found in rule.pattern.finditer(text):
        start, end = found.start("id"), rule.end_of(found)
        if end > start >= done:
            parts += (text[done:start], rule.token)
            done = end
    return ("".join([*parts, text[done:]]), len(parts) // 2) if parts else (text, 0)


_GAP = r"[ \u00a0\u2009().\-\u2010-\u2015_/]"
_NO_AMOUNT = (
    r"(?!\s?(?:руб|р\.|р\b|₽|\$|€|£|₾|₸|%|тыс|млн|млрд|миллион|миллиард|км|чел|тонн|шт|usd|eur|rub|долл|доллар|евро|тенге|тг\b|лари|грн|"
    r"сом\b|драм|million|thousand|people|рублей))"
)
_PHONE_WORD = (
    r"(?:\bтел(?:ефон\w*|\.|\b)|\bмоб(?:\.|\b)|\bсот(?:\.|\b)|\b(?:по)?звон\w*|\bнабира\w*|\bпишите\b|ват?са[пп]\w*|вотсап\w*|вацап\w*|вайбер\w*|"
    r"whats?app|viber|signal|\btel\b|(?<!\[)\bphone|\bcall\b|\bпідтел\w*|дзвон\w*|\bутас\w*|\bpuh\b|\bsoita\w*|ტელ\w*|ნომერ\w*|հեռ\w*|\bbiip\b|\bзвані\w*|"
    r"байланыс\w*|қоңырау\w*|əlaqə\w*)"
)
_PHONE_HINTS = (
    *("тел", "моб", "сот", "звон", "набира", "пишите", "ватс", "васа", "ватц", "вотс", "вацап", "вайбер", "what", "viber"),
    *("signal", "tel", "phone", "call", "дзвон", "утас", "puh", "soita", "ტელ", "ნომერ", "հեռ", "biip", "звані", "байланыс"),
    *("қоңырау", "laq"),
)
_UNITS = r"(?!КМ|СМ|ММ|KM|CM|MM|км|см|мм)"
_CAPITAL = "[A-ZА-ЯІӨҮ]"
_RU = "АВЕКМНОРСТУХABEKMHOPCTYX"
_YEARS = re.compile(r"(?:(?:19|20)\d\d)+")
_CARD_WORD = re.compile(r"(?:карт\w*|сбер\w*|тинькоф\w*|реквизит\w*|(?<!\[)card)[^\d\n\[]{0,30}\Z", re.IGNORECASE)
_CARD_REACH = 60


def _whole(found: re.Match[str]) -> int:
    return found.end("id")


def _card_end(found: re.Match[str]) -> int:
    """Accept groups of four, what passes Luhn's check (1960), and anything behind a word that says card."""
    digits = re.sub(r"\D", "", found["id"])
    is_grouped = not found["id"].isdecimal() and not _YEARS.fullmatch(digits)
    if is_grouped or _passes_luhn(digits) or _CARD_WORD.search(found.string, max(found.start() - _CARD_REACH, 0), found.start()):
        return found.end("id")
    return -1


def _passes_luhn(digits: str) -> bool:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (doubled + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _plate_end(found: re.Match[str]) -> int:
    """Accept what holds two letters or more: the rule behind "номер" meets plain numbers too."""
    return found.end("id") if sum(map(str.isalpha, found["id"])) > 1 else -1


def _phone_end(found: re.Match[str]) -> int:
    """Cut a run of digits where a number of that country may end; -1 where there are too few or too many digits."""
    ends = [digit.end() for digit in re.finditer(r"\d(?!\d)", found["id"])]
    for end in reversed(ends):
        if _is_possible(found["id"][:end]):
            return found.start("id") + end
    digits_count = sum(map(str.isdecimal, found["id"]))
    return found.end("id") if MIN_PHONE_DIGITS <= digits_count <= MAX_PHONE_DIGITS else -1


def _is_possible(number: str) -> bool:
    digits = "".join(filter(str.isdecimal, number)).removeprefix("00")
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse("+" + digits))
    except phonenumbers.NumberParseException:
        return False


def _rule(
    pattern: str, token: str, end_of: Callable[[re.Match[str]], int] = _whole, flags: int = 0, hints: tuple[str, ...] = ()
) -> Rule:
    return Rule(re.compile(pattern, flags), token, end_of, hints)


_LONG_NUMBER_RULES: tuple[Rule, ...] = (
    # bank cards and accounts
    _rule(r"(?<![\w.,])(?P<id>[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?)(?!\w)", "[card]"),
    _rule(
        r"(?<![\w+])(?P<id>\d{4}([ \u00a0-])\d{4}\2\d{4}\2\d{4}(?:\2\d{1,3})?|\d{16}|40817\d{15})(?!\w)",
        "[card]",
        _card_end,
    ),
    # passports and the numbers of persons
    _rule(
        r"(?<!\d)(?P<id>\d{2} ?\d{2} ?(?:№|N|номер) ?\d{6}|\d{2} \d{2} \d{6}|\d{3}-\d{3}-\d{3}[ -]\d{2})(?!\d)" + _NO_AMOUNT,
        "[passport]",
        flags=re.IGNORECASE,
    ),
    _rule(
        r"(?:паспорт\w*|серия|(?<!\[)passport\w*|პასპორტ\w*|анықтама\w*|\bИИН|\bИНН(?=\W{0,3}\d{12}\b))[^\d\n\[]{0,14}?"
        r"(?P<id>(?:\b[A-ZА-ЯІ]{1,2} ?)?(?:№ ?)?\d{2}(?: ?(?:№|N|номер)? ?\d){4,10})(?!\d)" + _NO_AMOUNT,
        "[passport]",
        flags=re.IGNORECASE,
        hints=("паспорт", "серия", "passport", "პასპორტ", "анықтама", "иин", "инн"),
    ),
    # phones: international; Russia's and Kazakhstan's 8…; a leading 0; groups only phones have; anything behind "тел"
    _rule(
        rf"(?P<id>(?:(?<!\+)\+|(?<![\w+])00(?=[1-9])){_GAP}?\d(?:{_GAP}{{0,3}}\d){{7,14}})(?!\d){_NO_AMOUNT}",
        "[phone]",
        _phone_end,
    ),
    _rule(
        rf"(?<![\w+.,:/=-])(?P<id>[78]{_GAP}{{0,3}}[03-9]\d\d{_GAP}{{0,3}}\d(?:{_GAP}{{0,2}}\d){{6}})(?!\d){_NO_AMOUNT}",
        "[phone]",
        _whole,
    ),
    _rule(r"(?<![\w+.,:/=-])(?P<id>(?:35[89]|37[0-5]|38[01]|97[126]|99[2-68])\d{8,9})(?!\d)" + _NO_AMOUNT, "[phone]"),
    _rule(
        r"(?<![\w+.,:/=-])(?P<id>\(?0[1-9]\d{1,2}\)?[ \u00a0-]?\d{2,3}(?:[ \u00a0-]?\d){4,6})(?!\d|[.:]\d)" + _NO_AMOUNT,
        "[phone]",
    ),
    _rule(
        r"(?<![\w+.,:/=-])(?P<id>\(?\d{3}\)?[ \u00a0-]{1,2}"
        r"(?:\d{3}[ \u00a0-]\d\d[ \u00a0-]\d\d|\d{3}-\d{4}|\d\d[ \u00a0-]\d\d[ \u00a0-]\d\d)"
        r"|\d{3}[-–]\d\d[-–]\d\d)(?!\d|[ \u00a0.,:-]\d)" + _NO_AMOUNT,
        "[phone]",
    ),
    _rule(
        rf"{_PHONE_WORD}(?:[^\w\n\[]|\b(?:по|на|номер\w*|мне|нам|за|no)\b){{0,8}}(?P<id>\+?\d(?:{_GAP}{{0,2}}\d){{5,14}})(?!\d){_NO_AMOUNT}",
        "[phone]",
        _phone_end,
        re.IGNORECASE,
        _PHONE_HINTS,
    ),
)

_PLATE_RULES: tuple[Rule, ...] = (
    # plates: Russia, Ukraine, Georgia, Kazakhstan, Belarus, Azerbaijan, Armenia; the last one behind a word only
    _rule(
        rf"(?<!\w)(?P<id>[{_RU}]\d{{3}}{_UNITS}[{_RU}]{{2}}(?: ?\d{{2,3}}(?: ?RUS)?)?"
        rf"|[{_RU}] \d{{3}} {_UNITS}[{_RU}]{{2}} \d{{2,3}}|[{_RU}]\d{{3}}[{_RU}]{{2}} ?\d{{2,3}})(?!\w)",
        "[plate]",
    ),
    _rule(rf"(?<!\w)(?P<id>[{_RU.lower()}]\d{{3}}{_UNITS}[{_RU.lower()}]{{2}}(?: ?\d{{2,3}})?)(?!\w)", "[plate]"),
    _rule(rf"(?<!\w)(?P<id>[{_RU}ІI]{{2}} ?\d{{4}} ?{_UNITS}[{_RU}ІI]{{2}})(?!\w)", "[plate]"),
    _rule(r"(?<![\w-])(?P<id>[A-Z]{2}-\d{3}-[A-Z]{2}|[A-Z]{2}\d{3}[A-Z]{2})(?![\w-])", "[plate]"),
    _rule(r"(?<!\w)(?P<id>\d{3} ?(?!USD|EUR|RUB|KZT|GEL|UAH|AMD|TRY|GBP)[A-Z]{3} ?(?:0[1-9]|1\d|20))(?!\w)", "[plate]"),
    _rule(
        rf"(?<!\w)(?P<id>\d{{4}} ?[A-Z{_RU}І]{{2}}-[0-7]|\d{{2}}-[A-Z]{{2}}-\d{{3}}|\d{{2}}[A-Z]{{2}}\d{{3}})(?![\w-])", "[plate]"
    ),
    _rule(
        r"(?:гос\W?ном\w*|номер\w*|номерн\w* знак\w*|(?<!\[)\bplates?|rekkari\w*|rekisteri\w*|ნომერ\w*|համարանիշ\w*)\W{1,3}"
        r"(?P<id>[A-ZА-ЯІӨҮ]{0,3}[ -]?\d{2,4}[ -]?[A-ZА-ЯІӨҮ]{0,3}(?:[ -]?\d{2,3})?)(?!\w)",
        "[plate]",
        _plate_end,
        hints=("гос", "номер", "plate", "rekkari", "rekisteri", "ნომერ", "համարանիշ"),
    ),
)

_SIX_DIGITS = rf"\d(?:(?:{_GAP}|[№N]){{0,3}}\d){{5}}"
_LETTERS_BESIDE = rf"\d\d(?:\d{{0,2}}[ -]?{_CAPITAL}|(?<={_CAPITAL}..)|(?<={_CAPITAL}[ -]..)|\d(?<=[a-zа-я]...)[a-zа-я]{{2}})"
_LONG_NUMBER = re.compile(_SIX_DIGITS)
_DIGITS_AND_LETTERS = re.compile(_LETTERS_BESIDE)
"""Cheap looks at whether a text can hold any: six digits close together, or digits beside letters."""
_ANY_NUMBER = re.compile(rf"{_SIX_DIGITS}|{_LETTERS_BESIDE}")
"""Either of the two; both begin with a digit, so one search looks for both."""
