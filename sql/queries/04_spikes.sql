-- What was flagged, when, and how unusual was it?
-- Shape: one row is a spike, oldest first. Caveat: spikes of one event_id tell one story.
SELECT
    event_id,
    theme_id,
    place_id,
    onset_at,
    opened_at,
    observed,
    round(expected::numeric, 1) AS expected,
    round(score::numeric, 1) AS score,
    is_late
FROM analyst.spike
ORDER BY opened_at, spike_id;
