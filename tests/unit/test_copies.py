"""Exact copies share a hash however they are dressed; near copies share keys, and stand the comparison word by word."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.classify import Wording, copy_marks, is_long_enough, is_near_copy
from monitor.classify.copies import without_footer

TEXT = "Очередь растет, 20 км и 500 машин"
REPORT = (
    "Верхний Ларс, утро. Стоим уже 20 часов, очередь растянулась до поворота на Чми, вода и еда закончились ещё ночью, "
    "машины почти не двигаются, пограничники пропускают по 5 машин, люди бросают авто и идут пешком до пункта пропуска"
)


def is_copy(later, earlier):
    """Give what both steps say of two texts: proposed by a key, confirmed word by word."""
    shared = set(copy_marks(later).keys) & set(copy_marks(earlier).keys)
    return bool(shared) and is_near_copy(Wording(later), Wording(earlier))


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        "  " + TEXT.replace(" ", "\n\n"),
        TEXT.replace("растет", "растёт") + "!!!",
        "🔴 " + TEXT,
        TEXT + " https://example.org/a?b=1",
        TEXT + "\n\n🔴 [Подписаться на Ларс Live](https://t.me/lars_live/1)\n📩 Прислать новость",
    ],
)
def test_a_copy_in_other_dress_has_the_same_marks(copy):
    assert copy_marks(copy) == copy_marks(TEXT)


@pytest.mark.parametrize("other", [TEXT.replace("20", "21"), TEXT.replace("машин", "фур"), TEXT + " и ещё"])
def test_another_text_has_another_hash(other):
    assert copy_marks(other).hash != copy_marks(TEXT).hash


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_marks_always_fit_their_columns(text):
    marks = copy_marks(text)

    assert -(2**63) <= marks.hash < 2**63
    assert 1 <= len(marks.keys) == len(set(marks.keys)) <= 6 and all(0 <= key < 2**30 for key in marks.keys)


def test_marks_are_the_same_in_every_process():
    program = f"from monitor.classify import copy_marks; print(tuple(copy_marks({REPORT!r})))"
    told = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**env, "PYTHONUTF8": "1"}
        ).stdout
        for env in (
            {"PYTHONHASHSEED": "1", "PYTHONPATH": ":".join(sys.path)},
            {"PYTHONHASHSEED": "2", "PYTHONPATH": ":".join(sys.path)},
        )
    }

    assert told == {f"{tuple(copy_marks(REPORT))}\n"}
    assert copy_marks("ларс 20 км").hash == -6489916907253399881


@pytest.mark.parametrize(
    "copy",
    [
        REPORT.replace("почти", "совсем"),
        REPORT.replace("утро", "вечер").replace("бросают", "оставляют").replace("закончились", "кончились"),
        REPORT.replace("Стоим уже 20 часов, ", ""),
        "⚡️ Пишут подписчики: " + REPORT,
        " ".join(REPORT.split()[:20]),
        " ".join(REPORT.split()[8:27]),
        REPORT.replace("20 часов", "двадцать часов"),
    ],
    ids=["one word", "a tenth", "a clause left out", "words before it", "its first part", "a part of it", "a figure in words"],
)
def test_an_edited_copy_is_known_again(copy):
    assert is_copy(copy, REPORT)


@pytest.mark.parametrize(
    "other",
    [
        REPORT.replace("20 часов", "30 часов"),
        REPORT.replace("по 5 машин", "по 50 машин"),
        REPORT.replace("20 часов", "пятнадцать часов"),
        REPORT.replace("20 часов", "двадцать пять часов"),
    ],
)
def test_a_report_with_another_figure_is_another_report(other):
    assert not is_copy(other, REPORT)


def test_a_report_from_another_place_is_another_report():
    here, there = Wording(REPORT, frozenset({"verkhny_lars"})), Wording(REPORT, frozenset({"ozinki"}))

    assert not is_near_copy(there, here)
    assert is_near_copy(Wording(REPORT, frozenset()), here)


@pytest.mark.parametrize(
    ("form", "one", "other"),
    [
        ("Российская армия освободила населенный пункт {} в ДНР, сообщили в Минобороны", "Раздольное", "Воровское"),
        ("{}: на пикете задержали двух человек, антивоенный плакат изъяли", "Томск", "Уфа"),
    ],
)
def test_a_short_report_that_names_another_thing_is_another_report(form, one, other):
    assert not is_copy(form.format(one), form.format(other))
    assert is_copy("Пишут: " + form.format(one), form.format(one))


@pytest.mark.parametrize("text", ["Очередь 5 км", "Ларс стоит", "Пробка до поворота сейчас"])
def test_of_a_few_words_only_the_very_same_are_a_copy(text):
    assert not is_near_copy(Wording(text), Wording(text))


def test_a_text_of_a_few_letters_is_no_copy():
    assert not is_long_enough("Ларс: 20 км!!! 112 233 445 566")
    assert is_long_enough(TEXT)


def test_two_posts_with_the_same_signature_are_not_alike():
    footer = "\n\n❤ [Подписаться](https://t.me/moscowtop) | [Прислать новость](https://t.me/bot)"

    assert not is_copy("Снежная пятница в Москве" + footer, "Бобровая луна над Москвой" + footer)


@pytest.mark.parametrize("text", ["Подписаться на канал", "Указ подписал президент\nОн подписал его вчера", "одна строка"])
def test_what_is_no_signature_is_not_cut_off(text):
    assert without_footer(text) == text


def test_a_long_addition_makes_a_text_of_its_own():
    assert not is_copy(REPORT + " " + " ".join(f"слово{n}" for n in range(60)), REPORT)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.sampled_from(REPORT.split()), min_size=6, max_size=40),
    st.lists(st.sampled_from(REPORT.split()), min_size=6, max_size=40),
)
def test_of_two_texts_alike_as_wholes_either_may_be_the_copy(ours, theirs):
    one, two = Wording(" ".join(ours)), Wording(" ".join(theirs))
    common = len(one.runs & two.runs)
    if 100 * common >= 55 * len(one.runs | two.runs):
        assert is_near_copy(one, two) == is_near_copy(two, one)
