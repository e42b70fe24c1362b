"""The second password, as the server checks it without knowing it (core.telegram.org/api/srp)."""

from __future__ import annotations

import inspect
import os
import re
from typing import Any

from telethon import password as telethon_password
from telethon.password import big_num_for_hash, compute_digest, sha256, xor
from telethon.tl import types

from tests.peers.mtproto.channels import filled

GENERATOR = 3


def _telegrams_prime() -> bytes:
    """Take the prime that Telethon knows to be good, so that it need not prove another one (which takes minutes)."""
    source = inspect.getsource(telethon_password.check_prime_and_good)
    return bytes(int(number, 16) for number in re.findall("0x[0-9A-F]{2}", source))


class SecondPassword:
    """A password's verifier, and one challenge after the other."""

    def __init__(self, secret: str) -> None:
        prime = _telegrams_prime()
        self._algorithm = types.PasswordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow(
            salt1=os.urandom(16), salt2=os.urandom(16), g=GENERATOR, p=prime
        )
        self._prime = int.from_bytes(prime, "big")
        self._verifier = int.from_bytes(compute_digest(self._algorithm, secret), "big")
        self._private = int.from_bytes(os.urandom(256), "big")

    def challenge(self) -> Any:
        """Give what a client computes its proof from."""
        return filled(
            types.account.Password,
            has_password=True,
            current_algo=self._algorithm,
            srp_B=big_num_for_hash(self._public),
            srp_id=1,
            new_algo=types.PasswordKdfAlgoUnknown(),
            new_secure_algo=types.SecurePasswordKdfAlgoUnknown(),
            secure_random=os.urandom(16),
        )

    def accepts(self, proof: Any) -> bool:
        """Tell whether a client's proof comes from the password."""
        theirs = int.from_bytes(proof.A, "big")
        ours = big_num_for_hash(self._public)
        mix = int.from_bytes(sha256(proof.A, ours), "big")
        shared = pow(theirs * pow(self._verifier, mix, self._prime), self._private, self._prime)
        algorithm, prime, generator = self._algorithm, self._algorithm.p, big_num_for_hash(GENERATOR)
        expected = sha256(
            xor(sha256(prime), sha256(generator)),
            sha256(algorithm.salt1),
            sha256(algorithm.salt2),
            proof.A,
            ours,
            sha256(big_num_for_hash(shared)),
        )
        return bool(expected == proof.M1)

    @property
    def _public(self) -> int:
        multiplier = int.from_bytes(sha256(self._algorithm.p, big_num_for_hash(GENERATOR)), "big")
        return (multiplier * self._verifier + pow(GENERATOR, self._private, self._prime)) % self._prime
