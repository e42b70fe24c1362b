"""Pages that are written together hold what they held apart, and one count a quarter-hour."""

from __future__ import annotations

from monitor.model import Cursor
from monitor.pipeline.ahead import joined
from tests.builders import HOUR, MINUTE, NOON, make_masked, make_page, make_span


def test_joined_pages_hold_all_posts_and_spans_and_stand_where_the_last_one_does():
    first = make_page(
        [make_masked(post_id=n, posted_at=NOON + n * MINUTE) for n in (1, 2)], coverage=(make_span(NOON, NOON + HOUR),)
    )
    last = make_page(
        [make_masked(post_id=3, posted_at=NOON + 3 * MINUTE)], cursor=Cursor(position="9", read_until_at=NOON + HOUR)
    )

    whole = joined([first, last])

    assert [post.post_id for post in whole.kept] == [1, 2, 3]
    assert whole.cursor == last.cursor and whole.coverage == first.coverage
    assert [(count.bin_at, count.seen_count, count.kept_count) for count in whole.seen] == [(NOON, 3, 3)]


def test_counts_of_different_quarter_hours_stay_apart():
    pages = [make_page([make_masked(post_id=n, posted_at=NOON + n * 15 * MINUTE)]) for n in (1, 2)]

    assert [count.seen_count for count in joined(pages).seen] == [1, 1]
