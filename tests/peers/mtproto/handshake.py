"""The key exchange a client without a key begins with (core.telegram.org/mtproto/auth_key)."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from hashlib import sha1

import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from telethon import helpers
from telethon.crypto import AES, AuthKey
from telethon.crypto import rsa as telethon_rsa
from telethon.extensions import BinaryReader
from telethon.tl import functions, types

# RFC 3526, group 14: a safe prime of 2048 bits
DH_PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)
FACTORS = (1229739323, 1402015859)
GENERATOR = 2


@dataclass(frozen=True)
class ServerKey:
    """The server's RSA key, which a client must know beforehand."""

    public: rsa.PublicKey
    private: rsa.PrivateKey

    @classmethod
    def generate(cls) -> ServerKey:
        """Make one; cryptography does so twenty times faster than rsa, whose classes Telethon wants."""
        numbers = generate_private_key(public_exponent=65537, key_size=2048).private_numbers()
        modulus, exponent = numbers.public_numbers.n, numbers.public_numbers.e
        private = rsa.PrivateKey(modulus, exponent, numbers.d, numbers.p, numbers.q)
        return cls(rsa.PublicKey(modulus, exponent), private)

    @property
    def fingerprint(self) -> int:
        """Name the key as clients do."""
        return int(telethon_rsa._compute_fingerprint(self.public))


class Handshake:
    """One client's key exchange: ``answer`` each of its three requests in turn; the last one leaves ``key``."""

    def __init__(self, server_key: ServerKey) -> None:
        self._server_key = server_key
        self._server_nonce = int.from_bytes(os.urandom(16), "big", signed=True)
        self._new_nonce = 0
        self._secret = int.from_bytes(os.urandom(256), "big")
        self._cipher: tuple[bytes, bytes] = (b"", b"")
        self.key: AuthKey | None = None

    def answer(self, request: object) -> bytes:
        """Give the answer to one request of the exchange."""
        if isinstance(request, functions.ReqPqMultiRequest | functions.ReqPqRequest):
            return self._offer(request)
        if isinstance(request, functions.ReqDHParamsRequest):
            return self._parameters(request)
        if isinstance(request, functions.SetClientDHParamsRequest):
            return self._agree(request)
        raise ValueError(f"not part of the key exchange: {type(request).__name__}")

    def _offer(self, request: functions.ReqPqMultiRequest) -> bytes:
        product = telethon_rsa.get_byte_array(FACTORS[0] * FACTORS[1])
        return bytes(types.ResPQ(request.nonce, self._server_nonce, product, [self._server_key.fingerprint]))

    def _parameters(self, request: functions.ReqDHParamsRequest) -> bytes:
        private = self._server_key.private
        opened = pow(int.from_bytes(request.encrypted_data, "big"), private.d, private.n).to_bytes(255, "big")
        self._new_nonce = BinaryReader(opened[20:]).tgread_object().new_nonce
        self._cipher = helpers.generate_key_data_from_nonce(self._server_nonce, self._new_nonce)
        half = telethon_rsa.get_byte_array(pow(GENERATOR, self._secret, DH_PRIME))
        prime = telethon_rsa.get_byte_array(DH_PRIME)
        inner = bytes(types.ServerDHInnerData(request.nonce, self._server_nonce, GENERATOR, prime, half, int(time.time())))
        hashed = sha1(inner).digest() + inner
        sealed = AES.encrypt_ige(hashed + os.urandom(-len(hashed) % 16), *self._cipher)
        return bytes(types.ServerDHParamsOk(request.nonce, self._server_nonce, sealed))

    def _agree(self, request: functions.SetClientDHParamsRequest) -> bytes:
        inner = BinaryReader(AES.decrypt_ige(request.encrypted_data, *self._cipher)[20:]).tgread_object()
        self.key = AuthKey(telethon_rsa.get_byte_array(pow(int.from_bytes(inner.g_b, "big"), self._secret, DH_PRIME)))
        checked = self.key.calc_new_nonce_hash(self._new_nonce, 1)
        return bytes(types.DhGenOk(request.nonce, self._server_nonce, checked))
