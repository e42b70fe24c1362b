-- How did the wait at Verkhny Lars, out by car, go, hour by hour?
-- Shape: one row is an hour. Caveat: people's claims, pooled; null where no report was fresh.
SELECT hour_at, kind, value, low, high, origin_count, is_conflicting
FROM analyst.queue_hourly
WHERE place_id = 'verkhny_lars' AND direction = 'out' AND mode = 'car' AND kind IN ('wait_hours', 'queue_km')
ORDER BY kind, hour_at;
