"""What sources give and collect writes: channels, cursors, pages, coverage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from monitor.model.base import CoverageState, SourceName


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One public feed that is followed. ``handle`` is its public name, unique within ``source``."""

    source: SourceName
    handle: str
    title: str
    languages: tuple[str, ...] = ()
    region: str | None = None
    why: str = ""
    named_by: str | None = None
    """Source document of the seeds that names it, or its kin."""
    since_date: date | None = None
    """Since when it is on the list."""
    is_listed: bool = True
    is_verified: bool = False
    expected_posts_per_day: float | None = None
    channel_id: int | None = None
    """The database's own id; None until the channel is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a feed has been read. ``position`` is the source's own word (a post id, a page token, a moment)."""

    position: str | None = None
    read_until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPost:
    """A payload as fetched, in memory only: it still names its author and is never stored."""

    source: SourceName
    channel: str
    payload: Mapping[str, Any]
    collected_at: datetime
    origin: str
    """Where it stands, for quarantine: ``channel/post_id`` or ``file:line``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageSpan:
    """What a page says of a channel's stretch of time: ``[start_at, end_at)`` is in ``state``, known since ``known_at``."""

    source: SourceName
    channel: str
    start_at: datetime
    end_at: datetime
    state: CoverageState
    known_at: datetime
    is_history: bool = False
    """Read back at first contact: it teaches the baseline and never alerts, however young it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadItem:
    """A record that never became a post: where it stood, why, how long it was, and its raw bytes' keyed hash input."""

    origin: str
    stage: str
    reason: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one request (or one slice of a file) gave; stored in one transaction together with its feed's cursor.

    A feed is what is read with one cursor: a Telegram channel, an X query, a file, the replay. Posts name their own channel.
    """

    posts: tuple[RawPost, ...]
    cursor: Cursor
    coverage: tuple[CoverageSpan, ...] = ()
    bad: tuple[BadItem, ...] = ()
    opens: tuple[tuple[str, Cursor], ...] = ()
    """Other feeds that begin with this page, and where: a channel's history when its tail is first met."""
