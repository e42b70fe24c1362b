"""Tell the dominant language of a post: its script first, then letters only one language has, then how often letter groups occur.

The last is langdetect's method and its profiles (Nakatani Shuyo, "Language Detection Library for Java", 2010; Apache-2.0), with
two changes: only languages of the script at hand compete, and every letter group is weighed once where langdetect draws some at
random, so an answer needs no seed and never changes. Its 55 languages lack Kazakh, Kyrgyz, Mongolian, Belarusian, Tatar,
Azerbaijani, Uzbek and what is transliterated; those profiles are ours (``build_profiles`` names the texts and their licences).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache, reduce
from itertools import chain
from operator import add, or_

from monitor.classify.letter_groups import profiles_of
from monitor.classify.tongues import (
    CANDIDATES,
    EXCLUSIVE,
    EXCLUSIVE_SHARE,
    FOREIGN_TO_RUSSIAN,
    LACKING,
    LACKING_WEIGHT,
    NEEDED,
    NEEDED_LETTERS,
    NEEDED_WEIGHT,
    ONE_LANGUAGE,
    PRIOR,
    RUSSIAN_WORDS,
)
from monitor.model import Language
from monitor.text import Remembered, tokenise

MIN_LETTERS = 3
FEW_LETTERS = 15
"""Below this any answer is a guess, so the channel's usual language counts for more."""

MAX_CHARACTERS, MAX_LETTERS = 600, 200
"""What is read of a long post: for its script and words, and for its letter groups; its language is plain by then."""

RULE_CONFIDENCE = 0.99
HINT_CONFIDENCE = 0.5

NEGLIGIBLE = 15.0
"""A language so much less likely, by the logarithm, adds nothing to the third decimal."""

LATIN_SHARE = 0.6
"""Latin letters are the main script only from this share on: names and brands stand in Latin letters everywhere."""

_NO_TEXT = re.compile(r"(?:https?://|www\.|\bt\.me/)\S+|@[\w.-]+|#\w+|\[[a-z]+\]")
_TOKEN = re.compile(r"\[[a-z]+\]")
_NO_TEXT_SIGNS = ("@", "#", "://", "www.", "t.me/")
_READ_OTHERWISE = ("@", "#", "[", "ё", "Ё", "’", "ʼ", "İ")
"""Signs of what is left out here but not elsewhere, and letters that elsewhere are folded."""
_LATIN_I = re.compile("(?<=[а-яієїґ])i|i(?=[а-яієїґ])")
"""A Latin i inside a Cyrillic word: Ukrainian is often typed so."""
_RUN = re.compile(r"\w+(?:['’ʼ]\w+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")

_TOKENS = frozenset(("phone", "user", "email", "link", "card", "passport", "plate"))

_TELLING = sorted(
    {*"иыэъ", *FOREIGN_TO_RUSSIAN, *"".join(own + others for _, own, others in EXCLUSIVE), *"".join(LACKING.values())}
)
_BIT_OF = {letter: 1 << place for place, letter in enumerate(_TELLING)}
"""A word's marks are one number: a bit for each letter that tells, one for Russian's commonest words, one for each script."""
_RUSSIAN_WORD = 1 << len(_TELLING)
_OF_SCRIPTS = len(_TELLING) + 1
_SCRIPTS: dict[str, int] = {}


