"""Tell the dominant language of a post: its script first, then letters only one language has, then how often letter groups occur.

The last is langdetect's method and its profiles (Nakatani Shuyo, "Language Detection Library for Java", 2010; Apache-2.0), with
two changes: only languages of the script at hand compete, and every letter group is weighed once where langdetect draws some at
random, so an answer needs no seed and never changes. Its 55 languages lack Kazakh, Kyrgyz, Mongolian, Belarusian, Tatar,
Azerbaijani, Uzbek and what is transliterated; those profiles are ours (``build_profiles`` names the texts and their licences).
"""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from monitor.model import Language
from monitor.text import Remembered

MIN_LETTERS = 3
FEW_LETTERS = 15
"""Below this any answer is a guess, so the channel's usual language counts for more."""

MAX_CHARACTERS, MAX_LETTERS = 600, 200
"""What is read of a long post: for its script and words, and for its letter groups; its language is plain by then."""

RULE_CONFIDENCE = 0.99
HINT_CONFIDENCE = 0.5
FREQUENCY_FLOOR = 5e-5
"""Added to every frequency, so that a letter group a profile lacks does not rule its language out (langdetect's value)."""

EVIDENCE_WEIGHT = 0.3
"""Letter groups overlap, so each tells about a third of what it would alone; makes the confidence honest on short texts."""

CANDIDATES: Mapping[str, tuple[str, ...]] = {
    "CYRILLIC": ("ru", "uk", "be", "kk", "ky", "mn", "tt"),
    "LATIN": (
        "en",
        "ru-latn",
        "fi",
        "de",
        "tr",
        "az",
        "uz",
        "ka-latn",
        "pl",
        "es",
        "fr",
        "it",
        "et",
        "lv",
        "lt",
        "sv",
        "ro",
        "nl",
        "cs",
    ),
    "ARABIC": ("ar", "fa", "ur"),
}
"""Script to the languages that are told apart by their letter groups."""

ONE_LANGUAGE: Mapping[str, str] = {
    "GEORGIAN": "ka",
    "ARMENIAN": "hy",
    "GREEK": "el",
    "HEBREW": "he",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
    "THAI": "th",
    "DEVANAGARI": "hi",
}
"""Script to the one language met in it here."""

EXCLUSIVE: tuple[tuple[str, str, str], ...] = (
    ("kk", "ұқғ", "ў"),
    ("be", "ў", "ищъ"),
    ("uk", "їєґ", "ыэъёөү"),
    ("tt", "җ", "і"),
    ("az", "ə", "õ"),
)
"""A language, letters it alone has, and letters that, as often met, speak against it."""

EXCLUSIVE_LETTERS = frozenset("".join(own for _, own, _ in EXCLUSIVE))

EXCLUSIVE_SHARE = 0.01
"""Fewer exclusive letters than this are a name or a quotation."""

RUSSIAN_WORDS = frozenset(("в", "и", "не", "на", "что", "с", "по", "для", "как", "из", "к", "от"))
FOREIGN_TO_RUSSIAN = frozenset("іїєґўәғқңөұүһҗҙҫҡҳҷӯјљњћђќѓ")

LATIN_SHARE = 0.6
"""Latin letters are the main script only from this share on: names and brands stand in Latin letters everywhere."""

PRIOR = {"ru": 10.0, "en": 10.0, "ru-latn": 10.0, "az": 10.0, "uk": 5.0, "kk": 3.0, "fi": 3.0, "de": 5.0, "mn": 2.0, "be": 2.0}
"""How much likelier a language is before a letter is read; 1 for the others."""

