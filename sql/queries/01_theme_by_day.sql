-- How many original posts did each theme have per day?
-- Shape: one row is a theme and day. Caveat: compare days only where observed_share is near 1.
SELECT
    day_date,
    theme_id,
    origin_count,
    round(observed_share::numeric, 2) AS observed_share
FROM analyst.count_day
WHERE grain = 'theme'
ORDER BY day_date, theme_id;
