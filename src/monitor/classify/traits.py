"""Tell the traits of a text's style that its form is weighed by: counted, capped, and named as in ``forms.py``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from monitor.classify.forms import FORMS
from monitor.classify.numerals import spelled
from monitor.text import Remembered, Words

MOST = 3
"""A trait counts so often at most."""
LONG_WORD = 9
WORDY, PLAIN = 6.3, 4.9
"""Mean letters a word of formal and of spoken language."""
OPENING_WORDS = 3
TINY, SHORT, LONG = 4, 10, 30
"""Words of a text."""
OPENING = spelled("query self_verb imperative imperative_en office deal ask kin judge advice talk folk event now self")
"""Traits that say more in the first words."""
ALERTS = frozenset("⚡❗‼🔴📌🪖❕")

_IMPERATIVE = re.compile(
    r"\w{2,}(?:[аеиоуыэюя]йте|[аеиоуыэюя]йтесь|ьте|ьтесь|[жшчщлнтдсзрвбпкг]ите|итесь|імо|[бвгґджзклмнпрстфхцчшщ]іть"
    r"|іться|йцеся|йце|[ңн]ыздар|[ңн]іздер|[ыі]ңдар|[ыі]ңдер|[ыі]ңыз|[ыі]ңіз|маңыз|меңіз|паңыз|пеңіз|баңыз|беңіз"
    r"|[аэоө][аэоө]рай|[аэоө][аэоө]рэй|[аэоө][аэоө]рой|[аэоө][аэоө]рөй|egez|ыгыз|егез|мағыз)"
)
_NO_IMPERATIVE = re.compile(
    r"(?:вспомн|подиви|посмотри|гляд|представ|назов|верните|покажи|листай|поздрав|здравствуй|извини|прости|подскаж"
    r"|скаж|посовету|объясн|давай|смотри|чита|подпис(?:ыва|ывай|ать)|пиши|звони|обраща|видите|стоите|хотите|можете"
    r"|едете|знаете|понимаете|"
    r"говорите$|верни|отпусти|представля|порад|підкаж|хотите|ходите$|сидите|делаете|дайте|зачекай|дзвон|пишіть|вибач)\w*"
)
_FIRST = re.compile(
    r"ვ\w{3,}(?:ართ|ებით|ვართ|ვარ|ეთ|ოთ|ით)|\w{2,}(?:дық|дік|тық|тік|дым|дім|тым|тім|мыз|міз|мын|мін)|\w{3,}(?:ємо"
    r"|аємо|уємо|имо|їмо)|\w{4,}(?:imme|emme|amme|ämme|omme)"
    r"|\w{3,}(?:dik|dık|dük|duq|irik|ırıq|irəm|ıram)|\w{3,}(?:եցինք|եցի|ացանք|ինք)|\w{3,}(?:дык|дек|ыбыз|ебез|абыз|әбез)"
)
_FIRST_PLURAL = re.compile(
    r"(?:сто|жд|ед|ид|сп|сид|вид|проезжа|подъезжа|двига|полз|мерз|гре|собира|держ|вез|нес|ноч|торч|кука|кук|встреча"
    r"|возвраща|выезжа|заезжа|пыта|трогa|проход|подход|отход|съезжа|иш|ищ|тащ|объезжа)"
    r"(?:им|ем|емся|имся|аем|ую|ю|у|уем)"
)
_FORMAL = re.compile(
    r"\w+(?:ение|ения|ению|ением|ации|ация|ацию|ацией|остью|ости|ический|ческого|ческих|ального|альный|ированн\w+|ющих"
    r"|ющий|вшие|вших|ния|нию)|\w+(?:tion|ment|ment|ation)s?"
)
_QUESTION = re.compile(r"[^.!?…]{3,160}\?")
_LEAD = re.compile(r"^\W*\w[\w'’/-]*(?: [\w'’/-]+){0,3}(?:[.,:]| [—–-]) ")
_LEAD_STOP = re.compile(r"^\W*\w[\w'’/-]*(?: [\w'’/-]+){0,2}[.] ")
_LEAD_DASH = re.compile(r"^\W*\w[\w'’/-]*(?: [\w'’/-]+){0,2} [–—-] ")
_LEAD_COMMA = re.compile(r"^\W*\w[\w'’/-]*(?: [\w'’/-]+)?, ")
_HEAD_COLON = re.compile(r"^\W*[^.!?:]{2,50}: ")
_PRICE = re.compile(
    r"\d ?(?:руб|р\b|тыс|т\.? ?р|к\b|k\b|\$|€|₽|грн|теңге|тенге|тг\b|лари|баксов|usd|eur|долл|дол\b|roubles|rubles|доллар"
    r"|დოლარ)|[$€] ?\d|сто долларов|тысяч рублей"
)
_SEATS = re.compile(
    r"\b(?:\d|два|три|одно|четыре|пару|свободн\w+|есть|осталось|остались|two|three|one|four|ორი|სამი"
    r"|\d) ?(?:свободн\w+ )?(?:мест[аоу]?|місц[яе]|seats?|ადგილ\w*|орын)\b|с (?:человека|носа|чел)\b|per (?:person"
    r"|head|seat)|за место|კაცზე|from \$"
)
_DATE = re.compile(
    r"\d{1,2} (?:январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр|вересн|жовтн)|(?:sept|oct)\w* \d"
)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
_NOT_DO = re.compile(r"\b(?:не|ні|ne|нельзя|не стоит) \w+(?:ть|ти|ться|тись|чь)\b|(?:do not|don't|never) \w+")
_INFINITIVE = re.compile(r"\w{2,}(?:[аяеиуы]ть|ти|чь|[аяеиуы]ться|тись|чься)")
_TO_DO = re.compile(r"(?:^|[.!?:;,—] ?|\d[.)] ?)(?:не )?\w{2,}(?:ать|ять|еть|ить|уть|ыть|ти|чь|аться|иться|яться)\b")
_DO_END = re.compile(r" \w{3,}(?:ать|ять|еть|ить|уть|ыть|ти|чь)(?:ся)?(?:[,.;!]|$)")
_NOT_WE = re.compile(r"\bне \w+(?:ем|им|емся|имся)\b")
_IF_YOU = re.compile(
    r"\bесли (?:вы|вам|вас|ты|тебе|у вас|пришл|получил|остановил|задерж|вручил|спрос|в |ещё|еще|не |дума)"
    r"|\bкому (?:ехать|вруч|приш)|якщо (?:ви|вам|у вас)|\bif (?:you|they|your)|how to\b|\bчто (?:делать|взять|говорить"
    r"|брать)|как (?:избежать|не попасть|уехать|откосить|пройти|вести)"
)
_CAN_TAKE = re.compile(
    r"\b(?:могу|можем|готов[ыа]?|можу) (?:\w+ ){0,2}(?:взять|подвезти|отвезти|довезти|забрать|помочь"
    r"|приютить|подбросить|подкинуть|перевезти|провести|встретить|взяти|підвезти)"
    r"|\b(?:i|we) can (?:take|drive|give|offer|host|help)"
)
_NOT_BUT = re.compile(
    r"\bне [^.!?]{2,40}, а |\bэто (?:не|уже|как|и есть|просто)\b|\bце (?:не|вже)\b|\bnot [^.!?]{2,40}, but |isn't"
    r"|aren't|(?:это|этo) называется"
)
_DIALOGUE = re.compile(r"^— .*— |жена: |^я: ", re.S)
_LAUGH, _DIGIT = re.compile("[😂🤣🤡😅🤦]"), re.compile(r"\d")
_PARTS = re.compile(r"[.!?…\n]+\s*")
_SAID = re.compile(
    r"[,»\"”] ?[—–-]? ?(?:сообщ|говор|рассказ|передает|пишет|заяв|отмет|подсч|признал|деп хабар"
    r"|says|said|повідом|кажуть|аяв|შსს|kertoo|հայտն)"
)


def _forms() -> tuple[dict[str, list[str]], dict[str, list[tuple[str, str]]]]:
    """Give the traits of whole words, and by their first two letters those of words that begin so."""
    exact: dict[str, list[str]] = {}
    starts: dict[str, list[tuple[str, str]]] = {}
    for name, words in FORMS.items():
        for word in words.replace("ё", "е").split():
            if word.endswith("*"):
                starts.setdefault(word[:2], []).append((word[:-1], name))
            else:
                exact.setdefault(word, []).append(name)
    return exact, starts


_EXACT, _STARTS = _forms()


def _names_of(word: str) -> tuple[str, ...]:
    """Give the traits that one word shows."""
    names = set(_EXACT.get(word, ()))
    names.update(name for start, name in _STARTS.get(word[:2], ()) if word.startswith(start))
    if _IMPERATIVE.fullmatch(word) and not _NO_IMPERATIVE.match(word):
        names.add("imperative_form")
    if _FIRST.fullmatch(word):
        names.add("self_form")
    elif _FIRST_PLURAL.fullmatch(word):
        names.add("self_verb")
    if _FORMAL.fullmatch(word):
        names.add("formal")
    if len(word) >= LONG_WORD:
        names.add("long_word")
    if _INFINITIVE.fullmatch(word):
        names.add("to_do")
    return tuple(sorted(names))


_known = Remembered(_names_of)


def traits_of(text: str, words: Words) -> Counter[str]:
    """Give the traits of ``text``, whose words are ``words``, with their number, ``MOST`` at most."""
    names = list(map(_known.__getitem__, words.texts))
    found: Counter[str] = Counter(chain.from_iterable(names))
    opening = {name for opener in names[:OPENING_WORDS] for name in opener}
    more = ["first_" + name for name in OPENING & opening]
    more += _of_size(words.texts)
    more += _of_signs(text, words.folded)
    more += _of_patterns(text, words.folded, found)
    for name in more:
        found[name] = 1
    for name in _combined(found):
        found[name] = 1
    for name, count in found.items():
        if count > MOST:
            found[name] = MOST
    return found


def _of_size(words: Sequence[str]) -> Iterator[str]:
    count = len(words)
    if not count:
        return
    if count <= SHORT:
        yield "tiny" if count <= TINY else "short"
    elif count >= LONG:
        yield "long"
    letters = sum(map(len, words)) / count
    if letters >= WORDY:
        yield "wordy"
    elif letters < PLAIN:
        yield "plain"


def _of_signs(text: str, folded: str) -> Iterator[str]:
    if "?" in text:
        yield "mark"
        if folded.rstrip(' )(!"»').endswith("?"):
            yield "ends_mark"
        if text.count("?") > 1:
            yield "marks"
        if _QUESTION.match(folded):
            yield "first_mark"
    if "!" in text:
        yield "exclaim"
    if "…" in text or "..." in text:
        yield "trailing"
    if "«" in text or "“" in text:
        yield "quote"
    if "%" in text or "процент" in folded:
        yield "percent"
    if "[" in text and any(mark in text for mark in ("[phone]", "[user]", "[email]", "[link]")):
        yield "reach"
    if text[:1].islower():
        yield "lower_start"
    if text.lstrip('«" ')[:1] in ALERTS:
        yield "alert"
    if _LAUGH.search(text):
        yield "laugh"


def _of_patterns(text: str, folded: str, found: Counter[str]) -> Iterator[str]:
    """Give what is told by more than one word; each is looked for only where a word of it, or a sign, stands."""
    if _DIGIT.search(text):
        yield "digit"
        if _PRICE.search(folded):
            yield "price"
        if _DATE.search(folded):
            yield "date"
        if _CLOCK.search(folded):
            yield "clock"
    for name, pattern in _LEADS:
        if pattern.match(folded):
            yield name
    if ":" in text and _HEAD_COLON.match(folded):
        yield "head_colon"
    for name, pattern, needed in _GATED:
        if not found.keys().isdisjoint(needed) and pattern.search(folded):
            yield name
    if text[:1] in "—ЖжЯя" and _DIALOGUE.search(folded):
        yield "dialogue"
    if found["to_do"] > 1 and len(_TO_DO.findall(folded)) + len(_DO_END.findall(folded)) > 1:
        yield "to_dos"
    if found["not"] > 1 and len(_NOT_WE.findall(folded)) > 1:
        yield "not_we"
    parts = sum(map(bool, _PARTS.split(folded)))
    if parts == 1:
        yield "one_sentence"
    elif parts > 2 and (folded.count(" ") + 1) / parts < 6:
        yield "choppy"


_LEADS = (("lead", _LEAD), ("lead_stop", _LEAD_STOP), ("lead_dash", _LEAD_DASH), ("lead_comma", _LEAD_COMMA))
_GATED = (
    ("seats", _SEATS, ("way_out", "offer", "seat")), ("not_do", _NOT_DO, ("not",)), ("if_you", _IF_YOU, ("if",)),
    ("can_take", _CAN_TAKE, ("can",)), ("not_but", _NOT_BUT, ("not", "this")), ("said", _SAID, ("attribution", "say")),
)  # fmt: skip
"""Name, pattern, and the traits of which one must stand."""


def _combined(found: Counter[str]) -> Iterator[str]:
    """Give the traits that only stand in combination."""
    if not found["attribution"] and not found["office"]:
        yield "unattributed"
        if found["self"] or found["self_verb"] or found["self_form"]:
            yield "self_unattributed"
        if found["folk"]:
            yield "folk_unattributed"
        if found["judge"] > 1:
            yield "judge_unattributed"
    elif found["attribution"] and found["office"]:
        yield "office_attributed"
    if found["imperative_form"] > 1:
        yield "imperatives"
    if (found["offer"] or found["deal"]) and (found["price"] or found["seats"] or found["reach"] or found["contact"]):
        yield "dealing"
        if found["offer"] > 1:
            yield "dealing_twice"
    if found["query"] and found["mark"]:
        yield "query_mark"
        if found["first_query"]:
            yield "first_query_mark"
