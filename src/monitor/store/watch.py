"""What the dead-man check looks at: hours of channels, what became of a stretch that was missed, runs of stages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import ChannelHour, WatchedChannel
from monitor.store.connection import Connection

WATCHED_CHANNELS = """
SELECT channel_id, source, handle, title, expected_posts_per_day
FROM core.channel
WHERE is_listed AND is_verified
ORDER BY channel_id
"""


def watched_channels(connection: Connection) -> list[WatchedChannel]:
    """Give the channels that are collected: listed and verified."""
    names = WatchedChannel.__slots__
    return [WatchedChannel(**dict(zip(names, row, strict=True))) for row in connection.execute(WATCHED_CHANNELS)]


CHANNEL_HOURS = """
SELECT channel_id, date_trunc('hour', bin_at, 'UTC') AS hour_at, count(*), sum(seen_count), max(known_at)
FROM core.coverage
WHERE state = 'observed' AND bin_at >= %s AND bin_at < %s AND channel_id = ANY(%s)
GROUP BY 1, 2
ORDER BY 1, 2
"""


def channel_hours(connection: Connection, ids: Sequence[int], first_at: datetime, until_at: datetime) -> list[ChannelHour]:
    """Give every hour in ``[first_at, until_at)`` of which something was read, channel by channel."""
    rows = connection.execute(CHANNEL_HOURS, (first_at, until_at, list(ids)))
    return [ChannelHour(channel_id=c, hour_at=h, observed_count=n, seen_count=s, known_at=k) for c, h, n, s, k in rows]


LAST_READ = """
SELECT max(coverage.bin_at) + interval '15 minutes'
FROM core.coverage AS coverage
JOIN core.channel AS channel USING (channel_id)
WHERE channel.source = %(source)s AND coverage.state = 'observed'
    AND coverage.bin_at < %(before_at)s AND coverage.known_at <= %(before_at)s
"""
MISSED = """
SELECT
    count(*) FILTER (WHERE coverage.state = 'observed' AND coverage.known_at <= %(known_at)s),
    count(*) FILTER (WHERE coverage.state = 'lost' AND coverage.known_at <= %(known_at)s),
    count(*)
FROM core.channel AS channel
CROSS JOIN generate_series(%(from_at)s, %(until_at)s - interval '15 minutes', interval '15 minutes') AS bin_at
LEFT JOIN core.coverage AS coverage ON coverage.channel_id = channel.channel_id AND coverage.bin_at = bin_at.bin_at
WHERE channel.source = %(source)s AND channel.is_listed AND channel.is_verified
    AND (coverage.state IS DISTINCT FROM 'observed' OR coverage.known_at > bin_at.bin_at + interval '1 hour')
    AND EXISTS (SELECT FROM core.coverage AS ever WHERE ever.channel_id = channel.channel_id AND ever.bin_at < %(from_at)s)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """What became of the quarter-hours nobody read in time since ``since_at``: read back, lost, or still open."""

    since_at: datetime
    read_back_count: int
    lost_count: int
    open_count: int


def missed(connection: Connection, source: str, *, silent_at: datetime, until_at: datetime, known_at: datetime) -> Missed:
    """Tell what became, by ``known_at``, of what was missed before ``until_at`` in the silence noticed at ``silent_at``."""
    row = connection.execute(LAST_READ, {"source": source, "before_at": silent_at}).fetchone()
    since_at: datetime = row[0] if row and row[0] else silent_at
    where = {"source": source, "from_at": since_at, "until_at": until_at, "known_at": known_at}
    read_back, lost, total = connection.execute(MISSED, where).fetchall()[0]
    return Missed(since_at=since_at, read_back_count=read_back, lost_count=lost, open_count=total - read_back - lost)


WATCHED_UNTIL = "SELECT watched_until_at FROM core.watch"
SAVE_WATCHED = """
INSERT INTO core.watch (watched_until_at)
VALUES (%s)
ON CONFLICT (is_only) DO UPDATE SET watched_until_at = excluded.watched_until_at
"""


def watched_until(connection: Connection) -> datetime | None:
    """Give the end of the last hour that was looked at; None before the first."""
    row = connection.execute(WATCHED_UNTIL).fetchone()
    return row[0] if row else None


def save_watched(connection: Connection, until_at: datetime) -> None:
    """Remember that every hour ending by ``until_at`` was looked at."""
    connection.execute(SAVE_WATCHED, (until_at,))


STAGE_RECORDS = """
WITH done AS (
    SELECT stage, max(run_id) AS run_id, max(ended_at) AS ended_at
    FROM core.pipeline_run
    WHERE status = 'done'
    GROUP BY stage
)
SELECT
    stage,
    done.ended_at AS done_at,
    count(run.run_id) FILTER (WHERE run.status = 'failed' AND run.run_id > coalesce(done.run_id, 0)) AS failures_count,
    min(run.started_at) FILTER (WHERE run.status = 'failed' AND run.run_id > coalesce(done.run_id, 0)) AS failing_since_at,
    (array_agg(run.error ORDER BY run.run_id DESC) FILTER (WHERE run.status = 'failed'))[1] AS error
FROM core.pipeline_run AS run
LEFT JOIN done USING (stage)
WHERE run.started_at > now() - interval '8 days'
GROUP BY stage, done.ended_at
ORDER BY stage
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRecord:
    """How one stage has fared: when a run last ended well, and the failures since."""

    stage: str
    done_at: datetime | None
    failures_count: int
    failing_since_at: datetime | None
    error: str | None


def stage_records(connection: Connection) -> list[StageRecord]:
    """Give the record of every stage that has run in the last eight days."""
    return [StageRecord(**dict(zip(StageRecord.__slots__, row, strict=True))) for row in connection.execute(STAGE_RECORDS)]


X_READ_AT = "SELECT max(read_at) FROM core.x_count"


def x_read_at(connection: Connection) -> datetime | None:
    """Give when X last told a count; None when it never did."""
    row = connection.execute(X_READ_AT).fetchone()
    return row[0] if row else None
