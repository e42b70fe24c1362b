"""Tell the dominant language of a post: its script first, then letters only one language has, then how often letter groups occur.

The last is langdetect's method and its profiles (Nakatani Shuyo, "Language Detection Library for Java", 2010; Apache-2.0), with
two changes: only languages of the script at hand compete, and every letter group is weighed once where langdetect draws some at
random, so an answer needs no seed and never changes. Its 55 languages lack Kazakh, Kyrgyz, Mongolian, Belarusian, Tatar,
Azerbaijani, Uzbek and what is transliterated; those profiles are ours (``build_profiles`` names the texts and their licences).

What is counted of a word is one number with a field for each thing counted, and is looked up once; so a text is one sum.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from operator import add

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
from monitor.text import Remembered, tokenise, words

MIN_LETTERS = 3
FEW_LETTERS = 15
"""Below this any answer is a guess, so the channel's usual language counts for more."""

RULE_CONFIDENCE = 0.99
HINT_CONFIDENCE = 0.5

NEGLIGIBLE = 15.0
"""A language so much less likely, by the logarithm, adds nothing to the third decimal."""

LATIN_SHARE = 0.6
"""Latin letters are the main script only from this share on: names and brands stand in Latin letters everywhere."""

_NO_SPEECH = re.compile(r"#\w+(?:'\w+)*|\[[a-z]+\]")
"""Tags, and tokens that stand for what was masked."""
_LATIN_I = re.compile("(?<=[а-яієїґ])i|i(?=[а-яієїґ])")
"""A Latin i inside a Cyrillic word: Ukrainian is often typed so."""

_FIELD_BITS = 24
_MOST = (1 << _FIELD_BITS) - 1
_TELLING = sorted(
    {*"иыэъё", *FOREIGN_TO_RUSSIAN, *"".join(own + others for _, own, others in EXCLUSIVE), *"".join(LACKING.values())}
)
_ONE_OF = {letter: 1 << place * _FIELD_BITS for place, letter in enumerate(_TELLING)}
"""The fields: each letter that tells, Russian's commonest words, the letters of each script."""
_RUSSIAN_WORD = 1 << len(_TELLING) * _FIELD_BITS
_OF_SCRIPTS = (len(_TELLING) + 1) * _FIELD_BITS
_SCRIPTS: dict[str, int] = {}
"""A script to where its field is, above those of letters."""


def detect_language(text: str, hint: str | None = None) -> Language:
    """Give the dominant language of ``text``; ``hint`` is what the channel usually writes and decides only short texts.

    A text of fewer than three letters has none. Transliterated Russian is ``ru`` by method ``translit``.

    >>> detect_language("Черга на кордоні з Грузією").code
    'uk'
    """
    spoken = _spoken(text)
    counts = sum(map(_counts_of.__getitem__, spoken))
    script, letters_count, share = _main_script(counts >> _OF_SCRIPTS)
    if letters_count < MIN_LETTERS:
        return Language(code=None, confidence=0.0, method="too_short")
    code = _by_letters(script, letters_count, counts, spoken)
    if code:
        return Language(code=code, confidence=round(RULE_CONFIDENCE * share, 3), method="rules")
    is_short = letters_count < FEW_LETTERS
    if is_short and hint:
        return Language(code=hint, confidence=HINT_CONFIDENCE, method="hint")
    if "ё" in text or "Ё" in text:
        counts |= _ONE_OF["ё"]  # folded, it would not be seen
    return _by_profiles(script, counts, spoken, most=HINT_CONFIDENCE if is_short else share)


def _spoken(text: str) -> Sequence[str]:
    """Give the words of ``text`` everybody reads, without tags and tokens."""
    found = tokenise(text)
    if "#" not in text and "[" not in text:
        return found.texts
    spoken = list(found.texts)
    for word in words(" ".join(_NO_SPEECH.findall(found.folded))):
        spoken.remove(word)
    return spoken


@cache
def _script(letter: str) -> str:
    """Give the first word of the letter's Unicode name: ``CYRILLIC``, ``LATIN``, ``GEORGIAN``…"""
    return unicodedata.name(letter, "?").split()[0]


def _one_of_script(script: str) -> int:
    return 1 << _OF_SCRIPTS + _SCRIPTS.setdefault(script, len(_SCRIPTS) * _FIELD_BITS)


def _fields(letters: str) -> int:
    """Give the fields of ``letters``, all their bits set."""
    return sum(_MOST * _ONE_OF[letter] for letter in set(letters))


_counts_of_letter = Remembered(lambda letter: _ONE_OF.get(letter, 0) + _one_of_script(_script(letter)))


