"""Waiting times without a number and its unit: days and hours by their ordinal, hours of the day, bare units, halves, words."""

import pytest

from tests.unit.test_quantities import figures


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Стоим в очереди с 6 до 21", 15, 15),
        ("стояли с 6 утра до 9 вечера в очереди", 15, 15),
        ("в очереди с 7:30 до 21:00", 13.5, 13.5),
        ("стоїмо в черзі з 6 до 21", 15, 15),
        ("queue from 6 am to 9 pm", 15, 15),
        ("стоим с 22 до 6, очередь не движется", 8, 8),
        ("3-й день стоим в очереди", 48, 72),
        ("3-и сутки в очереди", 48, 72),
        ("2nd day in the queue", 24, 48),
        ("пошли шестые сутки в очереди", 120, 144),
        ("уже шестой час стоим", 5, 6),
        ("второй час стоим в очереди", 1, 2),
        ("стоим в очереди сутки", 24, 24),
        ("простояли целые сутки", 24, 24),
        ("стоим уже час, очередь на месте", 1, 1),
        ("стоїмо в черзі добу", 24, 24),
        ("очередь больше часа", 1, None),
        ("стоим два с половиной часа", 2.5, 2.5),
        ("5 с половиной часов в очереди", 5.5, 5.5),
        ("two and a half hours in the queue", 2.5, 2.5),
        ("полдня стоим в очереди", 12, 12),
        ("півтори доби в черзі", 36, 36),
        ("стоим часов пять-шесть в очереди", 5, 6),
        ("ждали два-три часа в очереди", 2, 3),
        ("twenty-four hours in the queue", 24, 24),
        ("between 10 and 12 hours in the queue", 10, 12),
        ("10 с лишним часов стоим", 10, None),
        ("стоим 20 часов с лишним", 20, None),
        ("20 hours or more in the queue", 20, None),
        ("not less than 20 hours in line", 20, None),
        ("a couple of hours in line", 2, 2),
        ("стоим с пяти утра, сейчас уже 17:00", 12, 12),
        ("стоим со вчерашних 22:00, сейчас 10 утра", 12, 12),
        ("стоим с шести утра вчерашнего дня, сейчас восемь вечера", 38, 38),
        ("заняли очередь в 8 утра, прошли в 23:00", 15, 15),
        ("in line since 6 am, it is 4 pm now", 10, 10),
        ("wait is about a day and a half", 36, 36),
        ("очередь на сутки", 24, 24),
        ("час-полтора в очереди", 1, 1.5),
        ("Озинки: сутки.", 24, 24),
        ("шлагбаум на двадцать шестом часу очереди", 25, 26),
        ("черга на 10-12 годин", 10, 12),
        ("stoim vtorye sutki, ochered", 24, 48),
        ("stoim pyat chasov", 5, 5),
        ("ნახევარი დღე ვიდექით რიგში", 12, 12),
        ("jono ei liikkunut kahteen tuntiin", 2, 2),
        ("стоим в очереди с полуночи, сейчас одиннадцать утра", 11, 11),
        ("стоим в очереди с семи утра, уже восемь вечера", 13, 13),
        ("in the queue since midnight, now it is 9 am", 9, 9),
        ("пошёл семнадцатый час в очереди", 16, 17),
        ("вже тринадцята година в черзі", 12, 13),
    ],
)
def test_waiting_times_are_read_as_people_say_them(text, low, high):
    found = figures(text)

    assert [(kind, pytest.approx(a, abs=0.01), b and pytest.approx(b, abs=0.01)) for kind, a, b in found] == [
        ("wait_hours", low, high)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Очередь, граница работает с 6 до 21",
        "пункт открыт с 8 до 20, очереди нет",
        "очередь стояла с 6 до 21 сентября",
        "очередь, второй час ночи",
        "стоим, час назад очередь тронулась",
        "стоим в очереди, через час закроют",
        "20 машин в час пропускают, очередь",
        "в очереди обещали пустить в 5-й ряд",
        "очередь от Озинок до Маштаково",
        "стоят машины с 15 региона, очередь",
        "с шести утра очередь, уже десять машин прошло",
        "очередь, пятнадцатый километр",
    ],
)
def test_opening_hours_dates_and_rates_are_no_waits(text):
    assert [figure for figure in figures(text) if figure[0] == "wait_hours"] == []


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("очередь два-три километра", ("queue_km", 2, 3)),
        ("пара километров очереди", ("queue_km", 2, 2)),
        ("сотня машин в очереди", ("queue_cars", 100, 100)),
        ("десяток машин в очереди", ("queue_cars", 10, 10)),
        ("тысяча машин в очереди", ("queue_cars", 1000, 1000)),
        ("fewer than 50 cars in the queue", ("queue_cars", None, 50)),
        ("очередь 10 км и больше", ("queue_km", 10, None)),
        ("очередь с 5 до 10 км выросла", ("queue_km", 5, 10)),
        ("больше тысячи двухсот машин в очереди", ("queue_cars", 1200, None)),
        ("a thousand cars in the queue", ("queue_cars", 1000, 1000)),
        ("a hundred and ten cars in the queue", ("queue_cars", 110, 110)),
        ("кезекте 3 мыңға жуық көлік тұр", ("queue_cars", 3000, 3000)),
    ],
)
def test_the_same_words_count_in_other_units(text, figure):
    assert figures(text) == [figure]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("двухчасовая очередь", ("wait_hours", 2, 2)),
        ("12-часовое ожидание в очереди", ("wait_hours", 12, 12)),
        ("a five-hour wait in the queue", ("wait_hours", 5, 5)),
        ("пятнадцатикилометровая пробка", ("queue_km", 15, 15)),
        ("черга двокілометрова", ("queue_km", 2, 2)),
        ("two-mile queue", ("queue_km", 3.22, 3.22)),
    ],
)
def test_a_word_that_holds_number_and_unit_is_both(text, expected):
    assert figures(text) == [expected]
