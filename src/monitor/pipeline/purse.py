"""Money of a collecting run on X: reserved in the ledger before a request, settled in the transaction of what it brought."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from monitor import store
from monitor.model import Page, XBudget
from monitor.privacy import AuthorKeys, record_hash


class LedgerPurse:
    """Pays X's requests out of the month's cap. ``held_usd`` is kept from reading posts, so that counting goes on."""

    def __init__(
        self, connection: store.Connection, budget: XBudget, keys: AuthorKeys, *, held_usd: Decimal, as_of: datetime
    ) -> None:
        self._connection = connection
        self._budget = budget
        self._keys = keys
        self._as_of = as_of
        self._reservation: store.Reservation | None = None
        self._held_usd = held_usd
        self.allowances: dict[str, int] = {}
        """Posts that may be read of each feed, over all runs."""
        self.is_counting_stopped = False

    def reserve(self, purpose: Literal["counts", "posts"], feed: str, *, least_count: int, most_count: int) -> int:
        """Give how many units the next request may cost, having committed them to the ledger; 0 when it must not be sent."""
        is_counts = purpose == "counts"
        if not is_counts:
            most_count = min(most_count, self.allowances.get(feed, 0) - store.posts_booked(self._connection, feed))
        if most_count < least_count:
            return 0
        wanted = store.Wanted(
            purpose=purpose,
            feed=feed,
            unit_usd=self._budget.counts_usd if is_counts else self._budget.post_usd,
            least_count=least_count,
            most_count=most_count,
            cap_usd=self._budget.cap_usd,
            held_usd=Decimal(0) if is_counts else self._held_usd,
        )
        self._reservation = store.reserve(self._connection, wanted, as_of=self._as_of)
        self.is_counting_stopped |= is_counts and self._reservation is None
        return self._reservation.units_count if self._reservation else 0

    def release(self) -> None:
        """Settle the last reservation with nothing: X has refused the request."""
        self._settle(0, None)

    def settle_counts(self, answered_at: datetime | None) -> None:
        """Settle the last reservation, a request for counts; call it in the transaction that stores them."""
        self._settle(1, answered_at)

    def settle_posts(self, page: Page, answered_at: datetime | None) -> None:
        """Settle the last reservation, a page of posts: X charges each post once a UTC day; call it in the page's transaction."""
        hashes = [record_hash(raw.origin.encode(), self._keys) for raw in page.posts]
        charged_date = (answered_at or self._as_of).date()
        self._settle(store.add_charged(self._connection, hashes, charged_date=charged_date), answered_at)

    def _settle(self, charged_count: int, answered_at: datetime | None) -> None:
        if self._reservation is not None:
            store.settle(self._connection, self._reservation.entry_id, charged_count, answered_at=answered_at)
            self._reservation = None
