"""What X's schedule costs, and how a month's cap is shared: counting comes first, reading posts gets what is left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from monitor.model import XBudget, month_of

HOUR = timedelta(hours=1)


def hours_left(as_of: datetime) -> int:
    """Count the hours of the UTC month that are not over yet, the running one included.

    >>> from datetime import timezone
    >>> hours_left(datetime(2022, 9, 30, 22, 3, tzinfo=timezone.utc))
    2
    """
    return -((as_of - month_of(as_of)[1]) // HOUR)


def count_every_hours(budget: XBudget, queries_count: int, *, left_usd: Decimal, as_of: datetime) -> int:
    """Give how many hours to let pass between two counts of a query, so that counting lasts until the month's end.

    One where the money that is left allows it. An answer holds 168 hours, so counting more rarely loses no hour: each becomes
    known later.

    >>> from datetime import timezone
    >>> budget = XBudget(cap_usd=Decimal(9), post_usd=Decimal(0), counts_usd=Decimal("0.005"), evidence_posts=0)
    >>> month_at = datetime(2022, 9, 1, tzinfo=timezone.utc)
    >>> [count_every_hours(budget, 18, left_usd=Decimal(left_usd), as_of=month_at) for left_usd in (65, 50)]
    [1, 2]
    """
    hours_count, round_usd = hours_left(as_of), queries_count * budget.counts_usd
    if round_usd * hours_count <= max(left_usd, Decimal(0)):
        return 1
    rounds_count = int(max(left_usd, Decimal(0)) / round_usd)
    return -(-hours_count // rounds_count) if rounds_count else hours_count + 1


def held_for_counting(budget: XBudget, queries_count: int, *, every_hours: int, as_of: datetime) -> Decimal:
    """Give what counting will still cost until the month's end; reading posts may not touch it."""
    rounds_count = -(-hours_left(as_of) // every_hours)
    return rounds_count * queries_count * budget.counts_usd


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """What the schedule costs in one UTC month under the cap."""

    queries_count: int
    hours_count: int
    every_hours: int
    counts_usd: Decimal
    hourly_usd: Decimal
    """What counting every hour would cost, cap or no cap."""
    spike_usd: Decimal
    posts_usd: Decimal
    """What the cap leaves for posts; more is never read."""
    posts_count: int
    spikes_count: int


def estimate(budget: XBudget, queries_count: int, *, as_of: datetime) -> Estimate:
    """Say what the whole month of ``as_of`` costs, before anything was spent in it."""
    start_at, end_at = month_of(as_of)
    every_hours = count_every_hours(budget, queries_count, left_usd=budget.cap_usd, as_of=start_at)
    counts_usd = min(held_for_counting(budget, queries_count, every_hours=every_hours, as_of=start_at), budget.cap_usd)
    spike_usd, posts_usd = budget.evidence_posts * budget.post_usd, budget.cap_usd - counts_usd
    return Estimate(
        queries_count=queries_count,
        hours_count=(end_at - start_at) // HOUR,
        every_hours=every_hours,
        counts_usd=counts_usd,
        hourly_usd=(end_at - start_at) // HOUR * queries_count * budget.counts_usd,
        spike_usd=spike_usd,
        posts_usd=posts_usd,
        posts_count=int(posts_usd / budget.post_usd) if budget.post_usd else 0,
        spikes_count=int(posts_usd / spike_usd) if spike_usd else 0,
    )
