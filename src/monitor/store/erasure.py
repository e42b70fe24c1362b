"""Texts that have lived their time are erased; what was found in them, and every count, stays."""

from __future__ import annotations

from datetime import datetime

from monitor.store.connection import Connection

ERASE_X_TEXTS = """
WITH erased AS (
    UPDATE core.post AS post
    SET text = ''
    FROM core.channel AS channel
    WHERE channel.channel_id = post.channel_id AND channel.source = 'x'
        AND post.collected_at < %s AND post.text <> ''
    RETURNING post.is_counted, post.collected_at, post.channel_id, post.post_id, post.posted_at
), unread AS (
    DELETE FROM core.backlog AS backlog
    USING erased
    WHERE (backlog.is_uncounted, backlog.collected_at, backlog.channel_id, backlog.post_id, backlog.posted_at)
        = (NOT erased.is_counted, erased.collected_at, erased.channel_id, erased.post_id, erased.posted_at)
)
SELECT count(*) FROM erased
"""


def erase_x_texts(connection: Connection, *, before_at: datetime) -> int:
    """Empty the text of every post of X that was collected before ``before_at``; return how many that were.

    A post that was not classified by then never will be: it leaves the backlog.
    """
    return int(connection.execute(ERASE_X_TEXTS, (before_at,)).fetchall()[0][0])
