"""One file of posts as one feed: which format it has, where its reading goes on, and how far it has come."""

from __future__ import annotations

import gzip
import io
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO, cast
from zoneinfo import ZoneInfo

from monitor.errors import ConfigError
from monitor.model import BadItem, Channel, CoverageSpan, Cursor, Page, RawPost, SourceName
from monitor.sources.files import jsonl, xpages
from monitor.sources.files.desktop import DesktopExport
from monitor.sources.files.formats import HEAD_BYTES, format_of, layout_of
from monitor.sources.files.lines import Place
from monitor.sources.files.records import Format, Record

MAX_PAGE_BYTES = 4_000_000
BUFFER_BYTES = 131_072
GZIP_MAGIC = b"\x1f\x8b"


class FileSource:
    """One file; ``-`` or an open binary file is read from its start and cannot be resumed.

    ``handles`` names the channels of a Telegram export by their number or title. ``complete`` is the stretch of which the file is
    said to hold every post of its channels; only then its last page carries coverage. ``time_zone`` is that of an old export.
    """

    name: SourceName = "jsonl"

    def __init__(
        self,
        file: Path | str | BinaryIO,
        *,
        form: Format | None = None,
        handles: Mapping[str, str] | None = None,
        complete: tuple[datetime, datetime] | None = None,
        time_zone: ZoneInfo | None = None,
        page_posts: int = 500,
    ) -> None:
        self._path = None if file == "-" or not isinstance(file, (str, Path)) else Path(file)
        self._stream = None if isinstance(file, (str, Path)) else file
        self._form = form
        self._export = DesktopExport(handles or {}, time_zone)
        self._zone = time_zone
        self._complete = complete
        self._page_posts = page_posts
        self._counted: _Counted | None = None

    def __repr__(self) -> str:
        return f"FileSource({'a file' if self._path else 'stdin'})"

    @property
    def refusals(self) -> tuple[str, ...]:
        """Say which chats were left out so far, and why."""
        return tuple(self._export.refusals)

    @property
    def read_bytes(self) -> int:
        """How many bytes, packed or not, have been read so far."""
        return self._counted.read_bytes if self._counted else 0

    @property
    def size_bytes(self) -> int | None:
        """How many there are; None for what comes through a pipe."""
        return self._path.stat().st_size if self._path else None

    def channels(self) -> tuple[Channel, ...]:
        """Give none: a file's channels are met as it is read."""
        return ()

    def feeds(self) -> tuple[str, ...]:
        """Give one feed, named by the file's beginning, size and what was declared of it, never by its name."""
        stretch = f":{self._complete[0].isoformat()}/{self._complete[1].isoformat()}" if self._complete else ""
        return (self._label() + stretch + (f":{self._zone.key}" if self._zone else ""),)

    def pages(self, feed: str, cursor: Cursor, *, as_of: datetime) -> Iterator[Page]:
        """Give the records after ``cursor`` (``byte offset:record``), ``page_posts`` or 4 MB at a time.

        The last page of a file declared complete holds no posts, but the coverage of all channels met.
        """
        start = Place.parse(cursor.position if self._path else None)
        channels: set[tuple[SourceName, str]] = set()
        end, is_whole, label = start, True, self._label()
        with self._open() as stream:
            batch: list[Record] = []
            size_bytes = 0
            for record in self._records(stream, start):
                if record.payload is not None:
                    channels.add(_channel(record))
                is_whole = is_whole and not record.is_end
                if start.line and record.end.line <= start.line and record.end.offset >= 0:
                    continue
                size_bytes += len(record.raw)
                if batch and record.end != batch[-1].end and (len(batch) >= self._page_posts or size_bytes >= MAX_PAGE_BYTES):
                    yield self._page(batch, label, as_of)
                    batch, size_bytes = [], len(record.raw)
                batch.append(record)
                end = record.end
            if batch:
                yield self._page(batch, label, as_of)
        if self._complete and is_whole:
            coverage = tuple(_span(source, handle, self._complete, as_of) for source, handle in sorted(channels))
            yield Page(posts=(), cursor=Cursor(position=str(end)), coverage=coverage)

    def _label(self) -> str:
        """Name the file by what it holds: it says the same wherever the file lies and whatever it is called."""
        if self._path is None:
            return "stdin"
        with _opened(self._path) as stream:
            beginning = stream.read(HEAD_BYTES)
        mark = blake2b(beginning, digest_size=8, salt=self._path.stat().st_size.to_bytes(16, "big"))
        return f"file-{mark.hexdigest()}"

    def _open(self) -> AbstractContextManager[BinaryIO]:
        if self._path is not None:
            return _opened(self._path)
        return nullcontext(self._stream or sys.stdin.buffer)

    def _records(self, stream: BinaryIO, start: Place) -> Iterator[Record]:
        self._counted = _Counted(stream)
        unpacked = _decompressed(io.BufferedReader(self._counted, BUFFER_BYTES))
        head = _head(unpacked)
        form = self._form or format_of(head)
        if start.offset < 0:
            return iter(())
        if form == "telegram":
            return self._export.records(unpacked, start)
        if form == "x" and layout_of(head) == "page":
            return xpages.page_records(unpacked, start)
        read = xpages.records if form == "x" else jsonl.records
        return read(unpacked, Place() if self._complete else start)

    def _page(self, records: list[Record], label: str, as_of: datetime) -> Page:
        posts = [_raw_post(record, label, as_of) for record in records if record.payload is not None]
        bad = [_bad(record, label) for record in records if record.fault is not None]
        return Page(posts=tuple(posts), bad=tuple(bad), cursor=Cursor(position=str(records[-1].end)))


