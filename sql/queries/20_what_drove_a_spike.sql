-- What drove the newest spikes, where else was it high, and when was it last like this?
-- Shape: one row is a spike, newest first. Caveat: as known when the evidence was taken; last_like_at is null where it never was in days_on_record.
SELECT
    spike.spike_id,
    spike.theme_id,
    spike.place_id,
    spike.opened_at,
    evidence.own_count,
    evidence.forward_count,
    evidence.copy_count,
    evidence.top_channels,
    evidence.neighbours,
    evidence.last_like_at,
    round(evidence.days_on_record::numeric, 1) AS days_on_record,
    evidence.coverage_share,
    evidence.withdrawn_count
FROM analyst.spike AS spike
JOIN analyst.spike_evidence AS evidence USING (spike_id)
ORDER BY spike.opened_at DESC, spike.spike_id
LIMIT 50;
