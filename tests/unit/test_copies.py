"""Exact copies share a hash however they are dressed; other texts do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.classify.copies import copy_hash

TEXT = "Очередь растет, 20 км и 500 машин"


@pytest.mark.parametrize(
    "copy",
    [
        TEXT.upper(),
        "  " + TEXT.replace(" ", "\n\n"),
        TEXT.replace("растет", "растёт") + "!!!",
        "🔴 " + TEXT,
        TEXT + " https://example.org/a?b=1",
    ],
)
def test_a_copy_in_other_dress_has_the_same_hash(copy):
    assert copy_hash(copy) == copy_hash(TEXT)


@pytest.mark.parametrize("other", [TEXT.replace("20", "21"), TEXT.replace("машин", "фур"), TEXT + " и ещё"])
def test_another_text_has_another_hash(other):
    assert copy_hash(other) != copy_hash(TEXT)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=80))
def test_a_hash_always_fits_a_signed_64_bit_column(text):
    assert -(2**63) <= copy_hash(text) < 2**63


def test_the_hash_is_the_same_in_every_process():
    assert copy_hash("ларс 20 км") == -6489916907253399881
