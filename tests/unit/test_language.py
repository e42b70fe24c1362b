"""The dominant language, by script, letters and letter groups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.classify.language import detect_language
from monitor.classify.letter_groups import profiles_of
from monitor.classify.tongues import CANDIDATES, COMMON_WORDS
from monitor.text import fold

TEXTS = """
ru Верхний Ларс, стоим двадцать часов, очередь почти не движется
ru Такси до Тбилиси, четыре места
uk Черга на кордоні з Грузією не рухається вже другу добу
uk Хто знає як там на Ларсі зараз
be На мяжы вялікая чарга, стаім другі дзень
be Добры дзень, хто едзе з Гомеля
kk Шекарада кезек өте ұзын, бес сағат тұрдық
kk Ресейден келгендерге көмек керек
ky Чек арада кезек узун болду, элдер көп
mn Хилийн боомт дээр олон машин зогсож байна
tt Казанда бүген яңгыр яуды, урамнар буш
ka ლარსზე დიდი რიგია, მანქანები დგანან
hy Սահմանին մեծ հերթ կա
en Long queue at the border, no way back now
fi Rajalla on pitkä jono ja odotus kestää tunteja
de Lange Schlange an der Grenze nach Georgien
uk Коли вийшов перший автобус, ми вже його не чекали
uk Але тут вiн чекав на кордонi
mn Тїїнийг хїлээж байна
az Sərhəddə növbə çox uzundur, gözləyirik
az Samurda hava yaxşıdır, maşınlar keçir
tr Sınırda kuyruk çok uzun, bekliyoruz
pl Na granicy długa kolejka samochodów
"""


@pytest.mark.parametrize(("code", "text"), [line.split(" ", 1) for line in TEXTS.strip().splitlines()])
def test_the_language_of_a_short_post_is_told(code: str, text: str) -> None:
    assert detect_language(text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "Rebyata ya na verhnem larse, ochered ogromnaya",
        "kto nibud znaet skolko stoyat na granice",
        "mashin mnogo, ne dvigaetsya vtoroj chas",
    ],
)
def test_transliterated_russian_is_russian(text: str) -> None:
    found = detect_language(text)

    assert (found.code, found.method) == ("ru", "translit")


@pytest.mark.parametrize("text", ["", "20 км", "ok", "👍👍👍", "https://example.com/na-granice", "@ivan #ВерхнийЛарс [phone]"])
def test_a_text_without_words_has_no_language(text: str) -> None:
    found = detect_language(text, "ru")

    assert (found.code, found.confidence, found.method) == (None, 0.0, "too_short")


def test_a_short_text_takes_the_channels_language_and_says_so() -> None:
    found = detect_language("билет бар", "kk")

    assert (found.code, found.method) == ("kk", "hint")
    assert found.confidence <= 0.5
    assert detect_language("білет жоқ, құрбым", "ru").code == "kk"


def test_a_short_text_without_hint_is_a_guess_of_low_confidence() -> None:
    found = detect_language("на ларсе пусто")

    assert found.code == "ru"
    assert found.confidence <= 0.5


def test_links_names_tags_and_tokens_do_not_count() -> None:
    text = "Очередь стоит https://example.com/long-queue-at-the-border @borderwatch #queue [phone] [email] [link]"

    assert detect_language(text).code == "ru"


def test_foreign_names_do_not_turn_a_text() -> None:
    assert detect_language("Вышел обзор Google Pixel и Apple Watch, цены прежние").code == "ru"
    assert detect_language("Газета «Гарантія» з Києва написала, что граница закрыта и очереди выросли вдвое").code == "ru"


def test_other_scripts_are_told_or_owned_up_to() -> None:
    assert detect_language("Μεγάλη ουρά στα σύνορα").code == "el"
    assert detect_language("ሰላም ለዓለም ሁሉ ይሁን").code is None


@given(st.text())
def test_any_text_has_an_answer_that_never_changes(text: str) -> None:
    found = detect_language(text)

    assert 0.0 <= found.confidence <= 1.0
    assert (found.code is None) == (found.confidence == 0.0)
    assert detect_language(text) == found


@pytest.mark.parametrize("script", ["CYRILLIC", "LATIN"])
def test_no_field_of_a_row_falls_below_zero_and_borrows_from_its_neighbour(script: str) -> None:
    profiles = profiles_of(script)

    for word in {word for code in CANDIDATES[script] for word in COMMON_WORDS.get(code, ())}:
        assert max(profiles.weigh([fold(word)]) or [0]) <= 0


def test_a_long_post_is_read_to_its_end() -> None:
    assert detect_language("Граница закрыта, все ждут. " + "Черга не рухається, її ніхто не бачить. " * 40).code == "uk"


def test_tags_are_left_out_however_they_are_joined() -> None:
    assert detect_language("#Border_Queue_is_long #D'Artagnan #no Очередь не движется").code == "ru"
