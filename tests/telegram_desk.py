"""A channel of a loopback Telegram, and our source that reads it through Telethon's client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from telethon import TelegramClient
from telethon.sessions import StringSession

from monitor.model import Channel, Cursor, Page
from monitor.sources.telegram import TelegramSource
from tests.peers.telegram import TelegramPeer

FIRST_AT = datetime(2022, 9, 21, 6, tzinfo=UTC)
AS_OF = FIRST_AT + timedelta(hours=12)
API_HASH = "0123456789abcdef" * 2
START = Cursor(position="0", read_until_at=FIRST_AT)
"""Where a tail stands that has seen nothing yet of a channel that began at FIRST_AT."""


def source_of(peer: TelegramPeer, *handles: str, **options: Any) -> TelegramSource:
    channels = tuple(Channel(source="telegram", handle=name, title=name) for name in handles or ("lars_live",))
    defaults = {"session": peer.session(), "client_factory": patient_client, "page_size": 10, "timeout_s": 5, "pause_s": 0}
    return TelegramSource(channels, api_id=1, api_hash=API_HASH, **{**defaults, **options})


def patient_client(session: StringSession, api_id: int, api_hash: str) -> TelegramClient:
    """Make Telethon's client as the source does, but quick to try again."""
    return TelegramClient(
        session,
        api_id,
        api_hash,
        flood_sleep_threshold=3,
        receive_updates=False,
        raise_last_call_error=True,
        request_retries=0,
        connection_retries=2,
        retry_delay=0,
    )


def read(source: TelegramSource, cursor: Cursor | None = None, *, feed: str = "lars_live") -> list[Page]:
    return list(source.pages(feed, cursor or START, as_of=AS_OF))


def ids(pages: list[Page]) -> list[int]:
    return [post.payload["id"] for page in pages for post in page.posts]
