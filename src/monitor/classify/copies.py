"""Give a text a hash that its exact copies share: letters and digits only, folded, links left out."""

from __future__ import annotations

from hashlib import blake2b

from monitor.text import tokenise


def copy_hash(text: str) -> int:
    """Give a signed 64-bit hash of the normalised text; equal hashes are exact copies.

    >>> copy_hash("Ларс: 20 км!") == copy_hash("ларс 20 км")
    True
    """
    normal = " ".join(tokenise(text).texts).replace("'", " ")
    return int.from_bytes(blake2b(normal.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)
