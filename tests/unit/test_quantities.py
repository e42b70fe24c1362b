"""Figures with a unit are read in every language of the border; clock times, drives and bare numbers are not."""

from pathlib import Path

import pytest
import yaml

from monitor.classify.quantities import find_quantities
from monitor.classify.units import read_units
from monitor.model import PlaceMention

UNITS = read_units(yaml.safe_load((Path(__file__).parents[2] / "seeds" / "units.yml").read_text(encoding="utf-8")))
QUEUE = frozenset({"border_queue"})
TRANSPORT = frozenset({"exit_transport"})
PROTEST = frozenset({"detention", "protest"})


def read(text, themes=QUEUE, places=()):
    return find_quantities(text, themes=frozenset(themes), places=places, units=UNITS)


def figures(text, themes=QUEUE):
    return [(quantity.kind, quantity.low, quantity.high) for quantity in read(text, themes)]


def crossing(place_id, text, spelled):
    start = text.index(spelled)
    return PlaceMention(place_id=place_id, kind="crossing", span=(start, start + len(spelled)))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Стоим в очереди уже 14 часов", 14, 14),
        ("простояли 9 ч, шлагбаум не видно", 9, 9),
        ("Очередь: ждать 3-4 часа", 3, 4),
        ("стоим от 10 до 12 часов", 10, 12),
        ("отстояли больше 20 часов", 20, None),
        ("очередь больше суток", 24, None),
        ("ждем полтора часа", 1.5, 1.5),
        ("Прошли очередь за полчаса", 0.5, 0.5),
        ("очередь движется, ждать до 5 часов", None, 5),
        ("стоим двое суток", 48, 48),
        ("стоим двадцать пять часов", 25, 25),
        ("ждём очередь 2,5 часа", 2.5, 2.5),
        ("третий день стоим в очереди", 48, 72),
        ("в очереди 40 минут", 0.67, 0.67),
        ("стоїмо в черзі 8 годин", 8, 8),
        ("чекаємо вже дві доби в черзі", 48, 48),
        ("черга понад 15 годин", 15, None),
        ("We waited 11 hours in the queue", 11, 11),
        ("the line took us more than 30 hours", 30, None),
        ("queue: two days of waiting", 48, 48),
        ("stuck in line for up to 6 hours", None, 6),
        ("12-hour wait in the queue", 12, 12),
        ("რიგში ვდგავართ 7 საათი", 7, 7),
        ("რიგში უკვე ორი დღე ვდგავარ", 48, 48),
        ("кезекте 5 сағат тұрдық", 5, 5),
        ("кезекте екі күн күттік", 48, 48),
    ],
)
def test_time_spent_in_the_queue_is_read_in_hours(text, low, high):
    assert figures(text) == [("wait_hours", low, high)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Очередь 12 км", 12, 12),
        ("пробка-очередь 5-7 километров", 5, 7),
        ("20-километровая очередь", 20, 20),
        ("хвост очереди больше 10 км", 10, None),
        ("очередь пять километров", 5, 5),
        ("черга 6 кілометрів", 6, 6),
        ("черга десь 3,5 км", 3.5, 3.5),
        ("the queue is 9 km long", 9, 9),
        ("a line of 10 miles", 16.09, 16.09),
        ("რიგი 4 კილომეტრია", 4, 4),
        ("кезек 8 шақырым", 8, 8),
        ("очередь 300 метров", 0.3, 0.3),
        ("очередь растянулась на километр", 1, 1),
        ("пробка больше километра", 1, None),
        ("a mile-long line", 1.61, 1.61),
        ("черга до кілометра", None, 1),
        ("რიგი კილომეტრნახევარია", 1.5, 1.5),
    ],
)
def test_length_of_the_queue_is_read_in_kilometres(text, low, high):
    assert figures(text) == [("queue_km", low, high)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("В очереди 350 машин", 350, 350),
        ("перед нами 40-50 авто", 40, 50),
        ("очередь 2 тысячи машин", 2000, 2000),
        ("скопилось 1 500 автомобилей", 1500, 1500),
        ("очередь 200+ машин", 200, None),
        ("машин 30, не больше", 30, 30),
        ("не менее 600 фур", 600, None),
        ("у черзі 120 автомобілів", 120, 120),
        ("about 2,300 cars in the queue", 2300, 2300),
        ("over 80 trucks are waiting", 80, None),
        ("რიგში 90 მანქანაა", 90, 90),
        ("кезекте 70 көлік тұр", 70, 70),
        ("300-ге жуық көлік кезекте тұр", 300, 300),
        ("mashin 150 v ocheredi", 150, 150),
    ],
)
def test_vehicles_in_the_queue_are_counted(text, low, high):
    assert figures(text) == [("queue_cars", low, high)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("в пешей очереди 150 человек", 150, 150),
        ("стоят около 400 человек в очереди", 400, 400),
        ("черга пішки, 60 людей", 60, 60),
        ("80 people in the queue on foot", 80, 80),
        ("peshaya zmeyka, dush 350", 350, 350),
        ("about 60 of us in the pedestrian queue", 60, 60),
    ],
)
def test_people_in_the_queue_are_counted_apart_from_people_elsewhere(text, low, high):
    assert figures(text) == [("queue_people", low, high)]