COMMON_WORDS: Mapping[str, frozenset[str]] = {
    code: frozenset(words.split())
    for code, words in {
        "ru": "и в не на я что он она они мы вы с со как а то все так его но да ты к у же за бы по только ее было от"
        " еще из о когда даже"
        " если уже или ни быть был до чтобы это этот эта для при также который где есть сейчас очень",
        "uk": "і й в у не на я що він вона вони ми ви з із зі як а то все так його але та ти до же за б по тільки її"
        " було від ще про коли"
        " навіть якщо вже або чи бути був щоб це цей ця для при також який де є зараз дуже бо хто де ж нема немає"
        " адже треба цього буде",
        "be": "і ў у не на я што ён яна яны мы вы з са як а то усе так яго але ды ты да ж за б па толькі яе было ад яшчэ пра калі"
        " нават ужо або ці быць быў каб гэта гэты гэтая для пры таксама які дзе ёсць цяпер вельмі бо хто",
        "kk": "және бұл мен да де ол үшін деп бір осы болып бар жылы сол оның кейін туралы бойынша арқылы бастап"
        " дейін екі емес ең ал",
        "ky": "жана бул менен да де ал үчүн деп бир ушул болуп бар жылы анын кийин жөнүндө боюнча аркылуу баштап"
        " чейин эки эмес эң",
        "mn": "нь юм бол энэ байна байсан гэж ба тэр нэг болон онд дээр оны тухай гэсэн бид би та ч л хүн их болно"
        " биш ямар манай ах",
        "tt": "һәм бу белән да дә ул өчен дип бер шул булып бар елда аның соң турында буенча аша ике түгел иң ә үз",
        "en": "the and of to is in that it for with on was are as at be this have from or by not but you i we they"
        " his her an will has a my our me there what if out",
        "ru-latn": "i v ne na ya chto on my vy s kak a to vse tak no da k u za po tolko ot esche iz kogda esli uzhe"
        " ili eto dlya gde est",
        "fi": "ja on ei se että oli hän mutta kun niin ovat kuin myös joka tai jos nyt minä me siitä sen ole olen vain",
        "de": "der die das und ist nicht ein eine ich mit von den auf für im dem des zu sich wir sie es er auch als"
        " an bei aus nach wie hat",
        "nl": "de het een van en is niet in dat op te zijn met voor die er aan om ook als maar bij naar wat",
        "sv": "och att det som en på är av för med den till inte har om ett var jag så men från de i",
        "tr": "bir ve bu için ile da de çok daha gibi olarak ne kadar ama olan sonra değil var o mi",
        "az": "və bu bir ilə üçün də da çox daha kimi olaraq nə qədər amma olan sonra deyil var o idi isə ki ildə ilin il onun",
        "uz": "va bu bir bilan uchun ham esa deb edi yilda o'z keyin u emas",
        "pl": "i w nie na że się z do to jest jak o co za po ale od przez tak dla",
        "es": "de la que el en y a los se del las un por con no una su para es al lo como",
        "fr": "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se ce il",
        "it": "di e il la che in un a per è una sono del non con si da le dei al come nel",
        "et": "ja on ei see et oli ta aga kui nii ka mis või siis olen ma me oma",
    }.items()
}
"""Words that are everywhere in a language; one that several share tells for none of them above the other."""

WORD_WEIGHT = 2.5
"""What a common word adds to the logarithm of its language's likelihood."""

LACKING: Mapping[str, str] = {
    "ru": "іїєґўәғқңөұүһҗ",
    "uk": "ыэъёўәғқңөұүһҗ",
    "be": "ищъїєґәғқңөұүһҗ",
    "kk": "їєґўҗ",
    "ky": "іїєґўәғқұһҗ",
    "mn": "іїєґўәғқңұһҗ",
    "tt": "іїєґўғқұ",
    "tr": "qxw",
}
"""Letters a language does not have; a text that holds one is improbably in it."""

LACKING_WEIGHT = 1e-3

NEEDED: Mapping[str, str] = {"be": "ыэў"}
"""Letters of which a language is full: a text of ``NEEDED_LETTERS`` that holds none of them is improbably in it."""
NEEDED_LETTERS = 12
"""Distinct letters, about thirty in all."""
NEEDED_WEIGHT = 0.03

