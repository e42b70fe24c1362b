"""Keys of authors in what is stored: how many there are, and their end."""

from __future__ import annotations

from monitor.model import PostKey
from monitor.store.connection import Connection

KEY_IDS = "SELECT key_id, count(*) FROM core.post WHERE key_id IS NOT NULL GROUP BY key_id ORDER BY key_id"


def author_key_ids(connection: Connection) -> dict[str, int]:
    """Give for each key's name the posts whose author is hashed with it."""
    return dict(connection.execute(KEY_IDS).fetchall())


DESTROY = "UPDATE core.post SET author_key = NULL, key_id = NULL WHERE key_id = %s"


def destroy_author_keys(connection: Connection, key_id: str) -> int:
    """Take every author's hash made with ``key_id`` out of the posts; return of how many."""
    return connection.execute(DESTROY, (key_id,)).rowcount


BY_AUTHOR = "SELECT channel_id, post_id, posted_at FROM core.post WHERE author_key = %s ORDER BY channel_id, post_id"


def posts_of_author(connection: Connection, author_key: str) -> list[PostKey]:
    """Give the stored posts of one author by the keyed hash."""
    return [PostKey(channel_id=c, post_id=p, posted_at=at) for c, p, at in connection.execute(BY_AUTHOR, (author_key,))]


OF_CHANNEL = """
SELECT post.channel_id, post.post_id, post.posted_at
FROM core.post AS post
JOIN core.channel AS channel USING (channel_id)
WHERE channel.source = %s AND channel.handle = %s AND (%s::bigint IS NULL OR post.post_id = %s)
ORDER BY post.channel_id, post.post_id
"""


def posts_of_channel(connection: Connection, source: str, handle: str, post_id: int | None = None) -> list[PostKey]:
    """Give the stored posts of one channel, or the one with ``post_id``."""
    rows = connection.execute(OF_CHANNEL, (source, handle, post_id, post_id))
    return [PostKey(channel_id=c, post_id=p, posted_at=at) for c, p, at in rows]
