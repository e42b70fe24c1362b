"""Words of units, and words that scale a number: read from ``units.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.classify.numerals import spelled
from monitor.text import fold

SCALE_FORMS = ("", *spelled("а у і и ю яча ячи яч ой ей ов ів ам ами ах е s ი ს მა ამდე ზე ы ын ынан ті"))
"""Endings that a word of thousands takes."""
Unit = tuple[str, float]
"""Kind of a unit and its factor."""


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """Words of units, folded: exact ones and beginnings, each with its kind and factor; and words that scale a number."""

    exact: Mapping[str, Unit]
    starts: Mapping[str, Unit]
    scales: Mapping[str, float]

    def of(self, word: str) -> Unit | None:
        """Give (kind, factor) of a unit word, or None; of its beginnings the longest decides."""
        ends = range(len(word), 0, -1)
        return self.exact.get(word) or next((self.starts[word[:end]] for end in ends if word[:end] in self.starts), None)


def read_units(table: Mapping[str, Any]) -> Units:
    """Read ``units.yml``: kinds with factors, or plain lists of words; ``thousand`` and ``million`` scale."""
    exact: dict[str, Unit] = {}
    starts: dict[str, Unit] = {}
    for kind, entry in table.items():
        factors = entry if isinstance(entry, Mapping) else {1: entry}
        for factor, words in factors.items():
            for word in map(str, words):
                if word.endswith("*"):
                    starts.setdefault(fold(word[:-1]), (kind, float(factor)))
                else:
                    exact[fold(word)] = (kind, float(factor))
    scales = {word: factor for name, factor in (("thousand", 1e3), ("million", 1e6)) for word in _scale_words(table, name)}
    return Units({w: u for w, u in exact.items() if w not in scales}, starts, scales)


def _scale_words(table: Mapping[str, Any], name: str) -> list[str]:
    words = [fold(str(word)) for word in table.get(name, ())]
    return [word.rstrip("*") + ending for word in words for ending in (SCALE_FORMS if word.endswith("*") else ("",))]
