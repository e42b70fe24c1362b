"""The codebook's own examples: what each theme says it matches, it matches; what it says it rejects, it rejects."""

import gzip
import json
import re
from pathlib import Path

import pytest

from monitor import seeds
from monitor.match import compile_matcher

SEEDS = Path(__file__).parents[2] / "seeds"
CODEBOOK = seeds.load_codebook(SEEDS)
IDS = [
    "advice",
    "border_control",
    "border_queue",
    "departures",
    "detention",
    "dissent",
    "exit_transport",
    "humanitarian",
    "mobilisation",
    "penalties",
    "protest",
    "refuge",
]


@pytest.fixture(scope="module")
def matcher():
    return compile_matcher(CODEBOOK)


def test_all_twelve_themes_are_there():
    assert [theme.theme_id for theme in CODEBOOK.themes] == IDS


@pytest.mark.parametrize(("theme_id", "text"), [(t.theme_id, text) for t in CODEBOOK.themes for text in t.matches])
def test_a_theme_matches_its_examples(matcher, theme_id, text):
    assert theme_id in [theme.theme_id for theme in matcher.match(text).themes], matcher.explain(text)


@pytest.mark.parametrize(("theme_id", "text"), [(t.theme_id, text) for t in CODEBOOK.themes for text in t.rejects])
def test_a_theme_rejects_its_near_misses(matcher, theme_id, text):
    assert theme_id not in [theme.theme_id for theme in matcher.match(text).themes], matcher.explain(text)


LETTERS = {"ka": "[ა-ჰ]", "kk": "[әғқңөұүһ]", "uk": "[іїєґ]", "ru": "[а-яё]", "en": "[a-z]"}
"""What tells the languages of examples apart, the first that is found."""


def language_of(text):
    return next(language for language, letters in LETTERS.items() if re.search(letters, text.lower()))


@pytest.mark.parametrize("theme", CODEBOOK.themes, ids=IDS)
def test_every_theme_has_examples_for_and_against_in_five_languages(theme):
    assert set(map(language_of, theme.matches)) >= set(LETTERS)
    assert set(map(language_of, theme.rejects)) >= set(LETTERS)


def test_every_theme_is_told_in_five_languages():
    for theme in CODEBOOK.themes:
        members = [*theme.terms, *(word for c in theme.combinations for group in c.near for word in group)]
        assert set(LETTERS) <= {word.language for word in members}, theme.theme_id


def test_the_glance_at_single_words_keeps_what_the_whole_reading_keeps(matcher):
    with gzip.open(SEEDS / "replay" / "september_2022.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = {text for line in lines if (text := json.loads(line).get("text"))}
    texts |= {text for theme in CODEBOOK.themes for text in (*theme.matches, *theme.rejects)}

    found = {text: matcher.match(text) for text in texts}

    kept = {text for text, whole in found.items() if whole.themes or any(place.kind == "crossing" for place in whole.places)}
    assert {text for text in texts if matcher.keep(text)} == kept
    assert 0.2 < len(kept) / len(texts) < 0.95
