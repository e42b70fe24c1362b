-- One row is one queue that was reported in the last days: what the reports say of it now.
-- Units: those of kind; UTC; minutes. Limits: people's claims, pooled; see docs/method.md. Reports that do not say which way count as
-- out, those that do not say who waits as car (queue_people as foot). Source: core.queue_estimate.
CREATE VIEW analyst.queue_now
WITH (security_barrier) AS
WITH latest AS (
    SELECT DISTINCT ON (place_id, kind, direction, mode) *
    FROM core.queue_estimate
    WHERE hour_at > (SELECT estimated_until_at FROM core.queue_clock) - interval '72 hours'
    ORDER BY place_id, kind, direction, mode, hour_at DESC
)
SELECT
    latest.place_id,
    place.name AS place_name,
    latest.kind,
    latest.direction,
    latest.mode,
    clock.estimated_until_at AS as_of,
    CASE WHEN is_now.yes AND latest.value IS NOT NULL THEN 'fresh' ELSE 'no fresh reports' END AS state,
    CASE WHEN is_now.yes THEN latest.value END AS value,
    CASE WHEN is_now.yes THEN latest.low END AS low,
    CASE WHEN is_now.yes THEN latest.high END AS high,
    CASE WHEN is_now.yes THEN latest.origin_count ELSE 0 END AS origin_count,
    CASE WHEN is_now.yes THEN latest.channel_count ELSE 0 END AS channel_count,
    latest.newest_at,
    round(extract(epoch FROM clock.estimated_until_at - latest.newest_at) / 60)::integer AS newest_age_minutes,
    is_now.yes AND latest.is_conflicting AS is_conflicting,
    ARRAY(
        SELECT post.url
        FROM unnest(latest.channel_ids, latest.post_ids) WITH ORDINALITY AS said (channel_id, post_id, place)
        JOIN analyst.post AS post USING (channel_id, post_id)
        WHERE post.url IS NOT NULL AND post.posted_at > latest.as_of - interval '24 hours'
        ORDER BY said.place
    ) AS links
FROM latest
CROSS JOIN core.queue_clock AS clock
CROSS JOIN LATERAL (SELECT latest.as_of = clock.estimated_until_at AS yes) AS is_now
JOIN core.place AS place USING (place_id);
COMMENT ON VIEW analyst.queue_now IS 'One row is one queue that was reported in the last three days: what the reports say of it now.';
COMMENT ON COLUMN analyst.queue_now.place_id IS 'The crossing.';
COMMENT ON COLUMN analyst.queue_now.place_name IS 'Its name.';
COMMENT ON COLUMN analyst.queue_now.kind IS 'wait_hours, queue_km, queue_cars or queue_people: what is estimated, and its unit.';
COMMENT ON COLUMN analyst.queue_now.direction IS 'out of Russia or in; reports that do not say count as out.';
COMMENT ON COLUMN analyst.queue_now.mode IS 'car, foot, bicycle, bus or truck; reports that do not say count as car, for queue_people as foot.';
COMMENT ON COLUMN analyst.queue_now.as_of IS 'Moment of the estimate (UTC): the last run of nowcast.';
COMMENT ON COLUMN analyst.queue_now.state IS 'fresh, or no fresh reports: none in own words within the last 6 hours.';
COMMENT ON COLUMN analyst.queue_now.value IS 'Estimate in the unit of kind; null without fresh reports.';
COMMENT ON COLUMN analyst.queue_now.low IS 'Lower end of the 90 % interval.';
COMMENT ON COLUMN analyst.queue_now.high IS 'Upper end of the 90 % interval.';
COMMENT ON COLUMN analyst.queue_now.origin_count IS 'Fresh reports in own words: no copies, repeated or past figures.';
COMMENT ON COLUMN analyst.queue_now.channel_count IS 'Channels those are from.';
COMMENT ON COLUMN analyst.queue_now.newest_at IS 'When the newest report in own words was posted (UTC).';
COMMENT ON COLUMN analyst.queue_now.newest_age_minutes IS 'How old that is.';
COMMENT ON COLUMN analyst.queue_now.is_conflicting IS 'True if a quarter or more of the channels are off by a factor of two or more.';
COMMENT ON COLUMN analyst.queue_now.links IS 'Links to the newest posts of listed channels that count, newest first.';
GRANT SELECT ON analyst.queue_now TO analyst;
