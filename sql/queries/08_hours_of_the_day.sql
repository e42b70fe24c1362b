-- At which hours of the day (UTC) did a theme appear in the newest four weeks?
-- Shape: one row is an hour of the day, 0 to 23. Caveat: hours that were not read in full are left out, so few may remain of a bad day.
SELECT
    extract(hour FROM hour_at AT TIME ZONE 'UTC')::integer AS hour_of_day,
    count(*) AS hours_count,
    round(avg(origin_count), 1) AS mean_origin_count
FROM analyst.count_hour
WHERE grain = 'theme' AND theme_id = 'border_queue'
    AND hour_at >= (SELECT hour_at - interval '28 days' FROM analyst.reach)
    AND observed_share > 0.9
GROUP BY hour_of_day
ORDER BY hour_of_day;
