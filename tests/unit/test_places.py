"""The gazetteer: every row can be trusted by the map, and no two places claim the same unconditional spelling."""

from collections import defaultdict
from pathlib import Path

import pytest

from monitor import seeds
from monitor.match import compile_matcher
from monitor.model import Codebook, Keyword, Place
from monitor.text import fold

PLACES = seeds.load_places(Path(__file__).parents[2] / "seeds" / "places.csv")
BY_ID = {place.place_id: place for place in PLACES}
LANGUAGES = {"ru", "uk", "en", "ka", "kk", "be", "hy", "mn", "fi", "de", "az", "tt", "*"}
BOX = {"crossing": ((41, 70), (19, 132)), "region": ((39, 75), (19, 180))}
"""Where Russia's land crossings and the regions of Russia and its neighbours lie: (lat_deg, lon_deg) from and to."""
REGION_COUNTRIES = {"RU", "UA", "BY", "GE", "AM", "AZ", "KZ", "KG", "TJ", "UZ", "EE", "LV", "LT", "FI", "MN"}


def spelled(keyword: Keyword) -> tuple[str, str]:
    return keyword.language, fold(keyword.text)


def words_of(place: Place) -> tuple[Keyword, ...]:
    return (*place.spellings, *place.needs_context)


@pytest.fixture(scope="module")
def named():
    context = tuple(Keyword(text=word, language="ru") for word in ("очередь", "граница"))
    codebook = Codebook(digest="", themes=(), places=PLACES, units={}, place_context=context)
    matcher = compile_matcher(codebook)
    return lambda text: {mention.place_id for mention in matcher.match(text).places}


def test_there_are_at_least_sixty_places_and_no_kind_is_empty():
    kinds = defaultdict(int)
    for place in PLACES:
        kinds[place.kind] += 1

    assert len(PLACES) >= 60
    assert min(kinds[kind] for kind in seeds.PLACE_KINDS) >= 40


def test_every_row_is_well_formed():
    for place in PLACES:
        assert place.place_id.replace("_", "").isalnum() and place.place_id == place.place_id.lower(), place.place_id
        assert place.name and place.source, place.place_id
        assert place.country and len(place.country) == 2 and place.country.isupper(), place.place_id
        assert {word.language for word in words_of(place)} <= LANGUAGES, place.place_id
        assert all(word.text.strip(" *") for word in words_of(place)), place.place_id


def test_every_place_is_spelled_in_russian_and_english():
    for place in PLACES:
        assert {"ru", "en"} <= {word.language for word in words_of(place)}, place.place_id


def test_crossings_and_regions_lie_where_they_can():
    for place in PLACES:
        if place.kind in BOX:
            (south, north), (west, east) = BOX[place.kind]
            assert south <= place.lat_deg <= north and west <= place.lon_deg <= east, place.place_id


def test_no_place_of_the_region_lies_on_another_continent():
    for place in PLACES:
        if place.country in REGION_COUNTRIES:
            assert 37 <= place.lat_deg <= 75 and 19 <= place.lon_deg <= 180, place.place_id


@pytest.mark.parametrize(
    ("one", "other"), [("verkhny_lars", "stepantsminda"), ("ivangorod_narva", "narva"), ("vaalimaa", "torfyanovka")]
)
def test_neighbours_lie_next_to_each_other(one, other):
    assert abs(BY_ID[one].lat_deg - BY_ID[other].lat_deg) < 0.15
    assert abs(BY_ID[one].lon_deg - BY_ID[other].lon_deg) < 0.15


def test_no_two_places_claim_the_same_unconditional_spelling():
    owners = defaultdict(set)
    for place in PLACES:
        for word in place.spellings:
            owners[spelled(word)].add(place.place_id)

    assert {word: places for word, places in owners.items() if len(places) > 1} == {}


def test_a_place_does_not_list_a_spelling_twice():
    for place in PLACES:
        words = [(*spelled(word), word.is_exact) for word in words_of(place)]
        assert len(words) == len(set(words)), place.place_id


def test_a_beginning_of_a_word_is_long_enough_to_be_told_apart():
    for place in PLACES:
        for word in words_of(place):
            if word.text.endswith("*") and " " not in word.text:
                assert len(word.text) > 4, (place.place_id, word.text)


@pytest.mark.parametrize("place_id", ["verkhny_lars", "georgia", "kazakhstan", "finland", "russia"])
def test_leading_places_are_spelled_in_the_languages_of_the_border(place_id):
    place = BY_ID[place_id]

    assert {"ru", "uk", "en", "ka", "kk", "be", "hy", "mn", "fi", "de", "az"} <= {word.language for word in words_of(place)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("У Верхнего Ларса стоим с утра", {"verkhny_lars"}),
        ("#ВерхнийЛарс", {"verkhny_lars"}),
        ("ზემო ლარსთან ვდგავართ", {"verkhny_lars"}),
        ("Сырым бекетінде тұрмыз", {"mashtakovo"}),
        ("Кайрак, обе полосы пустые", {"troitsk_kairak"}),
        ("Саратовская область", {"saratov_region"}),
        ("под Саратовом", {"saratov"}),
        ("на казахстанской стороне", {"kazakhstan"}),
        ("на российско-казахстанской границе", {"russia", "kazakhstan"}),
        ("на грузинской стороне", {"georgia"}),
        ("Ресейден келдік", {"russia"}),
        ("питерские автозаки", {"st_petersburg"}),
        ("в Южной Осетии", {"south_ossetia"}),
        ("в Красноярском крае", {"krasnoyarsk_krai"}),
        ("Пензенская область и сама Пенза", {"penza_region", "penza"}),
        ("у Нижньокамську", {"nizhnekamsk"}),
        ("летим на Кубу, оттуда в Перу", {"cuba", "peru"}),
        ("катарские власти", {"qatar"}),
        ("в Республике Коми и в Горном Алтае", {"komi", "altai_republic"}),
        ("во Владимире и в Кирове", {"vladimir", "kirov"}),
        ("из Кокшетау в Караганду", {"kokshetau", "karaganda"}),
        ("v Tomske i v Kazani", {"tomsk", "kazan"}),
    ],
)
def test_a_place_is_known_by_its_other_names(named, text, wanted):
    assert named(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Ларс Ульрих сегодня сбился с ритма",
        "ларсен и ларсон",
        "россияне, казахи и грузины",
        "грузинское вино, финский язык",
        "ресейліктер келді",
        "курские антоновские яблоки",
        "брусничное варенье и сырым не ешьте",
        "водитель орал, семей было много",
        "Львова-Белова",
        "Владимир Владимирович и Киров Сергей",
        "чад кутежа, того и гляди",
        "три куба песка по перу автора",
        "вони мали вийти, бали за тест",
        "орёл над шахтами, мирный день",
        "паром ждут, пар з носа",
        "лари: 50 ლარს გადაიხდი",
    ],
)
def test_people_things_and_look_alikes_are_no_place(named, text):
    assert named(text) == set()


def test_an_ambiguous_name_counts_only_near_the_border(named):
    assert named("Троицк, парк в субботу") == set()
    assert named("Троицк, граница, очередь") == {"troitsk_kairak"}


def test_every_place_is_found_by_its_english_name_or_waits_for_context(named):
    for place in PLACES:
        found = [word for word in place.spellings if word.language == "en" and place.place_id in named(word.text)]
        assert found or any(word.language == "en" for word in place.needs_context), place.place_id