@pytest.mark.parametrize(
    ("text", "kind", "low", "high"),
    [
        ("Место в машине до границы 15000 руб", "price_rub", 15000, 15000),
        ("билет 45 тыс рублей", "price_rub", 45000, 45000),
        ("место 25 т.р. с человека", "price_rub", 25000, 25000),
        ("последние билеты по 140 000", "price_rub", 140000, 140000),
        ("вылетел за 180к", "price_rub", 180000, 180000),
        ("купил билет за 85 тыров", "price_rub", 85000, 85000),
        ("за место просят две штуки баксов", "price_usd", 2000, 2000),
        ("довезу от 12 тысяч рублей", "price_rub", 12000, None),
        ("просят 20-30 тыс. за место", "price_rub", 20000, 30000),
        ("квиток 90 тисяч рублів", "price_rub", 90000, 90000),
        ("a ticket costs 60 thousand roubles", "price_rub", 60000, 60000),
        ("билет 250 мың рубль", "price_rub", 250000, 250000),
        ("самокат за 8000₽", "price_rub", 8000, 8000),
        ("seat for $400", "price_usd", 400, 400),
        ("место 300 долларов", "price_usd", 300, 300),
        ("за місце 250 доларів", "price_usd", 250, 250),
        ("ადგილი 200 დოლარი", "price_usd", 200, 200),
        ("орын 150 доллар", "price_usd", 150, 150),
    ],
)
def test_prices_of_the_way_out_are_read(text, kind, low, high):
    assert figures(text, TRANSPORT) == [(kind, low, high)]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("Задержаны 47 человек", 47, 47),
        ("уже более 100 задержанных", 100, None),
        ("задержали троих", 3, 3),
        ("Восьмерых мужиков увели", 8, 8),
        ("задержаны как минимум 218", 218, None),
        ("police hauled away more than a hundred people", 100, None),
        ("полиция забрала двадцать семь человек", 27, 27),
        ("К полуночи 1,3 тыс. задержанных", 1300, 1300),
        ("1,176 detentions by midnight", 1176, 1176),
        ("Затримано 25 осіб", 25, 25),
        ("at least 70 people detained", 70, None),
        ("more than 1,300 arrested", 1300, None),
        ("დააკავეს 30 ადამიანი", 30, 30),
        ("60-тан астам адам ұсталды", 60, None),
        ("50-dən çox adam saxlanıldı", 50, None),
    ],
)
def test_people_are_counted_where_a_theme_is_about_people(text, low, high):
    assert figures(text, PROTEST) == [("people_count", low, high)]


