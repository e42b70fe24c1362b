"""Workers side by side: batches are written in the order of collection, whoever dies."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor import store
from monitor.model import Cursor
from tests.builders import HOUR, MINUTE, NOON, make_masked, make_page


def given_two_posts(database_url):
    posts = [make_masked(post_id=n, collected_at=NOON + n * MINUTE) for n in (1, 2)]
    with store.connect(database_url) as connection:
        store.write_page(connection, "telegram", make_page(posts), expected=Cursor())


def claim_one(connection):
    return store.claim_backlog(connection, as_of=NOON + HOUR, limit=1)


def finish(connection):
    """Claim the next post and get as far as writing it; tells whether it came to that."""
    is_written = False
    with connection.transaction():
        claimed = claim_one(connection)
        store.give_back_unless_oldest(connection, claimed, as_of=NOON + HOUR)
        is_written = True
    return [post.key.post_id for post in claimed], is_written


def test_a_worker_waits_for_the_one_that_holds_earlier_posts(database_url):
    given_two_posts(database_url)

    with store.connect(database_url) as first, store.connect(database_url) as second, ThreadPoolExecutor() as pool:
        with first.transaction():
            claim_one(first)
            waiting = pool.submit(finish, second)
            assert not is_done_within(waiting, 0.5)

        assert waiting.result(timeout=10) == ([2], True)
        assert store.progress(second).backlog_count == 0


def test_posts_are_given_back_when_the_worker_before_them_dies(database_url):
    given_two_posts(database_url)

    with store.connect(database_url) as first, store.connect(database_url) as second, ThreadPoolExecutor() as pool:
        with first.transaction(force_rollback=True):
            claim_one(first)
            waiting = pool.submit(finish, second)
            assert not is_done_within(waiting, 0.5)

        assert waiting.result(timeout=10) == ([2], False)
        assert finish(second) == ([1], True)


def test_what_is_in_no_count_waits_for_all_that_is_and_keeps_nobody_waiting(connection):
    imported = [make_masked(post_id=n, is_counted=False) for n in (1, 2)]
    live = make_masked(post_id=3, collected_at=NOON + 30 * MINUTE)
    store.write_page(connection, "telegram", make_page([*imported, live]), expected=Cursor())
    assert store.oldest_backlog_at(connection) == NOON + 30 * MINUTE

    assert finish(connection) == ([3], True)

    assert store.oldest_backlog_at(connection) is None
    assert store.progress(connection).backlog_count == 2
    assert finish(connection) == ([1], True)


def test_what_was_collected_since_does_not_hold_up_the_uncounted(connection):
    posts = [make_masked(post_id=1, is_counted=False), make_masked(post_id=2, collected_at=NOON + 2 * HOUR)]
    store.write_page(connection, "telegram", make_page(posts), expected=Cursor())

    assert finish(connection) == ([1], True)


def is_done_within(future, seconds):
    try:
        future.result(timeout=seconds)
    except TimeoutError:
        return False
    return True


@pytest.mark.parametrize("joins", [(), ("hashjoin", "mergejoin", "indexscan", "bitmapscan")])
def test_the_first_posts_are_claimed_whatever_plan_the_database_makes(connection, joins):
    posts = [make_masked(post_id=n, collected_at=NOON + n * MINUTE) for n in range(20)]
    given(connection, posts[:1])
    connection.execute("ANALYZE core.backlog, core.stale_post")  # the plan is then made for one post
    given(connection, posts[1:])

    with connection.transaction():
        for join in joins:
            connection.execute(f"SET LOCAL enable_{join} = off")
        claimed = store.claim_backlog(connection, as_of=NOON + HOUR, limit=3)
        taken, _ = store.claim_stale(connection, limit=3)
    left = connection.execute("SELECT min(post_id), count(*) FROM core.backlog").fetchone()

    assert [post.key.post_id for post in claimed] == [0, 1, 2]
    assert (left, taken) == ((3, 17), 3)
    assert connection.execute("SELECT max(post_id), count(*) FROM core.stale_post").fetchone() == (16, 17)


def given(connection, posts):
    """Store posts that wait both to be classified and to be read anew."""
    store.write_page(connection, "telegram", make_page(posts, feed=f"feed {len(posts)}"), expected=Cursor())
    connection.execute(
        "INSERT INTO core.stale_post SELECT posted_at, channel_id, post_id FROM core.backlog ON CONFLICT DO NOTHING"
    )
