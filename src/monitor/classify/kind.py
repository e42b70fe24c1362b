"""Tell the form of a post: report, news, offer, question, advice, opinion or other.

A text shows traits of style (``traits.py``): who speaks, to whom, on whose word, how moved. Every word shows some, others are the
whole text's. All are weighed for each form, as are the post's themes; the heaviest form wins. The weights are those of a softmax
regression on labelled posts of our own (``pipeline/build_weights.py``): fiction, never what was collected.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from itertools import chain, repeat
from struct import Struct

from monitor.classify.traits import OPENING_WORDS, signs_of, traits_of_opening, traits_of_text, traits_of_word
from monitor.model import PostKind
from monitor.text import Remembered, tokenise

KINDS: tuple[PostKind, ...] = ("report", "news", "offer", "question", "advice", "opinion", "other")
FIELDS = Struct(f"<{len(KINDS)}Q")
"""What a trait weighs for each form is one number, with a field of 64 bits a form; so all forms are added at once."""
FIELD_BITS = 64
ZERO = sum(1 << place * FIELD_BITS + FIELD_BITS - 1 for place in range(len(KINDS)))
"""Half of what a field holds, as weights may be negative."""


def find_kind(text: str, *, themes: frozenset[str]) -> PostKind:
    """Give the form of ``text``, which carries ``themes``."""
    words = tokenise(text).texts
    if not words:
        return "other"
    weights = _weights()
    total = sum(map(_of_word.__getitem__, set(words)), ZERO + weights["base"])
    total += sum(map(_of_opening.__getitem__, words[:OPENING_WORDS]))
    total += sum([weights.get(sign, 0) * count for sign, count in signs_of(text)])
    total += _weigh(chain(traits_of_text(text, words), map("theme_".__add__, themes)))
    weighed = FIELDS.unpack(total.to_bytes(FIELDS.size, "little"))
    return max(zip(weighed, KINDS[: -1 if themes else None], strict=False))[1]  # what carries a theme is not something else


@cache
def _weights() -> Mapping[str, int]:
    """Give what each trait weighs."""
    read = json.loads(resources.files("monitor.classify").joinpath("profiles/forms.json").read_text(encoding="utf-8"))
    return {name: sum(weight << place * FIELD_BITS for place, weight in enumerate(row)) for name, row in read.items()}


def _weigh(names: Iterable[str]) -> int:
    return sum(map(_weights().get, names, repeat(0)))


_of_word = Remembered(lambda word: _weigh(traits_of_word(word)))
_of_opening = Remembered(lambda word: _weigh(traits_of_opening(word)))
