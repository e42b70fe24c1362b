"""Files of X: both dialects, and whose post it is."""

from __future__ import annotations

from monitor.normalise import normalise
from tests.file_records import AS_OF, lines, outcome, own, page, read, source, x_post


def test_either_dialect_of_x_is_read_and_an_edit_keeps_its_first_id() -> None:
    posts = [
        x_post(5, edit_history_tweet_ids=["4", "5"]),
        x_post(9, edit_history_tweet_ids=None, edit_history_post_ids=["8", "9"]),
    ]

    assert outcome(lines([page(posts)])) == ([4, 8], {})


def test_a_page_without_posts_gives_none() -> None:
    assert outcome(lines([{"meta": {"result_count": 0}}, page([x_post(1)])])) == ([1], {})


def test_posts_of_x_in_our_own_lines_are_of_one_channel_and_their_author_is_no_channel() -> None:
    ((raw,),) = (found.posts for found in read(source(lines([own(1, source="x", channel="anna_planted")]))))

    post = normalise(raw, as_of=AS_OF)

    assert (post.source, post.channel, post.author) == ("x", "x", "anna_planted")
