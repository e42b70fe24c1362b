"""Words of units, and words that scale a number: read from ``units.yml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.classify.numerals import spelled
from monitor.text import fold

REMEMBERED_WORDS = 20_000
SCALE_FORMS = ("", *spelled("а у і и ю яча ячи яч ой ей ов ів ам ами ах е s ი ს მა"))
"""Endings that a word of thousands takes."""


@dataclass(frozen=True, slots=True)
class Units:
    """Words of units, folded: exact ones and beginnings, each with its kind and factor; and words that scale a number."""

    exact: Mapping[str, tuple[str, float]]
    starts: tuple[tuple[str, tuple[str, float]], ...]
    scales: Mapping[str, float]
    _known: dict[str, tuple[str, float] | None] = field(default_factory=dict, compare=False, repr=False)

    def of(self, word: str) -> tuple[str, float] | None:
        """Give (kind, factor) of a unit word, or None."""
        if word in self._known:
            return self._known[word]
        unit = self.exact.get(word) or next((unit for start, unit in self.starts if word.startswith(start)), None)
        if len(self._known) < REMEMBERED_WORDS:
            self._known[word] = unit
        return unit


def read_units(table: Mapping[str, Any]) -> Units:
    """Read ``units.yml``: kinds with factors, or plain lists of words; ``thousand`` and ``million`` scale."""
    exact: dict[str, tuple[str, float]] = {}
    starts: list[tuple[str, tuple[str, float]]] = []
    for kind, entry in table.items():
        factors = entry if isinstance(entry, Mapping) else {1: entry}
        for factor, words in factors.items():
            for word in map(str, words):
                if word.endswith("*"):
                    starts.append((fold(word[:-1]), (kind, float(factor))))
                else:
                    exact[fold(word)] = (kind, float(factor))
    starts.sort(key=lambda item: -len(item[0]))
    scales = {word: factor for name, factor in (("thousand", 1e3), ("million", 1e6)) for word in _scale_words(table, name)}
    return Units({w: u for w, u in exact.items() if w not in scales}, tuple(starts), scales)


def _scale_words(table: Mapping[str, Any], name: str) -> list[str]:
    words = [fold(str(word)) for word in table.get(name, ())]
    return [word.rstrip("*") + ending for word in words for ending in (SCALE_FORMS if word.endswith("*") else ("",))]
