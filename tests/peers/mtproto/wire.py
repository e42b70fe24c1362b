"""Bytes on the wire: the "full" TCP transport, plain and encrypted messages (core.telegram.org/mtproto/description)."""

from __future__ import annotations

import asyncio
import gzip
import os
import struct
import time
import zlib
from dataclasses import dataclass
from hashlib import sha256

from telethon.crypto import AES, AuthKey
from telethon.network.mtprotostate import MTProtoState
from telethon.tl.core import GzipPacked

GZIP_FROM_BYTES = 2048
RPC_RESULT = 0xF35C6D01
GZIP_PACKED = 0x3072CFA1


class Transport:
    """Packets with length, running number and checksum around a stream."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._sent_count = 0

    async def receive(self) -> bytes:
        """Give the next packet's content; IncompleteReadError when the client has gone."""
        length, _ = struct.unpack("<ii", await self._reader.readexactly(8))
        return (await self._reader.readexactly(length - 8))[:-4]

    def send(self, content: bytes) -> None:
        """Send one packet."""
        packet = struct.pack("<ii", len(content) + 12, self._sent_count) + content
        self._writer.write(packet + struct.pack("<I", zlib.crc32(packet)))
        self._sent_count += 1

    def is_closing(self) -> bool:
        """Tell whether the connection has been closed."""
        return self._writer.is_closing()

    def close(self) -> None:
        """Close after what was written."""
        self._writer.close()

    def abort(self) -> None:
        """Drop the connection at once."""
        self._writer.transport.abort()


class MessageIds:
    """Rising message ids: the clock in 2**-32 s, with the low bits telling an answer from an announcement."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, *, is_answer: bool) -> int:
        """Give the next id."""
        self._last = max(self._last + 4, int(time.time() * 2**32) // 4 * 4)
        return self._last + (1 if is_answer else 3)


@dataclass(frozen=True, slots=True)
class Incoming:
    """A decrypted message of the client."""

    salt: int
    session_id: int
    message_id: int
    sequence: int
    body: bytes


def decrypt(key: AuthKey, packet: bytes) -> Incoming:
    """Open an encrypted packet and check its message key."""
    message_key = packet[8:24]
    content = AES.decrypt_ige(packet[24:], *MTProtoState._calc_key(key.key, message_key, True))
    if sha256(key.key[88:120] + content).digest()[8:24] != message_key:
        raise ValueError("message key does not fit its message")
    salt, session_id, message_id, sequence, length = struct.unpack_from("<qqqii", content)
    return Incoming(salt, session_id, message_id, sequence, content[32 : 32 + length])


def encrypt(key: AuthKey, header: tuple[int, int, int, int], body: bytes) -> bytes:
    """Seal ``body`` under (salt, session id, message id, sequence)."""
    content = struct.pack("<qqqii", *header, len(body)) + body
    content += os.urandom(-(len(content) + 12) % 16 + 12)
    message_key = sha256(key.key[96:128] + content).digest()[8:24]
    sealed = AES.encrypt_ige(content, *MTProtoState._calc_key(key.key, message_key, False))
    return struct.pack("<Q", key.key_id) + message_key + sealed


def plain(message_id: int, body: bytes) -> bytes:
    """Wrap ``body`` for the time before there is a key."""
    return struct.pack("<qqi", 0, message_id, len(body)) + body


def rpc_result(request_id: int, result: bytes) -> bytes:
    """Wrap a request's result, packed when it is long."""
    if len(result) > GZIP_FROM_BYTES:
        result = struct.pack("<I", GZIP_PACKED) + GzipPacked.serialize_bytes(gzip.compress(result, 1))
    return struct.pack("<Iq", RPC_RESULT, request_id) + result
