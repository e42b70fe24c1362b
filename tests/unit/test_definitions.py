"""What a newer codebook may include that the older did not: never less than it does, and nothing for a new name."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import pytest

from monitor.match import content_digest, definitions, grown
from monitor.model import Codebook, Combination, Keyword, Place, Theme


def word(text, language="ru"):
    return Keyword(text=text, language=language)


AT_CROSSING = Keyword(text="@crossing", language="*", is_exact=True)
QUEUE = Theme(
    theme_id="queue",
    name="Queues",
    definition="A line of cars.",
    excludes="Shops.",
    terms=(word("очередь на границе"),),
    combinations=(
        Combination(name="near crossing", near=((word("очередь"), word("пробка")), (AT_CROSSING,)), within=8),
        Combination(name="on foot", near=((word("пешком"),), (word("граница"),)), within=6, without=(word("музей"),)),
    ),
    without=(word("магазин"),),
    void_by=(word("реклама"),),
)
FLIGHTS = replace(QUEUE, theme_id="flights", terms=(word("билет на самолёт"),), combinations=(), without=(), void_by=())
LARS = Place(
    place_id="lars",
    kind="crossing",
    name="Lars",
    lat_deg=42.7,
    lon_deg=44.6,
    country="RU",
    spellings=(word("верхний ларс"),),
    needs_context=(word("ларс"),),
)
CITY = replace(LARS, place_id="city", kind="city", name="City", spellings=(word("владикавказ"),), needs_context=())
BEFORE = Codebook(digest="", themes=(QUEUE, FLIGHTS), places=(LARS, CITY), units={}, place_context=(word("граница"),))


def with_queue(**changes):
    return replace(BEFORE, themes=(replace(QUEUE, **changes), FLIGHTS))


def with_lars(**changes):
    return replace(BEFORE, places=(replace(LARS, **changes), CITY))


def changed(number, **changes):
    """The theme's combinations with one of them changed."""
    return tuple(replace(c, **changes) if n == number else c for n, c in enumerate(QUEUE.combinations))


def what_grew(after, before=BEFORE):
    return {name for _, name in grown(definitions(before), definitions(after))}


THE_CITY_TOO = {"city"}
"""More posts are kept, so the city is named more often among them; the checkpoint's posts were kept before."""


@pytest.mark.parametrize(
    "changes",
    [
        {"terms": (*QUEUE.terms, word("стоим на границе"))},
        {"terms": (word("стоим на границе"),)},
        {"without": ()},
        {"void_by": ()},
        {"combinations": (*QUEUE.combinations, Combination(name="new", near=((word("а"),), (word("б"),)), within=3))},
        {"combinations": changed(1, within=7)},
        {"combinations": changed(1, without=())},
        {"combinations": changed(0, near=((*QUEUE.combinations[0].near[0], word("затор")), (AT_CROSSING,)))},
    ],
    ids=["a term", "another term", "an exclusion less", "a void less", "a combination", "wider", "excludes less", "a word"],
)
def test_a_theme_that_includes_more_has_grown(changes):
    assert what_grew(with_queue(**changes)) == {"queue"} | THE_CITY_TOO


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Lines", "definition": "Something else.", "excludes": "Nothing.", "matches": ("a",), "rejects": ("b",)},
        {"terms": ()},
        {"without": (word("магазин"), word("аптека"))},
        {"void_by": (word("реклама"), word("конкурс"))},
        {"combinations": QUEUE.combinations[:1]},
        {"combinations": changed(1, within=5)},
        {"combinations": changed(1, name="by foot")},
        {"combinations": changed(0, near=((word("очередь"),), (AT_CROSSING,)))},
        {"combinations": changed(1, without=(word("музей"), word("парк")))},
    ],
    ids=[
        "described",
        "a term less",
        "excludes more",
        "voided more",
        "one less",
        "narrower",
        "renamed",
        "a word less",
        "excludes",
    ],
)
def test_a_theme_that_is_renamed_or_narrowed_has_not(changes):
    assert what_grew(with_queue(**changes)) == set()


def test_a_new_theme_has_grown_and_a_dropped_one_has_not():
    assert what_grew(replace(BEFORE, themes=(QUEUE,))) == set()
    assert what_grew(BEFORE, before=replace(BEFORE, themes=(QUEUE,))) == {"flights"} | THE_CITY_TOO


@pytest.mark.parametrize(
    "changes",
    [
        {"spellings": (word("верхний ларс"), word("ларси"))},
        {"spellings": (word("верхний ларс"), word("ларс")), "needs_context": ()},
        {"needs_context": (word("ларс"), word("казбеги"))},
    ],
    ids=["a spelling", "no context needed", "an ambiguous one"],
)
def test_a_place_with_more_spellings_has_grown_and_the_themes_that_ask_for_its_kind(changes):
    assert what_grew(with_lars(**changes)) == {"lars", "queue"} | THE_CITY_TOO


def test_more_words_of_context_let_ambiguous_places_grow():
    assert what_grew(replace(BEFORE, place_context=(word("граница"), word("кпп")))) == {"lars", "queue"} | THE_CITY_TOO


def test_a_place_named_less_often_has_not_grown():
    assert what_grew(with_lars(needs_context=())) == set()
    assert what_grew(with_lars(spellings=(), needs_context=(word("ларс"), word("верхний ларс")))) == set()


def test_a_spelling_that_no_longer_hides_a_shorter_one_lets_that_grow():
    inside = replace(CITY, place_id="upper", spellings=(word("верхний"),))
    before = replace(BEFORE, places=(LARS, inside))
    after = replace(BEFORE, places=(replace(LARS, spellings=()), inside))

    assert what_grew(after, before) == {"upper"}


def test_a_theme_grows_when_a_place_it_excludes_is_named_less():
    excluding = replace(QUEUE, combinations=changed(1, without=(Keyword(text="@lars", language="*", is_exact=True),)))
    before = replace(BEFORE, themes=(excluding, FLIGHTS))
    after = replace(before, places=(replace(LARS, needs_context=()), CITY))

    assert what_grew(after, before) == {"queue"} | THE_CITY_TOO


def test_names_and_examples_make_no_version_and_what_is_matched_does():
    digest = content_digest(BEFORE)

    assert content_digest(with_queue(name="Lines", definition="x", matches=("a",))) == digest
    assert content_digest(replace(BEFORE, places=(replace(LARS, name="Upper Lars", lat_deg=1.0), CITY))) == digest
    for other in (
        with_queue(terms=()),
        with_queue(combinations=changed(1, name="by foot")),
        with_lars(needs_context=()),
        replace(BEFORE, units={"km": 1}),
        replace(BEFORE, place_context=()),
    ):
        assert content_digest(other) != digest


def test_new_rules_of_the_code_make_a_new_version(monkeypatch):
    digest = content_digest(BEFORE)
    monkeypatch.setattr(import_module("monitor.match.definitions"), "READ_BY", "rules of tomorrow")

    assert content_digest(BEFORE) != digest
