"""A loopback Telegram: speaks MTProto to an unmodified Telethon client over a real socket, and fails on request.

    with TelegramPeer() as telegram:
        channel = telegram.channel("lars_live")
        channel.add("очередь 5 км", posted_at)
        telegram.faults.append(Fault(error=(420, "FLOOD_WAIT_33")))
        client = TelegramClient(StringSession(telegram.session()), 1, "0" * 32)

It knows broadcast channels, groups, history, look-up by name and by id, and signing in with a code and a second password. It knows
no media and no updates. It shares Telethon's own descriptions of Telegram's objects.
"""

from __future__ import annotations

import asyncio
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from telethon.crypto import AuthKey
from telethon.crypto import rsa as telethon_rsa
from telethon.sessions import StringSession
from telethon.tl import types

from tests.peers.mtproto import wire
from tests.peers.mtproto.channels import EPOCH, PeerChannel, filled
from tests.peers.mtproto.connection import Connection, Fault, Refusal
from tests.peers.mtproto.handshake import ServerKey
from tests.peers.mtproto.srp import SecondPassword

__all__ = ["Fault", "PeerChannel", "ServerKey", "TelegramPeer", "known_to_telethon"]

DC_ID = 2
LOGIN_CODE = "22222"
FIRST_CHANNEL_ID = 1000


