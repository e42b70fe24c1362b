"""Matching: forms, phrases, combinations, places; and that keep and match are one automaton."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.match import compile_matcher
from monitor.match.forms import word_forms
from monitor.model import Codebook, Combination, Keyword, Place, Theme
from monitor.seeds import keyword


def words(language, *texts):
    return tuple(keyword(text, language) for text in texts)


def make_theme(**changes):
    values = {"theme_id": "queue", "name": "n", "definition": "d", "excludes": "e", "terms": (), "combinations": ()}
    return Theme(**{**values, **changes})


LARS = Place(
    place_id="verkhny_lars",
    kind="crossing",
    name="Verkhny Lars",
    lat_deg=42.7,
    lon_deg=44.6,
    country="RU",
    spellings=words("ru", "Верхний Ларс"),
    needs_context=words("ru", "Ларс"),
)
TBILISI = replace(LARS, place_id="tbilisi", kind="city", spellings=words("ru", "Тбилиси"), needs_context=())


def make_matcher(*themes):
    context = words("ru", "очередь")
    return compile_matcher(Codebook(digest="t", themes=themes, places=(LARS, TBILISI), units={}, place_context=context))


def themes_of(matcher, text):
    return [theme.theme_id for theme in matcher.match(text).themes]


def places_of(matcher, text):
    return [place.place_id for place in matcher.match(text).places]


def test_russian_words_are_found_in_every_case_and_number():
    matcher = make_matcher(make_theme(terms=words("ru", "повестка")))

    assert all(themes_of(matcher, text) for text in ("повестку принесли", "о повестках", "ПОВЕСТКОЙ!", "повесток"))
    assert not themes_of(matcher, "повествование")


def test_an_exact_word_is_not_inflected():
    matcher = make_matcher(make_theme(terms=words("ru", "=бегите")))

    assert themes_of(matcher, "Бегите!")
    assert not themes_of(matcher, "мы бежали")


def test_a_star_takes_any_ending():
    matcher = make_matcher(make_theme(terms=words("kk", "кезек*")))

    assert themes_of(matcher, "кезектеміз")
    assert not themes_of(matcher, "кезбе")


@given(st.sampled_from(["queue", "carry", "watch", "stop"]))
def test_english_forms_hold_the_word_itself(word):
    assert word in word_forms(word, "en")


def near_theme(within=4, without=()):
    combination = Combination(
        name="queue near crossing",
        near=(words("ru", "очередь"), (Keyword(text="@crossing", language="*", is_exact=True),)),
        within=within,
        without=words("ru", *without),
    )
    return make_theme(combinations=(combination,))


def test_a_combination_needs_its_words_near_each_other():
    matcher = make_matcher(near_theme())

    assert themes_of(matcher, "Верхний Ларс, очередь")
    assert not themes_of(matcher, "Верхний Ларс раз два три четыре пять очередь")


def test_a_word_of_without_voids_the_combination():
    matcher = make_matcher(near_theme(without=("магазин",)))

    assert not themes_of(matcher, "Верхний Ларс, очередь в магазин")
    assert any("voided by" in line for line in matcher.explain("Верхний Ларс, очередь в магазин"))


def test_spans_are_the_words_that_hit():
    text = "Очередь: Верхний Ларс!"
    (theme,) = make_matcher(near_theme()).match(text).themes

    assert [text[start:end] for start, end in theme.spans] == ["Очередь", "Верхний Ларс"]
    assert theme.terms == ("queue near crossing",)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("на Верхнем Ларсе тихо", ["verkhny_lars"]),
        ("на Ларсе очередь", ["verkhny_lars"]),
        ("Ларс забил гол", []),
        ("Ларс Ульрих, очередь за билетами", []),
        ("Из Тбилиси на Верхний Ларс", ["tbilisi", "verkhny_lars"]),
    ],
)
def test_an_ambiguous_place_counts_only_in_its_context(text, places):
    assert places_of(make_matcher(), text) == places


def figure_theme(*members):
    places = (Keyword(text="@place", language="*", is_exact=True),)
    return make_theme(combinations=(Combination(name="figure", near=(words("ru", *members), places), within=8),))


@pytest.mark.parametrize(
    ("member", "found", "not_found"),
    [
        ("#number", "Тбилиси, 300", "Тбилиси, триста"),
        ("#number машин", "Тбилиси: 300 машин", "Тбилиси: 300 коров и машин"),
        ("#sum", "Тбилиси за 500$", "Тбилиси за 500 коров"),
        ("#sum", "Тбилиси, €500", "Тбилиси, 500"),
        ("#sum", "Тбилиси по 25к", "Тбилиси по 25 км"),
        ("#hours", "до Тбилиси 31h", "до Тбилиси 31km"),
        ("#km", "до Тбилиси 20км", "до Тбилиси 20ч"),
    ],
)
def test_a_member_may_stand_for_figures(member, found, not_found):
    matcher = make_matcher(figure_theme(member))

    assert themes_of(matcher, found)
    assert not themes_of(matcher, not_found)


@pytest.mark.parametrize(
    ("text", "is_route"),
    [
        ("место Самара — Тбилиси", True),
        ("место из Тбилиси в Самару", True),
        ("место: Самара и Тбилиси", False),
        ("место: Самара, а потом Тбилиси", False),
        ("место Самара — Омск", False),
    ],
)
def test_a_route_leads_from_a_place_in_russia_to_one_abroad(text, is_route):
    samara = replace(LARS, place_id="samara", kind="city", country="RU", spellings=words("ru", "Самара"), needs_context=())
    omsk = replace(samara, place_id="omsk", spellings=words("ru", "Омск"))
    tbilisi = replace(samara, place_id="tbilisi", country="GE", spellings=words("ru", "Тбилиси"))
    near = (words("ru", "место"), (Keyword(text="@route", language="*", is_exact=True),))
    theme = make_theme(combinations=(Combination(name="seat", near=near, within=8),))
    matcher = compile_matcher(Codebook(digest="t", themes=(theme,), places=(samara, omsk, tbilisi), units={}))

    assert bool(themes_of(matcher, text)) is is_route


def test_a_post_is_kept_for_a_theme_or_a_crossing_but_not_for_a_city():
    matcher = make_matcher(make_theme(terms=words("ru", "повестка")))

    assert matcher.keep("повестка")
    assert matcher.keep("Верхний Ларс")
    assert not matcher.keep("Тбилиси")


@given(st.lists(st.sampled_from(["очередь", "Верхний", "Ларс", "Ларсу", "магазин", "Тбилиси", ".", "\n"]), max_size=12))
def test_keep_says_what_match_finds(parts):
    matcher = PROPERTY_MATCHER
    text = " ".join(parts)

    found = matcher.match(text)

    assert matcher.keep(text) == bool(found.themes or any(place.kind == "crossing" for place in found.places))
    assert all(0 <= start < end <= len(text) for theme in found.themes for start, end in theme.spans)


PROPERTY_MATCHER = make_matcher(near_theme(without=("магазин",)))
