-- One row is one UTC day of one listed channel, or of all of them together (channel_id null): how completely it was read.
-- Units: quarter-hours (0 to 96 a channel and day, fewer on the day that is still running), posts; share from 0 to 1.
-- Limits: a channel's days begin with the first it was read or looked for; a quarter-hour nobody looked at yet is unknown, not zero.
-- Source: core.coverage_day, made after each classify and detect.
CREATE VIEW analyst.coverage
WITH (security_barrier) AS
WITH followed AS (
    SELECT channel.channel_id, channel.handle, first.bin_at AS first_at
    FROM core.channel AS channel
    CROSS JOIN LATERAL (
        SELECT bin_at FROM core.coverage WHERE coverage.channel_id = channel.channel_id ORDER BY bin_at LIMIT 1
    ) AS first
    WHERE channel.is_listed
),
reach AS (
    SELECT max(last.bin_at) + interval '15 minutes' AS until_at
    FROM followed
    CROSS JOIN LATERAL (
        SELECT bin_at FROM core.coverage WHERE coverage.channel_id = followed.channel_id ORDER BY bin_at DESC LIMIT 1
    ) AS last
),
channel_day AS (
    SELECT
        followed.channel_id,
        followed.handle,
        day_at,
        extract(
            epoch FROM least(day_at + interval '1 day', reach.until_at) - greatest(day_at, followed.first_at)
        )::integer / 900 AS due_count
    FROM followed
    CROSS JOIN reach
    CROSS JOIN LATERAL generate_series(
        date_trunc('day', followed.first_at, 'UTC'), reach.until_at - interval '15 minutes', interval '1 day'
    ) AS day_at
)
SELECT
    day.channel_id,
    CASE WHEN grouping(day.channel_id) = 1 THEN 'all channels' ELSE min(day.handle) END AS channel_handle,
    (day.day_at AT TIME ZONE 'UTC')::date AS day_date,
    sum(coalesce(day_read.observed_count, 0))::double precision / sum(day.due_count) AS observed_share,
    sum(coalesce(day_read.observed_count, 0))::bigint AS observed_count,
    sum(coalesce(day_read.pending_count, 0))::bigint AS pending_count,
    sum(coalesce(day_read.lost_count, 0))::bigint AS lost_count,
    sum(day.due_count - coalesce(day_read.observed_count + day_read.pending_count + day_read.lost_count, 0))::bigint AS unknown_count,
    min(
        CASE WHEN day_read.channel_id IS NULL THEN day.day_at ELSE day_read.first_missing_at END
    ) AS missing_since_at,
    sum(day_read.seen_count)::bigint AS seen_count,
    sum(day_read.kept_count)::bigint AS kept_count
FROM channel_day AS day
LEFT JOIN core.coverage_day AS day_read
    ON day_read.channel_id = day.channel_id AND day_read.day_date = (day.day_at AT TIME ZONE 'UTC')::date
GROUP BY GROUPING SETS ((day.channel_id, day.day_at), (day.day_at));
COMMENT ON VIEW analyst.coverage IS 'One row is one UTC day of one listed channel, or of all together (channel_id null): how completely it was read.';
COMMENT ON COLUMN analyst.coverage.channel_id IS 'The channel; null: all listed channels together.';
COMMENT ON COLUMN analyst.coverage.channel_handle IS 'Public name of the channel, or ''all channels''.';
COMMENT ON COLUMN analyst.coverage.day_date IS 'The UTC day.';
COMMENT ON COLUMN analyst.coverage.observed_share IS 'Quarter-hours that were read, of those that are due so far, 0 to 1.';
COMMENT ON COLUMN analyst.coverage.observed_count IS 'Quarter-hours that were read.';
COMMENT ON COLUMN analyst.coverage.pending_count IS 'Quarter-hours that may still be read.';
COMMENT ON COLUMN analyst.coverage.lost_count IS 'Quarter-hours that can no longer be read.';
COMMENT ON COLUMN analyst.coverage.unknown_count IS 'Quarter-hours nobody has looked at yet.';
COMMENT ON COLUMN analyst.coverage.missing_since_at IS 'First quarter-hour of the day that was not read (UTC); null when all known ones were.';
COMMENT ON COLUMN analyst.coverage.seen_count IS 'Posts met, kept or not; null when nothing was read.';
COMMENT ON COLUMN analyst.coverage.kept_count IS 'Posts kept; null when nothing was read.';
GRANT SELECT ON analyst.coverage TO analyst;
