"""Our own format: a line is an object with at least ``channel``, ``post_id``, ``posted_at`` and ``text``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from monitor.errors import BadRecord
from monitor.sources.files.lines import NOTHING_LEFT, Line, Place, lines_of, record_of
from monitor.sources.files.records import Record


def records(stream: BinaryIO, start: Place) -> Iterator[Record]:
    """Give the lines after ``start``."""
    return (_record(line) for line in lines_of(stream, start))


def _record(line: Line) -> Record:
    is_end = line.end.offset == NOTHING_LEFT
    try:
        payload = record_of(line)
    except BadRecord as error:
        return Record(end=line.end, raw=line.raw, fault=error.reason, is_end=is_end)
    channel = payload.get("channel")
    return Record(end=line.end, raw=line.raw, channel=channel if isinstance(channel, str) and channel else "?", payload=payload)
