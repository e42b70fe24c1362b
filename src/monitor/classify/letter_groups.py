"""Weigh a text's languages by how often letter groups occur in each: langdetect's method and profiles, and some of our own."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from struct import Struct
from typing import Any, NamedTuple

from monitor.classify.tongues import CANDIDATES, COMMON_WORDS
from monitor.text import Remembered

FREQUENCY_FLOOR = 5e-5
"""Added to every frequency, so that a letter group a profile lacks does not rule its language out (langdetect's value)."""

EVIDENCE_WEIGHT = 0.3
"""Letter groups overlap, so each tells about a third of what it would alone; makes the confidence honest on short texts."""

WORD_WEIGHT = 2.5
"""What a common word adds to the logarithm of its language's likelihood."""

FIELD_BITS = 64
FIELD_ONE = 1 << 32
"""A row is one number: a field for each language, in it minus the logarithm in 2^32nds. So rows are added at once."""


class Profiles(NamedTuple):
    """What tells the languages of one script apart; all in the order of ``codes``."""

    codes: tuple[str, ...]
    rows: Mapping[str, int]
    """A word to how improbable its letter groups are in each language; 0 where no language has any of them."""
    common: Mapping[str, tuple[int, ...]]
    """A common word to the places of the languages it is common in."""
    fields: Struct

    def weigh(self, words: Sequence[str], spoken: Sequence[str]) -> list[float] | None:
        """Give how likely each language is, as logarithms, by ``words`` and the common ones among ``spoken``; None if unknown."""
        total = sum(map(self.rows.__getitem__, words))
        if not total:
            return None
        step = -EVIDENCE_WEIGHT / FIELD_ONE
        scores = [step * field for field in self.fields.unpack(total.to_bytes(self.fields.size, "little"))]
        for word in self.common.keys() & spoken:
            for place in self.common[word]:
                scores[place] += WORD_WEIGHT
        return scores


@cache
def profiles_of(script: str) -> Profiles:
    """Give the profiles of the languages that are told apart in ``script``."""
    codes, frequencies = CANDIDATES.get(script, ()), _log_frequencies(script)

    def row(word: str) -> int:
        return sum([frequencies.get(group, 0) for group in _letter_groups(word)])

    spoken = {word for code in codes for word in COMMON_WORDS.get(code, ())}
    common = {word: tuple(n for n, code in enumerate(codes) if word in COMMON_WORDS.get(code, ())) for word in spoken}
    return Profiles(codes, Remembered(row), common, Struct(f"<{len(codes)}Q"))


def _letter_groups(word: str) -> list[str]:
    """Give the groups of one to three letters of a word; a space marks where it begins and ends. No profile has others."""
    text = f" {word} "
    return [text[start : start + length] for length in (1, 2, 3) for start in range(len(text) - length + 1)]


@cache
def _log_frequencies(script: str) -> dict[str, int]:
    """Read, at first use, how often a letter group occurs in each language of ``script``, as rows."""
    profiles = [json.loads(_profile(code)) for code in CANDIDATES.get(script, ())]
    groups = {group for profile in profiles for group in profile["freq"]} - {" "}
    return {
        group: sum(_log_frequency(profile, group) << place * FIELD_BITS for place, profile in enumerate(profiles))
        for group in groups
    }


def _log_frequency(profile: dict[str, Any], group: str) -> int:
    return round(-FIELD_ONE * math.log(FREQUENCY_FLOOR + profile["freq"].get(group, 0) / profile["n_words"][len(group) - 1]))


def _profile(code: str) -> str:
    """Read a language's profile: ours, else the one langdetect ships."""
    ours = resources.files("monitor.classify") / "profiles" / f"{code}.json"
    if ours.is_file():
        return ours.read_text(encoding="utf-8")
    return (resources.files("langdetect") / "profiles" / code).read_text(encoding="utf-8")
