"""Give a text the marks by which its copies are found: a hash that exact copies share, and keys that near copies share.

Texts are compared as folded words, without links and without the lines a channel signs its posts with. The keys are a bottom-k
sketch (Broder 1997, doi:10.1109/SEQUEN.1997.666900; Cohen & Kaplan 2007, doi:10.1145/1281100.1281133): the least of the hashes of
all runs of three words. Where most runs of one text stand in another, some of its least ones are the other's least ones too,
whether words were changed or a part was cut off. Keys only propose; ``likeness.is_near_copy`` decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from struct import unpack
from typing import NamedTuple

from monitor.text import Remembered, tokenise

KEYS_COUNT = 4
"""Keys of a text: with 4, 98 of 100 copies with a tenth of their words changed share one; with 8, 99 (bench/copies.py)."""
ASKS_TO_FOLLOW = (
    "подписаться", "подписывай", "подпишись", "подпишитесь", "прислать новост", "предложить новост", "присылай", "наш канал",
    "наш чат", "наш бот", "підписатися", "підписуй", "підпишіться", "надіслати новин", "падпісацца", "subscribe", "follow us",
    "join us", "жазыл", "გამოიწერ", "բաժանորդագր",
)  # fmt: skip
FOOTER_WORDS = 14
"""A line of more words than this is no signature."""


class CopyMarks(NamedTuple):
    """What copies of a text are found by: ``hash`` is signed 64-bit, ``keys`` are positive 30-bit numbers, the least first."""

    hash: int
    keys: tuple[int, ...]


def _hashes_of(word: str) -> bytes:
    """Give three 30-bit hashes of a word, one for each place in a run, in 32 bits each."""
    encoded = word.encode("utf-8", "surrogatepass")
    digests = (blake2b(encoded, digest_size=4, salt=salt).digest() for salt in _SALTS)
    return b"".join((int.from_bytes(digest, "big") >> 2).to_bytes(4, "little") for digest in digests)


_SALTS = (b"first", b"second", b"third")
_known = Remembered(_hashes_of)
_SECOND_OF_NEXT, _THIRD_AFTER_NEXT = 32 * 4, 32 * 8
"""Bits from a word's first hash to its neighbours' hashes for their places in its run."""


def copy_marks(text: str) -> CopyMarks:
    """Give the marks of ``text``; the same text has the same ones in every process.

    >>> copy_marks("Ларс: 20 км!") == copy_marks("ларс 20 км")
    True
    """
    own = own_words(text)
    normal = " ".join(own).encode("utf-8", "surrogatepass")
    return CopyMarks(int.from_bytes(blake2b(normal, digest_size=8).digest(), "big", signed=True), copy_keys(own))


def copy_keys(own: Sequence[str]) -> tuple[int, ...]:
    """Give the least hashes of all runs of three words; a text of one or two words is one run.

    A run's hash is the sum without carry of one hash a place: simple tabulation, whose least values are as good as random
    ones (Pătraşcu & Thorup 2012, doi:10.1145/2220357.2220361).
    """
    if len(own) < 3:
        own = [*own, *[""] * (3 - len(own))]
    hashes = int.from_bytes(b"".join(map(_known.__getitem__, own)), "little")
    runs = hashes ^ hashes >> _SECOND_OF_NEXT ^ hashes >> _THIRD_AFTER_NEXT
    fields = unpack(f"<{3 * len(own)}I", runs.to_bytes(12 * len(own), "little"))
    return tuple(sorted(set(fields[:-6:3]))[:KEYS_COUNT])  # of each word the first field; the last two begin no run


def own_words(text: str) -> list[str]:
    """Give the words that make two texts the same: folded, links and signature left out.

    >>> own_words("Ларс: 20 км!\\n\\n🔴 Подписаться на Ларс Live https://t.me/x")
    ['ларс', '20', 'км']
    """
    cut = without_footer(text)
    return list(tokenise(text if cut == text.rstrip() else cut).texts)  # the whole text's words are at hand


def without_footer(text: str) -> str:
    """Cut off the last lines while they ask to subscribe or to send news; a text of nothing else stays as it is."""
    kept = text.rstrip()
    while (line_at := kept.rfind("\n")) >= 0 and _is_footer(kept[line_at + 1 :]):
        kept = kept[:line_at].rstrip()
    return kept or text


def _is_footer(line: str) -> bool:
    return line.count(" ") < FOOTER_WORDS and any(map(line.lower().__contains__, ASKS_TO_FOLLOW))
