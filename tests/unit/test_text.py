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
    folded = fold(text)

    assert all(folded[token.start : token.end] == token.text for token in tokenise(text))


def test_yo_and_case_are_folded():
    assert [token.text for token in tokenise("Ёлка ВЕРХНИЙ")] == ["елка", "верхний"]


def test_hashtags_and_dashes_part_words():
    assert [token.text for token in tokenise("#ВерхнийЛарс 40-50")] == ["верхнийларс", "40", "50"]


def test_letters_are_counted_in_any_script():
    assert count_letters("ab ლა 12 !") == 4
