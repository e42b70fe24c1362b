"""Read public Telegram channels, oldest post first: what is new, what came before first contact, and posts again by their ids.

Only broadcast channels: groups, private chats and persons are refused. One account is used by one source at a time; the same
session used from two addresses is invalidated by Telegram for good.

Each channel has two feeds. Its tail (named by its handle) begins at the quarter-hour of first contact, so that what happens now
never waits for the past. Its history (``handle/history``) reads from a chosen moment up to there. A third one reads its last
weeks again (``handle/reread/version``) when the codebook has come to include more.

A page asks for the message it goes on from as well. Ids have holes in Telegram (deleted and service messages), so a hole inside a
page proves nothing; but when that first message is missing, the page is asked for again, and only the second answer is believed.
"""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import Callable, Coroutine, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Any, Generic, TypeVar

from telethon import functions, types

from monitor.errors import AskedToWait, ConfigError, FeedRefused
from monitor.model import Channel, CoverageSpan, Cursor, Page, RawPost, SourceName, quarter_hour
from monitor.sources.telegram.connection import AWAY, FAILING, GARBLED, ClientFactory, Line, open_line, told
from monitor.sources.telegram.messages import (
    Slice,
    Stretch,
    history_page,
    last_id,
    posts_of,
    raw_post,
    slice_of,
    tail_page,
    username_of,
)

Peer = tuple[int, int]
"""A channel's id and the access hash Telegram gave this account for it."""

HISTORY = timedelta(days=28)
"""How far a channel is read back when it is met for the first time and no moment is named: what a detector learns from."""

HISTORY_SUFFIX = "/history"
REREAD_SUFFIX = "/reread/"
LOOK_UP, READ, ASK_AGAIN = "look-up", "history", "by id"
"""The three methods Telegram limits apart."""

PAGE_SIZE = 99
"""New messages a page: Telegram gives 100 at most, and one of them is the last page's last."""

