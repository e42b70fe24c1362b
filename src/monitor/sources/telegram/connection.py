"""The line to Telegram: one Telethon client on an event loop of its own, and our names for what can go wrong on it."""

from __future__ import annotations

import asyncio
import binascii
import concurrent.futures
import struct
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from telethon import TelegramClient, errors
from telethon.sessions import StringSession

from monitor.errors import AskedToWait, ConfigError, FeedRefused, MonitorError, TerminalError, TransientError

ClientFactory = Callable[[StringSession, int, str], Any]

FLOOD_SLEEP_S = 10
"""Waits Telegram asks for are slept through up to this long; longer ones are raised, so that the run can end."""

UNTOLD_WAIT_S = 900.0
"""How long a method is left alone when Telegram wants less of it and does not say for how long."""

CLOSE_TIMEOUT_S = 5.0
LOG_IN_AGAIN = "Telegram no longer accepts this session. Log in again (monitor telegram login) and store the new one."

STATES: tuple[tuple[type[Exception], str], ...] = (
    (errors.ChannelPrivateError, "private"),
    (errors.ForbiddenError, "private"),
    (errors.UsernameInvalidError, "gone"),
    (errors.UsernameNotOccupiedError, "gone"),
    (errors.ChannelInvalidError, "gone"),
    (errors.RPCError, "refused"),
)
"""What a channel's refusal says has become of it; the last line is for refusals nobody has met yet."""

LOGGED_OUT = (errors.UnauthorizedError, errors.AuthKeyDuplicatedError, errors.AuthKeyNotFound)
AWAY = (OSError, EOFError, asyncio.CancelledError, concurrent.futures.CancelledError)
"""The connection is lost or silent. Telethon cancels what waits on a connection it cannot restore."""
FAILING = (errors.ServerError, errors.TimedOutError, errors.RpcCallFailError, errors.RpcMcgetFailError)
GARBLED = (errors.TypeNotFoundError, errors.InvalidChecksumError, errors.InvalidBufferError, errors.SecurityError, struct.error)
"""An answer that cannot be read: cut, damaged, or of a newer interface than Telethon's."""

T = TypeVar("T")


def open_line(session: str, api_id: int, api_hash: str, make_client: ClientFactory | None) -> Line:
    """Make a line that connects at its first request; ConfigError, without a cause, for a session that is none."""
    try:
        parsed = StringSession(session)
    except (ValueError, struct.error, binascii.Error):
        raise ConfigError("MONITOR_TELEGRAM_SESSION is not a Telethon string session. Log in again to make one.") from None
    return Line((make_client or make_telethon_client)(parsed, api_id, api_hash))


def make_telethon_client(session: StringSession, api_id: int, api_hash: str) -> Any:
    """Make the client as collection wants it: no updates, short waits slept through, errors named."""
    return TelegramClient(
        session, api_id, api_hash, flood_sleep_threshold=FLOOD_SLEEP_S, receive_updates=False, raise_last_call_error=True
    )


class Line:
    """A client with the event loop it lives on, which runs in a thread of its own, so that an answer can be awaited later."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True)
        self._thread.start()

    def ask(self, request: Coroutine[Any, Any, T], timeout_s: float) -> concurrent.futures.Future[T]:
        """Send a request; its answer can be waited for later, and is TimeoutError after ``timeout_s``."""
        return asyncio.run_coroutine_threadsafe(asyncio.wait_for(request, timeout_s), self._loop)

    def run(self, request: Coroutine[Any, Any, T], timeout_s: float) -> T:
        """Give the request's result, or raise TimeoutError."""
        return self.ask(request, timeout_s).result()

    async def connect(self) -> None:
        """Connect unless it is."""
        if not self.client.is_connected():
            await self.client.connect()

    def close(self) -> None:
        """Hang up, whatever state the connection is in; a second call does nothing."""
        if self._loop.is_closed():
            return
        try:
            self.run(self._disconnect(), CLOSE_TIMEOUT_S)
        except (*AWAY, errors.RPCError):
            pass  # it was broken already, that is why it is closed
        finally:
            asyncio.run_coroutine_threadsafe(self._end_tasks(), self._loop).result(CLOSE_TIMEOUT_S + 1)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(CLOSE_TIMEOUT_S)
            self._loop.close()

    async def _disconnect(self) -> None:
        await self.client.disconnect()

    async def _end_tasks(self) -> None:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=CLOSE_TIMEOUT_S)


def told(feed: str, method: str, error: BaseException) -> MonitorError | None:
    """Give our error for one of Telethon's; None when it is none of the known kinds, and so a fault of ours."""
    if isinstance(error, MonitorError):
        return None
    if isinstance(error, errors.FloodError):
        wait_s = float(getattr(error, "seconds", None) or UNTOLD_WAIT_S)
        return AskedToWait(f"Telegram {feed}: asks to wait {wait_s:.0f} s.", method=method, retry_after_s=wait_s)
    if isinstance(error, LOGGED_OUT):
        return TerminalError(f"{LOG_IN_AGAIN} ({type(error).__name__})")
    if isinstance(error, AWAY):
        return TransientError(f"Telegram {feed}: no answer ({type(error).__name__}). It will be asked again.")
    if isinstance(error, FAILING):
        return TransientError(f"Telegram {feed}: the server failed ({type(error).__name__}). It will be asked again.")
    if isinstance(error, GARBLED):
        return TransientError(f"Telegram {feed}: the answer cannot be read ({type(error).__name__}). It will be asked again.")
    return _refusal(feed, error)


def _refusal(feed: str, error: BaseException) -> FeedRefused | None:
    state = next((state for kind, state in STATES if isinstance(error, kind)), None)
    if state is None:
        return None
    reason = type(error).__name__.removesuffix("Error")
    known = state != "refused"
    advice = "private, banned or gone; check it in seeds/channels" if known else "see whether Telegram has changed its interface"
    return FeedRefused(f"Telegram {feed}: cannot be read ({reason}): {advice}.", state=state, reason=reason)
