"""A month on X with faults and kills: what X has served is booked at all times, and the cap is never passed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import psycopg

from tests.peers.x import XPeer
from tests.x_desk import QUERY, environment, make_root
from tests.x_month import END_AT, Month, Plan, fill

QUERIES = {"queue": QUERY, "queue_only": "очередь -is:retweet"}
SMALL = Plan(step_hours=6, kills_count=12, kills_share=0.15, faults_share=0.08, cap_usd=Decimal(4), seed=3)


def test_a_month_of_faults_and_kills_is_booked_to_the_cent_and_counted_to_the_hour(database_url: str, tmp_path: Path) -> None:
    hold_a_month(database_url, tmp_path, SMALL)


def hold_a_month(database_url: str, tmp_path: Path, plan: Plan) -> None:
    """Play a month and hold it to its promises."""
    root = make_root(tmp_path / "root", queries=QUERIES)
    env = environment(root, database_url, XPeer.token, MONITOR_X_CAP_USD=str(plan.cap_usd), MONITOR_X_EVIDENCE_POSTS="200")
    with XPeer(clock=None) as peer:
        fill(peer, database_url)
        month = Month(peer, database_url, env, plan)

        month.play()

    books, days = month.books, month.day_totals()
    booked, served = (sum(column) for column in zip(*days.values(), strict=True))
    clean = {day: totals for day, totals in days.items() if day not in books.unclean_days}
    print(f"{books.kills_count} kills, {books.faults_count} faults, {books.answers_count} charged answers; ", end="")
    print(f"booked {booked}, served {served}, cap {plan.cap_usd}; {len(clean)} days without kill or lost answer")
    assert books.kills_count == plan.kills_count
    assert books.violations == []
    assert served <= booked <= plan.cap_usd
    assert all(booked_usd >= served_usd for booked_usd, served_usd in days.values()), days
    assert len(clean) >= 10
    assert all(booked_usd == served_usd for booked_usd, served_usd in clean.values()), clean
    _assert_counts_are_whole(database_url, month)
    _assert_reading_stopped_and_counting_went_on(database_url)


def _assert_counts_are_whole(database_url: str, month: Month) -> None:
    """Every hour of the month was counted for both queries, with what X had."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT query_name, hour_at, posts_count FROM core.x_count").fetchall()
    counted = {name: {hour_at: number for query, hour_at, number in rows if query == name} for name in QUERIES}
    hours = [datetime(2022, 9, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(30 * 24 - 12)]
    for name, words in (("queue", "очередь на границе"), ("queue_only", "очередь")):
        truth = month.true_counts(words)
        assert {hour_at: counted[name].get(hour_at) for hour_at in hours} == {h: truth.get(h, 0) for h in hours}


def _assert_reading_stopped_and_counting_went_on(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        notices = connection.execute("SELECT subject FROM core.notice WHERE kind = 'budget_spent'").fetchall()
        texts = connection.execute("SELECT count(*), count(DISTINCT text) FROM core.post").fetchall()[0]
        counted_until_at = connection.execute("SELECT min(counted_until_at) FROM core.query WHERE is_asked").fetchall()[0][0]
    assert ("x posts",) in notices
    assert texts[0] == texts[1] > 100
    assert counted_until_at > END_AT - timedelta(hours=12)