def detect_language(text: str, hint: str | None = None) -> Language:
    """Give the dominant language of ``text``; ``hint`` is what the channel usually writes and decides only short texts.

    A text of fewer than three letters has none. Transliterated Russian is ``ru`` by method ``translit``.

    >>> detect_language("Черга на кордоні з Грузією").code
    'uk'
    """
    if _is_russian_throughout(text):
        return _RUSSIAN
    words = _words(text)
    marks = reduce(or_, map(_marks_of.__getitem__, words), 0)
    if marks & _CYRILLIC and marks & _LATIN:
        words = [_LATIN_I.sub("і", word) for word in words]
        marks = reduce(or_, map(_marks_of.__getitem__, words))
    if len(letters := "".join(words)) < MIN_LETTERS:
        return Language(code=None, confidence=0.0, method="too_short")
    script, share = _main_script(words, marks)
    code = _by_letters(script, letters, marks, words)
    if code:
        return Language(code=code, confidence=round(RULE_CONFIDENCE * share, 3), method="rules")
    is_short = len(letters) < FEW_LETTERS
    if is_short and hint:
        return Language(code=hint, confidence=HINT_CONFIDENCE, method="hint")
    return _by_profiles(script, letters, marks, words, most=HINT_CONFIDENCE if is_short else share)


_RUSSIAN = Language(code="ru", confidence=RULE_CONFIDENCE, method="rules")


def _is_russian_throughout(text: str) -> bool:
    """Tell whether the words everybody reads show plain Russian in no other script; tokens aside, all of them must count."""
    if len(text) > MAX_CHARACTERS or "#" in text or "@" in text:
        return False
    words: Sequence[str] = tokenise(text).texts
    if tokens_count := text.count("["):
        tokens = [word for word in words if word in _TOKENS]
        if len(tokens) != tokens_count or not all(f"[{token}]" in text for token in tokens):
            return False
        words = [word for word in words if word not in _TOKENS]
    if len(words) <= MIN_LETTERS or _marks_of[words[0]] >= 2 * _CYRILLIC:
        return False
    marks = reduce(or_, map(_marks_of.__getitem__, words))
    return _is_plain_russian(marks) and marks < 2 * _CYRILLIC


def _words(text: str) -> list[str]:
    """Give the words of ``text`` in small letters, without links, names, tags and tokens."""
    if len(text) > MAX_CHARACTERS or any(map(text.__contains__, _READ_OTHERWISE)):
        text = text[:MAX_CHARACTERS]
        if any(map(text.__contains__, _NO_TEXT_SIGNS)):
            text = _NO_TEXT.sub(" ", text)
        elif "[" in text:
            text = _TOKEN.sub(" ", text)
        runs: Sequence[str] = _RUN.findall(text.lower())
    else:
        runs = tokenise(text).texts  # the words everybody reads
    return list(chain.from_iterable(map(_letters_of.__getitem__, runs)))


def _bits(letters: str) -> int:
    return reduce(or_, (_BIT_OF.get(letter, 0) for letter in letters))


def _script_bit(script: str) -> int:
    return _SCRIPTS.setdefault(script, 1 << _OF_SCRIPTS + len(_SCRIPTS))


@cache
def _script(letter: str) -> str:
    """Give the first word of the letter's Unicode name: ``CYRILLIC``, ``LATIN``, ``GEORGIAN``…"""
    return unicodedata.name(letter, "?").split()[0]


_marks_of_letter = Remembered(lambda letter: 0 if letter.isdecimal() else _bits(letter) | _script_bit(_script(letter)))
_marks_of = Remembered(lambda word: reduce(or_, map(_marks_of_letter.__getitem__, word), _RUSSIAN_WORD * (word in RUSSIAN_WORDS)))
_letters_of: Remembered[tuple[str, ...]] = Remembered(lambda run: tuple(_WORD.findall(run)))
_scripts_of = Remembered(lambda word: tuple(Counter(map(_script, word)).items()))
_CYRILLIC = _script_bit("CYRILLIC")
"""The lowest bit of a script."""
_LATIN = _script_bit("LATIN")
_FOREIGN, _RUSSIAN_I, _RUSSIAN_OWN = _bits("".join(FOREIGN_TO_RUSSIAN)), _bits("и"), _bits("ыэъ")
_EXCLUSIVE = tuple((code, own, others, _bits(own)) for code, own, others in EXCLUSIVE)
_LACKING = {code: _bits(letters) for code, letters in LACKING.items()}
_NEEDED = {code: _bits(letters) for code, letters in NEEDED.items()}
_ANY_NEEDED = reduce(or_, _NEEDED.values())
_FOR_PRIOR = reduce(or_, _LACKING.values(), _ANY_NEEDED)


