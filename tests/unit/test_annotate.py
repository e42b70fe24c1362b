"""Annotations gather what each part of classify says of one text."""

from pathlib import Path

import pytest
import yaml

from monitor.classify import annotate, read_units
from monitor.classify.copies import copy_marks
from monitor.model import READ_BY, MaskedText, Matches, PlaceMention, ThemeMatch

TEXT = MaskedText("Мы стоим в Озинках двенадцать часов, перед нами ещё 80 машин")
UNITS = read_units(yaml.safe_load((Path(__file__).parents[2] / "seeds" / "units.yml").read_text(encoding="utf-8")))
THEME = ThemeMatch(theme_id="border_queue", spans=((3, 8),), terms=("стоим",))
PLACE = PlaceMention(place_id="ozinki", kind="crossing", span=(11, 18))
MATCHES = Matches(themes=(THEME,), places=(PLACE,))


@pytest.fixture(scope="module")
def found():
    return annotate(TEXT, MATCHES, language_hint=None, units=UNITS)


def test_themes_and_places_are_passed_on_as_matched(found):
    assert (found.themes, found.places) == ((THEME,), (PLACE,))


def test_figures_are_about_the_place_that_was_matched(found):
    assert [(quantity.kind, quantity.low, quantity.place_id) for quantity in found.quantities] == [
        ("wait_hours", 12, "ozinki"),
        ("queue_cars", 80, "ozinki"),
    ]


def test_language_form_copy_marks_and_method_are_told(found):
    assert (found.language.code, found.kind, found.method) == ("ru", "report", READ_BY)
    assert (found.copy_hash, found.copy_keys) == copy_marks(TEXT)


def test_the_same_text_is_annotated_the_same_way_twice(found):
    assert annotate(TEXT, MATCHES, language_hint=None, units=UNITS) == found


def test_without_a_theme_there_are_no_figures():
    assert annotate(TEXT, Matches(places=(PLACE,)), language_hint=None, units=UNITS).quantities == ()
