"""Classify's writing: annotations and counts in the transaction that claimed the posts."""

from monitor import store
from monitor.model import Cursor, Language, SeriesKey, ThemeMatch
from tests.builders import HOUR, MINUTE, NOON, make_classified, make_masked, make_page


def given_posts(connection, *posts):
    store.write_page(connection, "telegram", make_page(list(posts)), expected=Cursor())


def claim(connection, as_of=NOON + HOUR, limit=10):
    return store.claim_backlog(connection, as_of=as_of, limit=limit)


def write(connection, posts, **changes):
    version = connection.execute("INSERT INTO core.codebook (digest) VALUES ('t') RETURNING codebook_version").fetchone()[0]
    store.write_annotations(connection, [make_classified(post, **changes) for post in posts], version)


def counts(connection):
    rows = connection.execute(
        """SELECT theme_id, place_id, source, language, channel_id IS NOT NULL, bin_at, seen_at, posts_count, origin_count
        FROM core.series_count JOIN core.series USING (series_id)"""
    )
    return {tuple(row[:5]): tuple(row[5:]) for row in rows}


def test_claims_come_in_the_order_of_collection_and_leave_the_backlog(connection):
    given_posts(connection, *(make_masked(post_id=n, collected_at=NOON + (5 - n) * MINUTE) for n in (1, 2, 3)))

    claimed = claim(connection, limit=2)

    assert [post.key.post_id for post in claimed] == [3, 2]
    assert store.progress(connection).backlog_count == 1


def test_what_was_collected_at_once_is_claimed_in_the_order_of_publication(connection):
    given_posts(connection, *(make_masked(post_id=n, posted_at=NOON - n * MINUTE, collected_at=NOON) for n in (1, 2, 3)))

    assert [post.key.post_id for post in claim(connection)] == [3, 2, 1]


def test_posts_collected_after_the_clock_are_left_for_later(connection):
    given_posts(connection, make_masked(post_id=1), make_masked(post_id=2, collected_at=NOON + 2 * HOUR))

    assert [post.key.post_id for post in claim(connection)] == [1]
    assert store.oldest_backlog_at(connection) == NOON + 2 * HOUR


def test_a_post_counts_in_every_marginal_once(connection):
    given_posts(connection, make_masked())

    write(connection, claim(connection))

    expected = (NOON, NOON + 15 * MINUTE, 1, 1)
    assert counts(connection) == {
        ("border_queue", None, None, None, False): expected,
        (None, "verkhny_lars", None, None, False): expected,
        ("border_queue", "verkhny_lars", None, None, False): expected,
        ("border_queue", None, "telegram", None, False): expected,
        ("border_queue", None, None, "ru", False): expected,
        ("border_queue", None, None, None, True): expected,
    }


def test_forwards_and_copies_count_as_posts_but_not_as_origins(connection):
    given_posts(connection, make_masked(post_id=1), make_masked(post_id=2, is_forward=True))

    write(connection, claim(connection))

    assert counts(connection)["border_queue", None, None, None, False][2:] == (2, 1)


def test_what_was_read_late_is_seen_at_the_step_that_read_it(connection):
    given_posts(connection, make_masked(collected_at=NOON + 9 * HOUR))

    write(connection, claim(connection, as_of=NOON + 10 * HOUR))

    assert counts(connection)["border_queue", None, None, None, False][:2] == (NOON, NOON + 9 * HOUR)


def test_posts_read_from_x_are_evidence_and_are_not_counted(connection):
    given_posts(connection, make_masked(source="x", channel="x"))

    write(connection, claim(connection))

    assert counts(connection) == {}
    assert store.progress(connection).backlog_count == 0


def test_a_claim_that_is_rolled_back_gives_its_posts_back(connection):
    given_posts(connection, make_masked())

    with connection.transaction(force_rollback=True):
        write(connection, claim(connection))

    assert store.progress(connection).backlog_count == 1
    assert counts(connection) == {}


def test_a_post_without_a_known_language_has_no_language_series(connection):
    given_posts(connection, make_masked())

    write(connection, claim(connection), language=Language(code=None, confidence=0.0, method="too_short"))

    assert all(key[3] is None for key in counts(connection))


def test_series_are_made_once(connection):
    given_posts(connection, make_masked(post_id=1), make_masked(post_id=2, posted_at=NOON + HOUR))

    write(connection, claim(connection), themes=(ThemeMatch(theme_id="protest", spans=((0, 3),), terms=("t",)),))

    assert SeriesKey(theme_id="protest") in store.all_series(connection)
    assert len(store.all_series(connection)) == 6
