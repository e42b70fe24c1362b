-- How complete is yesterday? Caveat: a share of 1 says that all was read, not that all channels one would want are followed.
SELECT
    channel_handle,
    round(observed_share::numeric, 3) AS observed_share,
    pending_count,
    lost_count,
    unknown_count,
    missing_since_at,
    seen_count
FROM analyst.coverage
WHERE day_date = (now() AT TIME ZONE 'UTC')::date - 1
ORDER BY channel_id NULLS LAST;