_NO_TEXT = re.compile(r"(?:https?://|www\.|\bt\.me/)\S+|@[\w.-]+|#\w+|\[[a-z]+\]")
_NO_TEXT_SIGNS = ("://", "www.", "t.me/", "@", "#", "[")
_LATIN_I = re.compile("(?<=[а-яієїґ])i|i(?=[а-яієїґ])")
"""A Latin i inside a Cyrillic word: Ukrainian is often typed so."""
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")


def detect_language(text: str, hint: str | None = None) -> Language:
    """Give the dominant language of ``text``; ``hint`` is what the channel usually writes and decides only short texts.

    A text of fewer than three letters has none. Transliterated Russian is ``ru`` by method ``translit``.

    >>> detect_language("Черга на кордоні з Грузією").code
    'uk'
    """
    letters = "".join(words := _words(text))
    if len(letters) < MIN_LETTERS:
        return Language(code=None, confidence=0.0, method="too_short")
    present = frozenset[str]().union(*map(_letters_of.__getitem__, words))
    script, share = _main_script(letters, present)
    code = _by_letters(script, letters, present, words)
    if code:
        return Language(code=code, confidence=round(RULE_CONFIDENCE * share, 3), method="rules")
    is_short = len(letters) < FEW_LETTERS
    if is_short and hint:
        return Language(code=hint, confidence=HINT_CONFIDENCE, method="hint")
    return _by_profiles(script, present, words, most=HINT_CONFIDENCE if is_short else share)


_letters_of: Remembered[frozenset[str]] = Remembered(frozenset)


def _words(text: str) -> list[str]:
    """Give the words of ``text`` in small letters, without links, names, tags and tokens."""
    text = text[:MAX_CHARACTERS]
    if any(sign in text for sign in _NO_TEXT_SIGNS):
        text = _NO_TEXT.sub(" ", text)
    text = text.lower()
    if "i" in text:
        text = _LATIN_I.sub("і", text)
    return _WORD.findall(text)


def _main_script(letters: str, present: frozenset[str]) -> tuple[str, float]:
    """Give the script most letters belong to, and its share of them."""
    if len(scripts := set(map(_script, present))) == 1:
        return scripts.pop(), 1.0
    of_script: dict[str, list[str]] = defaultdict(list)
    for letter in present:
        of_script[_script(letter)].append(letter)
    counts = {script: sum(map(letters.count, own)) for script, own in of_script.items()}
    ranked = sorted(counts, key=lambda script: (-counts[script], letters.index(min(of_script[script], key=letters.index))))
    is_latin_weak = ranked[0] == "LATIN" and counts["LATIN"] < LATIN_SHARE * len(letters)
    script = ranked[1] if is_latin_weak else ranked[0]
    return script, counts[script] / len(letters)


@cache
def _script(letter: str) -> str:
    """Give the first word of the letter's Unicode name: ``CYRILLIC``, ``LATIN``, ``GEORGIAN``…"""
    return unicodedata.name(letter, "?").split()[0]


def _by_letters(script: str, letters: str, present: frozenset[str], words: list[str]) -> str | None:
    """Give the language that script and letters alone decide for, if any."""
    if script in ONE_LANGUAGE:
        return ONE_LANGUAGE[script]
    for code, own, others in EXCLUSIVE if present & EXCLUSIVE_LETTERS else ():
        if present.isdisjoint(own):
            continue
        count = sum(map(letters.count, own))
        if code == "uk" and "і" not in present and any(pair in word for word in words for pair in ("її", "єє") if word != "її"):
            return "mn"  # typed without ү and ө, as many do
        if count > sum(map(letters.count, others)) and count >= EXCLUSIVE_SHARE * len(letters):
            return code
    return "ru" if script == "CYRILLIC" and _is_plain_russian(present, words) else None


def _is_plain_russian(present: frozenset[str], words: list[str]) -> bool:
    """True if letters only Russian combines, and one of its commonest words, are there and no letter it lacks."""
    has_letters = "и" in present and not present.isdisjoint("ыэъ")
    return has_letters and FOREIGN_TO_RUSSIAN.isdisjoint(present) and not RUSSIAN_WORDS.isdisjoint(words)


