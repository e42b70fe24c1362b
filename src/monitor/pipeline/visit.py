"""One round through the Telegram channels of an account.

A channel that cannot be read gets a state and a notice and never stops the others. A flood wait pauses its method for the
account, in the database, and the run ends cleanly without it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor import store
from monitor.errors import AskedToWait, CursorMoved, FeedRefused, TerminalError, TransientError
from monitor.pipeline.ahead import read_ahead
from monitor.pipeline.channel_states import note_state
from monitor.pipeline.collect import Keep, OnPage
from monitor.pipeline.revisit import Revisit
from monitor.pipeline.tools import reading
from monitor.settings import Settings
from monitor.sources.telegram import (
    ASK_AGAIN,
    HISTORY,
    LOOK_UP,
    READ,
    Peer,
    TelegramSource,
    history_feed,
    is_stretch_read,
    reread_cursor,
    reread_feed,
)

FAILURES_IN_A_ROW = 3
"""So many feeds in a row that get no answer mean that Telegram, not a channel, is away."""
WRONG_HASH = "ChannelInvalid"
"""Telegram's word for an access hash that is not this account's."""
LONG_WAIT = timedelta(hours=1)
"""A pause from here on is told to the operator."""


@dataclass(slots=True, kw_only=True)
class Visit:
    """One round through the channels, and what it has met so far."""

    connection: store.Connection
    owner: store.Connection
    settings: Settings
    source: TelegramSource
    as_of: datetime
    on_page: OnPage | None
    keep: Keep | None
    begun_s: float
    known_peers: dict[str, Peer]
    totals: Counter[str] = field(default_factory=lambda: Counter({"read": 0, "kept": 0, "new": 0, "quarantined": 0}))
    failures_count: int = 0
    reread_version: int | None = None
    """The codebook that includes more than the channels' past was read with; None if none does."""

    @property
    def account(self) -> str:
        """Name the account that reads."""
        return self.settings.telegram_account

    @property
    def is_over(self) -> bool:
        """True when the time budget is spent."""
        return time.monotonic() - self.begun_s > self.settings.collect_budget_s

    @property
    def now(self) -> datetime:
        """Give the moment it is by the clock the round began with."""
        return self.as_of + timedelta(seconds=time.monotonic() - self.begun_s)

    def each(self, handles: Sequence[str], read: Callable[[str], None], method: str) -> None:
        """Do ``read`` for every channel, until the budget is spent or Telegram wants ``method`` left alone."""
        for handle in handles:
            if self.is_over or self._is_paused(method):
                return
            if handle in self.source.account.peers or not self._is_paused(LOOK_UP):
                store.assert_owned(self.owner)
                self._one(handle, read)

    def settle_waits(self) -> None:
        """Say of the methods that may be used again that their wait is over."""
        for method in (LOOK_UP, READ, ASK_AGAIN):
            if not self._is_paused(method):
                store.settle_notice(self.connection, "flood_wait", f"{self.account} {method}", as_of=self.as_of)

    def read_tail(self, handle: str) -> None:
        """Read what is new in a channel, and note that it can be read."""
        self._read(handle)
        is_empty = self.source.total(handle) == 0
        note_state(self.connection, handle, "empty" if is_empty else "ok", as_of=self.as_of)
        if is_empty:
            self._stored_posts(handle).everything()

    def look_again(self, handle: str) -> None:
        """Ask for a channel's posts that are due again."""
        self._stored_posts(handle).due()

    def look_for_edits(self, handle: str) -> None:
        """Look through a channel's last day for posts that carry a theme since an edit."""
        self._stored_posts(handle).edits()

    def _stored_posts(self, handle: str) -> Revisit:
        return Revisit(
            connection=self.connection,
            settings=self.settings,
            source=self.source,
            handle=handle,
            as_of=self.as_of,
            totals=self.totals,
            is_over=lambda: self.is_over,
            keep=self.keep,
        )

    def read_history(self, handle: str) -> None:
        """Read on in a channel's history."""
        self._read(history_feed(handle))

    def open_rereads(self, handles: Sequence[str]) -> None:
        """Let channels be read again, up to where their tails stand now, where the codebook has come to include more.

        Before their tails are read on: from here on they are read with this codebook.
        """
        wanted = store.reread_wanted(self.connection)
        if wanted is None or wanted[1] != reading(self.settings).codebook.digest:
            return
        self.reread_version = version = wanted[0]
        opened = store.rereads_opened(self.connection, version)
        for handle in [handle for handle in handles if handle not in opened]:
            tail = store.read_cursor(self.connection, self.source.name, handle)
            cursor = reread_cursor(tail, since_at=self.as_of - HISTORY)
            feed = reread_feed(handle, version)
            store.open_reread(self.connection, handle, version, feed=feed, cursor=cursor, as_of=self.as_of)

    def read_again(self, handle: str) -> None:
        """Read on in a channel's last weeks again; nothing of it alerts."""
        feed = reread_feed(handle, self.reread_version or 0)
        self._read(feed, is_reread=True)
        if is_stretch_read(store.read_cursor(self.connection, self.source.name, feed)):
            store.end_reread(self.connection, handle, as_of=self.as_of)

    def _read(self, feed: str, *, is_reread: bool = False) -> None:
        pages = read_ahead(
            self.connection,
            self.settings,
            self.source,
            feed,
            as_of=self.as_of,
            keep=self.keep,
            is_over=lambda: self.is_over,
            is_reread=is_reread,
        )
        for seen in pages:
            self.totals.update(seen)
            if self.on_page:
                self.on_page(self.totals)

    def _one(self, handle: str, read: Callable[[str], None]) -> None:
        """Do ``read`` for one channel; what goes wrong with it is noted and the round goes on."""
        try:
            self._read_or_meet_again(handle, read)
        except CursorMoved:
            self.totals["feeds read elsewhere"] += 1
        except AskedToWait as wait:
            self._pause(wait)
        except FeedRefused as refusal:
            self.totals["channels refused"] += 1
            note_state(self.connection, handle, refusal.state, refusal.reason, as_of=self.as_of)
        except TransientError as failure:
            self._note_failure(handle, failure)
        except TerminalError as error:
            store.open_notice(self.connection, "session_lost", self.account, str(error), as_of=self.as_of)
            raise
        else:
            self.failures_count = 0
            store.settle_notice(self.connection, "session_lost", self.account, as_of=self.as_of)
        self._save_peer(handle)

    def _read_or_meet_again(self, handle: str, read: Callable[[str], None]) -> None:
        """Do ``read``; where what we know of the channel no longer holds, because the account is another, look it up once."""
        try:
            read(handle)
        except FeedRefused as refusal:
            if refusal.reason != WRONG_HASH or self._is_paused(LOOK_UP) or not self.source.account.meet_again(handle):
                raise
            read(handle)

    def _save_peer(self, handle: str) -> None:
        peer = self.source.account.peers.get(handle)
        if peer is not None and self.known_peers.get(handle) != peer:
            store.save_peer(self.connection, self.account, handle, peer, as_of=self.as_of)
            self.known_peers[handle] = peer

    def _is_paused(self, method: str) -> bool:
        return store.paused_until(self.connection, "telegram", self.account, method, as_of=self.now) is not None

    def _pause(self, wait: AskedToWait) -> None:
        wait_for = timedelta(seconds=wait.retry_after_s or 0)
        store.pause_until(self.connection, "telegram", self.account, wait.method, self.now + wait_for)
        self.totals[f"seconds to leave {wait.method} alone"] = round(wait_for.total_seconds())
        if wait_for >= LONG_WAIT:
            until = f"{self.now + wait_for:%d %b %H:%M} UTC"
            message = (
                f"Telegram wants this account's {wait.method} left alone until {until}. Nothing to do; collection goes on then."
            )
            store.open_notice(self.connection, "flood_wait", f"{self.account} {wait.method}", message, as_of=self.as_of)

    def _note_failure(self, handle: str, failure: TransientError) -> None:
        self.totals["feeds without answer"] += 1
        store.note_visit(self.connection, handle, as_of=self.as_of)
        self.failures_count += 1
        if self.failures_count >= FAILURES_IN_A_ROW:
            raise failure
