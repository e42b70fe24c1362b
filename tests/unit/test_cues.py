"""Cues find just what a search of the whole text for each pattern finds."""

import json
import re
from pathlib import Path

import pytest

from monitor.classify import circumstances
from monitor.classify.cues import Cues
from monitor.text import Words, fold, words

LABELLED = sorted((Path(__file__).resolve().parents[1] / "labelled").glob("*.jsonl"))
TEXTS = [
    *(json.loads(line)["text"] for file in LABELLED for line in file.read_text(encoding="utf-8").splitlines()),
    "Не_говорят, а _я_ стою. П'ять годин, в'їзд закрито… кто-нибудь знает?! 🔴 [👉 ]([link]) Я.",
    "I'm stuck, we've waited; \"reportedly\" no queue: 5 км, 1917 год. На выезде машин нет, на  выезде есть",
    "",
]
PATTERNS = [re.compile(pattern) for pattern in circumstances._telling()]


def test_a_pattern_hits_where_a_search_finds_it():
    cues = Cues(pattern.pattern for pattern in PATTERNS)

    for text in TEXTS:
        folded = fold(text)

        assert sorted(cues.hits(Words(folded, words(folded)))) == sorted(
            (pattern.pattern, hit.span()) for pattern in PATTERNS for hit in pattern.finditer(folded)
        ), text


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (r"\bя\b", "это я"),
        (r"\bя\b", "мая"),
        (r"сто(?:им|ю)\b", "мы стоим"),
        (r"не (?:жди|стой)", "не стой тут"),
        (r"не (?:жди|стой)", "стой не тут"),
        (r"^\W*[⚡❗]", "  ❗ важно"),
        (r"\d+ ?(?:час|сут).{0,9}(?:очеред|черз)", "5 часов очередь"),
        (r"'$", "конец'"),
        (r"[^а-я]{3}", "абв 12 где"),
        (r"(?<!не )говорят(?! по-)", "говорят по-русски"),
    ],
)
def test_each_shape_of_pattern_is_understood(pattern, text):
    assert bool(Cues([pattern]).hits(Words(text, words(text)))) == bool(re.search(pattern, text))