class TelegramPeer:
    """The server, running in a thread of its own while the context lasts; ``calls`` lists every method asked for."""

    def __init__(self, server_key: ServerKey | None = None, *, password: str | None = None) -> None:
        self.server_key = server_key
        self.salt: int = struct.unpack("<q", os.urandom(8))[0]
        self.keys: dict[int, AuthKey] = {}
        self.faults: list[Fault] = []
        self.calls: list[str] = []
        self.host, self.port = "127.0.0.1", 0
        self._password = SecondPassword(password) if password else None
        self._signed_in: set[int] = set()
        self._channels: dict[str, PeerChannel] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> TelegramPeer:
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def channel(self, username: str, *, is_broadcast: bool = True) -> PeerChannel:
        """Open a new channel, or group."""
        channel_id = FIRST_CHANNEL_ID + len(self._channels)
        channel = PeerChannel(channel_id=channel_id, username=username, title=username.title(), is_broadcast=is_broadcast)
        self._channels[username.lower()] = channel
        return channel

    @property
    def names(self) -> list[str]:
        """Name every channel, as it is called now."""
        return list(self._channels)

    def find(self, username: str) -> PeerChannel:
        """Give the channel with this name."""
        return self._channels[username.lower()]

    def rename(self, username: str, new_username: str | None) -> None:
        """Give a channel another public name, or none."""
        channel = self._channels.pop(username.lower())
        channel.username = new_username
        self._channels[(new_username or f"#{channel.channel_id}").lower()] = channel

    def session(self, *, is_signed_in: bool = True) -> str:
        """Give the string session of an account that has agreed on a key with this server, signed in or not."""
        key = AuthKey(os.urandom(256))
        self.keys[key.key_id] = key
        if is_signed_in:
            self._signed_in.add(key.key_id)
        session = StringSession()
        session.set_dc(DC_ID, self.host, self.port)
        session.auth_key = key
        return session.save()

    def next_fault(self, method: str) -> Fault | None:
        """Count the call and give the failure that is due for it."""
        self.calls.append(method)
        for fault in self.faults:
            if fault.method == method and fault.times > 0:
                if fault.after_calls > 0:
                    fault.after_calls -= 1
                    return None
                fault.times -= 1
                return fault
        return None

    def call(self, method: str, request: Any, key: AuthKey) -> Any:
        """Answer a request by the method below that is named after it."""
        handler = getattr(self, "_" + method.replace(".", "_"), None)
        if handler is None:
            raise Refusal(400, "METHOD_NOT_IMPLEMENTED")
        if not method.startswith(("auth.", "help.", "account.GetPassword")) and key.key_id not in self._signed_in:
            raise Refusal(401, "AUTH_KEY_UNREGISTERED")
        return handler(request, key)

    async def _listen(self) -> int:
        self._server = await asyncio.start_server(self._serve, self.host, 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.CancelledError):  # the peer is stopped while a client is still there
            await Connection(self, wire.Transport(reader, writer)).serve()

    async def _stop(self) -> None:
        self._server.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _known(self, peer: Any) -> PeerChannel:
        for channel in self._channels.values():
            if (channel.channel_id, channel.access_hash) == (
                getattr(peer, "channel_id", None),
                getattr(peer, "access_hash", None),
            ):
                return channel
        raise Refusal(400, "CHANNEL_INVALID")

    # --- methods: _<namespace>_<Method>(request, key) -------------------------------------------------

    def _help_GetConfig(self, _request: Any, _key: AuthKey) -> Any:  # noqa: N802
        here = types.DcOption(DC_ID, self.host, self.port)
        return filled(types.Config, this_dc=DC_ID, dc_options=[here], me_url_prefix="https://t.me/")

    def _auth_SendCode(self, _request: Any, _key: AuthKey) -> Any:  # noqa: N802
        return types.auth.SentCode(types.auth.SentCodeTypeApp(len(LOGIN_CODE)), "hash")

    def _auth_SignIn(self, request: Any, key: AuthKey) -> Any:  # noqa: N802
        if request.phone_code != LOGIN_CODE:
            raise Refusal(400, "PHONE_CODE_INVALID")
        if self._password is not None:
            raise Refusal(401, "SESSION_PASSWORD_NEEDED")
        self._signed_in.add(key.key_id)
        return types.auth.Authorization(self._account())

    def _account_GetPassword(self, _request: Any, _key: AuthKey) -> Any:  # noqa: N802
        assert self._password is not None
        return self._password.challenge()

    def _auth_CheckPassword(self, request: Any, key: AuthKey) -> Any:  # noqa: N802
        if self._password is None or not self._password.accepts(request.password):
            raise Refusal(400, "PASSWORD_HASH_INVALID")
        self._signed_in.add(key.key_id)
        return types.auth.Authorization(self._account())

    def _auth_LogOut(self, _request: Any, key: AuthKey) -> Any:  # noqa: N802
        self._signed_in.discard(key.key_id)
        return types.auth.LoggedOut()

    def _users_GetUsers(self, _request: Any, _key: AuthKey) -> Any:  # noqa: N802
        return [self._account()]

    def _updates_GetState(self, _request: Any, _key: AuthKey) -> Any:  # noqa: N802
        return types.updates.State(1, 0, EPOCH, 1, 0)

    def _updates_GetDifference(self, _request: Any, _key: AuthKey) -> Any:  # noqa: N802
        return types.updates.DifferenceEmpty(EPOCH, 1)

    def _contacts_ResolveUsername(self, request: Any, _key: AuthKey) -> Any:  # noqa: N802
        channel = self._channels.get(request.username.lower())
        if channel is None:
            raise Refusal(400, "USERNAME_NOT_OCCUPIED")
        return types.contacts.ResolvedPeer(types.PeerChannel(channel.channel_id), [channel.as_tl()], [])

    def _channels_GetMessages(self, request: Any, _key: AuthKey) -> Any:  # noqa: N802
        channel = self._known(request.channel)
        found = [channel.messages.get(item.id) or filled(types.MessageEmpty, id=item.id, peer_id=None) for item in request.id]
        return types.messages.ChannelMessages(1, len(found), found, [], [channel.as_tl()], [])

    def _messages_GetHistory(self, request: Any, _key: AuthKey) -> Any:  # noqa: N802
        return self._known(request.peer).page(request, list(self._channels.values()))

    def _account(self) -> Any:
        return filled(types.User, id=777, is_self=True, access_hash=1, first_name="Test")


@contextmanager
def known_to_telethon(server_key: ServerKey) -> Iterator[None]:
    """Let Telethon trust this key instead of Telegram's own for a while, as its key exchange needs."""
    own = dict(telethon_rsa._server_keys)
    telethon_rsa._server_keys.clear()
    telethon_rsa._server_keys[server_key.fingerprint] = (server_key.public, False)
    try:
        yield
    finally:
        telethon_rsa._server_keys.clear()
        telethon_rsa._server_keys.update(own)
