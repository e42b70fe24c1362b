"""Texts of X that have lived their time are emptied, and the list of all that was ever erased."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.store.connection import Connection

ERASE_X_TEXTS = """
WITH erased AS (
    UPDATE core.post AS post
    SET text = ''
    FROM core.channel AS channel
    WHERE channel.channel_id = post.channel_id AND channel.source = 'x'
        AND post.collected_at < %s AND post.text <> ''
    RETURNING post.channel_id, post.post_id, post.posted_at
), unread AS (
    DELETE FROM core.backlog AS backlog
    USING erased
    WHERE (backlog.channel_id, backlog.post_id, backlog.posted_at) = (erased.channel_id, erased.post_id, erased.posted_at)
)
SELECT count(*) FROM erased
"""


def erase_x_texts(connection: Connection, *, before_at: datetime) -> int:
    """Empty the text of every post of X that was collected before ``before_at``; return how many that were.

    A post that was not classified by then never will be: it leaves the backlog.
    """
    return int(connection.execute(ERASE_X_TEXTS, (before_at,)).fetchall()[0][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasedPost:
    """All that is known of a post that was erased."""

    source: str
    channel: str
    post_id: int


ERASED = """
SELECT channel.source, channel.handle, erased.post_id
FROM core.erased_post AS erased
JOIN core.channel AS channel USING (channel_id)
ORDER BY channel.source, channel.handle, erased.post_id
"""


def erased_posts(connection: Connection) -> list[ErasedPost]:
    """Give the numbers of all posts that were erased."""
    return [
        ErasedPost(source=source, channel=channel, post_id=post_id) for source, channel, post_id in connection.execute(ERASED)
    ]


MARK_ERASED = """
INSERT INTO core.erased_post (channel_id, post_id, erased_at)
SELECT channel_id, %s, %s FROM core.channel WHERE (source, handle) = (%s, %s)
ON CONFLICT DO NOTHING
"""


def mark_erased(connection: Connection, post: ErasedPost, *, as_of: datetime) -> None:
    """Let a post never be stored again."""
    connection.execute(MARK_ERASED, (post.post_id, as_of, post.source, post.channel))
