-- Which themes have grown most against the week before?
-- Shape: one row is a theme. Caveat: null where a week was not read enough (under 90 %) or had nothing to grow from.
WITH newest AS (
    SELECT day_date FROM analyst.reach
),
week AS (
    SELECT
        day.theme_id,
        (newest.day_date - day.day_date) / 7 AS weeks_ago,
        sum(day.origin_count) AS origin_count,
        avg(day.observed_share) AS observed_share
    FROM analyst.count_day AS day
    CROSS JOIN newest
    WHERE day.grain = 'theme' AND day.day_date > newest.day_date - 14
    GROUP BY day.theme_id, weeks_ago
)
SELECT
    this_week.theme_id,
    this_week.origin_count AS this_week_count,
    last_week.origin_count AS last_week_count,
    CASE
        WHEN least(this_week.observed_share, last_week.observed_share) >= 0.9
            THEN round(this_week.origin_count / nullif(last_week.origin_count, 0), 2)
    END AS growth_ratio
FROM week AS this_week
LEFT JOIN week AS last_week ON last_week.theme_id = this_week.theme_id AND last_week.weeks_ago = 1
WHERE this_week.weeks_ago = 0
ORDER BY growth_ratio DESC NULLS LAST, this_week.theme_id;
