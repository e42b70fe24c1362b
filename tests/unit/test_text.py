"""Folding keeps offsets: the folded text is as long as the text."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.text import count_letters, fold, strip_links, tokenise


@given(st.text())
def test_folding_and_stripping_never_change_the_length(text):
    assert len(fold(text)) == len(text)
    assert len(strip_links(text)) == len(text)


@given(st.text())
def test_tokens_stand_where_they_say(text):
    found = tokenise(text)

    assert len(found.folded) == len(text)
    assert [found.folded[start : start + len(word)] for start, word in zip(found.starts, found.texts, strict=True)] == found.texts


def test_yo_and_case_are_folded():
    assert tokenise("Ёлка ВЕРХНИЙ").texts == ["елка", "верхний"]


def test_hashtags_and_dashes_part_words():
    assert tokenise("#ВерхнийЛарс 40-50").texts == ["верхнийларс", "40", "50"]


def test_letters_are_counted_in_any_script():
    assert count_letters("ab ლა 12 !") == 4
