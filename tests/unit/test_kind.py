"""The form of a post follows who speaks and to whom."""

import pytest

from monitor.classify.kind import find_kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Довезу до границы, два места, 20 тыс", "offer"),
        ("Продам велосипед у самого поста", "offer"),
        ("Two seats available in a van to Tbilisi", "offer"),
        ("ველოსიპედი იყიდება", "offer"),
        ("Кто знает, пускают ли пешком", "question"),
        ("Is the crossing open tonight?", "question"),
        ("Хто знає, чи працює пункт", "question"),
        ("Ничего не подписывайте, требуйте адвоката", "advice"),
        ("Don't open the door to anyone", "advice"),
        ("Губернатор заявил о закрытии трассы", "news"),
        ("The ministry announced new rules", "news"),
        ("За даними прикордонників, пост закрито", "news"),
        ("I think this was a mistake", "opinion"),
        ("Какой позор для страны", "opinion"),
        ("Мы стоим вторую ночь", "report"),
        ("We are three kilometres from the gate", "report"),
        ("Стоїмо з учора, холодно", "report"),
        ("კვლავ მე რიგში ვდგავარ", "report"),
    ],
)
def test_the_form_is_told_by_its_cues(text, kind):
    assert find_kind(text, has_theme=True) == kind


def test_a_witness_who_does_not_name_himself_still_reports():
    assert find_kind("Озинки: 40 машин, медленно", has_theme=False) == "report"


def test_a_theme_told_without_any_cue_is_news():
    assert find_kind("Вагон с призывниками, Чита", has_theme=True) == "news"


def test_a_post_without_theme_and_cue_is_other():
    assert find_kind("Красивый закат", has_theme=False) == "other"


def test_an_offer_outweighs_the_question_it_ends_with():
    assert find_kind("Продам билет на утро, кому нужно?", has_theme=True) == "offer"


def test_an_empty_text_is_other():
    assert find_kind("", has_theme=False) == "other"
