"""X as a deployment meets it: counts first, evidence within a spike's budget, a cap that holds, texts that live a day."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Literal

import psycopg
import pytest

from monitor import pipeline, store
from monitor.model import MaskedText
from monitor.pipeline.collect_x import Endpoint, collect_x
from monitor.pipeline.x import x_queries
from monitor.settings import Settings
from tests.builders import make_masked, make_page
from tests.peers.x import XPeer
from tests.x_desk import QUERY, booked_usd, environment, make_root, open_spike, posts_stored, settings_of

AS_OF = datetime(2022, 9, 23, 6, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
ONSET_AT = AS_OF - 3 * HOUR
CENT = Decimal("0.005")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_root(tmp_path_factory.mktemp("desk") / "root", queries={"one": QUERY, "two": "очередь -is:retweet"})


@pytest.fixture
def settings(root: Path) -> Settings:
    return settings_of(root, XPeer.token)


@pytest.fixture
def peer() -> Iterator[XPeer]:
    """Give an X with 40 posts about a queue, one every two minutes, found by both queries."""
    with XPeer(clock=None) as running:
        running.now = AS_OF
        for number in range(40):
            running.add(f"Очередь на границе, стоим {number + 2} часа", AS_OF - timedelta(minutes=3 + 2 * number))
        yield running


def collect(connection: store.Connection, settings: Settings, peer: XPeer, as_of: datetime = AS_OF) -> dict[str, int]:
    peer.now = as_of
    peer.calls.clear()
    return dict(collect_x(connection, settings, as_of=as_of, endpoint=Endpoint(base_url=peer.url, page_size=10)).counts)


def kinds(peer: XPeer) -> list[str]:
    return [kind for kind, _ in peer.calls]


# --- counts ---------------------------------------------------------------------------------------------------


def test_posts_are_not_read_while_no_theme_has_an_open_spike(connection, settings, peer):
    open_spike(connection, "protest", ONSET_AT)
    open_spike(connection, "border_queue", ONSET_AT - 24 * HOUR, closed_at=AS_OF - HOUR)
    open_spike(connection, "border_queue", AS_OF + HOUR)

    counts = collect(connection, settings, peer)

    assert kinds(peer) == ["counts", "counts"]
    assert (counts["queries counted"], counts["hours counted"]) == (2, 2 * 167)
    assert booked_usd(connection, AS_OF) == 2 * CENT


def test_an_hour_is_asked_for_once(connection, settings, peer):
    collect(connection, settings, peer)
    collect(connection, settings, peer, AS_OF + timedelta(minutes=40))

    assert peer.calls == []
    assert booked_usd(connection, AS_OF) == 2 * CENT


def test_the_next_hour_asks_for_the_new_hours_and_two_before(connection, settings, peer):
    collect(connection, settings, peer)
    collect(connection, settings, peer, AS_OF + HOUR)

    assert [parameters["start_time"] for _, parameters in peer.calls] == ["2022-09-23T04:00:00Z"] * 2


def test_a_query_whose_text_changed_is_counted_anew_as_far_back_as_x_keeps(connection, settings, peer, tmp_path):
    collect(connection, settings, peer)
    changed = settings_of(make_root(tmp_path / "root", queries={"one": "граница", "two": "очередь -is:retweet"}), peer.token)

    counts = collect(connection, changed, peer, AS_OF + HOUR)

    assert counts["hours counted"] == 167 + 3
    same = connection.execute(
        "SELECT query_name, bool_and(is_same_text) FROM analyst.x_count_hour GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert same == [("one", False), ("two", True)]


def test_a_query_that_is_asked_no_more_keeps_its_counts(connection, settings, peer, tmp_path):
    collect(connection, settings, peer)
    fewer = settings_of(make_root(tmp_path / "root", queries={"one": QUERY}), peer.token)

    counts = collect(connection, fewer, peer, AS_OF + HOUR)

    assert counts["queries"] == 1
    assert connection.execute("SELECT query_name, is_asked FROM core.query ORDER BY 1").fetchall() == [
        ("one", True),
        ("two", False),
    ]
    assert connection.execute("SELECT count(*) FROM core.x_count WHERE query_name = 'two'").fetchone() == (167,)


def test_a_cap_too_small_for_every_hour_makes_counting_rarer_and_loses_no_hour(connection, root, peer):
    frugal = settings_of(root, peer.token, MONITOR_X_CAP_USD="1")
    asked = [len(peer.calls) for number in range(12) if collect(connection, frugal, peer, AS_OF + number * HOUR)]

    assert asked == [2, 0] * 6
    hours = connection.execute("SELECT count(*), max(hour_at) FROM core.x_count WHERE query_name = 'one'").fetchone()
    assert hours == (177, AS_OF.replace(minute=0) + 9 * HOUR)


def test_themes_that_need_an_approval_are_neither_compiled_nor_asked(connection, tmp_path, peer):
    root = make_root(tmp_path / "root", themes=("protest", "border_queue"), queries={"mine": "митинг"})
    settings = settings_of(root, peer.token)
    open_spike(connection, "protest", ONSET_AT)

    collect(connection, settings, peer)

    assert {parameters["query"] for _, parameters in peer.calls} == {query.text for query in x_queries(settings)}
    assert {query.theme_id for query in x_queries(settings)} == {"border_queue"}
    assert {query.theme_id for query in x_queries(settings, approved=frozenset({("x", "protest")}))} == {
        "border_queue",
        "protest",
    }


# --- evidence -------------------------------------------------------------------------------------------------


def test_evidence_begins_at_the_onset_and_is_charged_once_though_two_queries_find_it(connection, settings, peer):
    peer.add("Очередь на границе вчера", ONSET_AT - HOUR)
    open_spike(connection, "border_queue", ONSET_AT)

    counts = collect(connection, settings, peer)

    assert (counts["read"], counts["kept"], counts["new"]) == (80, 80, 40)
    assert booked_usd(connection, AS_OF) == 42 * CENT == sum(peer.served_usd.values())
    assert connection.execute("SELECT count(*) FROM core.series_count").fetchone() == (0,)


def test_posts_of_x_are_stored_masked_without_their_author(connection, settings, peer):
    peer.add("Очередь на границе, звоните +7 900 000 00 11, @someone", AS_OF - timedelta(minutes=2))
    open_spike(connection, "border_queue", ONSET_AT)

    collect(connection, settings, peer)

    rows = connection.execute("SELECT text, author_key, url FROM core.post").fetchall()
    assert any("[phone]" in text and "[user]" in text for text, _, _ in rows)
    assert not any("900" in text or "@someone" in text for text, _, _ in rows)
    assert all(len(key) == 64 and url is None for _, key, url in rows)


def test_no_more_posts_are_read_than_a_spikes_budget_over_all_runs(connection, root, peer):
    frugal = settings_of(root, peer.token, MONITOR_X_EVIDENCE_POSTS="40")
    open_spike(connection, "border_queue", ONSET_AT)

    read = [collect(connection, frugal, peer, AS_OF + number * HOUR).get("read", 0) for number in range(3)]

    assert read == [20 + 40, 0, 0], "what the first query was charged for is free for the second"
    charged = connection.execute("SELECT sum(charged_count) FROM core.ledger WHERE purpose = 'posts'").fetchone()[0]
    assert charged == len(posts_stored(connection)) == 40


def test_the_next_run_of_a_spike_reads_only_what_is_newer(connection, settings, peer):
    open_spike(connection, "border_queue", ONSET_AT)
    collect(connection, settings, peer)
    peer.add("Очередь на границе растёт", AS_OF + timedelta(minutes=5))

    counts = collect(connection, settings, peer, AS_OF + HOUR)

    assert (counts["read"], counts["new"]) == (2, 1)
    assert booked_usd(connection, AS_OF) == sum(peer.served_usd.values())


def test_a_spike_open_for_more_than_seven_days_asks_nothing_x_refuses(connection, settings, peer):
    open_spike(connection, "border_queue", ONSET_AT)
    collect(connection, settings, peer)
    later = AS_OF + timedelta(days=8)
    peer.add("Очередь на границе стоит и сейчас", later - HOUR)

    counts = collect(connection, settings, peer, later)

    assert counts["new"] == 1 and "queries refused" not in counts


def test_the_same_post_is_charged_again_on_another_day(connection, settings, peer):
    open_spike(connection, "border_queue", ONSET_AT, closed_at=AS_OF + HOUR)
    open_spike(connection, "border_queue", ONSET_AT + 2 * HOUR)
    collect(connection, settings, peer)
    tomorrow = AS_OF + timedelta(days=1)

    collect(connection, settings, peer, tomorrow)

    assert booked_usd(connection, AS_OF) == sum(peer.served_usd.values())
    assert len(peer.served_usd) == 2 and len(posts_stored(connection)) == 40


@pytest.mark.parametrize("dialect", ["tweet", "post"])
def test_an_edit_is_the_same_post_in_either_dialect(connection, settings, dialect: Literal["tweet", "post"]):
    with XPeer(clock=None, dialect=dialect) as peer:
        first_id = peer.add("Очередь на границе, стоим 5 часов", AS_OF - timedelta(minutes=30))
        open_spike(connection, "border_queue", ONSET_AT)
        collect(connection, settings, peer)
        peer.edit(first_id, "Очередь на границе, стоим 6 часов", AS_OF + timedelta(minutes=10))

        collect(connection, settings, peer, AS_OF + HOUR)

    assert posts_stored(connection) == [int(first_id)]
    assert connection.execute("SELECT sum(posts_count) FROM core.x_count WHERE query_name = 'one'").fetchone() == (1,)


# --- money ----------------------------------------------------------------------------------------------------


def test_the_cap_stops_reading_says_so_and_lets_counting_go_on(connection, root, peer):
    month_usd, rest_usd = 720 * 2 * CENT, (7 * 24 + 18) * 2 * CENT
    frugal = settings_of(root, peer.token, MONITOR_X_CAP_USD=str(month_usd))
    store.reserve(connection, wanted(1, month_usd - rest_usd - 22 * CENT, str(month_usd)), as_of=AS_OF - 24 * HOUR)
    open_spike(connection, "border_queue", ONSET_AT)

    runs = [collect(connection, frugal, peer, AS_OF + number * HOUR) for number in range(6)]

    assert len(posts_stored(connection)) == 20
    assert [run["queries counted"] for run in runs] == [2] * 6
    assert kinds(peer) == ["counts", "counts"]
    assert booked_usd(connection, AS_OF) <= month_usd
    notices = connection.execute("SELECT kind, subject, message FROM core.notice WHERE settled_at IS NULL").fetchall()
    assert [(kind, subject) for kind, subject, _ in notices] == [("budget_spent", "x posts")]
    assert "counting goes on" in notices[0][2]


def test_a_new_month_opens_the_cap_again(connection, root, peer):
    frugal = settings_of(root, peer.token, MONITOR_X_CAP_USD="8")
    late_at = datetime(2022, 9, 30, 22, 3, tzinfo=UTC)
    store.reserve(connection, wanted(1, Decimal("7.999"), "8"), as_of=late_at)
    collect(connection, frugal, peer, late_at)
    spent = connection.execute("SELECT count(*) FROM core.notice WHERE settled_at IS NULL").fetchone()

    collect(connection, frugal, peer, late_at + 2 * HOUR)

    assert spent == (2,)
    assert connection.execute("SELECT count(*) FROM core.notice WHERE settled_at IS NULL").fetchone() == (0,)
    assert booked_usd(connection, late_at + 2 * HOUR) == 2 * CENT


def wanted(units: int, unit_usd: Decimal, cap_usd: str, *, least: int = 1) -> store.Wanted:
    return store.Wanted(
        purpose="posts", feed="f", unit_usd=unit_usd, least_count=least, most_count=units, cap_usd=Decimal(cap_usd)
    )


def test_a_reservation_is_cut_to_what_the_cap_leaves_and_counts_until_it_is_settled(connection):
    first = store.reserve(connection, wanted(100, CENT, "0.75"), as_of=AS_OF)
    second = store.reserve(connection, wanted(100, CENT, "0.75"), as_of=AS_OF)
    third = store.reserve(connection, wanted(100, CENT, "0.75"), as_of=AS_OF)

    assert first and second and (first.units_count, second.units_count, third) == (100, 50, None)
    store.settle(connection, first.entry_id, 20, answered_at=AS_OF)
    assert booked_usd(connection, AS_OF) == Decimal("0.35")
    assert store.reserve(connection, wanted(100, CENT, "0.75", least=90), as_of=AS_OF) is None


def test_a_request_is_paid_by_the_month_of_its_answer(connection):
    last_at = datetime(2022, 9, 30, 23, 59, 59, tzinfo=UTC)
    reservation = store.reserve(connection, wanted(10, CENT, "1"), as_of=last_at)
    assert reservation

    store.settle(connection, reservation.entry_id, 10, answered_at=last_at + timedelta(seconds=2))

    assert booked_usd(connection, last_at) == 0
    assert booked_usd(connection, last_at + timedelta(seconds=2)) == 10 * CENT


def test_a_request_is_settled_once(connection):
    reservation = store.reserve(connection, wanted(10, CENT, "1"), as_of=AS_OF)
    assert reservation

    store.settle(connection, reservation.entry_id, 7, answered_at=AS_OF)
    store.settle(connection, reservation.entry_id, 0, answered_at=None)

    assert booked_usd(connection, AS_OF) == 7 * CENT


def test_many_at_once_never_pass_the_cap(database_url):
    def reserve_often(_: int) -> int:
        with store.connect(database_url) as own:
            return sum(found.units_count for _ in range(20) if (found := store.reserve(own, wanted(7, CENT, "2"), as_of=AS_OF)))

    with ThreadPoolExecutor(6) as pool:
        units_count = sum(pool.map(reserve_often, range(6)))

    assert units_count == 400
    with store.connect(database_url) as connection:
        assert booked_usd(connection, AS_OF) == Decimal(2)


def test_status_tells_what_the_month_has_cost(database_url, root):
    settings = Settings.from_env(environment(root, database_url, XPeer.token))
    with psycopg.connect(database_url, autocommit=True) as connection:
        store.reserve(connection, wanted(10, CENT, "1"), as_of=AS_OF)

    told = pipeline.status(settings, as_of=AS_OF)["X this month, USD"]

    assert told == {
        "spent": "0.000",
        "reserved and not settled": "0.050",
        "held for counting": "0.000",
        "cap": "100.00",
        "reading posts": "allowed",
    }


# --- texts ----------------------------------------------------------------------------------------------------


def test_texts_of_x_are_erased_after_a_day_and_all_else_stays(database_url, root):
    settings = Settings.from_env(environment(root, database_url, XPeer.token))
    with psycopg.connect(database_url, autocommit=True) as connection:
        store.save_codebook(connection, seeds_codebook(root), as_of=AS_OF)
        old, young = AS_OF - 25 * HOUR, AS_OF - 23 * HOUR
        posts = [
            make_masked("Очередь на границе", source="x", channel="x", post_id=1, posted_at=old, collected_at=old),
            make_masked("Очередь на границе", source="x", channel="x", post_id=2, posted_at=young, collected_at=young),
            make_masked("Очередь на границе", post_id=3, posted_at=old, collected_at=old),
        ]
        store.write_page(connection, "x", make_page(posts), expected=store.read_cursor(connection, "x", "lars_live"))

    pipeline.run_stage("classify", as_of=AS_OF, settings=settings)
    before = content(database_url)
    report = pipeline.run_stage("maintain", as_of=AS_OF, settings=settings)

    assert report.counts["texts erased"] == 1
    with psycopg.connect(database_url) as connection:
        texts = connection.execute("SELECT post_id, text FROM core.post ORDER BY post_id").fetchall()
    assert texts == [(1, ""), (2, MaskedText("Очередь на границе")), (3, "Очередь на границе")]
    after = content(database_url)
    assert {table for table in before if before[table] != after[table]} == {"post"}


def seeds_codebook(root: Path):
    from monitor import seeds

    return seeds.load_codebook(root / "seeds")


def content(database_url: str) -> dict[str, str]:
    with store.connect(database_url) as connection:
        return store.digest(connection)