@pytest.mark.parametrize(
    ("text", "themes"),
    [
        ("Очередь с 9:40, движется", QUEUE),
        ("очередь открыли в 6 утра", QUEUE),
        ("будем в очереди в 7 часов", QUEUE),
        ("очереди нет, дальше ехать 3 часа", QUEUE),
        ("очередь началась в 2 км от поста", QUEUE),
        ("в очереди 3 из 10 не спят", QUEUE),
        ("очередь, пропускают 20 машин в час", QUEUE),
        ("задержаны десятки человек", PROTEST),
        ("штраф 50 тысяч рублей, билетов нет", TRANSPORT),
        ("рейс 1234 вылетел", TRANSPORT),
        ("Очередь на 20% больше", QUEUE),
        ("очередь, пропускают по 10 машин", QUEUE),
        ("в очереди сгорели последние 500 метров", QUEUE),
        ("Мужчин от 18 до 55 задерживают", PROTEST),
        ("задержали мужа, ему 44", PROTEST),
        ("на митинг вышли 500 человек", PROTEST),
        ("двое в штатском увели девушку", PROTEST),
        ("билет 25 мың теңге", TRANSPORT),
        ("место 50 евро", TRANSPORT),
        ("мест осталось 3, рейс 2406", TRANSPORT),
    ],
)
def test_other_numbers_are_no_figures(text, themes):
    assert figures(text, themes) == []


def test_a_text_without_a_theme_has_no_figures():
    assert figures("очередь 10 км, 300 машин, стоим 12 часов", themes=()) == []


def test_several_figures_of_one_text_are_all_read_in_order():
    found = figures("Очередь 8 км, около 500 машин, стоим 16 часов")

    assert found == [("queue_km", 8, 8), ("queue_cars", 500, 500), ("wait_hours", 16, 16)]


def test_the_span_holds_the_number_and_its_unit():
    text = "На посту очередь 8 км с утра"

    (quantity,) = read(text)

    assert text[slice(*quantity.span)] == "8 км"


def test_a_figure_is_about_the_crossing_named_last_before_it():
    text = "Маштаково 30 машин, Озинки 200 машин"
    places = (crossing("mashtakovo", text, "Маштаково"), crossing("ozinki", text, "Озинки"))

    found = read(text, places=places)

    assert [(quantity.low, quantity.place_id) for quantity in found] == [(30, "mashtakovo"), (200, "ozinki")]


def test_a_bare_number_after_a_place_takes_the_unit_of_the_figure_before_it():
    text = "Маштаково 30 машин, Озинки — 200"
    places = (crossing("mashtakovo", text, "Маштаково"), crossing("ozinki", text, "Озинки"))

    found = read(text, places=places)

    assert [(quantity.kind, quantity.low) for quantity in found] == [("queue_cars", 30), ("queue_cars", 200)]


def test_hours_and_minutes_are_one_wait():
    assert figures("Торфяновка, ждали 2 часа 40 минут") == [("wait_hours", 2.67, 2.67)]


def test_a_number_without_a_unit_takes_that_of_the_price_beside_it():
    assert figures("билет брал по 95 тысяч, отдам по 120", TRANSPORT) == [
        ("price_rub", 95000, 95000),
        ("price_rub", 120000, 120000),
    ]
    assert figures("кофе по 400, бензин 300 рублей", {"humanitarian"}) == [("price_rub", 400, 400), ("price_rub", 300, 300)]


def test_cars_ahead_need_no_unit():
    assert figures("стоим, перед нами полсотни") == [("queue_cars", 50, 50)]


def place(place_id, kind, text, spelled):
    start = text.index(spelled)
    return PlaceMention(place_id=place_id, kind=kind, span=(start, start + len(spelled)))


def test_a_price_is_that_of_the_destination_and_not_of_where_the_way_begins():
    text = "Место из Москвы в Тбилиси через Минводы 20 тысяч рублей"
    places = [place(*one, text, spelled) for *one, spelled in (("moscow", "city", "Москвы"), ("tbilisi", "city", "Тбилиси"))]

    assert [quantity.place_id for quantity in read(text, TRANSPORT, places)] == ["tbilisi"]


def test_a_place_behind_a_figure_and_a_preposition_is_its_own():
    text = "задержаны 480 человек в Питере и 390 в Москве"
    places = [place(*one, text, spelled) for *one, spelled in (("st_petersburg", "city", "Питере"), ("moscow", "city", "Москве"))]

    found = read(text, PROTEST, places)

    assert [(quantity.low, quantity.place_id) for quantity in found] == [(480, "st_petersburg"), (390, "moscow")]


