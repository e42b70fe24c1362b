"""Read public Telegram channels from the cursor on, oldest post first.

Only broadcast channels: groups, private chats and persons are refused. One account is used by one source at a time; the same
session used from two addresses is invalidated by Telegram for good.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Coroutine, Iterator, MutableMapping
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

from telethon import functions, types

from monitor.errors import ConfigError, TerminalError, TransientError
from monitor.model import Channel, Cursor, Page, SourceName
from monitor.sources.telegram.connection import AWAY, FAILING, ClientFactory, Line, open_line, told
from monitor.sources.telegram.messages import last_id, page_of

Peer = tuple[int, int]
"""A channel's id and the access hash Telegram gave this account for it."""

HISTORY = timedelta(days=28)
"""How far a channel is read back when it is met for the first time and no moment is named: what a detector learns from."""

T = TypeVar("T")


def require_credentials(api_id: int | None, api_hash: str | None, session: str | None) -> tuple[int, str, str]:
    """Give the three back when all are set, else a ConfigError that names the missing settings."""
    if api_id and api_hash and session:
        return api_id, api_hash, session
    named = {"MONITOR_TELEGRAM_API_ID": api_id, "MONITOR_TELEGRAM_API_HASH": api_hash, "MONITOR_TELEGRAM_SESSION": session}
    raise ConfigError(f"Telegram is not configured: set {', '.join(name for name, value in named.items() if not value)}.")


class TelegramSource:
    """The followed channels of one account, each a feed named by its handle.

    ``peers`` remembers who a handle is, between runs if the caller keeps it: Telegram allows about 200 look-ups a day.
    ``pause_s`` is kept between two pages of a channel, as Telethon itself would on a long history.
    The connection is made at the first request and ends with ``close`` or with the object.
    """

    name: SourceName = "telegram"

    def __init__(
        self,
        channels: tuple[Channel, ...],
        *,
        api_id: int,
        api_hash: str,
        session: str,
        client_factory: ClientFactory | None = None,
        page_size: int = 100,
        timeout_s: float = 30.0,
        pause_s: float = 1.0,
        history_since: datetime | None = None,
        peers: MutableMapping[str, Peer] | None = None,
    ) -> None:
        self._channels = channels
        self._open = partial(open_line, session, api_id, api_hash, client_factory)
        self._page_size = page_size
        self._timeout_s = timeout_s
        self._pause_s = pause_s
        self._history_since = history_since
        self._peers = {} if peers is None else peers
        self._paused_until_s: dict[str, float] = {}
        self._line: Line | None = None
        self._hang_up: Callable[[], object] = lambda: None

    def __repr__(self) -> str:
        return f"TelegramSource({len(self._channels)} channels)"

    def __enter__(self) -> TelegramSource:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; a later request makes a new one."""
        self._hang_up()
        self._line = None

    def channels(self) -> tuple[Channel, ...]:
        """Give the followed channels."""
        return self._channels

    def feeds(self) -> tuple[str, ...]:
        """Name the channels by their handles."""
        return tuple(channel.handle for channel in self._channels)

    def pages(self, feed: str, cursor: Cursor, *, as_of: datetime) -> Iterator[Page]:
        """Give the posts after ``cursor`` (the last message's id); the last page may hold none and says "read until now"."""
        if cursor.position is None:
            cursor = self._first_cursor(feed, self._history_since or as_of - HISTORY)
        while True:
            messages = self._request(feed, partial(_newer, after_id=last_id(cursor), limit=self._page_size))
            is_end = len(messages) < self._page_size
            page = page_of(feed, messages, cursor, as_of, is_end=is_end)
            yield page
            if is_end:
                return
            cursor = page.cursor
            time.sleep(self._pause_s)

    def _first_cursor(self, feed: str, since_at: datetime) -> Cursor:
        """Stand on the last message before ``since_at``, so that a quiet channel's whole past is never read by mistake."""
        position = self._request(feed, partial(_last_before, moment=since_at))
        return Cursor(position=str(position), read_until_at=since_at)

    def _request(self, feed: str, ask: Callable[[Any, Any], Coroutine[Any, Any, T]]) -> T:
        """Give what ``ask(client, peer)`` answers, after looking up who ``feed`` is unless that is known."""
        if feed not in self._peers:
            self._peers[feed] = self._send(feed, "look-up", lambda client: _resolve(client, feed))
        peer = types.InputPeerChannel(*self._peers[feed])
        return self._send(feed, "history", lambda client: ask(client, peer))

    def _send(self, feed: str, method: str, ask: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        """Give what ``ask(client)`` answers within the timeout; its failures become our errors."""
        self._check_pause(feed, method)
        try:
            line = self._connected()
            return line.run(ask(line.client), self._timeout_s)
        except (Exception, *AWAY) as error:
            ours = told(feed, error)
            if isinstance(ours, TransientError) and ours.retry_after_s:
                self._paused_until_s[method] = time.monotonic() + ours.retry_after_s
            if isinstance(error, (*AWAY, *FAILING)):
                self.close()
            if ours is None:
                raise
            raise ours from error

    def _check_pause(self, feed: str, method: str) -> None:
        """Ask nothing while a flood wait lasts: it holds for the account, and Telethon forgets it when updates are off."""
        left_s = self._paused_until_s.get(method, 0.0) - time.monotonic()
        if left_s > 0:
            raise TransientError(f"Telegram {feed}: the account's {method} is paused for {left_s:.0f} s.", retry_after_s=left_s)

    def _connected(self) -> Line:
        if self._line is None:
            self._line = self._open()
            self._hang_up = weakref.finalize(self, self._line.close)
        self._line.run(self._line.connect(), self._timeout_s)
        return self._line


async def _resolve(client: Any, handle: str) -> Peer:
    """Give who ``handle`` is; TerminalError unless it is a public broadcast channel."""
    found = await client(functions.contacts.ResolveUsernameRequest(handle))
    for chat in found.chats:
        if isinstance(chat, types.Channel) and chat.broadcast and chat.access_hash is not None:
            return chat.id, chat.access_hash
    raise TerminalError(f"Telegram {handle}: not a public broadcast channel; groups and persons are not collected. Remove it.")


async def _newer(client: Any, peer: Any, *, after_id: int, limit: int) -> list[Any]:
    found = [message async for message in client.iter_messages(peer, limit=limit, reverse=True, min_id=after_id)]
    return [message for message in found if message.id > after_id]


async def _last_before(client: Any, peer: Any, *, moment: datetime) -> int:
    async for message in client.iter_messages(peer, limit=1, offset_date=moment):
        return int(message.id)
    return 0
