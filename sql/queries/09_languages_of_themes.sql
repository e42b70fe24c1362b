-- In which languages is each theme told?
-- Shape: one row is a theme and language. Caveat: the language of a text, not of its author; too short texts have none and are left out.
SELECT
    theme_id,
    language,
    sum(origin_count) AS origin_count,
    round(100.0 * sum(origin_count) / nullif(sum(sum(origin_count)) OVER (PARTITION BY theme_id), 0), 1) AS share_pct
FROM analyst.count_day
WHERE grain = 'theme_language'
GROUP BY theme_id, language
ORDER BY theme_id, origin_count DESC, language;
