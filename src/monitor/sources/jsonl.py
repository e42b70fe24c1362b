"""Read posts from a file of JSON lines, plain or gzipped, or from standard input.

Every line is an object with at least ``channel``, ``post_id``, ``posted_at`` and ``text``. What is not such a line is set aside
with its reason and the reading goes on. Imported posts carry no coverage: a file says nothing of what it left out.
"""

from __future__ import annotations

import gzip
import io
import json
import sys
import zlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO, cast

from monitor.errors import BadRecord, ConfigError
from monitor.model import BadItem, Channel, Cursor, Page, RawPost, SourceName

MAX_LINE_BYTES = 100_000
MAX_PAGE_BYTES = 4_000_000
FINGERPRINT_BYTES = 65_536
GZIP_MAGIC = b"\x1f\x8b"
NOTHING_LEFT = -1
"""Offset of a cursor behind a damaged archive: what follows the damage cannot be read, now or later."""
UTF8_BOM = b"\xef\xbb\xbf"


class JsonLinesSource:
    """One file of posts as one feed; ``-`` or an open binary file is read from its start and cannot be resumed."""

    name: SourceName = "jsonl"

    def __init__(self, file: Path | str | BinaryIO, *, page_lines: int = 500) -> None:
        self._path = None if file == "-" or not isinstance(file, (str, Path)) else Path(file)
        self._stream = None if isinstance(file, (str, Path)) else file
        self._page_lines = page_lines

    def __repr__(self) -> str:
        return f"JsonLinesSource({self._label!r})"

    def channels(self) -> tuple[Channel, ...]:
        """Give none: a file's channels are met as it is read."""
        return ()

    def feeds(self) -> tuple[str, ...]:
        """Give one feed, named by the file's name, beginning and size, so that a changed file is read as a new one."""
        if self._path is None:
            return (self._label,)
        with _opened(self._path) as stream:
            beginning = stream.read(FINGERPRINT_BYTES)
        mark = blake2b(beginning, digest_size=8, salt=self._path.stat().st_size.to_bytes(16, "big"))
        return (f"{self._path.name}:{mark.hexdigest()}",)

    def pages(self, feed: str, cursor: Cursor, *, as_of: datetime) -> Iterator[Page]:
        """Give the lines after ``cursor`` (``byte offset:line number``), ``page_lines`` or 4 MB at a time."""
        start = _Place.parse(cursor.position if self._path else None)
        with self._open() as stream:
            lines = _lines(_decompressed(stream), start)
            while (page := self._page(lines, as_of)) is not None:
                yield page

    @property
    def _label(self) -> str:
        return self._path.name if self._path else "stdin"

    def _open(self) -> AbstractContextManager[BinaryIO]:
        if self._path is not None:
            return _opened(self._path)
        return nullcontext(self._stream or sys.stdin.buffer)

    def _page(self, lines: Iterator[_Line], as_of: datetime) -> Page | None:
        posts: list[RawPost] = []
        bad: list[BadItem] = []
        size_bytes, line = 0, None
        for line in lines:
            try:
                posts.append(self._post(line, as_of))
            except BadRecord as error:
                bad.append(BadItem(origin=self._origin(line), stage="read", reason=error.reason, raw=line.raw))
            size_bytes += len(line.raw)
            if len(posts) + len(bad) >= self._page_lines or size_bytes >= MAX_PAGE_BYTES:
                break
        if line is None:
            return None
        cursor = Cursor(position=f"{line.end.offset}:{line.end.line}", read_until_at=None)
        return Page(posts=tuple(posts), bad=tuple(bad), cursor=cursor)

    def _post(self, line: _Line, as_of: datetime) -> RawPost:
        record = _record(line)
        channel = record.get("channel")
        return RawPost(
            source="jsonl",
            channel=channel if isinstance(channel, str) and channel else "?",
            payload=record,
            collected_at=as_of,
            origin=self._origin(line),
        )

    def _origin(self, line: _Line) -> str:
        return f"{self._label}:{line.end.line}"


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a file was read: bytes of its (unpacked) content, and lines."""

    offset: int = 0
    line: int = 0

    @classmethod
    def parse(cls, position: str | None) -> _Place:
        return cls(*map(int, position.split(":"))) if position else cls()


@dataclass(frozen=True, slots=True)
class _Line:
    """One line, or the beginning of one that is too long; ``end`` is where the next one starts."""

    raw: bytes = field(repr=False)
    end: _Place
    fault: str | None = None


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}. Check the file's name and rights.") from None


def _decompressed(stream: BinaryIO) -> BinaryIO:
    peekable = cast("io.BufferedReader", stream if hasattr(stream, "peek") else io.BufferedReader(cast("io.RawIOBase", stream)))
    if peekable.peek(2)[:2] == GZIP_MAGIC:
        return cast("BinaryIO", gzip.GzipFile(fileobj=peekable))
    return cast("BinaryIO", peekable)


def _lines(stream: BinaryIO, start: _Place) -> Iterator[_Line]:
    """Give every line that is not blank; a damaged archive ends with one faulty line."""
    place = start
    if start.offset == NOTHING_LEFT:
        return
    try:
        if start.offset:
            stream.seek(start.offset)
        while raw := stream.readline(MAX_LINE_BYTES + 1):
            rest_bytes = _skip_rest(stream) if len(raw) > MAX_LINE_BYTES and not raw.endswith(b"\n") else 0
            place = _Place(place.offset + len(raw) + rest_bytes, place.line + 1)
            if len(raw) > MAX_LINE_BYTES:
                yield _Line(raw, place, "overlong")
            elif raw.strip():
                yield _Line(raw, place)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield _Line(b"", _Place(NOTHING_LEFT, place.line + 1), "damaged_gzip")


def _skip_rest(stream: BinaryIO) -> int:
    """Read on to the end of the line; return how many bytes that was."""
    skipped_bytes = 0
    while part := stream.readline(FINGERPRINT_BYTES):
        skipped_bytes += len(part)
        if part.endswith(b"\n"):
            break
    return skipped_bytes


def _record(line: _Line) -> dict[str, Any]:
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
        _check_escapes(record)
    return record


def _check_escapes(value: object) -> None:
    """Refuse what only an escape can bring in and PostgreSQL cannot hold: NUL and halves of a surrogate pair."""
    if isinstance(value, str):
        if "\0" in value:
            raise BadRecord("nul")
        if any("\ud800" <= char <= "\udfff" for char in value):
            raise BadRecord("wrong_encoding")
    elif isinstance(value, dict):
        _check_escapes(list(value.keys()))
        _check_escapes(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            _check_escapes(item)
