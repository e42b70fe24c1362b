-- One row is one listed channel and hour.
-- Units: quarter-hours (0 to 4), posts. Limits: an hour without a row was never looked at; posts are null where nothing was read.
-- Source: core.coverage_hour, made after each classify and detect.
CREATE VIEW analyst.coverage_hour
WITH (security_barrier) AS
SELECT
    hour.channel_id,
    hour.hour_at,
    hour.observed_count,
    hour.pending_count,
    hour.lost_count,
    4 - hour.observed_count - hour.pending_count - hour.lost_count AS unknown_count,
    hour.seen_count,
    hour.kept_count
FROM core.coverage_hour AS hour
JOIN core.channel AS channel USING (channel_id)
WHERE channel.is_listed;
COMMENT ON VIEW analyst.coverage_hour IS 'One row is one listed channel and hour: how completely it was read. Zero and unknown differ.';
COMMENT ON COLUMN analyst.coverage_hour.channel_id IS 'The channel.';
COMMENT ON COLUMN analyst.coverage_hour.hour_at IS 'Start of the hour (UTC).';
COMMENT ON COLUMN analyst.coverage_hour.observed_count IS 'Quarter-hours that were read, 0 to 4.';
COMMENT ON COLUMN analyst.coverage_hour.pending_count IS 'Quarter-hours that may still be read.';
COMMENT ON COLUMN analyst.coverage_hour.lost_count IS 'Quarter-hours that can no longer be read.';
COMMENT ON COLUMN analyst.coverage_hour.unknown_count IS 'Quarter-hours nobody has looked at (or that are yet to come).';
COMMENT ON COLUMN analyst.coverage_hour.seen_count IS 'Posts met, kept or not; null when nothing was read.';
COMMENT ON COLUMN analyst.coverage_hour.kept_count IS 'Posts kept; null when nothing was read.';
GRANT SELECT ON analyst.coverage_hour TO analyst;
