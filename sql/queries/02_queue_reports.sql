-- What waits and lengths were reported at Verkhny Lars in the newest month, hour by hour?
-- Shape: one row is an hour and kind of figure. Caveat: claims of posts, copies excluded, not measurements.
SELECT
    date_trunc('hour', figure.posted_at, 'UTC') AS hour_at,
    figure.kind,
    count(*) AS reports_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(figure.low, figure.high)) AS median_low,
    max(coalesce(figure.high, figure.low)) AS highest
FROM analyst.post_quantity AS figure
WHERE figure.place_id = 'verkhny_lars' AND figure.kind IN ('wait_hours', 'queue_km') AND figure.is_origin
    AND figure.posted_at >= (SELECT hour_at - interval '30 days' FROM analyst.reach)
GROUP BY 1, 2
ORDER BY 1, 2;
