"""Who pays for what X is asked."""

from __future__ import annotations

from typing import Literal, Protocol


class Purse(Protocol):
    """Who pays: asked before each request is sent."""

    def reserve(self, purpose: Literal["counts", "posts"], feed: str, *, least_count: int, most_count: int) -> int:
        """Give how many units the next request may cost; 0 when there is no money for ``least_count`` of them."""
        ...

    def release(self) -> None:
        """Take back the last reservation: X has refused the request, and charges nothing for that."""
        ...


class OpenPurse:
    """Pays whatever is asked: for tests of the source alone."""

    def reserve(self, purpose: Literal["counts", "posts"], feed: str, *, least_count: int, most_count: int) -> int:
        """Give all that was asked for."""
        return most_count

    def release(self) -> None:
        """Forget nothing, having kept nothing."""
