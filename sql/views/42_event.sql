-- One row is one event: spikes of the same theme or place that began within a day of each other.
-- Units: UTC; spikes. Limits: says that volume was unusual together, not that one thing caused it. Source: core.event and core.spike.
CREATE VIEW analyst.event
WITH (security_barrier) AS
SELECT
    event.event_id,
    lead.theme_id,
    lead.place_id,
    lead.source,
    lead.language,
    event.opened_at,
    min(spike.onset_at) AS onset_at,
    CASE WHEN bool_and(spike.closed_at IS NOT NULL) THEN max(spike.closed_at) END AS closed_at,
    count(*) FILTER (WHERE spike.status <> 'withdrawn') AS spikes_count,
    max(spike.score) FILTER (WHERE spike.status <> 'withdrawn') AS highest_score,
    max(spike.severity) FILTER (WHERE spike.status <> 'withdrawn') AS highest_severity
FROM core.event AS event
JOIN core.series AS lead ON lead.series_id = event.lead_series_id
JOIN core.spike AS spike USING (event_id)
WHERE lead.channel_id IS NULL
GROUP BY event.event_id, lead.series_id;
COMMENT ON VIEW analyst.event IS 'One row is one event: spikes of the same theme or place with onsets within 24 hours. A mail is about an event.';
COMMENT ON COLUMN analyst.event.event_id IS 'Id; analyst.spike carries it.';
COMMENT ON COLUMN analyst.event.theme_id IS 'Theme of the series that leads it; null: all posts that name the place.';
COMMENT ON COLUMN analyst.event.place_id IS 'Place of that series; null: all.';
COMMENT ON COLUMN analyst.event.source IS 'Source of that series; null: all.';
COMMENT ON COLUMN analyst.event.language IS 'Language of that series; null: all.';
COMMENT ON COLUMN analyst.event.opened_at IS 'When it was flagged (UTC).';
COMMENT ON COLUMN analyst.event.onset_at IS 'First high quarter-hour of any of its spikes (UTC).';
COMMENT ON COLUMN analyst.event.closed_at IS 'When the last of its spikes was over (UTC); null while one is open.';
COMMENT ON COLUMN analyst.event.spikes_count IS 'Its spikes, without those withdrawn since.';
COMMENT ON COLUMN analyst.event.highest_score IS 'Highest score of these; null when all were withdrawn.';
COMMENT ON COLUMN analyst.event.highest_severity IS 'Highest severity of these, standard deviations of daily swings.';
GRANT SELECT ON analyst.event TO analyst;
