-- How complete is the day before the newest (yesterday)?
-- Shape: one row is a channel, the last all together. Caveat: a share of 1 says that all was read, not that enough is followed.
SELECT
    channel_handle,
    round(observed_share::numeric, 3) AS observed_share,
    pending_count,
    lost_count,
    unknown_count,
    missing_since_at,
    seen_count
FROM analyst.coverage
WHERE day_date = (SELECT day_date - 1 FROM analyst.reach)
ORDER BY channel_id NULLS LAST;
