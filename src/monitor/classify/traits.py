"""Tell the traits of style that a post's form is weighed by: of each word, of the words it opens with, and of the whole text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from monitor.classify.forms import FORMS
from monitor.classify.numerals import spelled
from monitor.classify.subjects import SUBJECTS
from monitor.text import Words

LONG_WORD = 9
OPENING_WORDS = 3
TINY, SHORT, LONG = 4, 10, 30
"""Words of a text."""
OPENING = spelled("query self_verb imperative imperative_en office deal ask kin judge advice talk folk event now self")
"""Traits that say more in the first words."""
SIGNS = ",.:;?!-–—«»\"“”'()/%$€₽+#*…\n⚡❗🔴🔥😂"
MOST_SIGNS = 5
"""A sign counts so often at most."""
BEGINNINGS = (4, 5)
"""Letters of a word's beginnings: what is told of all words, listed or not."""
WHOLE_WORD = 9
"""Letters up to which a word is also told as it stands."""

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
    r"|возвраща|выезжа|заезжа|пыта|трога|проход|подход|отход|съезжа|иш|ищ|тащ|объезжа)"
    r"(?:им|ем|емся|имся|аем|ую|ю|у|уем)"
)
_FORMAL = re.compile(
    r"\w+(?:ение|ения|ению|ением|ации|ация|ацию|ацией|остью|ости|ический|ческого|ческих|ального|альный|ированн\w+|ющих"
    r"|ющий|вшие|вших|ния|нию)|\w+(?:tion|ment|ation)s?"
)
_INFINITIVE = re.compile(r"\w{2,}(?:[аяеиуы]ть|ти|чь|[аяеиуы]ться|тись|чься)")
_IMPERATIVE_ENDS = spelled("ez ай ар ез ер мо ой сь ся те ть це ыз эй із өй")
_FIRST_ENDS = spelled("am ik me uq ük ık ıq əm ез ек мо ыз ык ым ын ық із ік ім ін նք ցի არ ეთ ით ოთ რთ")
_PLURAL_ENDS = spelled("ау аю ду дю ем еу ею жу жю зу зю им ку кю оу ою пу пю су сю ся ую чу чю шу шю щу щю")
_FORMAL_ENDS = spelled("ns nt on ts го ей ем ие ии ий их ию ия ти ый ью")
_INFINITIVE_ENDS = spelled("сь ся ти ть чь")
"""The last two letters of words that show these forms: to look at them first spares most words the search."""


def _listed() -> tuple[dict[str, list[str]], dict[str, list[tuple[str, str]]]]:
    """Give the traits of whole words, and by their first two letters those of words that begin so."""
    exact: dict[str, list[str]] = {}
    starts: dict[str, list[tuple[str, str]]] = {}
    for name, words in (*FORMS.items(), *SUBJECTS.items()):
        for word in words.replace("ё", "е").split():
            if word.endswith("*"):
                starts.setdefault(word[:2], []).append((word[:-1], name))
            else:
                exact.setdefault(word, []).append(name)
    return exact, starts


_EXACT, _STARTS = _listed()


def traits_of_word(word: str) -> set[str]:
    """Give the traits that one word shows."""
    names = set(_EXACT.get(word, ()))
    names.update([name for start, name in _STARTS.get(word[:2], ()) if word.startswith(start)])
    if word.isdecimal():
        return names | {"number", "word_" + word}
    end = word[-2:]
    if end in _IMPERATIVE_ENDS and _IMPERATIVE.fullmatch(word) and not _NO_IMPERATIVE.match(word):
        names.add("imperative_form")
    if end in _FIRST_ENDS and _FIRST.fullmatch(word):
        names.add("self_form")
    elif end in _PLURAL_ENDS and _FIRST_PLURAL.fullmatch(word):
        names.add("self_verb")
    if (end in _FORMAL_ENDS or "ированн" in word) and _FORMAL.fullmatch(word):
        names.add("formal")
    if len(word) >= LONG_WORD:
        names.add("long_word")
    if end in _INFINITIVE_ENDS and _INFINITIVE.fullmatch(word):
        names.add("to_do")
    names.update([f"begins_{word[:size]}" for size in BEGINNINGS if len(word) >= size])
    if len(word) <= WHOLE_WORD:
        names.add("word_" + word)
    return names


def traits_of_opening(word: str) -> set[str]:
    """Give the traits that a word shows by standing among the first."""
    return {"first_" + name for name in OPENING & traits_of_word(word)} | {"opens_" + word[: BEGINNINGS[-1]]}


def traits_of_text(text: str, words: Sequence[str]) -> Iterator[str]:
    """Give the traits of the text as a whole; ``words`` are its words."""
    if len(words) <= SHORT:
        yield "tiny" if len(words) <= TINY else "short"
    elif len(words) >= LONG:
        yield "long"
    if words:
        yield "first_ends_" + words[0][-2:]
    bare = text.rstrip(_ENDS)
    if not any(map(bare.__contains__, _ENDS_SENTENCE)):
        yield "one_sentence"
    if "?" in text:
        yield "mark"
        if "?" in text[len(bare) :]:
            yield "ends_mark"
        if text.count("?") > 1:
            yield "marks"
    if "!" in text:
        yield "exclaim"
    if "…" in text or "..." in text:
        yield "trailing"
    if "«" in text or "“" in text:
        yield "quote"
    if "%" in text:
        yield "percent"
    if _DIGIT.search(text):
        yield "digit"
    if "[" in text and any(map(text.__contains__, _WAYS_TO_REACH)):
        yield "reach"
    if text[:1].islower():
        yield "lower_start"


_DIGIT = re.compile(r"\d")
_ENDS_SENTENCE = ".!?…\n"
_ENDS = _ENDS_SENTENCE + ' )("»'
_WAYS_TO_REACH = ("[phone]", "[user]", "[email]", "[link]")


def signs_of(text: str) -> list[tuple[str, int]]:
    """Give the signs in ``text`` and how often each stands there."""
    return [(sign, min(text.count(sign), MOST_SIGNS)) for sign in SIGNS if sign in text]


def traits_of(text: str, words: Words) -> Counter[str]:
    """Give all traits of ``text`` with their number; a word that is repeated tells no more."""
    found = Counter(name for word in set(words.texts) for name in traits_of_word(word))
    found.update(name for word in words.texts[:OPENING_WORDS] for name in traits_of_opening(word))
    found.update(traits_of_text(text, words.texts))
    found.update(dict(signs_of(text)))
    return found
