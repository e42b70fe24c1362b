-- Which posts told a theme first on the day of its first event?
-- Shape: one row is a post, the earliest first. Caveat: first among the channels that are followed, and of what was read.
SELECT
    post.posted_at,
    post.channel_handle,
    post.url,
    post.post_kind,
    left(post.text, 120) AS beginning
FROM analyst.post_theme AS theme
JOIN analyst.post AS post USING (channel_id, post_id, posted_at)
WHERE theme.theme_id = 'mobilisation' AND post.is_origin
    AND theme.posted_at >= (SELECT min(onset_at) FROM analyst.event WHERE theme_id = 'mobilisation')
ORDER BY post.posted_at, post.post_id
LIMIT 10;
