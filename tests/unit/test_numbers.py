"""Numbers are read as people write them: digits, words, thousands, ranges, open bounds."""

import pytest

from monitor.classify.numbers import bound_before, figures
from monitor.classify.pieces import Pieces
from monitor.classify.units import Units

UNITS = Units(exact={}, starts={}, scales={"тыс": 1e3, "тысяч": 1e3, "тысячи": 1e3, "млн": 1e6})


def bounds(text):
    return [(figure.low, figure.high) for figure in figures(Pieces(text, UNITS))]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", 7),
        ("2,5", 2.5),
        ("2.5", 2.5),
        ("1 500", 1500),
        ("1\u00a0500", 1500),
        ("1,500", 1500),
        ("12.000", 12000),
        ("22 тыс", 22000),
        ("7,6 млн", 7.6e6),
        ("полтора", 1.5),
        ("двадцать пять", 25),
        ("сто двадцать", 120),
        ("двенадцати", 12),
        ("пятисот", 500),
        ("восьмерых", 8),
        ("тысяча двести", 1200),
        ("две тысячи триста сорок", 2340),
        ("два с половиной тысячи", 2500),
        ("тысячи полторы", 1500),
        ("тысяч пять", 5000),
        ("сотни две", 200),
        ("two hundred and fifty", 250),
        ("three dozen", 36),
        ("екі жүз елу", 250),
        ("жиырма бес", 25),
        ("ოცდახუთი", 25),
        ("одинадцять", 11),
        ("шістсот", 600),
        ("քսանհինգ", 25),
        ("iyirmi beş növbə", 25),
        ("kaksikymmentäviisi", 25),
        ("2 тыс. 300", 2300),
        ("ორი", 2),
        ("п'ять", 5),
        ("сегіз", 8),
        ("twenty", 20),
    ],
)
def test_a_number_is_read_however_it_is_written(text, value):
    assert bounds(text) == [(value, value)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("40-50", 40, 50),
        ("40–50", 40, 50),
        ("от 2 до 3", 2, 3),
        ("три или четыре", 3, 4),
        ("два три", 2, 3),
        ("две-три тысяч", 2000, 3000),
        ("20-30 тыс", 20000, 30000),
    ],
)
def test_a_range_keeps_both_bounds_and_shares_its_scale(text, low, high):
    assert bounds(text) == [(low, high)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("больше 20", 20, None),
        ("больше тысячи", 1000, None),
        ("more than $20", 20, None),
        ("по меньшей мере 20", 20, None),
        ("меньше чем за 20", None, 20),
        ("не менее 20", 20, None),
        ("понад 20", 20, None),
        ("more than 20", 20, None),
        ("200+", 200, None),
        ("100-ден астам", 100, None),
        ("до 20", None, 20),
        ("не больше 20", None, 20),
        ("up to 20", None, 20),
    ],
)
def test_a_bound_that_is_not_said_stays_open(text, low, high):
    assert bounds(text) == [(low, high)]


def test_a_falling_pair_is_no_range():
    assert bounds("50-40") == [(50, 50), (40, 40)]


def test_a_clock_time_is_no_number():
    assert bounds("в 18:30") == []


def test_tens_and_hundreds_without_their_number_are_none():
    assert bounds("десятки и сотни, тысячи людей") == []


def test_a_single_letter_is_a_thousand_only_right_behind_its_digits():
    units = Units(exact={}, starts={}, scales={"к": 1e3})

    assert [figure.low for figure in figures(Pieces("25к и 25 к вечеру", units))] == [25_000, 25]


def test_a_figure_that_something_grew_to_is_exact():
    assert bounds("выросла до 20") == [(20, 20)]


def test_short_words_of_turkic_languages_are_numbers_there_only():
    assert bounds("он екі сағат қалды") == [(12, 12)]
    assert bounds("он уехал") == []


def test_the_longest_phrase_decides_which_bound_is_left():
    assert bound_before(("не", "менее")) == "low"
    assert bound_before(("менее",)) == "high"
    assert bound_before(("машин",)) is None


def test_pieces_stand_where_the_text_has_them():
    text = "очередь 1 500 машин, $20"

    pieces = Pieces(text, UNITS)

    spans = [pieces.span(place, place) for place in range(pieces.count)]
    assert tuple(text[start:end] for start, end in spans) == pieces.texts[: pieces.count]
