"""What X has cost and may still cost this month. A reservation that was never settled counts as spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from monitor.model import month_of
from monitor.store.connection import Connection

Purpose = Literal["counts", "posts"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """What one UTC month has cost: ``settled_usd`` for sure, ``reserved_usd`` at most, for requests whose end is unknown."""

    settled_usd: Decimal
    reserved_usd: Decimal

    @property
    def total_usd(self) -> Decimal:
        """What counts against the cap."""
        return self.settled_usd + self.reserved_usd


SPENDING = """
SELECT
    coalesce(sum(charged_count * unit_usd) FILTER (WHERE charged_count IS NOT NULL), 0),
    coalesce(sum(reserved_count * unit_usd) FILTER (WHERE charged_count IS NULL), 0)
FROM core.ledger
WHERE booked_at >= %s AND booked_at < %s
"""


def spending(connection: Connection, *, as_of: datetime) -> Spending:
    """Give what the UTC month of ``as_of`` has cost so far."""
    settled_usd, reserved_usd = connection.execute(SPENDING, month_of(as_of)).fetchall()[0]
    return Spending(settled_usd=settled_usd, reserved_usd=reserved_usd)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a request may cost: between ``least_count`` and ``most_count`` units; ``held_usd`` of the cap is not for it."""

    purpose: Purpose
    feed: str
    unit_usd: Decimal
    least_count: int
    most_count: int
    cap_usd: Decimal
    held_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """Units that may be asked for, committed before the request is sent."""

    entry_id: int
    units_count: int


LOCK_LEDGER = "SELECT pg_advisory_xact_lock(hashtext('monitor.ledger'))"
RESERVE = """
INSERT INTO core.ledger (purpose, feed, unit_usd, reserved_count, booked_at)
VALUES (%s, %s, %s, %s, %s)
RETURNING entry_id
"""


def reserve(connection: Connection, wanted: Wanted, *, as_of: datetime) -> Reservation | None:
    """Reserve as many units as the month's cap still pays; None when these are fewer than ``least_count``.

    Call it outside a transaction: what it reserves must be committed before the request is sent.
    """
    with connection.transaction():
        connection.execute(LOCK_LEDGER)
        left_usd = wanted.cap_usd - wanted.held_usd - spending(connection, as_of=as_of).total_usd
        units_count = _affordable(left_usd, wanted)
        if units_count < max(wanted.least_count, 1):
            return None
        values = (wanted.purpose, wanted.feed, wanted.unit_usd, units_count, as_of)
        row = connection.execute(RESERVE, values).fetchone()
    if row is None:
        raise RuntimeError("core.ledger gave no id")
    return Reservation(entry_id=row[0], units_count=units_count)


def _affordable(left_usd: Decimal, wanted: Wanted) -> int:
    if left_usd < 0:
        return 0
    return wanted.most_count if wanted.unit_usd == 0 else min(wanted.most_count, int(left_usd / wanted.unit_usd))


SETTLE = """
UPDATE core.ledger
SET charged_count = least(%s, reserved_count), booked_at = greatest(booked_at, %s)
WHERE entry_id = %s AND charged_count IS NULL
"""


def settle(connection: Connection, entry_id: int, charged_count: int, *, answered_at: datetime | None) -> None:
    """Say what a request has cost; call it in the transaction that stores what it brought."""
    connection.execute(SETTLE, (charged_count, answered_at, entry_id))


ADD_CHARGED = """
INSERT INTO core.charged (charged_date, object_hash)
SELECT %s, object_hash FROM unnest(%s::text[]) AS answered (object_hash) ORDER BY object_hash
ON CONFLICT DO NOTHING
"""


def add_charged(connection: Connection, object_hashes: Sequence[str], *, charged_date: date) -> int:
    """Remember posts X has answered with on one UTC day; return how many of them it had not charged that day before."""
    return connection.execute(ADD_CHARGED, (charged_date, list(object_hashes))).rowcount


FORGET_CHARGED = "DELETE FROM core.charged WHERE charged_date < %s"


def forget_charged(connection: Connection, *, before_date: date) -> int:
    """Forget what was charged on earlier days; return how many rows that were."""
    return connection.execute(FORGET_CHARGED, (before_date,)).rowcount


POSTS_BOOKED = (
    "SELECT coalesce(sum(coalesce(charged_count, reserved_count)), 0) FROM core.ledger WHERE purpose = 'posts' AND feed = %s"
)


def posts_booked(connection: Connection, feed: str) -> int:
    """Give how many posts a feed has been charged for, unsettled requests with all they may have cost."""
    return int(connection.execute(POSTS_BOOKED, (feed,)).fetchall()[0][0])
