-- How much of each theme is own words, and how much forwards and copies?
-- Shape: one row is a theme. Caveat: copies are found within 48 hours only; who forwards adds reach, not a second source.
SELECT
    theme_id,
    sum(origin_count) AS own_words_count,
    sum(posts_count - origin_count) AS forwards_and_copies_count,
    round(100.0 * sum(origin_count) / sum(posts_count), 1) AS own_words_pct
FROM analyst.count_day
WHERE grain = 'theme'
GROUP BY theme_id
ORDER BY theme_id;
