"""One client's connection: opens its packets, answers its requests, and fails where a test has said so."""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass
from typing import Any, Protocol

from telethon.crypto import AuthKey
from telethon.extensions import BinaryReader
from telethon.tl import functions, types
from telethon.tl.core import GzipPacked, MessageContainer

from tests.peers.mtproto import wire
from tests.peers.mtproto.handshake import Handshake, ServerKey

PLAIN = b"\0" * 8
UNKNOWN_KEY = struct.pack("<i", -404)
VECTOR = 0x1CB5C415
TRUE, FALSE = 0x997275B5, 0xBC799737
WRONG_SALT = 48
NO_SUCH_TYPE = 0xDEADBEEF


class Refusal(Exception):
    """What the peer answers instead of a result: a code and one of Telegram's error names."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code} {message}")
        self.code = code
        self.message = message


@dataclass(kw_only=True)
class Fault:
    """A failure to play: which method, after how many good calls, how often.

    It is an error, a lost connection, silence, a late answer, bytes that mean nothing, a type nobody knows, or a page whose
    oldest messages are missing.
    """

    method: str = "messages.GetHistory"
    error: tuple[int, str] | None = None
    is_dropped: bool = False
    is_silent: bool = False
    is_dropped_after: bool = False
    is_garbled: bool = False
    is_unknown_type: bool = False
    is_cut_at_start: bool = False
    late_s: float = 0.0
    after_calls: int = 0
    times: int = 1


class Server(Protocol):
    """What a connection needs of the server it belongs to."""

    salt: int
    server_key: ServerKey | None
    keys: dict[int, AuthKey]

    def next_fault(self, method: str) -> Fault | None:
        """Give the failure to play for this call, if any."""

    def call(self, method: str, request: Any, key: AuthKey) -> Any:
        """Give the result of a request, or raise Refusal."""


class Connection:
    """The peer's end of one TCP connection."""

    def __init__(self, server: Server, transport: wire.Transport) -> None:
        self._server = server
        self._transport = transport
        self._ids = wire.MessageIds()
        self._handshake: Handshake | None = None
        self._key: AuthKey | None = None
        self._session_id: int | None = None
        self._content_count = 0

    async def serve(self) -> None:
        """Answer until the client goes."""
        try:
            while True:
                self._take(await self._transport.receive())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._transport.close()

    def _take(self, packet: bytes) -> None:
        if packet[:8] == PLAIN:
            self._shake_hands(BinaryReader(packet[20:]).tgread_object())
            return
        self._key = self._server.keys.get(struct.unpack_from("<Q", packet)[0])
        if self._key is None:
            self._transport.send(UNKNOWN_KEY)
            return
        message = wire.decrypt(self._key, packet)
        if message.session_id != self._session_id:
            self._session_id, self._content_count = message.session_id, 0
            created = types.NewSessionCreated(message.message_id, message.session_id, self._server.salt)
            self._send(bytes(created), is_content=False)
        if message.salt != self._server.salt:
            wrong = types.BadServerSalt(message.message_id, message.sequence, WRONG_SALT, self._server.salt)
            self._send(bytes(wrong), is_content=False)
            return
        self._dispatch(message.message_id, BinaryReader(message.body).tgread_object())

    def _shake_hands(self, request: Any) -> None:
        if self._handshake is None:
            if self._server.server_key is None:
                raise ConnectionError("this peer was made without an RSA key: it knows its clients beforehand")
            self._handshake = Handshake(self._server.server_key)
        self._transport.send(wire.plain(self._ids.next(is_answer=True), self._handshake.answer(request)))
        if self._handshake.key:
            self._server.keys[self._handshake.key.key_id] = self._handshake.key
            self._handshake = None

    def _dispatch(self, message_id: int, message: Any) -> None:
        if isinstance(message, MessageContainer):
            for part in message.messages:
                self._dispatch(part.msg_id, part.obj)
        elif isinstance(message, GzipPacked):
            self._dispatch(message_id, BinaryReader(message.data).tgread_object())
        elif isinstance(message, functions.PingRequest | functions.PingDelayDisconnectRequest):
            self._send(bytes(types.Pong(message_id, message.ping_id)), is_content=False)
        elif not isinstance(message, types.MsgsAck | types.MsgsStateReq):
            self._answer(message_id, message)

    def _answer(self, message_id: int, request: Any) -> None:
        while hasattr(request, "query"):  # invokeWithLayer, initConnection, invokeWithoutUpdates
            request = request.query
        method = method_name(request)
        fault = self._server.next_fault(method)
        if fault and fault.is_dropped:
            self._transport.abort()
        elif fault and fault.late_s:
            asyncio.get_running_loop().call_later(fault.late_s, self._give, message_id, method, request, None)
        elif not (fault and fault.is_silent):
            self._give(message_id, method, request, fault)

    def _give(self, message_id: int, method: str, request: Any, fault: Fault | None) -> None:
        if self._transport.is_closing():
            return
        self._send(wire.rpc_result(message_id, self._result(method, request, fault)))
        if fault and fault.is_dropped_after:
            self._transport.close()

    def _result(self, method: str, request: Any, fault: Fault | None) -> bytes:
        try:
            if fault and fault.error:
                raise Refusal(*fault.error)
            assert self._key is not None
            answer = self._server.call(method, request, self._key)
            if fault and fault.is_cut_at_start:
                answer.messages = answer.messages[:-1]
            return _spoilt(serialised(answer), fault)
        except Refusal as refusal:
            return bytes(types.RpcError(refusal.code, refusal.message))

    def _send(self, body: bytes, *, is_content: bool = True) -> None:
        assert self._key is not None and self._session_id is not None
        sequence = self._content_count * 2 + is_content
        self._content_count += is_content
        header = (self._server.salt, self._session_id, self._ids.next(is_answer=True), sequence)
        self._transport.send(wire.encrypt(self._key, header, body))


def _spoilt(result: bytes, fault: Fault | None) -> bytes:
    if fault and fault.is_garbled:
        return result[:40]
    if fault and fault.is_unknown_type:
        return struct.pack("<I", NO_SUCH_TYPE) + result[4:]
    return result


def method_name(request: Any) -> str:
    """Name a request as Telegram's documents do: ``messages.GetHistory``."""
    kind = type(request)
    return f"{kind.__module__.rsplit('.', 1)[-1]}.{kind.__name__.removesuffix('Request')}"


def serialised(result: Any) -> bytes:
    """Give a result's bytes: an object, a list of objects, or a truth value."""
    if isinstance(result, bool):
        return struct.pack("<I", TRUE if result else FALSE)
    if isinstance(result, list):
        return struct.pack("<Ii", VECTOR, len(result)) + b"".join(map(bytes, result))
    return bytes(result)
