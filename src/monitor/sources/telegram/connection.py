"""The line to Telegram: one Telethon client on an event loop of its own, and our names for what can go wrong on it."""

from __future__ import annotations

import asyncio
import binascii
import struct
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from telethon import TelegramClient, errors
from telethon.sessions import StringSession

from monitor.errors import ConfigError, MonitorError, TerminalError, TransientError

ClientFactory = Callable[[StringSession, int, str], Any]

FLOOD_SLEEP_S = 10
"""Waits Telegram asks for are slept through up to this long; longer ones are raised, so that the run can end."""

CLOSE_TIMEOUT_S = 5.0
LOG_IN_AGAIN = "Telegram no longer accepts this session. Log in again and set MONITOR_TELEGRAM_SESSION to the new one."

GONE = (
    errors.ChannelPrivateError,
    errors.ChannelInvalidError,
    errors.UsernameInvalidError,
    errors.UsernameNotOccupiedError,
    errors.ForbiddenError,
)
LOGGED_OUT = (errors.UnauthorizedError, errors.AuthKeyDuplicatedError, errors.AuthKeyNotFound)
AWAY = (OSError, EOFError, asyncio.CancelledError)
"""The connection is lost or silent. Telethon cancels what waits on a connection it cannot restore."""
FAILING = (errors.ServerError, errors.TimedOutError, errors.RpcCallFailError, errors.RpcMcgetFailError)

T = TypeVar("T")


def open_line(session: str, api_id: int, api_hash: str, make_client: ClientFactory | None) -> Line:
    """Make a line that connects at its first request; ConfigError, without a cause, for a session that is none."""
    try:
        parsed = StringSession(session)
    except (ValueError, struct.error, binascii.Error):
        raise ConfigError("MONITOR_TELEGRAM_SESSION is not a Telethon string session. Log in again to make one.") from None
    return Line((make_client or _client)(parsed, api_id, api_hash))


def _client(session: StringSession, api_id: int, api_hash: str) -> Any:
    return TelegramClient(
        session, api_id, api_hash, flood_sleep_threshold=FLOOD_SLEEP_S, receive_updates=False, raise_last_call_error=True
    )


class Line:
    """A client with the event loop it lives on; its requests are run one after the other, from outside."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self._loop = asyncio.new_event_loop()

    def run(self, request: Coroutine[Any, Any, T], timeout_s: float) -> T:
        """Give the request's result, or raise TimeoutError."""
        return self._loop.run_until_complete(asyncio.wait_for(request, timeout_s))

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
            self._end_tasks()
            self._loop.close()

    async def _disconnect(self) -> None:
        await self.client.disconnect()

    def _end_tasks(self) -> None:
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        if left:
            self._loop.run_until_complete(asyncio.wait(left, timeout=CLOSE_TIMEOUT_S))


def told(feed: str, error: BaseException) -> MonitorError | None:
    """Give our error for one of Telethon's; None when it is none of the known kinds, and so a fault of ours."""
    if isinstance(error, MonitorError):
        return None
    if isinstance(error, errors.FloodError):
        wait_s = getattr(error, "seconds", None)
        return TransientError(f"Telegram {feed}: asks to wait {wait_s} s.", retry_after_s=wait_s)
    if isinstance(error, LOGGED_OUT):
        return TerminalError(LOG_IN_AGAIN)
    if isinstance(error, GONE):
        reason = type(error).__name__.removesuffix("Error")
        return TerminalError(f"Telegram {feed}: cannot be read ({reason}): private, gone or renamed. Check it in seeds/channels.")
    if isinstance(error, AWAY):
        return TransientError(f"Telegram {feed}: no answer ({type(error).__name__}). It will be asked again.")
    if isinstance(error, FAILING):
        return TransientError(f"Telegram {feed}: the server failed ({type(error).__name__}). It will be asked again.")
    if isinstance(error, errors.RPCError):
        return TerminalError(
            f"Telegram {feed}: refused ({type(error).__name__}). See whether Telegram has changed its interface."
        )
    return None
