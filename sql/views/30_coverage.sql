-- One row is one listed channel and hour.
-- Units: quarter-hours (0 to 4), posts. Limits: an hour without a row was never looked at. Source: core.coverage.
CREATE VIEW analyst.coverage
WITH (security_barrier) AS
SELECT
    coverage.channel_id,
    date_trunc('hour', coverage.bin_at, 'UTC') AS hour_at,
    count(*) FILTER (WHERE coverage.state = 'observed') AS observed_count,
    count(*) FILTER (WHERE coverage.state = 'pending') AS pending_count,
    count(*) FILTER (WHERE coverage.state = 'lost') AS lost_count,
    sum(coverage.seen_count) AS seen_count,
    sum(coverage.kept_count) AS kept_count
FROM core.coverage AS coverage
JOIN core.channel AS channel USING (channel_id)
WHERE channel.is_listed
GROUP BY coverage.channel_id, date_trunc('hour', coverage.bin_at, 'UTC');
COMMENT ON VIEW analyst.coverage IS 'One row is one listed channel and hour: how completely it was read. Zero and unknown differ.';
COMMENT ON COLUMN analyst.coverage.channel_id IS 'The channel.';
COMMENT ON COLUMN analyst.coverage.hour_at IS 'Start of the hour (UTC).';
COMMENT ON COLUMN analyst.coverage.observed_count IS 'Quarter-hours that were read, 0 to 4.';
COMMENT ON COLUMN analyst.coverage.pending_count IS 'Quarter-hours that may still be read.';
COMMENT ON COLUMN analyst.coverage.lost_count IS 'Quarter-hours that can no longer be read.';
COMMENT ON COLUMN analyst.coverage.seen_count IS 'Posts met, kept or not.';
COMMENT ON COLUMN analyst.coverage.kept_count IS 'Posts kept.';
GRANT SELECT ON analyst.coverage TO analyst;
