"""The form of a post follows who speaks, to whom, and on whose word."""

import json
from pathlib import Path

import pytest

from monitor.classify import traits
from monitor.classify.kind import find_kind
from monitor.text import tokenise


def kind_of(text, *themes):
    return find_kind(text, themes=frozenset(themes))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Довезу до границы, два места, 20 тыс", "offer"),
        ("Продам велосипед у самого поста", "offer"),
        ("Ищу место в машине до Уральска на завтра", "offer"),
        ("Two seats available in a van to Tbilisi", "offer"),
        ("ველოსიპედი იყიდება", "offer"),
        ("Кто знает, пускают ли пешком", "question"),
        ("Is the crossing open tonight?", "question"),
        ("Хто знає, чи працює пункт", "question"),
        ("Ничего не подписывайте, требуйте адвоката", "advice"),
        ("Дверь не открывать, на звонки не отвечать, симку вынуть", "advice"),
        ("Don't open the door to anyone", "advice"),
        ("Не бярыце позву, не адчыняйце дзверы", "advice"),
    ],
)
def test_what_addresses_the_reader_is_told_by_how_it_does(text, kind):
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "theme", "kind"),
    [
        ("Губернатор заявил о закрытии трассы к границе", "border_control", "news"),
        ("The ministry announced new rules for reservists", "mobilisation", "news"),
        ("За даними прикордонників, пункт пропуску закрито", "border_control", "news"),
        ("I think letting them all in was a mistake, and everybody knows it", "refuge", "opinion"),
        ("Какой позор для страны, и никто за это не ответит", "mobilisation", "opinion"),
        ("Мы стоим вторую ночь, еле движемся", "border_queue", "report"),
        ("We are three kilometres from the gate, still waiting", "border_queue", "report"),
        ("Стоїмо з учора, холодно", "border_queue", "report"),
        ("კვლავ მე რიგში ვდგავარ", "border_queue", "report"),
        ("Озинки: 40 машин, медленно", "border_queue", "report"),
    ],
)
def test_witness_newsroom_and_judge_are_told_apart(text, theme, kind):
    assert kind_of(text, theme) == kind


def test_an_offer_outweighs_the_question_it_ends_with():
    assert kind_of("Продам билет на утро, кому нужно?", "exit_transport") == "offer"


def test_what_carries_a_theme_is_not_something_else():
    text = "Обои дня: дождь"

    assert kind_of(text) == "other"
    assert kind_of(text, "departures") in ("report", "news")


def test_an_empty_text_is_other():
    assert kind_of("") == "other"


@pytest.mark.parametrize("form", ["IMPERATIVE", "FIRST", "FORMAL", "INFINITIVE"])
def test_the_look_at_a_words_ending_spares_no_word_that_shows_the_form(form: str) -> None:
    pattern, ends = getattr(traits, f"_{form}"), getattr(traits, f"_{form}_ENDS")

    shown = [word for word in words_of_labelled_posts() if pattern.fullmatch(word)]

    assert shown
    assert [word for word in shown if word[-2:] not in ends and "ированн" not in word] == []


def words_of_labelled_posts() -> set[str]:
    files = (Path(__file__).parents[1] / "labelled").glob("*.jsonl")
    lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return {word for line in lines for word in tokenise(json.loads(line)["text"]).texts}
