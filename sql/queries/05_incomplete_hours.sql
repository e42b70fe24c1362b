-- When was the picture incomplete in the newest four weeks?
-- Shape: one row is an hour that was not read in full. Caveat: hours that nobody looked at have no row at all.
SELECT
    hour_at,
    sum(observed_count) AS observed_count,
    sum(pending_count) AS pending_count,
    sum(lost_count) AS lost_count
FROM analyst.coverage_hour
WHERE hour_at >= (SELECT hour_at - interval '28 days' FROM analyst.reach)
GROUP BY hour_at
HAVING sum(pending_count) + sum(lost_count) > 0
ORDER BY hour_at;
