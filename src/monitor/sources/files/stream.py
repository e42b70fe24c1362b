"""Walk through JSON too large to hold: objects key by key, arrays element by element, each element as a whole."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from json import JSONDecodeError, JSONDecoder
from typing import Any, BinaryIO

CHUNK_BYTES = 262_144
_SPACE = re.compile(r"[\s,:]*")
MAX_KEY = 1_000
_STRUCTURE = re.compile(r'["{}\[\]\\]')
_SCALAR_END = re.compile(r"[\s,\]}]")


class CutShort(Exception):
    """The file ends in the middle of something, or holds something else than JSON where structure was expected."""


class BadValue(Exception):
    """One value cannot be used: why, and how it begins; never part of a message."""

    def __init__(self, reason: str, raw: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.raw = raw


class JsonWalk:
    """Where a walk through a stream of JSON values stands. Bytes that are no UTF-8 become halves of surrogate pairs."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape").decode
        self._scan = JSONDecoder(strict=False).raw_decode
        self._text, self._at = "", 0
        self._is_end = False

    def peek(self) -> str:
        """Give the next character that is no space or separator; an empty one at the end of the file."""
        while True:
            self._at = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it also matches nothing
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def fields(self) -> Iterator[str]:
        """Give the keys of an object's fields; whoever asks for the next must have taken the value of the last."""
        self._enter("{")
        while self._next() != "}":
            if self.peek() != '"':
                raise CutShort
            yield self._key()
        self._at += 1

    def elements(self) -> Iterator[None]:
        """Stand before each element of an array; whoever asks for the next must have taken the last."""
        self._enter("[")
        while self._next() != "]":
            yield
        self._at += 1

    def value(self, most: int) -> tuple[Any, str]:
        """Take the next value, and as it was written; BadValue for one that is no JSON or longer than ``most`` characters.

        Either way the walk stands behind it afterwards.
        """
        self._next()
        while True:
            try:
                found, end = self._scan(self._text, self._at)
            except (JSONDecodeError, RecursionError, ValueError):
                found, end = None, -1
            is_number = end == len(self._text) and not self._is_end and not isinstance(found, (dict, list, str))
            if end >= 0 and not is_number:
                return self._taken(found, end, most)
            if len(self._text) - self._at > most or not self._could_go_on():
                self._reject(most)
            if not self._more():
                raise CutShort

    def skip(self) -> None:
        """Take the next value without a look at it, however long it is."""
        self._next()
        self._pass_over(keep=0)

    def _key(self) -> str:
        try:
            return str(self.value(MAX_KEY)[0])
        except BadValue:
            raise CutShort from None

    def _taken(self, found: Any, end: int, most: int) -> tuple[Any, str]:
        raw, self._at = self._text[self._at : end], end
        if len(raw) > most:
            raise BadValue("overlong", raw[:most])
        return found, raw

    def _reject(self, most: int) -> None:
        is_long = len(self._text) - self._at > most
        raw = self._pass_over(keep=most)
        raise BadValue("overlong" if is_long else "not_json", raw)

    def _could_go_on(self) -> bool:
        """Tell whether the value that could not be read may only lack its end."""
        return not self._is_end and _Bounds(self._text[self._at]).end(self._text, self._at, is_end=False) < 0

    def _pass_over(self, *, keep: int) -> str:
        """Go behind the next value by its brackets; give its first ``keep`` characters."""
        bounds, kept = _Bounds(self._text[self._at]), ""
        while True:
            end = bounds.end(self._text, self._at, is_end=self._is_end)
            stop = end if end >= 0 else len(self._text)
            kept += self._text[self._at : min(stop, self._at + keep - len(kept))]
            self._at = stop
            if end >= 0:
                return kept
            if not self._more():
                raise CutShort

    def _enter(self, bracket: str) -> None:
        if self.peek() != bracket:
            raise CutShort
        self._at += 1

    def _next(self) -> str:
        found = self.peek()
        if not found:
            raise CutShort
        return found

    def _more(self) -> bool:
        if self._is_end:
            return False
        chunk = self._stream.read(max(CHUNK_BYTES, len(self._text) - self._at))
        self._is_end = not chunk
        self._text = self._text[self._at :] + self._decode(chunk, self._is_end)
        self._at = 0
        return True


class _Bounds:
    """Finds, chunk by chunk, where a value that begins with ``first`` ends: by its brackets and quotes alone."""

    def __init__(self, first: str) -> None:
        self._is_scalar = first not in '"{['
        self._open: list[str] = []
        self._is_text = self._is_escaped = False
        self._is_first = True

    def end(self, text: str, at: int, *, is_end: bool) -> int:
        """Give where in ``text`` the value ends, or -1 when that is not in it; ``at`` is where to look from."""
        at, self._is_first, self._is_escaped = at + (self._is_first and self._is_scalar) + self._is_escaped, False, False
        if self._is_scalar:
            found = _SCALAR_END.search(text, at)
            return found.start() if found else len(text) if is_end else -1
        while (mark := _STRUCTURE.search(text, at)) is not None:
            at = mark.end() + self._take(mark.group())
            if not self._open and not self._is_text:
                return at
            self._is_escaped = at > len(text)
        return -1

    def _take(self, mark: str) -> int:
        """Count a quote or bracket; give how many characters behind it mean nothing."""
        if mark == "\\":
            return 1
        if mark == '"':
            self._is_text = not self._is_text
        elif not self._is_text and mark in "{[":
            self._open.append(mark)
        elif not self._is_text:
            self._close("{" if mark == "}" else "[")
        return 0

    def _close(self, bracket: str) -> None:
        """Close the last such bracket, and what stands open within it."""
        if bracket in self._open:
            while self._open.pop() != bracket:
                pass
