"""Pages: cursor, posts, coverage and quarantine are written together, or not at all."""

from datetime import timedelta

import pytest

from monitor import store
from monitor.errors import ConfigError, CursorMoved
from monitor.model import Cursor, QuarantineEntry
from tests.builders import HOUR, MINUTE, NOON, make_masked, make_page, make_span


def count(connection, table):
    return connection.execute(f"SELECT count(*) FROM core.{table}").fetchone()[0]


def test_a_page_is_stored_with_its_cursor(connection):
    page = make_page([make_masked(post_id=1), make_masked(post_id=2)], cursor=Cursor(position="2", read_until_at=NOON))

    new = store.write_page(connection, "telegram", page, expected=Cursor())

    assert new == 2
    assert store.read_cursor(connection, "telegram", "lars_live") == Cursor(position="2", read_until_at=NOON)
    assert count(connection, "post") == count(connection, "backlog") == count(connection, "post_metric") == 2


def test_a_page_whose_cursor_has_moved_meanwhile_writes_nothing(connection):
    store.write_page(connection, "telegram", make_page([make_masked(post_id=1)]), expected=Cursor())

    with pytest.raises(CursorMoved):
        store.write_page(connection, "telegram", make_page([make_masked(post_id=2)]), expected=Cursor(position="other"))
    with pytest.raises(CursorMoved):
        store.write_page(connection, "telegram", make_page([make_masked(post_id=3)]), expected=Cursor())

    assert count(connection, "post") == 1


def test_posts_met_again_among_new_ones_are_known_however_far_apart_their_ids_lie(connection):
    met = [make_masked(post_id=n) for n in (1, 40, 50, 5_000, 2**60)]
    store.write_page(connection, "telegram", make_page(met), expected=Cursor())
    again = [make_masked(post_id=n) for n in (1, 20, 50, 4_000, 5_000, 2**60, 2**60 + 1)]

    new = store.write_page(connection, "telegram", make_page(again, feed="other"), expected=Cursor())

    assert new == 3
    assert count(connection, "post") == 8


def test_a_post_met_again_is_stored_once_even_with_another_moment(connection):
    store.write_page(connection, "telegram", make_page([make_masked(post_id=7)]), expected=Cursor())
    again = make_page([make_masked(post_id=7, posted_at=NOON + HOUR)], feed="other")

    new = store.write_page(connection, "telegram", again, expected=Cursor())

    assert new == 0
    assert connection.execute("SELECT posted_at FROM core.post").fetchall() == [(NOON,)]


def test_posts_of_another_month_get_a_partition_of_their_own(connection):
    posts = [make_masked(post_id=1), make_masked(post_id=2, posted_at=NOON + timedelta(days=40))]

    store.write_page(connection, "telegram", make_page(posts), expected=Cursor())

    months = {row[0] for row in connection.execute("SELECT tableoid::regclass::text FROM core.post")}
    assert months == {"core.post_2022_09", "core.post_2022_10"}


def test_coverage_holds_whole_quarter_hours_and_counts_what_was_seen(connection):
    page = make_page([make_masked()], coverage=(make_span(NOON, NOON + 40 * MINUTE),))

    store.write_page(connection, "telegram", page, expected=Cursor())

    rows = connection.execute("SELECT bin_at, state, seen_count, kept_count FROM core.coverage ORDER BY bin_at").fetchall()
    assert rows == [(NOON, "observed", 1, 1), (NOON + 15 * MINUTE, "observed", 0, 0)]


def seen_count(connection):
    return connection.execute("SELECT sum(seen_count) FROM core.coverage").fetchone()[0]


@pytest.mark.parametrize("is_file_first", [True, False])
def test_what_a_complete_file_and_a_live_history_both_hold_is_seen_once(connection, is_file_first):
    span = (make_span(NOON, NOON + HOUR, is_history=True),)
    posts = [make_masked(post_id=1), make_masked(post_id=2)]
    file_pages = [make_page(posts, feed="file", is_import=True), make_page(feed="end", is_import=True, coverage=span)]
    live_pages = [make_page(posts, feed="lars_live/history", coverage=span)]

    for page in file_pages + live_pages if is_file_first else live_pages + file_pages:
        store.write_page(connection, "telegram", page, expected=Cursor())

    assert seen_count(connection) == 2


def test_a_post_that_comes_after_its_quarter_hour_was_read_is_seen(connection):
    tail = make_page([make_masked(post_id=1)], coverage=(make_span(NOON, NOON + HOUR),))
    late = make_page([make_masked(post_id=2)], feed="later")

    store.write_page(connection, "telegram", tail, expected=Cursor())
    store.write_page(connection, "telegram", late, expected=Cursor())

    assert seen_count(connection) == 2


def test_an_observed_quarter_hour_never_becomes_pending_or_lost_again(connection):
    first = make_page(coverage=(make_span(NOON, NOON + HOUR),))
    second = make_page(coverage=(make_span(NOON, NOON + 2 * HOUR, state="lost"),), feed="other")

    store.write_page(connection, "telegram", first, expected=Cursor())
    store.write_page(connection, "telegram", second, expected=Cursor())

    assert store.coverage_totals(connection) == {"lost": 4, "observed": 4}


def test_what_is_read_back_is_known_since_it_was_read(connection):
    gap = make_page(coverage=(make_span(NOON, NOON + HOUR, state="pending"),))
    read_back = make_page(coverage=(make_span(NOON, NOON + HOUR, known_at=NOON + 9 * HOUR),), feed="later")

    store.write_page(connection, "telegram", gap, expected=Cursor())
    store.write_page(connection, "telegram", read_back, expected=Cursor())

    known = {row[0] for row in connection.execute("SELECT known_at FROM core.coverage WHERE state = 'observed'")}
    assert known == {NOON + 9 * HOUR}


def test_quarantine_keeps_no_content_and_counts_a_record_once(connection):
    entry = QuarantineEntry(origin="file:3", stage="read", reason="bad_json", length_bytes=12, record_hash="ff")

    store.write_quarantine(connection, [entry, entry])

    assert store.quarantine_totals(connection) == [("read", "bad_json", 1)]


def test_replay_and_live_sources_exclude_each_other(connection):
    store.enter_world(connection, "replay")
    store.enter_world(connection, "replay")

    with pytest.raises(ConfigError, match="a database of their own"):
        store.enter_world(connection, "live")
