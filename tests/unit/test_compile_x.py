"""Themes as X queries: forms listed, packed under the length, exclusions kept, what is left out told with its reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor import seeds
from monitor.match import compile_x
from monitor.match.forms import ranked_forms
from monitor.model import Combination, Theme, XCompiled
from tests.peers.x_query import compile_query
from tests.unit.test_match import LARS, TBILISI, make_theme, words

SEEDS = Path(__file__).parents[2] / "seeds"
PLACES = (LARS, TBILISI)


def compiled(theme: Theme, length: int = 512) -> XCompiled:
    return compile_x(theme, PLACES, length=length)


def finds(found: XCompiled, text: str) -> bool:
    post = {"text": text.lower()}
    return any(compile_query(query.text)(post) for query in found.queries)


def reasons(found: XCompiled) -> dict[str, str]:
    return {dropped.form: dropped.reason for dropped in found.dropped}


@pytest.mark.parametrize("length", [512, 1024])
def test_every_theme_of_the_seeds_fits_and_reads_as_xs_language(length: int) -> None:
    codebook = seeds.load_codebook(SEEDS)
    found = [compile_x(theme, codebook.places, length=length) for theme in codebook.themes]

    assert all(1 <= len(theme.queries) <= 2 for theme in found)
    for query in (query for theme in found for query in theme.queries):
        assert length // 3 < len(query.text) <= length or query.name == "detention_1"
        assert query.text.endswith(" -is:retweet") and "lang:" not in query.text
        compile_query(query.text)


def test_a_longer_query_finds_all_that_a_shorter_one_finds() -> None:
    theme = make_theme(terms=words("ru", *(f"слово{number} о границе" for number in range(60))))

    short, long = compiled(theme, 300), compiled(theme, 512)

    assert len(long.dropped) < len(short.dropped)
    assert all(finds(long, text) for text in (f"слово{number} о границе" for number in range(5)))


def test_forms_are_listed_because_x_does_not_stem() -> None:
    found = compiled(make_theme(terms=words("ru", "повестка", "частичная мобилизация")))

    assert all(finds(found, text) for text in ("повестку", "повесток", "частичной мобилизации", "частичную мобилизацию"))
    assert not finds(found, "повествование")
    assert "частичная мобилизацию" not in found.queries[0].text


def test_an_exact_word_and_a_language_without_forms_stand_as_written() -> None:
    theme = make_theme(terms=(*words("ru", "=бегите"), *words("ka", "რიგი საზღვარზე")))

    assert compiled(theme).queries[0].text == '(бегите OR "რიგი საზღვარზე") -is:retweet'


def test_words_that_void_a_theme_are_kept_as_exclusions() -> None:
    found = compiled(make_theme(terms=words("ru", "очередь"), void_by=words("ru", "тбилиси"), without=words("ru", "скидка")))

    assert finds(found, "очередь у моста")
    assert not finds(found, "очередь за скидкой") and not finds(found, "очередь в тбилиси")


def test_a_combination_becomes_a_product_of_alternatives() -> None:
    near = (words("ru", "очередь"), (*words("ru", "граница"), *words("*", "@crossing")))
    found = compiled(make_theme(combinations=(Combination(name="queue", near=near, within=9, without=words("ru", "магазин")),)))

    assert finds(found, "очереди на границе") and finds(found, "ларс, очередь")
    assert not finds(found, "очередь") and not finds(found, "очередь на границе, магазин")


def test_terms_and_combinations_have_a_query_each() -> None:
    combination = Combination(name="queue", near=(words("en", "queue"), words("en", "border")), within=9)

    found = compiled(make_theme(terms=words("en", "border closed"), combinations=(combination,)))

    assert [query.name for query in found.queries] == ["queue_1", "queue_2"]
    assert found.queries[1].text == "(queue OR queues) (border OR borders) -is:retweet"


def test_what_is_left_out_says_why() -> None:
    long = words("en", *(f"a very long phrase about number {number}" for number in range(40)))
    wide = Combination(name="wide", near=(long, long, long, long, long), within=9)
    theme = make_theme(
        terms=(*words("ru", "военкомат", "поджог военкомат"), *words("kk", "шекара*"), *long),
        void_by=words("*", "@city"),
        combinations=(wide,),
    )

    told = reasons(compiled(theme))

    assert told["шекара*"] == "a word's beginning, and X matches whole words"
    assert told["поджог военкомат"] == "said already by «военкомат»"
    assert told["wide"] == "combination: no room"
    assert told["-@city"] == "an exclusion of places, of which there are too many"
    assert told["a very long phrase about number 39"] == "no room"


def test_a_words_beginning_stands_for_the_words_of_the_themes_examples() -> None:
    theme = make_theme(terms=words("kk", "шекара*"), matches=("Шекарада кезек",))

    assert finds(compiled(theme), "шекарада")


def test_compiling_twice_gives_the_same() -> None:
    theme = replace(seeds.load_codebook(SEEDS).themes[2])

    assert compiled(theme) == compiled(theme)


@pytest.mark.parametrize(
    ("phrase", "language", "first"),
    [
        ("повестка", "ru", ("повестка", "повестки")),
        ("закрыть границы", "ru", ("закрыли границы", "закрыл границы")),
        ("частичная мобилизация", "ru", ("частичная мобилизация", "частичные мобилизации")),
        ("часткова мобілізація", "uk", ("часткова мобілізація", "часткові мобілізації")),
        ("country", "en", ("country", "countries")),
        ("leave russia now", "en", ("leave russia now",)),
        ("როგი", "ka", ("როგი",)),
    ],
)
def test_forms_come_in_the_order_of_their_use(phrase: str, language: str, first: tuple[str, ...]) -> None:
    assert ranked_forms(phrase, language)[: len(first)] == first
