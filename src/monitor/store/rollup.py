"""Counts and coverage by hour and day, made again for the hours that have changed."""

from __future__ import annotations

from datetime import datetime

from monitor.store.connection import Connection

TAKE_TURN = "SELECT pg_advisory_xact_lock(hashtext('monitor.rollup'))"
CHANGED_DAYS = """
SELECT DISTINCT date_trunc('day', hour_at, 'UTC') FROM core.changed_hour ORDER BY 1 LIMIT %s
"""
TAKE_CHANGED = "DELETE FROM core.changed_hour WHERE date_trunc('day', hour_at, 'UTC') = ANY (%s)"

FOLLOWED = """
followed AS (
    SELECT channel.channel_id, first.bin_at AS first_at
    FROM core.channel AS channel
    CROSS JOIN LATERAL (
        SELECT bin_at FROM core.coverage AS coverage WHERE coverage.channel_id = channel.channel_id ORDER BY bin_at LIMIT 1
    ) AS first
    WHERE channel.is_listed
)
"""
FORGET_COVERAGE_HOURS = """
DELETE FROM core.coverage_hour AS hour
USING unnest(%(days)s::timestamptz[]) AS day (day_at)
WHERE hour.hour_at >= day.day_at AND hour.hour_at < day.day_at + interval '1 day'
"""
COVERAGE_HOURS = """
INSERT INTO core.coverage_hour (
    channel_id, hour_at, observed_count, pending_count, lost_count, first_missing_at, seen_count, kept_count
)
SELECT
    coverage.channel_id,
    date_trunc('hour', coverage.bin_at, 'UTC'),
    count(*) FILTER (WHERE coverage.state = 'observed'),
    count(*) FILTER (WHERE coverage.state = 'pending'),
    count(*) FILTER (WHERE coverage.state = 'lost'),
    min(coverage.bin_at) FILTER (WHERE coverage.state <> 'observed'),
    sum(coverage.seen_count) FILTER (WHERE coverage.state = 'observed' OR coverage.seen_count > 0),
    sum(coverage.kept_count) FILTER (WHERE coverage.state = 'observed' OR coverage.seen_count > 0)
FROM unnest(%(days)s::timestamptz[]) AS day (day_at)
JOIN core.coverage AS coverage ON coverage.bin_at >= day.day_at AND coverage.bin_at < day.day_at + interval '1 day'
GROUP BY 1, 2
"""
FORGET_COVERAGE_DAYS = "DELETE FROM core.coverage_day WHERE day_date = ANY (%(dates)s)"
COVERAGE_DAYS = """
INSERT INTO core.coverage_day (
    channel_id, day_date, observed_count, pending_count, lost_count, first_missing_at, seen_count, kept_count
)
SELECT
    hour.channel_id, (hour.hour_at AT TIME ZONE 'UTC')::date, sum(hour.observed_count), sum(hour.pending_count),
    sum(hour.lost_count), min(hour.first_missing_at), sum(hour.seen_count), sum(hour.kept_count)
FROM unnest(%(days)s::timestamptz[]) AS day (day_at)
JOIN core.coverage_hour AS hour ON hour.hour_at >= day.day_at AND hour.hour_at < day.day_at + interval '1 day'
GROUP BY 1, 2
"""
FORGET_HOURS = """
DELETE FROM core.hour_count AS hour
USING unnest(%(days)s::timestamptz[]) AS day (day_at)
WHERE hour.hour_at >= day.day_at AND hour.hour_at < day.day_at + interval '1 day'
"""
HOURS = f"""
WITH {FOLLOWED},
channel_hour AS (
    SELECT read.channel_id, read.hour_at, read.observed_count
    FROM unnest(%(days)s::timestamptz[]) AS day (day_at)
    JOIN core.coverage_hour AS read ON read.hour_at >= day.day_at AND read.hour_at < day.day_at + interval '1 day'
    JOIN followed USING (channel_id)
),
hour_share AS (
    SELECT hour_at, sum(observed_count)::real / (
        4 * (SELECT count(*) FROM followed WHERE date_trunc('hour', followed.first_at, 'UTC') <= channel_hour.hour_at)
    ) AS observed_share
    FROM channel_hour
    GROUP BY hour_at
),
counted AS (
    SELECT bin.series_id, date_trunc('hour', bin.bin_at, 'UTC') AS hour_at,
        sum(bin.posts_count)::integer AS posts_count, sum(bin.origin_count)::integer AS origin_count,
        sum(bin.withdrawn_count)::integer AS withdrawn_count, max(bin.codebook_version) AS codebook_version
    FROM unnest(%(days)s::timestamptz[]) AS day (day_at)
    JOIN core.series_count AS bin ON bin.bin_at >= day.day_at AND bin.bin_at < day.day_at + interval '1 day'
    GROUP BY 1, 2
)
INSERT INTO core.hour_count (series_id, hour_at, posts_count, origin_count, withdrawn_count, observed_share, codebook_version)
SELECT counted.series_id, counted.hour_at, counted.posts_count, counted.origin_count, counted.withdrawn_count,
    CASE WHEN series.channel_id IS NULL THEN hour_share.observed_share ELSE channel_hour.observed_count::real / 4 END,
    counted.codebook_version
FROM counted
JOIN core.series AS series USING (series_id)
LEFT JOIN hour_share USING (hour_at)
LEFT JOIN channel_hour ON channel_hour.channel_id = series.channel_id AND channel_hour.hour_at = counted.hour_at
WHERE counted.posts_count > 0
"""
FORGET_DAYS = "DELETE FROM core.day_count WHERE day_date = ANY (%(dates)s)"
DAYS = f"""
WITH {FOLLOWED},
day_share AS (
    SELECT read.day_date, sum(read.observed_count)::real / (
        96 * (SELECT count(*) FROM followed WHERE (followed.first_at AT TIME ZONE 'UTC')::date <= read.day_date)
    ) AS observed_share
    FROM core.coverage_day AS read
    JOIN followed USING (channel_id)
    WHERE read.day_date = ANY (%(dates)s)
    GROUP BY read.day_date
),
counted AS (
    SELECT hour.series_id, (hour.hour_at AT TIME ZONE 'UTC')::date AS day_date,
        sum(hour.posts_count)::integer AS posts_count, sum(hour.origin_count)::integer AS origin_count,
        sum(hour.withdrawn_count)::integer AS withdrawn_count, max(hour.codebook_version) AS codebook_version
    FROM unnest(%(days)s::timestamptz[]) AS day (day_at)
    JOIN core.hour_count AS hour ON hour.hour_at >= day.day_at AND hour.hour_at < day.day_at + interval '1 day'
    GROUP BY 1, 2
)
INSERT INTO core.day_count (series_id, day_date, posts_count, origin_count, withdrawn_count, observed_share, codebook_version)
SELECT counted.series_id, counted.day_date, counted.posts_count, counted.origin_count, counted.withdrawn_count,
    CASE WHEN series.channel_id IS NULL THEN day_share.observed_share ELSE read.observed_count::real / 96 END,
    counted.codebook_version
FROM counted
JOIN core.series AS series USING (series_id)
LEFT JOIN day_share USING (day_date)
LEFT JOIN core.coverage_day AS read ON read.channel_id = series.channel_id AND read.day_date = counted.day_date
"""
STEPS = (
    *(FORGET_COVERAGE_HOURS, COVERAGE_HOURS, FORGET_COVERAGE_DAYS, COVERAGE_DAYS),
    *(FORGET_HOURS, HOURS, FORGET_DAYS, DAYS),
)


def roll_up(connection: Connection, *, days_at_once: int = 30) -> int:
    """Make the hours and days again in which counts or coverage have changed; return how many days these were.

    Whole days at a time, ``days_at_once`` in a transaction. What is written meanwhile is noted anew and made by the next run.
    """
    made_count = 0
    while True:
        with connection.transaction():
            connection.execute(TAKE_TURN)
            days: list[datetime] = [row[0] for row in connection.execute(CHANGED_DAYS, (days_at_once,))]
            if not days:
                return made_count
            connection.execute(TAKE_CHANGED, (days,))
            where = {"days": days, "dates": [day.date() for day in days]}
            for statement in STEPS:
                connection.execute(statement.encode(), where)
        made_count += len(days)