class _Counted(io.RawIOBase):
    """A stream that counts what is read from it."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.read_bytes = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say what the stream says."""
        return self._stream.seekable()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go there, and count what lies before as read."""
        self.read_bytes = self._stream.seek(offset, whence)
        return self.read_bytes

    def readinto(self, buffer: object) -> int:
        """Fill ``buffer`` with what is there."""
        chunk = self._stream.read(len(memoryview(buffer)))  # type: ignore[arg-type]  # always a buffer
        memoryview(buffer)[: len(chunk)] = chunk  # type: ignore[arg-type]
        self.read_bytes += len(chunk)
        return len(chunk)


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}. Check the file's name and rights.") from None


def _decompressed(stream: io.BufferedReader) -> BinaryIO:
    if stream.peek(2)[:2] == GZIP_MAGIC:
        return cast("BinaryIO", gzip.GzipFile(fileobj=stream))
    return cast("BinaryIO", stream)


def _head(stream: BinaryIO) -> bytes:
    """Look at the beginning without reading it; an empty one where the archive is damaged, which the reading will say."""
    try:
        return cast("io.BufferedReader", stream).peek(HEAD_BYTES)[:HEAD_BYTES]
    except (EOFError, OSError):
        return b""


def _channel(record: Record) -> tuple[SourceName, str]:
    payload = record.payload or {}
    return ("telegram", record.channel) if record.source != "x" and payload.get("source") != "x" else ("x", "x")


def _span(source: SourceName, handle: str, stretch: tuple[datetime, datetime], as_of: datetime) -> CoverageSpan:
    return CoverageSpan(
        source=source, channel=handle, start_at=stretch[0], end_at=stretch[1], state="observed", known_at=as_of, is_history=True
    )


def _raw_post(record: Record, label: str, as_of: datetime) -> RawPost:
    return RawPost(
        source=record.source,
        channel=record.channel,
        payload=record.payload or {},
        collected_at=as_of,
        origin=f"{label}:{record.end.line}",
    )


def _bad(record: Record, label: str) -> BadItem:
    raw = record.raw or json.dumps(record.payload).encode()
    return BadItem(origin=f"{label}:{record.end.line}", stage="read", reason=record.fault or "", raw=raw)