def test_persons_counted_in_many_towns_are_about_none_named_later():
    text = "задержаны 700 человек в 38 городах, больше всего в Питере"

    assert [quantity.place_id for quantity in read(text, PROTEST, [place("st_petersburg", "city", text, "Питере")])] == [None]


def test_a_figure_repeated_for_emphasis_is_read_once():
    assert figures("Стоим семь часов! СЕМЬ ЧАСОВ стоим!") == [("wait_hours", 7, 7)]


def test_a_figure_without_a_place_is_about_no_place():
    assert read("очередь 8 км")[0].place_id is None


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Нас 14 в автозаке", [14]),
        ("848 hauled into vans, 390 of them in Moscow", [848, 390]),
        ("вывели всех мужиков, больше ста", [100]),
        ("за час двадцать четверо в автозаке", [24]),
        ("унбиш кешене тоткарлаганнар", [15]),
        ("в пять утра зашли с военкомом", []),
        ("задержали 10 человек, ещё одного из депутатов допросили", [10]),
    ],
)
def test_persons_led_away_are_counted_however_they_are_named(text, counts):
    assert [low for kind, low, _ in figures(text, PROTEST)] == counts


@pytest.mark.parametrize("text", ["до ленты ещё полтора км", "до шлагбаума километра два", "очередь, до границы ещё 3 км"])
def test_what_the_author_has_left_to_go_is_no_length_of_the_queue(text):
    assert figures(text) == []


def test_goods_in_the_queue_have_a_price_without_a_unit():
    assert figures("Бабушка продаёт пирожки по 150") == [("price_rub", 150, 150)]
    assert figures("продают место в очереди за 60 тысяч") == [("price_rub", 60_000, 60_000)]


def test_hours_that_a_short_wait_grew_to_need_no_unit():
    assert ("wait_hours", 9, 9) in figures("«Час, не больше» растянулся на девять")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ни одной машины в очереди", []),
        ("хвост на 9-м километре от границы", []),
        ("от последней машины до КПП 14 км", [("queue_km", 14, 14)]),
        ("очередь, за сутки сдвинулись на 300 метров", []),
        ("line of trucks, 400 of them", [("queue_cars", 400, 400)]),
        ("რიგში ორასამდე მანქანაა", [("queue_cars", None, 200)]),
        ("стоим в очереди, хлеб по 300, вода по 200 за литр", [("price_rub", 300, 300), ("price_rub", 200, 200)]),
    ],
)
def test_what_is_counted_in_a_queue_is_told_from_what_only_stands_near(text, expected):
    assert figures(text) == expected


def test_of_those_on_a_bus_only_the_ones_sent_back_are_counted():
    assert figures("из 40 человек в автобусе троих отправили обратно", {"border_control"}) == [("people_count", 3, 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("перед нами двадцать легковых, три автобуса и фура", [("queue_cars", 20, 20), ("queue_cars", 3, 3)]),
        ("автобусов 6, легковых 90, ждать часов восемь", [("queue_cars", 6, 6), ("queue_cars", 90, 90), ("wait_hours", 8, 8)]),
        ("черга: п'ять тисяч автівок", [("queue_cars", 5000, 5000)]),
        ("jonossa 80 autoa ja neljä bussia", [("queue_cars", 80, 80), ("queue_cars", 4, 4)]),
        ("легковых не меньше сотни, очередь стоит", [("queue_cars", 100, None)]),
        ("between 800 and 1,000 cars waiting", [("queue_cars", 800, 1000)]),
        ("стоим в очереди, пятеро в одной машине", []),
        ("в очереди остаются около 2300, проехало 40 машин", [("queue_cars", 2300, 2300)]),
    ],
)
def test_vehicles_of_every_sort_that_stand_in_line_are_counted(text, expected):
    assert figures(text) == expected


