-- One row is one queue and hour with reports in the 24 hours before: what was said of it at the end of the hour.
-- Units: those of kind; UTC. Limits: people's claims, pooled; the running hour changes until it ends, past hours when late posts come
-- or posts are classified anew. A missing row means no reports, not no queue. Source: core.queue_estimate.
CREATE VIEW analyst.queue_hourly
WITH (security_barrier) AS
SELECT
    estimate.place_id,
    estimate.kind,
    estimate.direction,
    estimate.mode,
    estimate.hour_at,
    estimate.as_of,
    estimate.value,
    estimate.low,
    estimate.high,
    estimate.origin_count,
    estimate.channel_count,
    estimate.newest_at,
    estimate.is_conflicting,
    ARRAY(
        SELECT post.url
        FROM unnest(estimate.channel_ids, estimate.post_ids) WITH ORDINALITY AS said (channel_id, post_id, place)
        JOIN analyst.post AS post USING (channel_id, post_id)
        WHERE post.url IS NOT NULL AND post.posted_at > estimate.as_of - interval '24 hours'
        ORDER BY said.place
    ) AS links
FROM core.queue_estimate AS estimate;
COMMENT ON VIEW analyst.queue_hourly IS 'One row is one queue and hour with reports in the 24 hours before: what was said of it at the end of the hour.';
COMMENT ON COLUMN analyst.queue_hourly.place_id IS 'The crossing.';
COMMENT ON COLUMN analyst.queue_hourly.kind IS 'wait_hours, queue_km, queue_cars or queue_people: what is estimated, and its unit.';
COMMENT ON COLUMN analyst.queue_hourly.direction IS 'out of Russia or in; reports that do not say count as out.';
COMMENT ON COLUMN analyst.queue_hourly.mode IS 'car, foot, bicycle, bus or truck; reports that do not say count as car, for queue_people as foot.';
COMMENT ON COLUMN analyst.queue_hourly.hour_at IS 'Start of the hour (UTC).';
COMMENT ON COLUMN analyst.queue_hourly.as_of IS 'Moment of the estimate (UTC): the end of the hour, earlier while it runs.';
COMMENT ON COLUMN analyst.queue_hourly.value IS 'Estimate in the unit of kind; null when no report in own words was fresh (6 hours).';
COMMENT ON COLUMN analyst.queue_hourly.low IS 'Lower end of the 90 % interval.';
COMMENT ON COLUMN analyst.queue_hourly.high IS 'Upper end of the 90 % interval.';
COMMENT ON COLUMN analyst.queue_hourly.origin_count IS 'Fresh reports in own words: no copies, repeated or past figures.';
COMMENT ON COLUMN analyst.queue_hourly.channel_count IS 'Channels those are from.';
COMMENT ON COLUMN analyst.queue_hourly.newest_at IS 'When the newest report in own words was posted (UTC).';
COMMENT ON COLUMN analyst.queue_hourly.is_conflicting IS 'True if a quarter or more of the channels are off by a factor of two or more.';
COMMENT ON COLUMN analyst.queue_hourly.links IS 'Links to the newest posts of listed channels that count, newest first.';
GRANT SELECT ON analyst.queue_hourly TO analyst;
