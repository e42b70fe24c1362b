"""One account on its line to Telegram: whom it knows, and which methods it must leave alone for a while."""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Coroutine, Mapping, MutableMapping
from concurrent.futures import Future
from functools import partial
from typing import Any, Generic, TypeVar

from telethon import types

from monitor.errors import AskedToWait, FeedRefused
from monitor.sources.telegram.connection import AWAY, FAILING, GARBLED, Line, told
from monitor.sources.telegram.requests import FoundChannel, Peer, broadcast, resolve

LOOK_UP, READ, ASK_AGAIN = "look-up", "history", "by id"
"""The three methods Telegram limits apart."""

T = TypeVar("T")
Ask = Callable[[Any], Coroutine[Any, Any, T]]


class Account:
    """What asks: each request about a channel, after a look-up where the channel is not known.

    The connection is made at the first request and ends with ``close`` or with the object.
    """

    def __init__(self, open_line: Callable[[], Line], *, timeout_s: float, peers: MutableMapping[str, Peer]) -> None:
        self._open = open_line
        self._timeout_s = timeout_s
        self._peers = peers
        self._paused_until_s: dict[str, float] = {}
        self._line: Line | None = None
        self._hang_up: Callable[[], object] = lambda: None

    def close(self) -> None:
        """End the connection; a later request makes a new one."""
        self._hang_up()
        self._line = None

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
        return self._send(handle, LOOK_UP, partial(resolve, handle=handle)).result()

    def ask(self, handle: str, method: str, ask: Callable[[Any, Any], Coroutine[Any, Any, T]]) -> Answer[T]:
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