def _count(word: str) -> int:
    """Count the letters of ``word`` that tell, those of each script, and whether it is one of Russian's commonest."""
    letters = filter(str.isalpha, _LATIN_I.sub("і", word.replace("İ", "i")))
    return sum(map(_counts_of_letter.__getitem__, letters), _RUSSIAN_WORD * (word in RUSSIAN_WORDS))


_counts_of = Remembered(_count)
_CYRILLIC, _LATIN = _one_of_script("CYRILLIC"), _one_of_script("LATIN")
"""The lowest field of a script is Cyrillic's."""
_FOREIGN, _RUSSIAN_I, _RUSSIAN_OWN = _fields("".join(FOREIGN_TO_RUSSIAN)), _fields("и"), _fields("ыэъ")
_EXCLUSIVE = tuple((code, _fields(own), _fields(others)) for code, own, others in EXCLUSIVE)
_ANY_EXCLUSIVE = _fields("".join(own for _, own, _ in EXCLUSIVE))
_LACKING = {code: _fields(letters) for code, letters in LACKING.items()}
_NEEDED = {code: _fields(letters) for code, letters in NEEDED.items()}


def _main_script(counts: int) -> tuple[str, int, float]:
    """Give the script most letters belong to, how many letters there are, and its share of them."""
    if counts <= _MOST:
        return "CYRILLIC", counts, 1.0
    ranked = sorted(((counts >> place & _MOST, script) for script, place in _SCRIPTS.items()), reverse=True)
    letters_count = counts % _MOST
    is_latin_weak = ranked[0][1] == "LATIN" and ranked[0][0] < LATIN_SHARE * letters_count
    count, script = ranked[1] if is_latin_weak else ranked[0]
    return script, letters_count, count / letters_count


def _by_letters(script: str, letters_count: int, counts: int, spoken: Sequence[str]) -> str | None:
    """Give the language that script and letters alone decide for, if any."""
    if script in ONE_LANGUAGE:
        return ONE_LANGUAGE[script]
    if counts & _ANY_EXCLUSIVE:
        for code, own, others in _EXCLUSIVE:
            if not (count := (counts & own) % _MOST):  # the sum of its fields: as nines are cast out
                continue
            if code == "uk" and _is_mongolian(counts, spoken):
                return "mn"
            if count > (counts & others) % _MOST and count >= EXCLUSIVE_SHARE * letters_count:
                return code
    return "ru" if script == "CYRILLIC" and _is_plain_russian(counts) else None


def _is_mongolian(counts: int, spoken: Sequence[str]) -> bool:
    """Tell Mongolian typed without ү and ө, as many do, by pairs of what stands for them."""
    return not counts & _I and any(pair in word for word in spoken for pair in ("її", "єє") if word != "її")


def _is_plain_russian(counts: int) -> bool:
    """True if letters only Russian combines, and one of its commonest words, are there and no letter it lacks."""
    return bool(counts & _RUSSIAN_I and counts & _RUSSIAN_OWN and counts & _ANY_RUSSIAN_WORD) and not counts & _FOREIGN


_I, _ANY_RUSSIAN_WORD = _fields("і"), _MOST * _RUSSIAN_WORD


def _by_profiles(script: str, counts: int, spoken: Sequence[str], *, most: float) -> Language:
    """Give the language whose profile fits best; its confidence is at most ``most``."""
    profiles = profiles_of(script)
    weighed = profiles.weigh(spoken)
    if weighed is None:
        return Language(code=None, confidence=0.0, method="unknown")
    lacking = tuple(code for code, letters in _LACKING.items() if counts & letters)
    is_varied = len(set().union(*spoken)) >= NEEDED_LETTERS
    bare = tuple(code for code, letters in _NEEDED.items() if is_varied and not counts & letters)
    scores = list(map(add, weighed, _log_priors(script, lacking, bare)))
    best = max(scores)
    probability = 1 / math.fsum([math.exp(score - best) for score in scores if score > best - NEGLIGIBLE])
    code, _, way = profiles.codes[scores.index(best)].partition("-")
    return Language(code=code, confidence=round(min(probability, most), 3), method="translit" if way else "profiles")


@lru_cache(maxsize=256)
def _log_priors(script: str, lacking: tuple[str, ...], bare: tuple[str, ...]) -> tuple[float, ...]:
    """Give the logarithm of how likely each language of ``script`` is by the letters that are there and those that are not."""
    return tuple(
        math.log(PRIOR.get(code, 1.0) * (LACKING_WEIGHT if code in lacking else 1.0) * (NEEDED_WEIGHT if code in bare else 1.0))
        for code in CANDIDATES[script]
    )
