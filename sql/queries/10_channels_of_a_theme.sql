-- Which channels tell a theme, and how much of it is their own?
-- Shape: one row is a channel. Caveat: a channel that copies much is loud, not well informed: look at origin_count.
SELECT
    channel.handle,
    sum(day.posts_count) AS posts_count,
    sum(day.origin_count) AS origin_count
FROM analyst.count_day AS day
JOIN analyst.channel AS channel USING (channel_id)
WHERE day.grain = 'theme_channel' AND day.theme_id = 'mobilisation'
GROUP BY channel.handle
ORDER BY origin_count DESC, channel.handle;
