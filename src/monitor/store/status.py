"""How things stand: for ``monitor status``, the demo's progress and its summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from monitor.model import GRACE, QUARTER_HOUR
from monitor.store.connection import Connection

STEP_LAG = GRACE + QUARTER_HOUR
"""How far the detector may be behind the clock and still be up to date."""

PROGRESS = """
SELECT
    (SELECT coalesce(sum(seen_count), 0) FROM core.coverage) AS posts_read,
    (SELECT count(*) FROM core.post) AS posts_kept,
    (SELECT coalesce(sum(masked_count), 0) FROM core.post) AS masked_count,
    (SELECT count(*) FROM core.quarantine) AS quarantined_count,
    (SELECT count(*) FROM core.backlog) AS backlog_count,
    (SELECT max(read_until_at) FROM core.cursor WHERE source = 'replay') AS replay_reached_at,
    (SELECT max(stepped_until_at) FROM core.detector_step) AS stepped_until_at,
    (SELECT max(estimated_until_at) FROM core.queue_clock) AS queues_estimated_until_at,
    (
        SELECT count(*) FROM core.queue_touched WHERE hour_at <= (SELECT max(estimated_until_at) FROM core.queue_clock)
    ) AS queue_hours_waiting,
    (SELECT count(*) FROM core.spike) AS spikes_count,
    (
        SELECT count(*) FROM core.delivery
        WHERE status IN ('pending', 'sending')
            AND (held_until_at IS NULL OR held_until_at <= (SELECT max(stepped_until_at) FROM core.detector_step))
    ) AS mails_pending,
    (SELECT count(*) FROM core.delivery WHERE status = 'pending' AND held_until_at IS NOT NULL) AS mails_held,
    (SELECT count(*) FROM core.delivery WHERE status = 'sent') AS mails_sent,
    (SELECT count(*) FROM core.delivery WHERE status IN ('refused', 'failed')) AS mails_failed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the work has got; moments are None before anything was read or assessed."""

    posts_read: int
    posts_kept: int
    masked_count: int
    quarantined_count: int
    backlog_count: int
    replay_reached_at: datetime | None
    stepped_until_at: datetime | None
    queues_estimated_until_at: datetime | None
    queue_hours_waiting: int
    spikes_count: int
    mails_pending: int
    mails_held: int
    mails_sent: int
    mails_failed: int


def progress(connection: Connection) -> Progress:
    """Tell how far the work has got."""
    row = connection.execute(PROGRESS).fetchall()[0]
    return Progress(**dict(zip(Progress.__slots__, row, strict=True)))


THEME_COUNTS = """
SELECT theme.theme_id, coalesce(sum(counted.posts_count), 0), coalesce(sum(counted.origin_count), 0)
FROM core.theme AS theme
LEFT JOIN core.series AS series
    ON series.theme_id = theme.theme_id AND num_nonnulls(series.place_id, series.source, series.language, series.channel_id) = 0
LEFT JOIN core.series_count AS counted USING (series_id)
GROUP BY theme.theme_id
ORDER BY 2 DESC, 1
"""
COVERAGE_TOTALS = "SELECT state, count(*) FROM core.coverage GROUP BY state ORDER BY state"
QUARANTINE_TOTALS = "SELECT stage, reason, count(*) FROM core.quarantine GROUP BY stage, reason ORDER BY stage, reason"
LAST_RUNS = """
SELECT DISTINCT ON (stage) stage, started_at, ended_at, status, counts, error
FROM core.pipeline_run
ORDER BY stage, run_id DESC
"""
EVENT_ROWS = """
SELECT
    event.event_id, series.theme_id, series.place_id, spike.onset_at, spike.opened_at, spike.observed, spike.expected,
    spike.score, spike.is_late,
    (SELECT count(*) FROM core.spike AS member WHERE member.event_id = event.event_id) AS spikes_count,
    (SELECT count(*) FROM core.delivery JOIN core.alert USING (alert_id)
     WHERE alert.event_id = event.event_id AND delivery.status = 'sent') AS mails_count
FROM core.event AS event
JOIN core.spike AS spike ON spike.event_id = event.event_id AND spike.series_id = event.lead_series_id
JOIN core.series AS series ON series.series_id = event.lead_series_id
ORDER BY event.opened_at, event.event_id
"""


COVERAGE_OF_DAY = """
SELECT channel_handle, observed_share, pending_count, lost_count, unknown_count, missing_since_at, seen_count
FROM analyst.coverage
WHERE day_date = %s
ORDER BY channel_id IS NULL, observed_share, channel_handle
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCoverage:
    """How completely one channel, or all together, was read on one UTC day; posts are None where nothing was read."""

    channel: str
    observed_share: float
    pending_count: int
    lost_count: int
    unknown_count: int
    missing_since_at: datetime | None
    seen_count: int | None


def coverage_of_day(connection: Connection, day: date) -> list[DayCoverage]:
    """Give each listed channel's coverage of a day, the least complete first, and last of all that of all together."""
    return [
        DayCoverage(**dict(zip(DayCoverage.__slots__, row, strict=True))) for row in connection.execute(COVERAGE_OF_DAY, (day,))
    ]


NEVER_READ = """
SELECT channel.handle
FROM core.channel AS channel
WHERE channel.is_listed AND channel.is_verified
    AND NOT EXISTS (SELECT FROM core.coverage AS coverage WHERE coverage.channel_id = channel.channel_id)
ORDER BY channel.handle
"""


def never_read(connection: Connection) -> list[str]:
    """Give the handles of verified channels of which nothing was ever read: what they published is unknown, not zero."""
    return [row[0] for row in connection.execute(NEVER_READ)]


def theme_counts(connection: Connection) -> list[tuple[str, int, int]]:
    """Give (theme, posts, origins) for every theme, most posts first."""
    return [(theme, int(posts), int(origins)) for theme, posts, origins in connection.execute(THEME_COUNTS)]


def coverage_totals(connection: Connection) -> dict[str, int]:
    """Give how many channel quarter-hours are in each state."""
    return dict(connection.execute(COVERAGE_TOTALS).fetchall())


def quarantine_totals(connection: Connection) -> list[tuple[str, str, int]]:
    """Give (stage, reason, records) of what was set aside."""
    return connection.execute(QUARANTINE_TOTALS).fetchall()


def last_runs(connection: Connection) -> list[tuple[Any, ...]]:
    """Give (stage, started, ended, status, counts, error) of each stage's newest run."""
    return connection.execute(LAST_RUNS).fetchall()


def event_rows(connection: Connection) -> list[tuple[Any, ...]]:
    """Give one row an event: id, theme, place, onset, opened, observed, expected, score, late, spikes, mails."""
    return connection.execute(EVENT_ROWS).fetchall()
