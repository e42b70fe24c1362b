"""A post on its way from a source into the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.base import AuthorKey, MaskedText, SourceName
from monitor.model.collection import CoverageSpan, Cursor


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post with the differences between platforms gone; its author is still in clear, so it is never stored."""

    source: SourceName
    channel: str
    post_id: int
    posted_at: datetime
    collected_at: datetime
    text: str
    origin: str
    edited_at: datetime | None = None
    author: str | None = None
    url: str | None = None
    is_forward: bool = False
    forwarded_from: str | None = None
    """Public handle of the channel it was forwarded from; a person's forward is only ``is_forward``."""
    forwarded_post_id: int | None = None
    """Its id in that channel."""
    reply_to: int | None = None
    language_hint: str | None = None
    views_count: int | None = None
    forwards_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PseudonymisedPost:
    """The only post ``store`` accepts: author a keyed hash, text masked. Made by ``privacy`` alone."""

    source: SourceName
    channel: str
    post_id: int
    posted_at: datetime
    collected_at: datetime
    text: MaskedText
    masked_count: int
    author_key: AuthorKey | None = None
    key_id: str | None = None
    edited_at: datetime | None = None
    url: str | None = None
    is_forward: bool = False
    forwarded_from: str | None = None
    forwarded_post_id: int | None = None
    reply_to: int | None = None
    language_hint: str | None = None
    views_count: int | None = None
    forwards_count: int | None = None
    is_counted: bool = True
    """False for a post of a file that was not declared complete: it enters no count and no mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCount:
    """How many posts of a channel's quarter-hour a page held, and how many of them were kept."""

    source: SourceName
    channel: str
    bin_at: datetime
    seen_count: int
    kept_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineEntry:
    """A record set aside: where it stood and why; a keyed hash and a length instead of its content."""

    origin: str
    stage: str
    reason: str
    length_bytes: int
    record_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyPage:
    """A page after masking and keeping: all that ``store`` writes in one transaction."""

    feed: str
    cursor: Cursor
    kept: tuple[PseudonymisedPost, ...]
    seen: tuple[SeenCount, ...]
    coverage: tuple[CoverageSpan, ...]
    quarantined: tuple[QuarantineEntry, ...]
    opens: tuple[tuple[str, Cursor], ...] = ()
    is_import: bool = False
    """True for a page of a file: what it saw in quarter-hours that were observed before is not counted as seen again."""
    is_reread: bool = False
    """True for a page that was read before, now judged by a newer codebook: only what is kept of it is counted anew."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PostKey:
    """A stored post's key, in the order every writer uses."""

    channel_id: int
    post_id: int
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogPost:
    """A stored post that waits to be classified."""

    key: PostKey
    source: SourceName
    text: MaskedText
    collected_at: datetime
    is_forward: bool
    language_hint: str | None
    is_counted: bool = True
    forwarded_from: str | None = None
    forwarded_post_id: int | None = None
