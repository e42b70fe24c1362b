"""Posts that are asked for again: which are due, and what an edit or a new count changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from monitor.model import PostKey, PseudonymisedPost, known_bin_end, quarter_hour
from monitor.store.channels import channel_ids
from monitor.store.connection import Connection
from monitor.store.counts import take_back_version
from monitor.store.posts import write_posts

OF_CHANNEL = """
FROM core.post_metric AS metric
JOIN core.channel AS channel USING (channel_id)
WHERE channel.source = 'telegram' AND channel.handle = %(handle)s
    AND NOT EXISTS (
        SELECT FROM core.withdrawn_post AS gone WHERE (gone.channel_id, gone.post_id) = (metric.channel_id, metric.post_id)
    )
"""
DUE = f"""
SELECT metric.channel_id, metric.post_id, metric.posted_at
{OF_CHANNEL} AND metric.due_at <= %(as_of)s
ORDER BY metric.due_at, metric.post_id
LIMIT %(limit)s
"""
NEWEST = f"""
SELECT metric.channel_id, metric.post_id, metric.posted_at
{OF_CHANNEL} AND metric.post_id < %(before_id)s
ORDER BY metric.post_id DESC
LIMIT %(limit)s
"""


def due_posts(connection: Connection, handle: str, *, as_of: datetime, limit: int) -> list[PostKey]:
    """Give stored posts of a Telegram channel that it is time to ask for again, the longest due first."""
    return _keys(connection, DUE, {"handle": handle, "as_of": as_of, "limit": limit})


def newest_posts(connection: Connection, handle: str, *, before_id: int, limit: int) -> list[PostKey]:
    """Give stored posts of a Telegram channel with ids below ``before_id``, newest first; none that was withdrawn."""
    return _keys(connection, NEWEST, {"handle": handle, "before_id": before_id, "limit": limit})


OVERDUE = """
SELECT count(*)
FROM core.channel AS channel
JOIN core.post_metric AS metric USING (channel_id)
WHERE channel.source = 'telegram' AND metric.due_at <= %s
"""


def overdue_visits(connection: Connection, *, before_at: datetime) -> int:
    """Count the stored Telegram posts that should have been asked for again by ``before_at``."""
    count: int = connection.execute(OVERDUE, (before_at,)).fetchall()[0][0]
    return count


def _keys(connection: Connection, statement: str, where: Mapping[str, object]) -> list[PostKey]:
    rows = connection.execute(statement.encode(), where)
    return [PostKey(channel_id=channel, post_id=post, posted_at=at) for channel, post, at in rows]


TEXTS = """
SELECT post_id, text, edited_at
FROM core.post
WHERE (channel_id, post_id, posted_at) IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]))
"""


def stored_texts(connection: Connection, keys: Sequence[PostKey]) -> dict[int, tuple[str, datetime | None]]:
    """Give text and last edit of one channel's stored posts by their ids."""
    return {post_id: (text, edited_at) for post_id, text, edited_at in connection.execute(TEXTS, _columns(keys))}


def _columns(keys: Sequence[PostKey]) -> tuple[list[int], list[int], list[datetime]]:
    return ([key.channel_id for key in keys], [key.post_id for key in keys], [key.posted_at for key in keys])


SAVE_METRICS = """
UPDATE core.post_metric AS metric
SET views_count = coalesce(seen.views_count, metric.views_count),
    forwards_count = coalesce(seen.forwards_count, metric.forwards_count),
    seen_at = greatest(%s, metric.seen_at)
FROM (
    SELECT stored.channel_id, stored.post_id, stored.posted_at, met.views_count, met.forwards_count
    FROM core.post_metric AS stored
    JOIN unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::bigint[], %s::bigint[])
        AS met (channel_id, post_id, posted_at, views_count, forwards_count) USING (channel_id, post_id, posted_at)
    ORDER BY 1, 2, 3
    FOR UPDATE OF stored
) AS seen
WHERE (metric.channel_id, metric.post_id, metric.posted_at) = (seen.channel_id, seen.post_id, seen.posted_at)
"""


