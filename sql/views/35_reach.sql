-- One row is how far the counts reach: the newest hour and day that hold a post.
-- Units: UTC. Limits: none. Source: core.hour_count.
CREATE VIEW analyst.reach
WITH (security_barrier) AS
SELECT
    newest.hour_at,
    (newest.hour_at AT TIME ZONE 'UTC')::date AS day_date
FROM (SELECT max(hour_at) AS hour_at FROM core.hour_count) AS newest;
COMMENT ON VIEW analyst.reach IS 'One row: how far the counts reach. Where a dashboard would say now(), say this of the replay or after an outage.';
COMMENT ON COLUMN analyst.reach.hour_at IS 'Start of the newest hour that holds a post (UTC); null before the first.';
COMMENT ON COLUMN analyst.reach.day_date IS 'Its UTC day.';
GRANT SELECT ON analyst.reach TO analyst;
