"""Channels that are read again because the codebook includes more, and when a new definition is no longer new."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Cursor
from monitor.store.connection import Connection
from monitor.store.pages import FIRST_CURSOR

LASTS_AT_MOST = timedelta(days=28)
"""After so long the past that counts has been read with the new definition, read again or not."""

WANTED = """
SELECT max(codebook_version), (SELECT digest FROM core.codebook ORDER BY codebook_version DESC LIMIT 1)
FROM core.new_definition
"""


def reread_wanted(connection: Connection) -> tuple[int, str] | None:
    """Give the newest version that includes more than the past was read with, and the digest of the codebook in force."""
    version, digest = connection.execute(WANTED).fetchall()[0]
    return None if version is None else (version, digest)


OPEN_REREAD = """
INSERT INTO core.reread AS reread (channel_id, codebook_version, ended_at)
SELECT channel_id, %s, %s FROM core.channel WHERE source = 'telegram' AND handle = %s
ON CONFLICT (channel_id) DO UPDATE SET codebook_version = excluded.codebook_version, ended_at = excluded.ended_at
WHERE reread.codebook_version < excluded.codebook_version
"""


def open_reread(
    connection: Connection, handle: str, codebook_version: int, *, feed: str, cursor: Cursor | None, as_of: datetime
) -> None:
    """Let a channel be read again with this codebook, from ``cursor`` on; without one there is nothing, and it has ended."""
    with connection.transaction():
        connection.execute(OPEN_REREAD, (codebook_version, None if cursor else as_of, handle))
        if cursor:
            connection.execute(FIRST_CURSOR, (cursor.position, cursor.read_until_at, "telegram", feed))


OPEN_REREADS = """
SELECT channel.handle
FROM core.reread AS reread
JOIN core.channel AS channel USING (channel_id)
WHERE reread.codebook_version >= %s
"""


def rereads_opened(connection: Connection, codebook_version: int) -> set[str]:
    """Give the handles whose reading again with this codebook has begun or ended."""
    return {handle for (handle,) in connection.execute(OPEN_REREADS, (codebook_version,))}


END_REREAD = """
UPDATE core.reread AS reread SET ended_at = %s
FROM core.channel AS channel
WHERE channel.channel_id = reread.channel_id AND channel.source = 'telegram' AND channel.handle = %s AND reread.ended_at IS NULL
"""


def end_reread(connection: Connection, handle: str, *, as_of: datetime) -> None:
    """Note that a channel has been read again to its end."""
    connection.execute(END_REREAD, (as_of, handle))


CHANNELS_LEFT = """
SELECT count(*)
FROM core.channel AS channel
JOIN core.cursor AS tail ON tail.source = 'telegram' AND tail.feed = channel.handle
LEFT JOIN core.channel_state AS state USING (channel_id)
LEFT JOIN core.reread AS reread USING (channel_id)
WHERE channel.source = 'telegram' AND channel.is_listed AND channel.is_verified AND coalesce(state.state, 'ok') = 'ok'
    AND EXISTS (SELECT FROM core.new_definition)
    AND (reread.ended_at IS NULL OR reread.codebook_version < (SELECT max(codebook_version) FROM core.new_definition))
"""


def rereads_left(connection: Connection) -> int:
    """Give how many channels that can be read have still to be read again for the new definitions."""
    return int(connection.execute(CHANNELS_LEFT).fetchall()[0][0])


END_OLD = "DELETE FROM core.new_definition WHERE since_at <= %s"
IS_READ = """
SELECT (SELECT world FROM core.world) = 'live'
    AND EXISTS (SELECT FROM core.new_definition)
    AND NOT EXISTS (SELECT FROM core.stale_post)
    AND NOT EXISTS (SELECT FROM core.backlog WHERE collected_at <= %s)
"""
END_ALL = "DELETE FROM core.new_definition"
NOTE_REREAD = """
UPDATE core.codebook SET reread_at = %s
WHERE codebook_version = (SELECT max(codebook_version) FROM core.codebook)
"""


def end_new_definitions(connection: Connection, *, as_of: datetime) -> bool:
    """Let definitions be new no longer once all that is stored, or was read again, is classified with them, or in 28 days.

    A replay cannot be read again: there it takes the 28 days. Tells whether all were made good. Call it in a transaction that
    holds the version (``is_current``).
    """
    connection.execute(END_OLD, (as_of - LASTS_AT_MOST,))
    if not connection.execute(IS_READ, (as_of,)).fetchall()[0][0] or rereads_left(connection):
        return False
    connection.execute(END_ALL)
    connection.execute(NOTE_REREAD, (as_of,))
    return True
