"""Take a file apart into lines, and a line into its JSON object; what is neither is set aside with its reason."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from monitor.errors import BadRecord

MAX_LINE_BYTES = 100_000
READ_BYTES = 65_536
NOTHING_LEFT = -1
"""Offset of a cursor behind a damaged archive: what follows the damage cannot be read, now or later."""
UTF8_BOM = b"\xef\xbb\xbf"
DAMAGES = (EOFError, gzip.BadGzipFile, zlib.error)


@dataclass(frozen=True, slots=True)
class Place:
    """How far a file was read: bytes of its (unpacked) content, where they are counted, and lines or records."""

    offset: int = 0
    line: int = 0

    def __str__(self) -> str:
        return f"{self.offset}:{self.line}"

    @classmethod
    def parse(cls, position: str | None) -> Place:
        """Read back what ``str`` gave; None is the beginning."""
        return cls(*map(int, position.split(":"))) if position else cls()


@dataclass(frozen=True, slots=True)
class Line:
    """One line, or the beginning of one that is too long; ``end`` is where the next one starts."""

    raw: bytes = field(repr=False)
    end: Place
    fault: str | None = None


def lines_of(stream: BinaryIO, start: Place, *, most_bytes: int = MAX_LINE_BYTES) -> Iterator[Line]:
    """Give every line that is not blank; a damaged archive ends with one faulty line."""
    place = start
    if start.offset == NOTHING_LEFT:
        return
    try:
        if start.offset:
            stream.seek(start.offset)
        while raw := stream.readline(most_bytes + 1):
            rest_bytes = _skip_rest(stream) if len(raw) > most_bytes and not raw.endswith(b"\n") else 0
            place = Place(place.offset + len(raw) + rest_bytes, place.line + 1)
            if len(raw) > most_bytes:
                yield Line(raw, place, "overlong")
            elif raw.strip():
                yield Line(raw, place)
    except DAMAGES:
        yield Line(b"", Place(NOTHING_LEFT, place.line + 1), "damaged_gzip")


def _skip_rest(stream: BinaryIO) -> int:
    """Read on to the end of the line; return how many bytes that was."""
    skipped_bytes = 0
    while part := stream.readline(READ_BYTES):
        skipped_bytes += len(part)
        if part.endswith(b"\n"):
            break
    return skipped_bytes


def record_of(line: Line) -> dict[str, Any]:
    """Give the line's object; BadRecord says why there is none."""
    if line.fault:
        raise BadRecord(line.fault)
    if b"\0" in line.raw:
        raise BadRecord("nul")
    try:
        record = json.loads(line.raw.removeprefix(UTF8_BOM).decode("utf-8"))
    except UnicodeDecodeError:
        raise BadRecord("wrong_encoding") from None
    except (ValueError, RecursionError):
        raise BadRecord("not_json") from None
    if not isinstance(record, dict):
        raise BadRecord("not_an_object")
    if b"\\u" in line.raw:
        check_escapes(record)
    return record


def check_escapes(value: object) -> None:
    """Refuse what only an escape can bring in and PostgreSQL cannot hold: NUL and halves of a surrogate pair."""
    if isinstance(value, str):
        if "\0" in value:
            raise BadRecord("nul")
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise BadRecord("wrong_encoding")
    elif isinstance(value, dict):
        check_escapes(list(value.keys()))
        check_escapes(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            check_escapes(item)
