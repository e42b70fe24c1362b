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

from collections.abc import Iterator, MutableMapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType

from telethon import types

from monitor.errors import ConfigError
from monitor.model import Channel, CoverageSpan, Cursor, Page, RawPost, SourceName, quarter_hour
from monitor.sources.telegram.account import ASK_AGAIN, READ, Account, Answer
from monitor.sources.telegram.connection import ClientFactory, open_line
from monitor.sources.telegram.feeds import HISTORY_SUFFIX, REREAD_SUFFIX, history_feed, is_stretch_read
from monitor.sources.telegram.messages import Slice, Stretch, history_page, last_id, posts_of, raw_post, tail_page
from monitor.sources.telegram.requests import PAGE_SIZE, Peer, last_before, messages_before, messages_by_id, messages_from

HISTORY = timedelta(days=28)
"""How far a channel is read back when it is met for the first time and no moment is named: what a detector learns from."""


def require_credentials(api_id: int | None, api_hash: str | None, session: str | None) -> tuple[int, str, str]:
    """Give the three back when all are set, else a ConfigError that names the missing settings."""
    if api_id and api_hash and session:
        return api_id, api_hash, session
    named = {"MONITOR_TELEGRAM_API_ID": api_id, "MONITOR_TELEGRAM_API_HASH": api_hash, "MONITOR_TELEGRAM_SESSION": session}
    raise ConfigError(f"Telegram is not configured: set {', '.join(name for name, value in named.items() if not value)}.")


class TelegramSource:
    """The followed channels of one account, each with a tail and a history.

    ``peers`` remembers who a handle is, between runs if the caller keeps it: Telegram allows about 200 look-ups a day, and a
    renamed channel keeps its id. ``pause_s`` is kept between two pages of a channel, as Telethon itself would on a long history.
    The connection of its ``account`` is made at the first request and ends with the ``with`` block or with the object.
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
        line = partial(open_line, session, api_id, api_hash, client_factory)
        self.account = Account(line, timeout_s=timeout_s, peers={} if peers is None else peers)
        self._page_size = page_size
        self._pause_s = pause_s
        self._history_since = history_since
        self._totals: dict[str, int] = {}

    def __repr__(self) -> str:
        return f"TelegramSource({len(self._channels)} channels)"

    def __enter__(self) -> TelegramSource:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.account.close()

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
        position = self.account.ask(handle, READ, partial(last_before, moment=contact_at)).result()
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
            after_id = min(self.account.ask(handle, READ, partial(last_before, moment=moment)).result(), stretch.last_id)
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
        return self.account.ask(handle, READ, partial(messages_from, first_id=after_id, limit=limit, wait_s=wait_s))

    def again(self, handle: str, ids: Sequence[int], *, as_of: datetime) -> dict[int, RawPost | None]:
        """Ask for up to 100 posts by their ids; None stands for one that is no longer there."""
        found = self.account.ask(handle, ASK_AGAIN, partial(messages_by_id, ids=list(ids))).result()
        present = {m.id: raw_post(handle, m, found, as_of) for m in found.messages if isinstance(m, types.Message)}
        return {post_id: present.get(post_id) for post_id in ids}

    def recent(self, handle: str, *, until_id: int, since_at: datetime, as_of: datetime, most_pages: int) -> Iterator[RawPost]:
        """Give the posts up to ``until_id`` again, newest page first, back to ``since_at`` or for ``most_pages``."""
        before_id = until_id + 1
        for number in range(most_pages):
            wait_s = self._pause_s if number else 0
            found = self.account.ask(handle, READ, partial(messages_before, before_id=before_id, wait_s=wait_s)).result()
            yield from posts_of(handle, found, as_of)
            if not found.messages or (getattr(found.messages[0], "date", None) or since_at) < since_at:
                return
            before_id = found.messages[0].id


def _begins_at(found: Slice, message_id: int) -> bool:
    return any(message.id == message_id for message in found.messages)