@pytest.mark.parametrize(
    "text", ["отправили на полигон пять автобусов", "увезли два автобуса", "three buses left for the training ground"]
)
def test_buses_elsewhere_are_no_queue(text):
    assert figures(text, {"departures", "humanitarian"}) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("утром хвост был восемь километров, сейчас три", [("queue_km", 8, 8), ("queue_km", 3, 3)]),
        ("доехали за 5 часов, в очереди простояли 11", [("wait_hours", 11, 11)]),
        ("легковые стоят 5 часов, автобусы не больше трёх", [("wait_hours", 5, 5), ("wait_hours", None, 3)]),
        ("waiting two hours by car, trucks five", [("wait_hours", 2, 2), ("wait_hours", 5, 5)]),
        ("Озинки: очередь 18 часов, дальше почти сутки", [("wait_hours", 18, 18), ("wait_hours", 24, 24)]),
        ("Сутки с гаком на посту", [("wait_hours", 24, None)]),
        ("Day four at the pass, nothing moves", [("wait_hours", 72, 96)]),
        ("хвост вырос с четырёх до одиннадцати километров", [("queue_km", 11, 11)]),
        ("waited two hours for bikes, nineteen for cars", [("wait_hours", 2, 2), ("wait_hours", 19, 19)]),
        ("длина пробки 9,4 км, объезда нет", [("queue_km", 9.4, 9.4)]),
        ("чарга, фур болей за сотню", [("queue_cars", 100, None)]),
        ("двое с половиной суток в очереди", [("wait_hours", 60, 60)]),
        ("стаім дзявятую гадзіну ў чарзе", [("wait_hours", 8, 9)]),
        ("в пешей колонне тыщи две", [("queue_people", 2000, 2000)]),
        ("пешком, ночь. нас тут человек восемьсот", [("queue_people", 800, 800)]),
    ],
)
def test_a_figure_of_a_queue_may_leave_its_unit_to_the_words_around(text, expected):
    assert figures(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "очередь; до Омска 140 км",
        "стоим, бензина на 20 км",
        "queue at the border. Helsinki is 180 km from here",
        "машины стоят, за 40 минут пропускают сто",
        "they take five an hour, a line of cars",
        "за час проехало десять, машины стоят",
        "за двое суток очередь подросла ещё на три километра",
    ],
)
def test_ways_and_rates_are_no_figures_of_a_queue(text):
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "theme", "expected"),
    [
        ("четырнадцать водителей увезли прямо с базы", "mobilisation", [("people_count", 14, 14)]),
        ("Fourteen blokes turned round at the post", "border_control", [("people_count", 14, 14)]),
        ("минус четыре сварщика в цеху", "mobilisation", [("people_count", 4, 4)]),
        ("наши водители — лучшие, их тут пять водителей", "mobilisation", []),
        ("принесли разнарядку: семеро с посёлка", "mobilisation", [("people_count", 7, 7)]),
        ("призовут 300 тысяч, говорят", "mobilisation", [("people_count", 300_000, 300_000)]),
        ("обещают 195 тысяч в месяц и 300 тысяч сразу", "mobilisation", []),
        ("въехали 98 тысяч россиян, 64 тысячи уже покинули страну", "refuge", [("people_count", 98_000, 98_000), ("people_count", 64_000, 64_000)]),
        ("98 мың ресейлік кірді, 64 мыңы шығып кетті", "refuge", [("people_count", 98_000, 98_000), ("people_count", 64_000, 64_000)]),
        ("შემოვიდა ორმოცზე მეტი რუსი", "refuge", [("people_count", 40, None)]),
        ("14 out of his 60 engineers got summoned", "mobilisation", [("people_count", 14, 14)]),
        ("из бригады в двадцать человек забрали семерых", "mobilisation", [("people_count", 7, 7)]),
        ("Sentyabrın 21 gəldi, hamı getdi", "refuge", []),
    ],
)  # fmt: skip
def test_persons_are_counted_where_something_befell_them(text, theme, expected):
    assert figures(text, {theme}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("seats from between $2,500 and $3,000", [("price_usd", 2500, 3000)]),
        ("из Москвы просят 1800 долларов, через Ереван 1200, доллар сегодня по 58", [("price_usd", 1800, 1800), ("price_usd", 1200, 1200)]),
        ("просят пять тысяч баксов (5000)", [("price_usd", 5000, 5000)]),
        ("больше 12 тысяч за место не потяну", [("price_rub", None, 12_000)]),
        ("билетов нет дешевле 120 тысяч рублей", [("price_rub", 120_000, None)]),
        ("дороже 40 тысяч рублей за велосипед не дам", [("price_rub", None, 40_000)]),
        ("место 18 tys s cheloveka, vyezd 30.09", [("price_rub", 18_000, 18_000)]),
        ("просяць па дзвесце даляраў", [("price_usd", 200, 200)]),
        ("tickets cost $1,400, up from $250 on September 20", [("price_usd", 1400, 1400), ("price_usd", 250, 250)]),
    ],
)  # fmt: skip
def test_prices_keep_their_currency_and_their_bound(text, expected):
    assert figures(text, TRANSPORT) == expected


