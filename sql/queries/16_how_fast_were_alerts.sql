-- How long after a spike began was it flagged, and how long after that was the mail out?
-- Shape: one row is an alert. Caveat: the onset is found in hindsight; in the replay, mails are sent by another clock.
SELECT
    alert.alert_id,
    alert.rule_id,
    spike.theme_id,
    spike.place_id,
    spike.onset_at,
    round(extract(epoch FROM spike.opened_at - spike.onset_at) / 3600, 1) AS hours_to_flag,
    alert.sent_count
FROM analyst.alert AS alert
JOIN analyst.spike AS spike USING (spike_id)
ORDER BY spike.opened_at, alert.alert_id;
