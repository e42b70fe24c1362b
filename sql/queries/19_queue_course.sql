-- How did wait and length at Verkhny Lars, out by car, go in the newest month, hour by hour?
-- Shape: one row is a kind of figure and hour with reports. Caveat: people's claims, pooled; null where no report was fresh.
SELECT
    hour_at,
    kind,
    value,
    low,
    high,
    origin_count,
    is_conflicting
FROM analyst.queue_hourly
WHERE place_id = 'verkhny_lars' AND direction = 'out' AND mode = 'car' AND kind IN ('wait_hours', 'queue_km')
    AND hour_at >= (SELECT reach.hour_at - interval '30 days' FROM analyst.reach AS reach)
ORDER BY kind, hour_at;
