"""Russian as it is written with Latin letters: «стоим» as stoim."""

from __future__ import annotations

import re
from collections.abc import Iterator

_RUSSIAN = re.compile("[а-я]+")
_LATIN = {
    **dict(zip("абвгдезийклмнопрстуфхыэъь", [*"abvgdeziyklmnoprstufhye", "", ""], strict=True)),
    "ж": "zh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "sch",
    "ю": "yu",
    "я": "ya",
}
_ALSO = (("ts", "c"), ("h", "kh"), ("y", "i"), ("ya", "ja"))


def in_latin(word: str) -> Iterator[str]:
    """Give how a Russian word may be written with Latin letters, nothing for words with other letters.

    >>> list(in_latin("двадцать"))
    ['dvadtsat', 'dvadcat']
    """
    if not _RUSSIAN.fullmatch(word):
        return
    plain = "".join(map(_LATIN.__getitem__, word))
    yield plain
    yield from (plain.replace(one, other) for one, other in _ALSO if one in plain and (one != "h" or "х" in word))