def save_metrics(connection: Connection, seen: Mapping[PostKey, PseudonymisedPost | None], *, as_of: datetime) -> None:
    """Write the counts posts have now and that they were seen; None stands for one whose counts could not be read."""
    keys = sorted(seen)
    posts = [seen[key] for key in keys]
    views, forwards = [p and p.views_count for p in posts], [p and p.forwards_count for p in posts]
    connection.execute(SAVE_METRICS, (as_of, *_columns(keys), views, forwards))


NOTE_KEPT = """
UPDATE core.coverage
SET kept_count = kept_count + 1
WHERE channel_id = %s AND bin_at = %s AND kept_count < seen_count
"""


def keep_late(connection: Connection, post: PseudonymisedPost) -> bool:
    """Store a post that was seen before and forgotten; False when it is stored or was erased. It is not seen once more."""
    with connection.transaction():
        ids = channel_ids(connection, [(post.source, post.channel)])
        if not write_posts(connection, [post], ids):
            return False
        connection.execute(NOTE_KEPT, (ids[post.source, post.channel], quarter_hour(post.posted_at)))
    return True


LOCK_CHANNEL = "SELECT pg_advisory_xact_lock(hashtext('monitor.channel'), %s::integer)"
TAKE_OFF_BACKLOG = """
DELETE FROM core.backlog AS backlog
USING core.post AS post
WHERE (post.channel_id, post.post_id, post.posted_at) = (%s, %s, %s)
    AND (backlog.is_uncounted, backlog.collected_at, backlog.channel_id, backlog.post_id, backlog.posted_at)
        = (NOT post.is_counted, post.collected_at, post.channel_id, post.post_id, post.posted_at)
"""
REWRITE = """
UPDATE core.post
SET text = %s, masked_count = %s, edited_at = %s
WHERE (channel_id, post_id, posted_at) = (%s, %s, %s)
RETURNING collected_at, NOT is_counted
"""
QUEUE = "INSERT INTO core.backlog (channel_id, post_id, posted_at, collected_at, is_uncounted) VALUES (%s, %s, %s, %s, %s)"


def rewrite_post(connection: Connection, key: PostKey, post: PseudonymisedPost) -> bool:
    """Store an edited text anew and queue it for classify; what its old text was counted as is taken back.

    One transaction a post: it waits for a classifier that holds it, and holds nothing a classifier waits for. False when the
    post is no longer stored.
    """
    with connection.transaction():
        connection.execute(LOCK_CHANNEL, (key.channel_id,))
        connection.execute(TAKE_OFF_BACKLOG, key_values(key))
        take_off_stale(connection, key)
        take_back_counts(connection, key)
        take_back_version(connection, key)
        drop_annotations(connection, key)
        row = connection.execute(REWRITE, (post.text, post.masked_count, post.edited_at, *key_values(key))).fetchone()
        if row is None:
            return False
        connection.execute(QUEUE, (*key_values(key), *row))
    return True


def key_values(key: PostKey) -> tuple[int, int, datetime]:
    """Give a key as the values of a row."""
    return (key.channel_id, key.post_id, key.posted_at)


TAKE_OFF_STALE = "DELETE FROM core.stale_post WHERE (channel_id, post_id, posted_at) = (%s, %s, %s)"


def take_off_stale(connection: Connection, key: PostKey) -> None:
    """Let a post no longer wait to be read anew; a worker that is at it is waited for, so hold nothing that it may wait for."""
    connection.execute(TAKE_OFF_STALE, key_values(key))