T = TypeVar("T")
Ask = Callable[[Any], Coroutine[Any, Any, T]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChannel:
    """What a look-up says a handle is."""

    peer: Peer
    handle: str
    title: str
    is_broadcast: bool


def require_credentials(api_id: int | None, api_hash: str | None, session: str | None) -> tuple[int, str, str]:
    """Give the three back when all are set, else a ConfigError that names the missing settings."""
    if api_id and api_hash and session:
        return api_id, api_hash, session
    named = {"MONITOR_TELEGRAM_API_ID": api_id, "MONITOR_TELEGRAM_API_HASH": api_hash, "MONITOR_TELEGRAM_SESSION": session}
    raise ConfigError(f"Telegram is not configured: set {', '.join(name for name, value in named.items() if not value)}.")


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


class TelegramSource:
    """The followed channels of one account, each with a tail and a history.

    ``peers`` remembers who a handle is, between runs if the caller keeps it: Telegram allows about 200 look-ups a day, and a
    renamed channel keeps its id. ``pause_s`` is kept between two pages of a channel, as Telethon itself would on a long history.
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
        page_size: int = PAGE_SIZE,
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
        self._totals: dict[str, int] = {}
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
        """Name the tails of all channels, then their histories."""
        handles = tuple(channel.handle for channel in self._channels)
        return handles + tuple(map(history_feed, handles))

    def total(self, handle: str) -> int | None:
        """Give how many messages the channel held when it was last read; None when it was not."""
        return self._totals.get(handle)

    def pages(self, feed: str, cursor: Cursor, *, as_of: datetime) -> Iterator[Page]:
        """Give the posts after ``cursor``; a tail's last page may hold none and says "read until now".

        A tail met for the first time gives one page without posts that opens its history. A history that nothing has opened,
        or that is read, gives none.
        """
        if feed.endswith(HISTORY_SUFFIX) or REREAD_SUFFIX in feed:
            yield from self._history(feed.partition("/")[0], cursor, as_of)
            return
        if cursor.position is None:
            first = self._first_page(feed, as_of)
            yield first
            cursor = first.cursor
        yield from self._tail(feed, cursor, as_of)

    def _first_page(self, handle: str, as_of: datetime) -> Page:
        """Stand on the last message before this quarter-hour; what lies before it is history, and pending."""
        contact_at = quarter_hour(as_of)
        since_at = quarter_hour(self._history_since or as_of - HISTORY)
        since_at = min(since_at, contact_at)
        position = self._ask(handle, READ, partial(_last_before, moment=contact_at)).result()
        stretch = Stretch(after_id=None, last_id=position, end_at=contact_at)
        pending = CoverageSpan(
            source=self.name,
            channel=handle,
            start_at=since_at,
            end_at=contact_at,
            state="pending",
            known_at=as_of,
            is_history=True,
        )
        return Page(
            posts=(),
            cursor=Cursor(position=str(position), read_until_at=contact_at),
            coverage=(pending,) if since_at < contact_at else (),
            opens=((history_feed(handle), Cursor(position=stretch.position, read_until_at=since_at)),),
        )

    def _tail(self, handle: str, cursor: Cursor, as_of: datetime) -> Iterator[Page]:
        for found in self._slices(handle, last_id(cursor)):
            page = tail_page(handle, found, cursor, as_of, is_end=not found.messages)
            yield page
            cursor = page.cursor

    def _history(self, handle: str, cursor: Cursor, as_of: datetime) -> Iterator[Page]:
        if cursor.position is None or is_stretch_read(cursor):
            return
        stretch = Stretch.parse(cursor.position)
        after_id = stretch.after_id
        if after_id is None:
            moment = cursor.read_until_at or stretch.end_at
            after_id = min(self._ask(handle, READ, partial(_last_before, moment=moment)).result(), stretch.last_id)
        for found in self._slices(handle, after_id, until_id=stretch.last_id):
            page = history_page(handle, found, cursor, as_of)
            yield page
            cursor = page.cursor
            if cursor.read_until_at == stretch.end_at:
                return

    def _slices(self, handle: str, after_id: int, *, until_id: int | None = None) -> Iterator[Slice]:
        """Give the messages after ``after_id``, a slice a request, until one is empty; the next one is asked for meanwhile."""
        coming = self._newer(handle, after_id)
        try:
            while True:
                found = self._continued(handle, coming.result(), after_id, until_id)
                self._totals[handle] = found.total
                is_last = not found.messages or (until_id is not None and found.messages[-1].id >= until_id)
                if not is_last:
                    after_id = found.messages[-1].id
                    is_full = len(found.messages) >= self._page_size
                    coming = self._newer(handle, after_id, wait_s=self._pause_s if is_full else 0)
                yield found
                if is_last:
                    return
        finally:
            coming.forget()

    def _continued(self, handle: str, found: Slice, after_id: int, until_id: int | None) -> Slice:
        """Give the new messages of an answer, asked for once more when it does not begin where the last one ended."""
        if after_id and not _begins_at(found, after_id):
            found = self._newer(handle, after_id).result()
        new = tuple(m for m in found.messages if after_id < m.id and (until_id is None or m.id <= until_id))
        return Slice(messages=new, channels=found.channels, total=found.total)

    def _newer(self, handle: str, after_id: int, *, wait_s: float = 0) -> Answer[Slice]:
        limit = self._page_size + bool(after_id)
        return self._ask(handle, READ, partial(_from, first_id=after_id, limit=limit, wait_s=wait_s))

    def again(self, handle: str, ids: Sequence[int], *, as_of: datetime) -> dict[int, RawPost | None]:
        """Ask for up to 100 posts by their ids; None stands for one that is no longer there."""
        found = self._ask(handle, ASK_AGAIN, partial(_by_id, ids=list(ids))).result()
        present = {m.id: raw_post(handle, m, found, as_of) for m in found.messages if isinstance(m, types.Message)}
        return {post_id: present.get(post_id) for post_id in ids}

    def recent(self, handle: str, *, until_id: int, since_at: datetime, as_of: datetime, most_pages: int) -> Iterator[RawPost]:
        """Give the posts up to ``until_id`` again, newest page first, back to ``since_at`` or for ``most_pages``."""
        before_id = until_id + 1
        for number in range(most_pages):
            wait_s = self._pause_s if number else 0
            found = self._ask(handle, READ, partial(_before, before_id=before_id, wait_s=wait_s)).result()
            yield from posts_of(handle, found, as_of)
            if not found.messages or (getattr(found.messages[0], "date", None) or since_at) < since_at:
                return
            before_id = found.messages[0].id

    @property
    def peers(self) -> Mapping[str, Peer]:
        """Tell who the handles are that were looked up."""
        return self._peers

    def meet_again(self, handle: str) -> bool:
        """Look a known handle up again; True when it is the same channel under another access hash.

        A name that belongs to another channel by now is not followed to it.
        """
        found = broadcast(self.look_up(handle))
        if handle in self._peers and found.peer[0] != self._peers[handle][0]:
            message = f"Telegram {handle}: the name belongs to another channel by now. Check it in seeds/channels."
            raise FeedRefused(message, state="gone", reason="NameTaken")
        is_news = self._peers.get(handle) != found.peer
        self._peers[handle] = found.peer
        return is_news

    def look_up(self, handle: str) -> FoundChannel:
        """Ask who ``handle`` is; FeedRefused when it is nobody, a person or a bot."""
        return self._send(handle, LOOK_UP, partial(_resolve, handle=handle)).result()

    def _ask(self, handle: str, method: str, ask: Callable[[Any, Any], Coroutine[Any, Any, T]]) -> Answer[T]:
        """Send a request about a channel, looked up before unless it is known already."""
        if handle not in self._peers:
            self._peers[handle] = broadcast(self.look_up(handle)).peer
        peer = types.InputPeerChannel(*self._peers[handle])
        return self._send(handle, method, lambda client: ask(client, peer))

    def _send(self, feed: str, method: str, ask: Ask[T]) -> Answer[T]:
        """Send ``ask(client)``; its failures become our errors when its answer is asked for."""
        on_failure = partial(self._failed, feed, method)
        try:
            self._check_pause(feed, method)
            line = self._connected()
            return Answer(line.ask(ask(line.client), self._timeout_s), on_failure)
        except (Exception, *AWAY) as error:
            failed: Future[T] = Future()
            failed.set_exception(error)
            return Answer(failed, on_failure)

    def _failed(self, feed: str, method: str, error: BaseException) -> None:
        """Raise our error for one of Telethon's; a fault of our own is left to be raised as it is."""
        ours = told(feed, method, error)
        if isinstance(ours, AskedToWait) and ours.retry_after_s:
            self._paused_until_s[method] = time.monotonic() + ours.retry_after_s
        if isinstance(error, (*AWAY, *FAILING, *GARBLED)):
            self.close()
        if ours is not None:
            raise ours from error

    def _check_pause(self, feed: str, method: str) -> None:
        """Ask nothing while a flood wait lasts: it holds for the account, and Telethon forgets it when updates are off."""
        left_s = self._paused_until_s.get(method, 0.0) - time.monotonic()
        if left_s > 0:
            raise AskedToWait(
                f"Telegram {feed}: the account's {method} is paused for {left_s:.0f} s.", method=method, retry_after_s=left_s
            )

    def _connected(self) -> Line:
        if self._line is None:
            self._line = self._open()
            self._hang_up = weakref.finalize(self, self._line.close)
        self._line.run(self._line.connect(), self._timeout_s)
        return self._line


class Answer(Generic[T]):
    """An answer that is on its way."""

    def __init__(self, future: Future[T], on_failure: Callable[[BaseException], None]) -> None:
        self._future = future
        self._on_failure = on_failure

    def result(self) -> T:
        """Wait for it; raises our errors."""
        try:
            return self._future.result()
        except (Exception, *AWAY) as error:
            self._on_failure(error)
            raise

    def forget(self) -> None:
        """Let it go unread."""
        self._future.cancel()


def broadcast(found: FoundChannel) -> FoundChannel:
    """Give the channel back; FeedRefused unless it is a public broadcast channel."""
    if found.is_broadcast:
        return found
    message = f"Telegram {found.handle}: not a public broadcast channel; groups and persons are not collected. Remove it."
    raise FeedRefused(message, state="refused", reason="NotBroadcast")


def _begins_at(found: Slice, message_id: int) -> bool:
    return any(message.id == message_id for message in found.messages)


async def _resolve(client: Any, *, handle: str) -> FoundChannel:
    result = await client(functions.contacts.ResolveUsernameRequest(handle))
    for chat in result.chats:
        if isinstance(chat, types.Channel) and chat.access_hash is not None:
            name = username_of(chat) or handle
            return FoundChannel(
                peer=(chat.id, chat.access_hash), handle=name, title=chat.title or "", is_broadcast=bool(chat.broadcast)
            )
    return FoundChannel(peer=(0, 0), handle=handle, title="", is_broadcast=False)


async def _from(client: Any, peer: Any, *, first_id: int, limit: int, wait_s: float) -> Slice:
    """Ask for the oldest ``limit`` messages from ``first_id`` on."""
    await asyncio.sleep(wait_s)
    return slice_of(await client(_history_request(peer, offset_id=max(first_id, 1), limit=limit, add_offset=-limit)))


async def _before(client: Any, peer: Any, *, before_id: int, wait_s: float) -> Slice:
    """Ask for the newest messages before ``before_id``."""
    await asyncio.sleep(wait_s)
    return slice_of(await client(_history_request(peer, offset_id=before_id, limit=PAGE_SIZE)))


async def _last_before(client: Any, peer: Any, *, moment: datetime) -> int:
    found = slice_of(await client(_history_request(peer, offset_date=moment, limit=1)))
    return found.messages[-1].id if found.messages else 0


def _history_request(peer: Any, **changes: Any) -> Any:
    values = {"offset_id": 0, "offset_date": None, "add_offset": 0, "max_id": 0, "min_id": 0, "hash": 0, **changes}
    return functions.messages.GetHistoryRequest(peer=peer, **values)


async def _by_id(client: Any, peer: Any, *, ids: list[int]) -> Slice:
    channel = types.InputChannel(peer.channel_id, peer.access_hash)
    wanted = [types.InputMessageID(post_id) for post_id in ids]
    return slice_of(await client(functions.channels.GetMessagesRequest(channel=channel, id=wanted)))
