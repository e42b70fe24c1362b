"""What copies are found by: marks of recent posts, and the post that each forward and copy repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from monitor.model import BacklogPost, ClassifiedPost, PostKey
from monitor.store.connection import Connection
from monitor.store.lines import copy_lines, flag, numbers

COPY_WINDOW = timedelta(hours=48)
"""How far apart a post and its copy may be published."""
MARKS_KEPT = 2 * COPY_WINDOW
"""How long after its collection a post's marks are kept: so much later may what repeats it still be read."""

FORWARDED = """
SELECT ask.place, post.channel_id, post.post_id, post.posted_at,
    origin.origin_channel_id, origin.origin_post_id, origin.origin_posted_at
FROM unnest(%s::integer[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[])
    AS ask (place, source, handle, post_id, collected_at)
JOIN core.channel AS channel ON channel.source = ask.source AND lower(channel.handle) = lower(ask.handle)
JOIN core.post AS post ON (post.channel_id, post.post_id) = (channel.channel_id, ask.post_id)
LEFT JOIN core.post_origin AS origin
    ON (origin.channel_id, origin.post_id, origin.posted_at) = (post.channel_id, post.post_id, post.posted_at)
WHERE post.collected_at <= ask.collected_at AND post.is_counted
"""


def forwarded_posts(connection: Connection, posts: Sequence[BacklogPost]) -> dict[int, tuple[PostKey, PostKey]]:
    """Give for each place in ``posts`` that is a forward of a stored post: it, and what it repeats itself (else itself)."""
    asked = [(place, post) for place, post in enumerate(posts) if post.forwarded_from and post.forwarded_post_id is not None]
    if not asked:
        return {}
    columns = (
        [place for place, _ in asked],
        [post.source for _, post in asked],
        [post.forwarded_from for _, post in asked],
        [post.forwarded_post_id for _, post in asked],
        [post.collected_at for _, post in asked],
    )
    found = {}
    for place, channel_id, post_id, posted_at, *origin in connection.execute(FORWARDED, columns):
        key = PostKey(channel_id=channel_id, post_id=post_id, posted_at=posted_at)
        whole = key if origin[0] is None else PostKey(channel_id=origin[0], post_id=origin[1], posted_at=origin[2])
        found[place] = (key, whole)
    return found


COPY_MARKS = """
COPY core.copy_mark (channel_id, post_id, posted_at, collected_at, is_x, is_origin, copy_hash, copy_keys) FROM STDIN
"""
COPY_ORIGINS = """
COPY core.post_origin (
    channel_id, post_id, posted_at, origin_channel_id, origin_post_id, origin_posted_at, is_exact
) FROM STDIN
"""


def write_copies(connection: Connection, keyed: Iterable[tuple[str, ClassifiedPost]]) -> None:
    """Write the marks of counted posts and the origins of forwards and copies; ``keyed`` have their keys as COPY reads them."""
    keyed = list(keyed)
    copy_lines(connection, COPY_MARKS, _mark_lines(keyed))
    copy_lines(connection, COPY_ORIGINS, _origin_lines(keyed))


def _mark_lines(keyed: Iterable[tuple[str, ClassifiedPost]]) -> Iterator[str]:
    for key, item in keyed:
        if item.post.is_counted and item.annotations.copy_keys:
            marks = f"{flag(item.post.source == 'x')}\t{flag(item.is_origin)}\t{item.annotations.copy_hash}"
            yield f"{key}\t{item.post.collected_at.isoformat()}\t{marks}\t{numbers(item.annotations.copy_keys)}\n"


def _origin_lines(keyed: Iterable[tuple[str, ClassifiedPost]]) -> Iterator[str]:
    for key, item in keyed:
        if item.origin:
            origin = f"{item.origin.channel_id}\t{item.origin.post_id}\t{item.origin.posted_at.isoformat()}"
            yield f"{key}\t{origin}\t{flag(item.is_exact)}\n"


FORGET_MARKS = """
DELETE FROM core.copy_mark
WHERE collected_at < least(%(as_of)s, (SELECT min(collected_at) FROM core.backlog)) - %(kept)s
"""


def forget_copy_marks(connection: Connection, *, as_of: datetime) -> int:
    """Delete marks collected ``MARKS_KEPT`` before ``as_of`` and before all that waits to be classified; return how many."""
    return connection.execute(FORGET_MARKS, {"as_of": as_of, "kept": MARKS_KEPT}).rowcount


FORGET_ORIGINS = """
DELETE FROM core.post_origin AS link
WHERE link.posted_at < %s AND NOT EXISTS (
    SELECT FROM core.post_annotation AS kept
    WHERE (kept.channel_id, kept.post_id, kept.posted_at) = (link.channel_id, link.post_id, link.posted_at)
)
"""


def forget_origins(connection: Connection, *, before_at: datetime) -> int:
    """Delete the origins of posts from before ``before_at`` whose annotations are gone; return how many."""
    return connection.execute(FORGET_ORIGINS, (before_at,)).rowcount