SERIES_OF_POST = """
WITH post AS (
    SELECT post.channel_id, post.collected_at, channel.source, annotation.language, annotation.is_origin
    FROM core.post AS post
    JOIN core.channel AS channel USING (channel_id)
    JOIN core.post_annotation AS annotation USING (channel_id, post_id, posted_at)
    WHERE (post.channel_id, post.post_id, post.posted_at) = (%(channel_id)s, %(post_id)s, %(posted_at)s)
        AND channel.source <> 'x' AND post.is_counted
),
place AS (
    SELECT DISTINCT place_id FROM core.post_place
    WHERE (channel_id, post_id, posted_at) = (%(channel_id)s, %(post_id)s, %(posted_at)s)
),
theme AS (
    SELECT theme_id FROM core.post_theme
    WHERE (channel_id, post_id, posted_at) = (%(channel_id)s, %(post_id)s, %(posted_at)s)
),
counted AS (
    SELECT NULL AS theme_id, place_id, NULL AS source, NULL AS language, NULL::bigint AS channel_id FROM place
    UNION ALL SELECT theme_id, NULL, NULL, NULL, NULL FROM theme
    UNION ALL SELECT theme_id, NULL, source, NULL, NULL FROM theme, post
    UNION ALL SELECT theme_id, NULL, NULL, language, NULL FROM theme, post WHERE language IS NOT NULL
    UNION ALL SELECT theme_id, NULL, NULL, NULL, channel_id FROM theme, post
    UNION ALL SELECT theme_id, place_id, NULL, NULL, NULL FROM theme, place
)
SELECT series.series_id, post.collected_at, post.is_origin
FROM post, counted
JOIN core.series AS series ON
    (series.theme_id, series.place_id, series.source, series.language, series.channel_id)
    IS NOT DISTINCT FROM (counted.theme_id, counted.place_id, counted.source, counted.language, counted.channel_id)
ORDER BY series.series_id
"""
LOCK_COUNTS = """
SELECT FROM core.series_count
WHERE series_id = ANY(%s) AND bin_at = %s AND seen_at = %s
ORDER BY series_id
FOR UPDATE
"""
TAKE_BACK = """
UPDATE core.series_count
SET posts_count = posts_count - 1, origin_count = origin_count - %s
WHERE series_id = ANY(%s) AND bin_at = %s AND seen_at = %s
"""
NOTE_WITHDRAWN = """
UPDATE core.series_count
SET withdrawn_count = withdrawn_count + 1
WHERE series_id = ANY(%s) AND bin_at = %s AND seen_at = %s
"""


def take_back_counts(connection: Connection, key: PostKey) -> None:
    """Count a post no longer for what its old text said; classify counts it again for the new one."""
    series, bins, is_origin = _counted(connection, key)
    if series:
        connection.execute(TAKE_BACK, (int(is_origin), series, *bins))


def note_withdrawn(connection: Connection, key: PostKey) -> None:
    """Say beside every count that holds the post that it is gone; the count itself stays."""
    series, bins, _ = _counted(connection, key)
    if series:
        connection.execute(NOTE_WITHDRAWN, (series, *bins))


def _counted(connection: Connection, key: PostKey) -> tuple[list[int], tuple[datetime, datetime], bool]:
    """Give which series count a classified post and in which row of theirs, locked in the order every writer uses."""
    where = {"channel_id": key.channel_id, "post_id": key.post_id, "posted_at": key.posted_at}
    rows = connection.execute(SERIES_OF_POST, where).fetchall()
    bin_at = quarter_hour(key.posted_at)
    bins = (bin_at, known_bin_end(bin_at, rows[0][1]) if rows else bin_at)
    series = [series_id for series_id, _, _ in rows]
    if series:
        connection.execute(LOCK_COUNTS, (series, *bins))
    return series, bins, bool(rows and rows[0][2])


DROP_ANNOTATIONS = tuple(
    f"DELETE FROM core.{table} WHERE (channel_id, post_id, posted_at) = (%s, %s, %s)"
    for table in ("post_theme", "post_place", "post_quantity", "post_origin", "copy_mark", "post_annotation")
)


def drop_annotations(connection: Connection, key: PostKey) -> None:
    """Remove all that classify said of a post, also what its copies are found by; copies of it keep its id."""
    for statement in DROP_ANNOTATIONS:
        connection.execute(statement.encode(), key_values(key))
