"""From Telegram's messages to a page: what of a message makes a post, and how far a page has read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from telethon import types

from monitor.model import CoverageSpan, Cursor, Page, RawPost


def last_id(cursor: Cursor) -> int:
    """Give the id of the last message read, 0 before the first."""
    return int(cursor.position or 0)


def page_of(feed: str, messages: list[Any], cursor: Cursor, as_of: datetime, *, is_end: bool) -> Page:
    """Make a page of messages; service messages (a pin, a new title) move the cursor and are no posts."""
    read_until_at = as_of if is_end else messages[-1].date
    start_at = cursor.read_until_at or (messages[0].date if messages else as_of)
    read_until_at = max(read_until_at, start_at)
    coverage = CoverageSpan(
        source="telegram", channel=feed, start_at=start_at, end_at=read_until_at, state="observed", known_at=as_of
    )
    return Page(
        posts=tuple(_raw_post(feed, message, as_of) for message in messages if isinstance(message, types.Message)),
        cursor=Cursor(position=str(messages[-1].id if messages else last_id(cursor)), read_until_at=read_until_at),
        coverage=(coverage,) if start_at < read_until_at else (),
    )


def _raw_post(feed: str, message: Any, as_of: datetime) -> RawPost:
    payload = _payload(message, feed)
    return RawPost(source="telegram", channel=feed, payload=payload, collected_at=as_of, origin=f"{feed}/{message.id}")


def _payload(message: Any, username: str) -> Mapping[str, Any]:
    """Take from a message what a post is made of; of a forward only the name of a public channel, never a person's."""
    return {
        "id": message.id,
        "date": message.date,
        "message": message.message or "",
        "edit_date": message.edit_date,
        "views": message.views,
        "forwards": message.forwards,
        "is_forward": message.fwd_from is not None,
        "fwd_from_channel": _forwarded_from(message),
        "reply_to": getattr(message.reply_to, "reply_to_msg_id", None),
        "post_author": message.post_author,
        "has_media": message.media is not None,
        "username": username,
    }


def _forwarded_from(message: Any) -> str | None:
    chat = message.forward.chat if message.forward else None
    if not isinstance(chat, types.Channel) or not chat.broadcast:
        return None
    return chat.username or next((other.username for other in chat.usernames or () if other.active), None)
