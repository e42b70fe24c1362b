"""The month's cap: counting first, evenly until its end; reading gets what is left."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from monitor.budget import count_every_hours, estimate, held_for_counting, hours_left
from monitor.model import XBudget, month_of
from monitor.settings import Settings

MONTH_AT = datetime(2022, 9, 1, tzinfo=UTC)
LAST_AT = datetime(2022, 9, 30, 23, 59, tzinfo=UTC)


def budget(cap_usd: str) -> XBudget:
    return Settings.from_env({"MONITOR_X_CAP_USD": cap_usd}).x_budget


@pytest.mark.parametrize(("as_of", "hours"), [(MONTH_AT, 720), (LAST_AT, 1), (datetime(2024, 2, 29, 12, 3, tzinfo=UTC), 12)])
def test_hours_are_counted_to_the_months_end(as_of: datetime, hours: int) -> None:
    assert hours_left(as_of) == hours


def test_a_month_ends_where_the_next_begins() -> None:
    assert month_of(datetime(2022, 12, 31, 23, 59, tzinfo=UTC)) == (
        datetime(2022, 12, 1, tzinfo=UTC),
        datetime(2023, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("left_usd", "every_hours"), [("100", 1), ("61.20", 1), ("61.19", 2), ("30", 3), ("0.085", 720), ("0", 721), ("-3", 721)]
)
def test_counting_gets_rarer_so_that_it_lasts_until_the_months_end(left_usd: str, every_hours: int) -> None:
    found = count_every_hours(budget("100"), 17, left_usd=Decimal(left_usd), as_of=MONTH_AT)

    assert found == every_hours
    if Decimal(left_usd) >= Decimal("0.085"):
        assert held_for_counting(budget("100"), 17, every_hours=found, as_of=MONTH_AT) <= Decimal(left_usd)


def test_the_estimate_never_passes_the_cap() -> None:
    for cap_usd in ("0", "5", "61.2", "100"):
        found = estimate(budget(cap_usd), 17, as_of=MONTH_AT)
        assert found.counts_usd + found.posts_usd == Decimal(cap_usd)
        assert found.hourly_usd == Decimal("61.2")


def test_the_estimate_names_what_the_cap_leaves_for_posts() -> None:
    found = estimate(budget("100"), 17, as_of=MONTH_AT)

    assert (found.every_hours, found.posts_count, found.spikes_count) == (1, 7760, 38)
