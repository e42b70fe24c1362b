"""What the peer holds: channels with their messages, and Telegram's way to cut a page out of them."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from telethon.tl import patched, types

PAGE_LIMIT = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""What the date 0 of a request is read as."""


def filled(kind: type, **values: Any) -> Any:
    """Build a TL object; required fields that are not named get the empty value of their annotated type."""
    for parameter in inspect.signature(kind.__init__).parameters.values():
        if parameter.name != "self" and parameter.name not in values and parameter.default is parameter.empty:
            values[parameter.name] = _empty(str(parameter.annotation))
    return kind(**values)


def _empty(annotation: str) -> Any:
    known = {"List": [], "str": "", "bool": False, "datetime": EPOCH, "bytes": b""}
    return next((value for word, value in known.items() if word in annotation), 0)


@dataclass(kw_only=True)
class PeerChannel:
    """One chat of the peer: a broadcast channel unless it is said to be a group."""

    channel_id: int
    username: str | None
    title: str
    is_broadcast: bool = True
    messages: dict[int, Any] = field(default_factory=dict)

    @property
    def access_hash(self) -> int:
        """Give what a client must show to ask for this channel's messages."""
        return self.channel_id * 7919 + 1

    def as_tl(self) -> Any:
        """Give the chat as Telegram describes it."""
        return filled(
            types.Channel,
            id=self.channel_id,
            title=self.title,
            username=self.username,
            photo=types.ChatPhotoEmpty(),
            broadcast=self.is_broadcast,
            megagroup=not self.is_broadcast,
            access_hash=self.access_hash,
        )

    def add(self, text: str, posted_at: datetime, *, message_id: int | None = None, **fields: Any) -> int:
        """Post ``text``; give its id. ``fields`` are those of Telegram's message, such as views or fwd_from."""
        message_id = message_id or max(self.messages, default=0) + 1
        peer_id = types.PeerChannel(self.channel_id)
        values = {"views": 0, "forwards": 0, **fields}
        self.messages[message_id] = filled(
            patched.Message, id=message_id, peer_id=peer_id, date=posted_at, message=text, post=True, **values
        )
        return message_id

    def edit(self, message_id: int, text: str, edited_at: datetime, **fields: Any) -> None:
        """Change a post's text, and whatever else of it is named."""
        message = self.messages[message_id]
        message.message, message.edit_date = text, edited_at
        for name, value in fields.items():
            setattr(message, name, value)

    def add_service(self, posted_at: datetime) -> int:
        """Let the channel do something that is no post: pin a message."""
        message_id = max(self.messages, default=0) + 1
        self.messages[message_id] = filled(
            patched.MessageService,
            id=message_id,
            peer_id=types.PeerChannel(self.channel_id),
            date=posted_at,
            action=types.MessageActionPinMessage(),
        )
        return message_id

    def page(self, request: Any, known: list[PeerChannel]) -> Any:
        """Cut a page: begin at offset_id or offset_date, shift by add_offset, clip (core.telegram.org/api/offsets)."""
        ids = sorted(self.messages, reverse=True)
        start = request.add_offset + self._newer_count(request)
        end = start + min(request.limit, PAGE_LIMIT)
        chosen = [self.messages[key] for key in ids[max(start, 0) : max(end, 0)] if _is_between(key, request)]
        chats = [channel.as_tl() for channel in known]
        return types.messages.ChannelMessages(1, len(ids), chosen, [], chats, [])

    def _newer_count(self, request: Any) -> int:
        if request.offset_id:
            return sum(key >= request.offset_id for key in self.messages)
        if request.offset_date and request.offset_date > EPOCH:
            dates = (message.date or request.offset_date for message in self.messages.values())
            return sum(date >= request.offset_date for date in dates)
        return 0


def _is_between(message_id: int, request: Any) -> bool:
    return not (request.max_id and message_id >= request.max_id) and message_id > request.min_id
