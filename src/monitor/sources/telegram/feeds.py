"""The feeds of a channel beside its tail: their names, and where reading the past again begins and ends."""

from __future__ import annotations

from datetime import datetime

from monitor.model import Cursor
from monitor.sources.telegram.messages import Stretch, last_id

HISTORY_SUFFIX = "/history"
REREAD_SUFFIX = "/reread/"


def history_feed(handle: str) -> str:
    """Name the feed of a channel's history."""
    return handle + HISTORY_SUFFIX


def reread_feed(handle: str, codebook_version: int) -> str:
    """Name the feed that reads a channel's last weeks again, with this codebook."""
    return f"{handle}{REREAD_SUFFIX}{codebook_version}"


def reread_cursor(tail: Cursor, *, since_at: datetime) -> Cursor | None:
    """Give where reading again begins that goes from ``since_at`` up to where the tail stands; None when that is nowhere."""
    end_at = tail.read_until_at.replace(microsecond=0) if tail.read_until_at else since_at
    if tail.position is None or end_at <= since_at:
        return None
    return Cursor(position=Stretch(after_id=None, last_id=last_id(tail), end_at=end_at).position, read_until_at=since_at)


def is_stretch_read(cursor: Cursor) -> bool:
    """Tell whether a feed of the past, a history or one read again, has been read to its end."""
    return cursor.position is not None and cursor.read_until_at == Stretch.parse(cursor.position).end_at
