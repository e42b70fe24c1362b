"""The codebook's own examples: what each theme says it matches, it matches; what it says it rejects, it rejects."""

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
