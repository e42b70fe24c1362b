"""What Telegram is asked, one request a function: who a handle is, and messages of a channel."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from telethon import functions, types

from monitor.errors import FeedRefused
from monitor.sources.telegram.messages import Slice, slice_of, username_of

Peer = tuple[int, int]
"""A channel's id and the access hash Telegram gave this account for it."""
PAGE_SIZE = 99
"""New messages a page: Telegram gives 100 at most, and one of them is the last page's last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChannel:
    """What a look-up says a handle is."""

    peer: Peer
    handle: str
    title: str
    is_broadcast: bool


def broadcast(found: FoundChannel) -> FoundChannel:
    """Give the channel back; FeedRefused unless it is a public broadcast channel."""
    if found.is_broadcast:
        return found
    message = f"Telegram {found.handle}: not a public broadcast channel; groups and persons are not collected. Remove it."
    raise FeedRefused(message, state="refused", reason="NotBroadcast")


async def resolve(client: Any, *, handle: str) -> FoundChannel:
    """Ask who a handle is."""
    result = await client(functions.contacts.ResolveUsernameRequest(handle))
    for chat in result.chats:
        if isinstance(chat, types.Channel) and chat.access_hash is not None:
            name = username_of(chat) or handle
            return FoundChannel(
                peer=(chat.id, chat.access_hash), handle=name, title=chat.title or "", is_broadcast=bool(chat.broadcast)
            )
    return FoundChannel(peer=(0, 0), handle=handle, title="", is_broadcast=False)


async def messages_from(client: Any, peer: Any, *, first_id: int, limit: int, wait_s: float) -> Slice:
    """Ask for the oldest ``limit`` messages from ``first_id`` on."""
    await asyncio.sleep(wait_s)
    return slice_of(await client(_history_request(peer, offset_id=max(first_id, 1), limit=limit, add_offset=-limit)))


async def messages_before(client: Any, peer: Any, *, before_id: int, wait_s: float) -> Slice:
    """Ask for the newest messages before ``before_id``."""
    await asyncio.sleep(wait_s)
    return slice_of(await client(_history_request(peer, offset_id=before_id, limit=PAGE_SIZE)))


async def last_before(client: Any, peer: Any, *, moment: datetime) -> int:
    """Ask for the id of the last message before a moment; 0 when there is none."""
    found = slice_of(await client(_history_request(peer, offset_date=moment, limit=1)))
    return found.messages[-1].id if found.messages else 0


async def messages_by_id(client: Any, peer: Any, *, ids: list[int]) -> Slice:
    """Ask for messages by their ids."""
    channel = types.InputChannel(peer.channel_id, peer.access_hash)
    wanted = [types.InputMessageID(post_id) for post_id in ids]
    return slice_of(await client(functions.channels.GetMessagesRequest(channel=channel, id=wanted)))


def _history_request(peer: Any, **changes: Any) -> Any:
    values = {"offset_id": 0, "offset_date": None, "add_offset": 0, "max_id": 0, "min_id": 0, "hash": 0, **changes}
    return functions.messages.GetHistoryRequest(peer=peer, **values)
