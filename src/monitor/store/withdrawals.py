"""Posts that are gone from their platform: erased at once, or after a day where many went together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model import PostKey
from monitor.store.connection import Connection
from monitor.store.revisits import LOCK_CHANNEL, TAKE_OFF_BACKLOG, drop_annotations, key_values, note_withdrawn, take_off_stale

DECIDE_WITHIN = timedelta(hours=24)
"""How long a mass deletion waits, hidden, for a human's decision."""

ERASE = """
WITH metric AS (
    DELETE FROM core.post_metric WHERE (channel_id, post_id, posted_at) = (%(channel)s, %(post)s, %(at)s)
), held AS (
    DELETE FROM core.withdrawn_post WHERE (channel_id, post_id) = (%(channel)s, %(post)s)
), mark AS (
    INSERT INTO core.erased_post (channel_id, post_id, erased_at)
    VALUES (%(channel)s, %(post)s, %(as_of)s)
    ON CONFLICT DO NOTHING
)
DELETE FROM core.post WHERE (channel_id, post_id, posted_at) = (%(channel)s, %(post)s, %(at)s)
"""


def erase_post(connection: Connection, key: PostKey, *, as_of: datetime) -> bool:
    """Erase a post: text, annotations, copy hash, quotes in mails. Its id stays, so that it is never stored again; counts stay,
    with one more withdrawn beside them. False when it was erased already. One transaction a post, as in ``rewrite_post``.
    """
    with connection.transaction():
        connection.execute(LOCK_CHANNEL, (key.channel_id,))
        connection.execute(TAKE_OFF_BACKLOG, key_values(key))
        take_off_stale(connection, key)
        note_withdrawn(connection, key)
        drop_annotations(connection, key)
        unquote(connection, [key])
        where = {"channel": key.channel_id, "post": key.post_id, "at": key.posted_at, "as_of": as_of}
        return connection.execute(ERASE, where).rowcount == 1


# A quoted post is known by its link and by its name, "source/handle/id"; mails of older versions hold the link alone.
GONE = """
WITH gone AS (
    SELECT array_agg(post.url) AS urls, array_agg(channel.source || '/' || channel.handle || '/' || post.post_id) AS names
    FROM core.post AS post
    JOIN core.channel AS channel USING (channel_id)
    WHERE (post.channel_id, post.post_id, post.posted_at)
        IN (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]))
)
"""
IS_GONE = "(quoted.post ->> 'url' = ANY(gone.urls) OR quoted.post ->> 'name' = ANY(gone.names))"
UNQUOTE = f"""{GONE}
UPDATE core.alert AS alert
SET content = jsonb_set(
    jsonb_set(alert.content, '{{1,posts}}', left_over.posts),
    '{{1,withdrawn_count}}',
    to_jsonb(coalesce((alert.content #>> '{{1,withdrawn_count}}')::integer, 0) + left_over.gone_count)
)
FROM gone, LATERAL (
    SELECT alert_id, coalesce(jsonb_agg(quoted.post ORDER BY quoted.place) FILTER (WHERE {IS_GONE} IS NOT TRUE), '[]') AS posts,
        count(*) FILTER (WHERE {IS_GONE})::integer AS gone_count
    FROM core.alert AS quoting
    CROSS JOIN jsonb_array_elements(quoting.content #> '{{1,posts}}') WITH ORDINALITY AS quoted (post, place)
    GROUP BY alert_id
    HAVING bool_or({IS_GONE})
) AS left_over
WHERE left_over.alert_id = alert.alert_id
"""


def unquote(connection: Connection, keys: Sequence[PostKey]) -> None:
    """Take posts out of the mails that quote them, and count them there: those not sent yet say how many were withdrawn."""
    columns = ([k.channel_id for k in keys], [k.post_id for k in keys], [k.posted_at for k in keys])
    connection.execute(UNQUOTE.encode(), columns)


QUOTING = f"""{GONE}
SELECT count(DISTINCT alert.alert_id)
FROM gone
CROSS JOIN core.alert AS alert
CROSS JOIN jsonb_array_elements(alert.content #> '{{1,posts}}') AS quoted (post)
WHERE {IS_GONE}
"""


def quoting_mails(connection: Connection, keys: Sequence[PostKey]) -> int:
    """Tell how many stored mails quote one of these posts."""
    columns = ([k.channel_id for k in keys], [k.post_id for k in keys], [k.posted_at for k in keys])
    return int(connection.execute(QUOTING.encode(), columns).fetchall()[0][0])


HOLD = """
INSERT INTO core.withdrawn_post (channel_id, post_id, posted_at, found_at, erase_at)
SELECT channel_id, post_id, posted_at, %s, %s
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS gone (channel_id, post_id, posted_at)
ORDER BY channel_id, post_id
ON CONFLICT DO NOTHING
"""


def hold_posts(connection: Connection, keys: Sequence[PostKey], *, as_of: datetime) -> int:
    """Hide posts that went together at once, and let them be erased in a day unless a human decides; return how many."""
    columns = ([k.channel_id for k in keys], [k.post_id for k in keys], [k.posted_at for k in keys])
    with connection.transaction():
        unquote(connection, keys)
        return connection.execute(HOLD, (as_of, as_of + DECIDE_WITHIN, *columns)).rowcount


HELD = """
SELECT channel.handle, count(*), min(gone.found_at), max(gone.erase_at)
FROM core.withdrawn_post AS gone
JOIN core.channel AS channel USING (channel_id)
WHERE gone.erase_at IS NOT NULL
GROUP BY channel.handle
ORDER BY channel.handle
"""


def held_deletions(connection: Connection) -> list[tuple[str, int, datetime, datetime]]:
    """Give (channel, posts, found at, erased at) of every mass deletion that waits for a decision."""
    return connection.execute(HELD).fetchall()


HELD_POSTS = """
SELECT gone.channel_id, gone.post_id, gone.posted_at
FROM core.withdrawn_post AS gone
JOIN core.channel AS channel USING (channel_id)
WHERE gone.erase_at <= %(until_at)s AND (%(handle)s::text IS NULL OR channel.handle = %(handle)s)
ORDER BY gone.channel_id, gone.post_id
"""


def held_posts(connection: Connection, *, until_at: datetime, handle: str | None = None) -> list[PostKey]:
    """Give the hidden posts to be erased by ``until_at``, of all channels or of one."""
    rows = connection.execute(HELD_POSTS, {"until_at": until_at, "handle": handle})
    return [PostKey(channel_id=channel, post_id=post, posted_at=at) for channel, post, at in rows]


KEEP = """
UPDATE core.withdrawn_post AS gone
SET erase_at = NULL
FROM core.channel AS channel
WHERE channel.channel_id = gone.channel_id AND channel.handle = %s AND gone.erase_at IS NOT NULL
"""


def keep_posts(connection: Connection, handle: str) -> int:
    """Show a channel's hidden posts again and keep them, as an operator decided; return how many."""
    return connection.execute(KEEP, (handle,)).rowcount
