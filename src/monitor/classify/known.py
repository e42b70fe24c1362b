"""What is known of a word, as the bits of one number: a word is looked up once, and then asked anything by ``&``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from monitor.classify.latin import in_latin

LEAST_LATIN = 5
"""Letters a Russian beginning must have in Latin letters to be read so too: shorter ones begin English words."""


class Bits:
    """Gives out a bit for a set of words, or of beginnings of words, and tells of any word which bits it has."""

    def __init__(self) -> None:
        self._of_start: dict[str, int] = defaultdict(int)
        self._of_word: dict[str, int] = defaultdict(int)
        self._given = 0
        self.beginning = 0
        """The bits of all words that a figure may begin with."""

    def starting(self, *lines: str, also: int = 0) -> int:
        """Give a bit to all words that begin with one of those in ``lines``, and to those that begin as the bits ``also`` ask."""
        bit = self._next()
        starts = " ".join(lines).split()
        latin = [written for start in starts for written in in_latin(start) if len(written) >= LEAST_LATIN]
        for start in (*starts, *latin, *[start for start, bits in self._of_start.items() if bits & also]):
            self._of_start[start] |= bit
        return bit

    def beginnings(self, words: Iterable[str]) -> int:
        """Give a bit to just these words, with which a figure may begin."""
        bit = self.exactly(words)
        self.beginning |= bit
        return bit

    def exactly(self, words: Iterable[str]) -> int:
        """Give a bit to just these words."""
        bit = self._next()
        for word in words:
            self._of_word[word] |= bit
        return bit

    def of(self, word: str) -> int:
        """Give the bits of a word.

        >>> bits = Bits()
        >>> waiting, queue = bits.starting("стои жд"), bits.starting("очеред")
        >>> bits.of("стоим") & waiting > 0, bits.of("стоим") & queue
        (True, 0)
        """
        known = self._of_word.get(word, 0)
        for end in range(1, len(word) + 1):
            known |= self._of_start.get(word[:end], 0)
        return known

    def _next(self) -> int:
        self._given += 1
        return 1 << self._given


BITS = Bits()
"""The bits of all words around figures; modules ask for theirs when they are imported, before any text is read."""
