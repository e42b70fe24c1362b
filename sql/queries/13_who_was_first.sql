-- Which posts told a theme first once its first event had begun?
-- Shape: one row is a post, the earliest first. Caveat: first among the channels that are followed, and of what was read.
SELECT
    posted_at,
    channel_handle,
    url,
    post_kind,
    left(text, 120) AS beginning
FROM analyst.post_theme
WHERE theme_id = 'mobilisation' AND is_origin
    AND posted_at >= (SELECT min(onset_at) FROM analyst.event WHERE theme_id = 'mobilisation')
ORDER BY posted_at, post_id
LIMIT 10;
