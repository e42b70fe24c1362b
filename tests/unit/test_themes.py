"""The codebook's own examples: what each theme says it matches, it matches; what it says it rejects, it rejects."""

import gzip
import json
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


@pytest.mark.parametrize("theme_id", ["border_queue", "mobilisation", "exit_transport"])
def test_the_three_leading_themes_have_terms_in_five_languages(theme_id):
    theme = next(theme for theme in CODEBOOK.themes if theme.theme_id == theme_id)

    assert {"ru", "uk", "en", "ka", "kk"} <= {term.language for term in theme.terms}


def test_every_theme_has_words_in_russian_and_english():
    for theme in CODEBOOK.themes:
        members = [*theme.terms, *(word for c in theme.combinations for group in c.near for word in group)]
        assert {"ru", "en"} <= {word.language for word in members}, theme.theme_id


def test_the_glance_at_single_words_keeps_what_the_whole_reading_keeps(matcher):
    with gzip.open(SEEDS / "replay" / "september_2022.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = {text for line in lines if (text := json.loads(line).get("text"))}
    texts |= {text for theme in CODEBOOK.themes for text in (*theme.matches, *theme.rejects)}

    found = {text: matcher.match(text) for text in texts}

    kept = {text for text, whole in found.items() if whole.themes or any(place.kind == "crossing" for place in whole.places)}
    assert {text for text in texts if matcher.keep(text)} == kept
    assert 0.2 < len(kept) / len(texts) < 0.95
