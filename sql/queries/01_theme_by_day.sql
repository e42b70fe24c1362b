-- How many original posts did each theme have per day? Caveat: compare days only where observed_share is near 1.
SELECT
    date_trunc('day', hour_at, 'UTC')::date AS day_date,
    theme_id,
    sum(origin_count) AS origin_count,
    round(min(observed_share)::numeric, 2) AS least_observed_share
FROM analyst.count_hour
WHERE theme_id IS NOT NULL AND place_id IS NULL AND source IS NULL AND language IS NULL AND channel_id IS NULL
GROUP BY 1, 2
ORDER BY 1, 2;
