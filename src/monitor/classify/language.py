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
from collections import Counter
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from monitor.model import Language

MIN_LETTERS = 3
FEW_LETTERS = 15
"""Below this any answer is a guess, so the channel's usual language counts for more."""

MAX_LETTERS = 600
"""What is read of a long post; its language is plain by then."""

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
    ("uk", "їєґ", "ыэъё"),
    ("tt", "җ", "і"),
    ("az", "ə", "õ"),
)
"""A language, letters it alone has, and letters that, as often met, speak against it."""

EXCLUSIVE_SHARE = 0.01
"""Fewer exclusive letters than this are a name or a quotation."""

RUSSIAN_WORDS = frozenset(("в", "и", "не", "на", "что", "с", "по", "для", "как", "из", "к", "от"))
FOREIGN_TO_RUSSIAN = frozenset("іїєґўәғқңөұүһҗҙҫҡҳҷӯјљњћђќѓ")

LATIN_SHARE = 0.6
"""Latin letters are the main script only from this share on: names and brands stand in Latin letters everywhere."""

PRIOR = {"ru": 10.0, "en": 10.0, "ru-latn": 10.0, "fi": 3.0, "de": 3.0, "tr": 3.0, "az": 3.0}
"""How much likelier a language is before a letter is read; 1 for the others."""

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

_NO_TEXT = re.compile(r"(?:https?://|www\.|\bt\.me/)\S+|@[\w.-]+|#\w+|\[[a-z]+\]")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")


def detect_language(text: str, hint: str | None = None) -> Language:
    """Give the dominant language of ``text``; ``hint`` is what the channel usually writes and decides only short texts.

    A text of fewer than three letters has none. Transliterated Russian is ``ru`` by method ``translit``.

    >>> detect_language("Черга на кордоні з Грузією").code
    'uk'
    """
    words = _WORD.findall(_NO_TEXT.sub(" ", text).lower())
    letters = Counter("".join(words))
    if letters.total() < MIN_LETTERS:
        return Language(code=None, confidence=0.0, method="too_short")
    script, share = _main_script(letters)
    code = _by_letters(script, letters, words)
    if code:
        return Language(code=code, confidence=round(RULE_CONFIDENCE * share, 3), method="rules")
    is_short = letters.total() < FEW_LETTERS
    if is_short and hint:
        return Language(code=hint, confidence=HINT_CONFIDENCE, method="hint")
    return _by_profiles(script, letters, words, most=HINT_CONFIDENCE if is_short else share)


def _main_script(letters: Counter[str]) -> tuple[str, float]:
    """Give the script most letters belong to, and its share of them."""
    scripts: Counter[str] = Counter()
    for letter, count in letters.items():
        scripts[_script(letter)] += count
    script, count = scripts.most_common(1)[0]
    if script == "LATIN" and count < LATIN_SHARE * letters.total():
        script, count = scripts.most_common(2)[1]
    return script, count / letters.total()


@cache
def _script(letter: str) -> str:
    """Give the first word of the letter's Unicode name: ``CYRILLIC``, ``LATIN``, ``GEORGIAN``…"""
    return unicodedata.name(letter, "?").split()[0]


def _by_letters(script: str, letters: Counter[str], words: list[str]) -> str | None:
    """Give the language that script and letters alone decide for, if any."""
    if script in ONE_LANGUAGE:
        return ONE_LANGUAGE[script]
    for code, own, others in EXCLUSIVE:
        count = sum(letters[letter] for letter in own)
        if count > sum(letters[letter] for letter in others) and count >= EXCLUSIVE_SHARE * letters.total():
            return code
    return "ru" if script == "CYRILLIC" and _is_plain_russian(letters, words) else None


def _is_plain_russian(letters: Counter[str], words: list[str]) -> bool:
    """True if letters only Russian combines, and one of its commonest words, are there and no letter it lacks."""
    has_letters = letters["и"] and (letters["ы"] or letters["э"] or letters["ъ"])
    return bool(has_letters) and FOREIGN_TO_RUSSIAN.isdisjoint(letters) and not RUSSIAN_WORDS.isdisjoint(words)


def _by_profiles(script: str, letters: Counter[str], words: list[str], *, most: float) -> Language:
    """Give the language whose profile fits best; its confidence is at most ``most``."""
    codes, logs = CANDIDATES.get(script, ()), _log_frequencies(script)
    found = [row for group in _letter_groups(script, words) if (row := logs.get(group))]
    if not found:
        return Language(code=None, confidence=0.0, method="unknown")
    fits = [EVIDENCE_WEIGHT * sum(column) for column in zip(*found, strict=True)]
    scores = [fit + math.log(_prior(code, letters)) for fit, code in zip(fits, codes, strict=True)]
    best = max(scores)
    probability = 1 / sum(math.exp(score - best) for score in scores)
    code, _, way = codes[scores.index(best)].partition("-")
    return Language(code=code, confidence=round(min(probability, most), 3), method="translit" if way else "profiles")


def _prior(code: str, letters: Counter[str]) -> float:
    is_lacking = not letters.keys().isdisjoint(LACKING.get(code, ""))
    return PRIOR.get(code, 1.0) * (LACKING_WEIGHT if is_lacking else 1.0)


def _letter_groups(script: str, words: list[str]) -> list[str]:
    """Give the groups of one to three letters of the words in ``script``; a space marks where a word begins and ends."""
    text = " ".join(["", *(word for word in words if _script(word[0]) == script)])[:MAX_LETTERS] + " "
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
