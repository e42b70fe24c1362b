"""Floors under classification, on sets of our own, nearly half of them near-misses; see tests/labelled/README.md."""

import json
from pathlib import Path

import pytest

from monitor import pipeline
from monitor.settings import Settings

FOLDER = Path(__file__).parents[1] / "labelled"
FLOORS = {
    "second": {"language": 0.97, "themes": 0.95, "places": 0.95, "measures": 0.82, "kind": 0.84},
    "third": {"language": 0.97, "themes": 0.95, "places": 0.95, "measures": 0.85, "kind": 0.74},
    "fourth": {"language": 0.97, "themes": 0.94, "places": 0.94, "measures": 0.87, "kind": 0.72},
    "fifth": {"language": 0.97, "themes": 0.93, "places": 0.95, "measures": 0.90, "kind": 0.70},
    "sixth": {"language": 0.97, "themes": 0.93, "places": 0.97, "measures": 0.88, "kind": 0.58},
    "seventh": {"language": 0.97, "themes": 0.83, "places": 0.93, "measures": 0.76, "kind": 0.68},
    "eighth": {"language": 0.97, "themes": 0.87, "places": 0.94, "measures": 0.80, "kind": 0.70},
    "ninth": {"language": 0.97, "themes": 0.85, "places": 0.93, "measures": 0.81, "kind": 0.74},
    "tenth": {"language": 0.97, "themes": 0.91, "places": 0.96, "measures": 0.95, "kind": 0.68},
    "eleventh": {"language": 0.97, "themes": 0.94, "places": 0.95, "measures": 0.78, "kind": 0.80},
    "twelfth": {"language": 0.97, "themes": 0.93, "places": 0.95, "measures": 0.83, "kind": 0.80},
    "thirteenth": {"language": 0.97, "themes": 0.87, "places": 0.96, "measures": 0.89, "kind": 0.77},
}
LEAST_PRECISION = {
    "second": 0.95,
    "third": 0.94,
    "fourth": 0.93,
    "fifth": 0.94,
    "sixth": 0.94,
    "seventh": 0.86,
    "eighth": 0.86,
    "ninth": 0.83,
    "tenth": 0.92,
    "eleventh": 0.95,
    "twelfth": 0.94,
    "thirteenth": 0.87,
}
"""The thirteenth and half of the seventh and of the eighth were never tuned on: their figures are those of posts never seen."""
KINDS = {"report", "news", "offer", "question", "advice", "opinion", "other"}
LANGUAGES = {"ru", "uk", "en", "ka", "kk", "be", "hy", "mn", "fi", "de", "az", "tt"}


def lines_of(name):
    return (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module", params=FLOORS)
def scored(request):
    found = pipeline.evaluate(lines_of(request.param), Settings.from_env({}))
    assert not found.bad_lines
    return request.param, found.scores


@pytest.mark.parametrize("field", FLOORS["second"])
def test_a_field_keeps_above_its_floor(scored, field):
    name, scores = scored

    assert scores.fields[field].f1 >= FLOORS[name][field], [miss for miss in scores.misses if miss.field == field]


def test_what_is_given_a_theme_mostly_carries_it(scored):
    name, scores = scored

    assert scores.fields["themes"].precision >= LEAST_PRECISION[name]


def test_other_wordings_are_known_again():
    scores = pipeline.evaluate(lines_of("wordings"), Settings.from_env({})).scores

    assert scores.fields["themes"].f1 >= 0.90
    assert scores.fields["themes"].precision >= 0.93


def test_no_planted_personal_data_is_left(scored):
    assert scored[1].fields["masking"].missed == 0


def test_the_sets_are_what_they_say_they_are():
    posts = [json.loads(line) for name in FLOORS for line in lines_of(name)]

    assert len({post["text"] for post in posts}) >= 1100  # a post of one sign may come twice
    assert sum(not post["themes"] for post in posts) / len(posts) > 0.35
    assert {post["lang"] for post in posts} >= LANGUAGES
    assert {post["kind"] for post in posts} == KINDS
    assert len({theme for post in posts for theme in post["themes"]}) == 12
