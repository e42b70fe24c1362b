"""Weigh a text's languages by how often letter groups occur in each: langdetect's method and profiles, and some of our own."""

from __future__ import annotations

import json
import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from importlib import resources
from itertools import chain, repeat
from operator import add
from struct import Struct
from typing import NamedTuple

from monitor.classify.tongues import CANDIDATES, COMMON_WORDS
from monitor.text import Remembered, fold

FREQUENCY_FLOOR = 5e-5
"""Added to every frequency, so that a letter group a profile lacks does not rule its language out (langdetect's value)."""

EVIDENCE_WEIGHT = 0.3
"""Letter groups overlap, so each tells about a third of what it would alone; makes the confidence honest on short texts."""

WORD_WEIGHT = 2.5
"""What a common word adds to the logarithm of its language's likelihood."""

FIELD_BITS = 64
FIELD_ONE = 1 << 32
"""A row is one number: a field for each language, in it minus the logarithm in 2^32nds. So rows are added at once."""
_STEP = -EVIDENCE_WEIGHT / FIELD_ONE
_COMMON = round(WORD_WEIGHT / -_STEP)


class Profiles(NamedTuple):
    """What tells the languages of one script apart; all in the order of ``codes``."""

    codes: tuple[str, ...]
    rows: Mapping[str, int]
    """A word to how improbable it is in each language; 0 where no language has any of its letter groups."""
    fields: Struct

    def weigh(self, words: Sequence[str]) -> list[float] | None:
        """Give how likely each language is by ``words``, as logarithms; None if unknown."""
        total = sum(map(self.rows.__getitem__, words))
        if not total:
            return None
        return [_STEP * field for field in self.fields.unpack(total.to_bytes(self.fields.size, "little"))]


@cache
def profiles_of(script: str) -> Profiles:
    """Give the profiles of the languages that are told apart in ``script``."""
    codes, frequencies = CANDIDATES.get(script, ()), _log_frequencies(script)
    common = Counter[str]()
    for place, code in enumerate(codes):
        common.update(dict.fromkeys(map(fold, COMMON_WORDS.get(code, ())), _COMMON << place * FIELD_BITS))

    def row(word: str) -> int:
        return sum(map(frequencies.get, _letter_groups(word), repeat(0))) - common[word]

    return Profiles(codes, Remembered(row), Struct(f"<{len(codes)}Q"))


def _letter_groups(word: str) -> Iterator[str]:
    """Give the groups of one to three letters of a word; a space marks where it begins and ends. No profile has others."""
    text = f" {word.replace('İ', 'i')} "
    pairs = list(map(add, text, text[1:]))
    return chain(text, pairs, map(add, pairs, text[2:]))


@cache
def _log_frequencies(script: str) -> dict[str, int]:
    """Read, at first use, how often a letter group occurs in each language of ``script``, as rows."""
    profiles = [_frequencies(code) for code in CANDIDATES.get(script, ())]
    groups = {group for profile in profiles for group in profile if all(map(partial(_is_of, script), group.strip()))} - {" "}
    return {
        group: sum(_log_frequency(profile[group]) << place * FIELD_BITS for place, profile in enumerate(profiles))
        for group in groups
    }


def _log_frequency(frequency: float) -> int:
    return round(-FIELD_ONE * math.log(FREQUENCY_FLOOR + frequency))


@lru_cache(maxsize=1024)
def _is_of(script: str, letter: str) -> bool:
    return letter == "'" or unicodedata.name(letter, "").startswith(script)


def _frequencies(code: str) -> Mapping[str, float]:
    """Give a language's letter groups, folded, with the share each has of those of its length."""
    profile = json.loads(_profile(code))
    shares: dict[str, float] = defaultdict(float)
    for group, count in profile["freq"].items():
        shares[fold(group)] += count / profile["n_words"][len(group) - 1]
    return shares


def _profile(code: str) -> str:
    """Read a language's profile: ours, else the one langdetect ships."""
    ours = resources.files("monitor.classify") / "profiles" / f"{code}.json"
    if ours.is_file():
        return ours.read_text(encoding="utf-8")
    return (resources.files("langdetect") / "profiles" / code).read_text(encoding="utf-8")
