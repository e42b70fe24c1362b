-- How much of each theme is own words, forwards, copies?
-- Shape: one row is a theme. Caveat: a forward of a copy counts as a forward; copies are found within 48 hours only.
SELECT
    theme.theme_id,
    count(*) FILTER (WHERE post.is_origin) AS own_words_count,
    count(*) FILTER (WHERE post.is_forward) AS forwards_count,
    count(*) FILTER (WHERE post.is_copy AND NOT post.is_forward) AS copies_count
FROM analyst.post_theme AS theme
JOIN analyst.post AS post USING (channel_id, post_id, posted_at)
GROUP BY theme.theme_id
ORDER BY theme.theme_id;