def _by_profiles(script: str, present: frozenset[str], words: list[str], *, most: float) -> Language:
    """Give the language whose profile fits best; its confidence is at most ``most``."""
    profiles = _profiles(script)
    found = [row for row in map(profiles.rows.__getitem__, _read_words(script, words)) if row]
    if not found:
        return Language(code=None, confidence=0.0, method="unknown")
    scores = [
        EVIDENCE_WEIGHT * sum(column) + math.log(_prior(code, present))
        for column, code in zip(zip(*found, strict=True), profiles.codes, strict=True)
    ]
    for word in profiles.common.keys() & words:
        for place in profiles.common[word]:
            scores[place] += WORD_WEIGHT
    best = max(scores)
    probability = 1 / sum(math.exp(score - best) for score in scores)
    code, _, way = profiles.codes[scores.index(best)].partition("-")
    return Language(code=code, confidence=round(min(probability, most), 3), method="translit" if way else "profiles")


def _prior(code: str, present: frozenset[str]) -> float:
    is_lacking = code in LACKING and not present.isdisjoint(LACKING[code])
    is_bare = code in NEEDED and len(present) >= NEEDED_LETTERS and present.isdisjoint(NEEDED[code])
    return PRIOR.get(code, 1.0) * (LACKING_WEIGHT if is_lacking else 1.0) * (NEEDED_WEIGHT if is_bare else 1.0)


def _read_words(script: str, words: list[str]) -> list[str]:
    """Give the words in ``script`` as far as they are read; the last one may be cut."""
    return " ".join(["", *(word for word in words if _script(word[0]) == script)])[:MAX_LETTERS].split()


class _Profiles(NamedTuple):
    """What tells the languages of one script apart."""

    codes: tuple[str, ...]
    rows: Mapping[str, tuple[float, ...]]
    """A word to the logarithm of how often its letter groups occur in each language; empty where none is known of any."""
    common: Mapping[str, tuple[int, ...]]
    """A common word to the places of the languages it is common in."""


@cache
def _profiles(script: str) -> _Profiles:
    codes, frequencies = CANDIDATES.get(script, ()), _log_frequencies(script)

    def row(word: str) -> tuple[float, ...]:
        known = [logs for group in _letter_groups(word) if (logs := frequencies.get(group))]
        return tuple(map(sum, zip(*known, strict=True)))

    spoken = {word for code in codes for word in COMMON_WORDS.get(code, ())}
    common = {word: tuple(n for n, code in enumerate(codes) if word in COMMON_WORDS.get(code, ())) for word in spoken}
    return _Profiles(codes, Remembered(row), common)


def _letter_groups(word: str) -> list[str]:
    """Give the groups of one to three letters of a word; a space marks where it begins and ends. No profile has others."""
    text = f" {word} "
    return [text[start : start + length] for length in (1, 2, 3) for start in range(len(text) - length + 1)]


@cache
def _log_frequencies(script: str) -> dict[str, tuple[float, ...]]:
    """Read, at first use, how often a letter group occurs in each language of ``script``, as logarithms in their order."""
    profiles = [json.loads(_profile(code)) for code in CANDIDATES.get(script, ())]
    groups = {group for profile in profiles for group in profile["freq"]} - {" "}
    return {group: tuple(_log_frequency(profile, group) for profile in profiles) for group in groups}


def _log_frequency(profile: dict[str, Any], group: str) -> float:
    return math.log(FREQUENCY_FLOOR + profile["freq"].get(group, 0) / profile["n_words"][len(group) - 1])


def _profile(code: str) -> str:
    """Read a language's profile: ours, else the one langdetect ships."""
    ours = resources.files("monitor.classify") / "profiles" / f"{code}.json"
    if ours.is_file():
        return ours.read_text(encoding="utf-8")
    return (resources.files("langdetect") / "profiles" / code).read_text(encoding="utf-8")