def test_a_price_in_a_list_is_that_of_the_place_before_it_though_a_crossing_is_named():
    text = "Pick-up right after Lars. Tbilisi 100 USD, Yerevan 250 USD"
    places = (
        crossing("verkhny_lars", text, "Lars"),
        place("tbilisi", "city", text, "Tbilisi"),
        place("yerevan", "city", text, "Yerevan"),
    )

    assert [quantity.place_id for quantity in read(text, TRANSPORT, places)] == ["tbilisi", "yerevan"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("в очереди легковых 180 ед., грузовых 95 ед.", [("queue_cars", 180, 180), ("queue_cars", 95, 95)]),
        ("простояли 9 год. у черзі", [("wait_hours", 9, 9)]),
        ("стоим в очереди, в 2022 год такого не было", []),
        ("стояли три часа с половиной в очереди", [("wait_hours", 3.5, 3.5)]),
        ("queue of half a mile", [("queue_km", 0.8, 0.8)]),
        ("очередь движется, по две машины за полчаса", []),
    ],
)
def test_units_are_known_by_their_short_forms_and_their_company(text, expected):
    assert figures(text) == expected


def test_a_fare_by_the_head_may_leave_out_its_thousands():
    assert figures("просит по 25 с носа до Уральска", TRANSPORT) == [("price_rub", 25_000, 25_000)]
    assert figures("просит по 25 долларов с носа", TRANSPORT) == [("price_usd", 25, 25)]


def test_a_tally_of_those_detained_needs_no_noun():
    assert figures("к полуночи счёт перевалил за тысячу", PROTEST) == [("people_count", 1000, None)]


def test_where_a_flight_goes_is_not_where_its_passengers_were_led_away():
    text = "Шереметьево, рейс на Стамбул. Двоих увели в кабинет"

    assert [quantity.place_id for quantity in read(text, {"border_control"}, (place("istanbul", "city", text, "Стамбул"),))] == [
        None
    ]


def test_a_city_with_a_count_of_its_own_is_not_that_of_all():
    text = "на акциях задержаны не менее 796 человек, больше 390 в Москве"

    counts = read(text, PROTEST, (place("moscow", "city", text, "Москве"),))

    assert [(quantity.low, quantity.place_id) for quantity in counts] == [(796, None), (390, "moscow")]


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("stoim s 4 utra do 16", 12),
        ("stoim s 5 utra, seichas 21:00", 16),
        ("заехал в 16:10, выехал в 18:40, хвост символический", 2.5),
        ("заняли очередь в семь вечера, уже десять утра", 15),
    ],
)
def test_a_wait_is_read_from_two_clock_times(text, hours):
    assert figures(text) == [("wait_hours", hours, hours)]


def test_no_two_figures_of_a_kind_begin_at_the_same_word():
    text = "Vaalimaa wait about 5 hours, Nuijamaa under an hour Forty pass"

    found = read(text, places=[crossing("nuijamaa", text, "Nuijamaa")])

    assert [(quantity.low, quantity.high) for quantity in found] == [(5, 5), (None, 1)]
    assert len({(quantity.kind, quantity.span[0]) for quantity in found}) == len(found)
