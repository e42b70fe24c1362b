"""Channels and which world a database belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from monitor.errors import ConfigError
from monitor.model import Channel
from monitor.store.connection import Connection

ChannelIds = Mapping[tuple[str, str], int]
"""The id of each (source, handle)."""

UPSERT_CHANNEL = """
INSERT INTO core.channel AS channel (
    source, handle, title, languages, region, why, is_listed, is_verified, expected_posts_per_day, named_by, since_date
)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (source, handle) DO UPDATE SET
    title = excluded.title,
    languages = excluded.languages,
    region = excluded.region,
    why = excluded.why,
    is_listed = excluded.is_listed,
    is_verified = excluded.is_verified OR EXISTS (SELECT FROM core.verification AS v WHERE v.channel_id = channel.channel_id),
    expected_posts_per_day = excluded.expected_posts_per_day,
    named_by = excluded.named_by,
    since_date = excluded.since_date
"""


def save_channels(connection: Connection, channels: Iterable[Channel]) -> int:
    """Write listed channels as the seeds say; return how many. What a login has verified stays verified."""
    rows = [
        (c.source, c.handle, c.title, list(c.languages), c.region, c.why, c.is_listed, c.is_verified, c.expected_posts_per_day)
        + (c.named_by, c.since_date)
        for c in sorted(channels, key=lambda c: (c.source, c.handle))
    ]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(UPSERT_CHANNEL, rows)
    return len(rows)


ADD_UNLISTED = """
INSERT INTO core.channel (source, handle, title)
SELECT source, handle, handle
FROM unnest(%s::text[], %s::text[]) AS met (source, handle)
ORDER BY source, handle
ON CONFLICT (source, handle) DO NOTHING
"""
FIND_CHANNELS = """
SELECT channel.source, channel.handle, channel.channel_id
FROM core.channel AS channel
JOIN unnest(%s::text[], %s::text[]) AS met (source, handle) USING (source, handle)
"""


def channel_ids(connection: Connection, names: Iterable[tuple[str, str]]) -> ChannelIds:
    """Give the id of each (source, handle); one met for the first time is added as unlisted."""
    wanted = sorted(set(names))
    arrays = ([source for source, _ in wanted], [handle for _, handle in wanted])
    found = {(source, handle): key for source, handle, key in connection.execute(FIND_CHANNELS, arrays)}
    if len(found) < len(wanted):
        connection.execute(ADD_UNLISTED, arrays)
        found = {(source, handle): key for source, handle, key in connection.execute(FIND_CHANNELS, arrays)}
    return found


CLAIM_WORLD = "INSERT INTO core.world (world) VALUES (%s) ON CONFLICT DO NOTHING"
READ_WORLD = "SELECT world FROM core.world"


def enter_world(connection: Connection, world: Literal["live", "replay"]) -> None:
    """Bind the database to live sources or to the replay; ConfigError when it is bound to the other."""
    connection.execute(CLAIM_WORLD, (world,))
    row = connection.execute(READ_WORLD).fetchone()
    if row and row[0] != world:
        raise ConfigError(
            f"this database holds {row[0]} data; {world} sources need a database of their own. Set MONITOR_DATABASE_URL."
        )
