"""From Telegram's messages to pages: what of a message makes a post, and how far a page has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from telethon import types

from monitor.model import CoverageSpan, Cursor, Page, RawPost


def last_id(cursor: Cursor) -> int:
    """Give the id of the last message read, 0 before the first."""
    return int(cursor.position or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A channel's history as a cursor says it: messages after ``after_id`` up to ``last_id``, published before ``end_at``.

    ``after_id`` is None until the message before its beginning has been looked up.
    """

    after_id: int | None
    last_id: int
    end_at: datetime

    @classmethod
    def parse(cls, position: str) -> Stretch:
        """Read a cursor's position, the other way round of ``position``."""
        after, last, end_s = position.split("/")
        return cls(
            after_id=None if after == "?" else int(after), last_id=int(last), end_at=datetime.fromtimestamp(int(end_s), UTC)
        )

    @property
    def position(self) -> str:
        """Give the stretch as a cursor keeps it.

        >>> Stretch.parse("?/120/1663740000").position
        '?/120/1663740000'
        """
        after = "?" if self.after_id is None else self.after_id
        return f"{after}/{self.last_id}/{int(self.end_at.timestamp())}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Messages of one answer, oldest first, with the public channels it names; ``total`` is how many the channel holds."""

    messages: tuple[Any, ...]
    channels: Mapping[int, Any]
    total: int


def slice_of(result: Any) -> Slice:
    """Take an answer apart; messages that are empty stay in, so that a page's length is what the server gave."""
    messages = sorted(getattr(result, "messages", ()), key=lambda message: message.id)
    channels = {chat.id: chat for chat in getattr(result, "chats", ()) if isinstance(chat, types.Channel)}
    return Slice(messages=tuple(messages), channels=channels, total=getattr(result, "count", len(messages)))


def tail_page(feed: str, found: Slice, cursor: Cursor, as_of: datetime, *, is_end: bool) -> Page:
    """Make a page of what is newer than ``cursor``; the last one says "read until now"."""
    read_until_at = as_of if is_end else _read_until(found.messages, as_of)
    begun_at = cursor.read_until_at or (_read_until(found.messages[:1], as_of) or as_of)
    read_until_at = max(read_until_at or begun_at, begun_at)
    coverage = CoverageSpan(
        source="telegram", channel=feed, start_at=begun_at, end_at=read_until_at, state="observed", known_at=as_of
    )
    return Page(
        posts=posts_of(feed, found, as_of),
        cursor=Cursor(position=str(found.messages[-1].id if found.messages else last_id(cursor)), read_until_at=read_until_at),
        coverage=(coverage,) if begun_at < read_until_at else (),
    )


def history_page(handle: str, found: Slice, cursor: Cursor, as_of: datetime) -> Page:
    """Make a page of a channel's history; the last one has read until the stretch's end."""
    stretch = Stretch.parse(cursor.position or "")
    after_id = found.messages[-1].id if found.messages else stretch.last_id
    is_end = after_id >= stretch.last_id
    begun_at = cursor.read_until_at or stretch.end_at
    read_until_at = stretch.end_at if is_end else max(_read_until(found.messages, stretch.end_at) or begun_at, begun_at)
    coverage = CoverageSpan(
        source="telegram",
        channel=handle,
        start_at=begun_at,
        end_at=read_until_at,
        state="observed",
        known_at=as_of,
        is_history=True,
    )
    moved = Stretch(after_id=after_id, last_id=stretch.last_id, end_at=stretch.end_at)
    return Page(
        posts=posts_of(handle, found, as_of),
        cursor=Cursor(position=moved.position, read_until_at=read_until_at),
        coverage=(coverage,) if begun_at < read_until_at else (),
    )


def _read_until(messages: Sequence[Any], limit_at: datetime) -> datetime | None:
    """Give the moment of the newest message that does not claim to lie after ``limit_at``; a wrong clock covers nothing."""
    return next((m.date for m in reversed(messages) if getattr(m, "date", None) and m.date <= limit_at), None)


def posts_of(feed: str, found: Slice, as_of: datetime) -> tuple[RawPost, ...]:
    """Give the posts among the messages; service messages (a pin, a new title) and empty ones are none."""
    return tuple(raw_post(feed, message, found, as_of) for message in found.messages if isinstance(message, types.Message))


def raw_post(feed: str, message: Any, found: Slice, as_of: datetime) -> RawPost:
    """Make a raw post of a message."""
    payload = _payload(message, feed, found.channels)
    return RawPost(source="telegram", channel=feed, payload=payload, collected_at=as_of, origin=f"{feed}/{message.id}")


def _payload(message: Any, handle: str, channels: Mapping[int, Any]) -> Mapping[str, Any]:
    """Take from a message what a post is made of; of a forward only the name of a public channel, never a person's."""
    own = channels.get(getattr(message.peer_id, "channel_id", 0))
    return {
        "id": message.id,
        "date": message.date,
        "message": message.message or "",
        "edit_date": message.edit_date,
        "views": message.views,
        "forwards": message.forwards,
        "is_forward": message.fwd_from is not None,
        "fwd_from_channel": _forwarded_from(message, channels),
        "fwd_from_post": message.fwd_from and message.fwd_from.channel_post,
        "reply_to": getattr(message.reply_to, "reply_to_msg_id", None),
        "post_author": message.post_author,
        "has_media": message.media is not None,
        "username": (own and username_of(own)) or handle,
    }


def _forwarded_from(message: Any, channels: Mapping[int, Any]) -> str | None:
    origin = message.fwd_from and message.fwd_from.from_id
    channel = channels.get(origin.channel_id) if isinstance(origin, types.PeerChannel) else None
    return username_of(channel) if channel is not None and channel.broadcast else None


def username_of(channel: Any) -> str | None:
    """Give a channel's public name as it is now; None for one that has none."""
    return channel.username or next((other.username for other in channel.usernames or () if other.active), None)