def _main_script(words: list[str], marks: int) -> tuple[str, float]:
    """Give the script most letters belong to, and its share of them."""
    alone = [script for script, bit in _SCRIPTS.items() if marks >> _OF_SCRIPTS == bit >> _OF_SCRIPTS]
    if alone:
        return alone[0], 1.0
    counts: dict[str, int] = {}
    for word in words:
        for script, count in _scripts_of[word]:
            counts[script] = counts.get(script, 0) + count
    letters_count = sum(counts.values())
    ranked = sorted(counts, key=counts.__getitem__, reverse=True)  # the first met before others as frequent
    is_latin_weak = ranked[0] == "LATIN" and counts["LATIN"] < LATIN_SHARE * letters_count
    script = ranked[1] if is_latin_weak else ranked[0]
    return script, counts[script] / letters_count


def _by_letters(script: str, letters: str, marks: int, words: list[str]) -> str | None:
    """Give the language that script and letters alone decide for, if any."""
    if script in ONE_LANGUAGE:
        return ONE_LANGUAGE[script]
    for code, own, others, bits in _EXCLUSIVE:
        if not marks & bits:
            continue
        count = sum(map(letters.count, own))
        if code == "uk" and "і" not in letters and any(pair in word for word in words for pair in ("її", "єє") if word != "її"):
            return "mn"  # typed without ү and ө, as many do
        if count > sum(map(letters.count, others)) and count >= EXCLUSIVE_SHARE * len(letters):
            return code
    return "ru" if script == "CYRILLIC" and _is_plain_russian(marks) else None


def _is_plain_russian(marks: int) -> bool:
    """True if letters only Russian combines, and one of its commonest words, are there and no letter it lacks."""
    return bool(marks & _RUSSIAN_I and marks & _RUSSIAN_OWN and marks & _RUSSIAN_WORD) and not marks & _FOREIGN


def _by_profiles(script: str, letters: str, marks: int, words: list[str], *, most: float) -> Language:
    """Give the language whose profile fits best; its confidence is at most ``most``."""
    profiles = profiles_of(script)
    own = words if marks >> _OF_SCRIPTS == _SCRIPTS[script] >> _OF_SCRIPTS else [w for w in words if _script(w[0]) == script]
    weighed = profiles.weigh(" ".join(["", *own])[:MAX_LETTERS].split(), words)  # the last one may be cut
    if weighed is None:
        return Language(code=None, confidence=0.0, method="unknown")
    is_varied = not marks & _ANY_NEEDED and len(set(letters)) >= NEEDED_LETTERS
    scores = list(map(add, weighed, _log_priors(script, marks & _FOR_PRIOR, is_varied)))
    best = max(scores)
    probability = 1 / sum([math.exp(score - best) for score in scores if score > best - NEGLIGIBLE])
    code, _, way = profiles.codes[scores.index(best)].partition("-")
    return Language(code=code, confidence=round(min(probability, most), 3), method="translit" if way else "profiles")


@lru_cache(maxsize=256)
def _log_priors(script: str, marks: int, is_varied: bool) -> tuple[float, ...]:
    """Give the logarithm of how likely each language of ``script`` is by the letters that are there and those that are not."""
    return tuple(math.log(_prior(code, marks, is_varied)) for code in CANDIDATES[script])


def _prior(code: str, marks: int, is_varied: bool) -> float:
    is_lacking = marks & _LACKING.get(code, 0)
    is_bare = code in _NEEDED and is_varied and not marks & _NEEDED[code]
    return PRIOR.get(code, 1.0) * (LACKING_WEIGHT if is_lacking else 1.0) * (NEEDED_WEIGHT if is_bare else 1.0)
