-- One row is one episode of unusual volume.
-- Units: original posts in the peak's window; hours; standard deviations. Limits: says unusual, not important; see docs/method.md.
-- Source: core.spike.
CREATE VIEW analyst.spike
WITH (security_barrier) AS
SELECT
    spike.spike_id,
    spike.event_id,
    series.grain,
    series.theme_id,
    series.place_id,
    series.source,
    series.language,
    spike.onset_at,
    spike.opened_at,
    spike.peak_at,
    spike.closed_at,
    spike.window_hours,
    spike.observed,
    spike.expected,
    spike.expected_low,
    spike.expected_high,
    spike.score,
    spike.severity,
    spike.exposure,
    spike.is_late,
    spike.is_incomplete,
    spike.status,
    spike.detector_version
FROM core.spike AS spike
JOIN core.series AS series USING (series_id)
WHERE series.channel_id IS NULL;
COMMENT ON VIEW analyst.spike IS 'One row is one episode of unusual volume of one series.';
COMMENT ON COLUMN analyst.spike.spike_id IS 'Id.';
COMMENT ON COLUMN analyst.spike.event_id IS 'Spikes of one event share it.';
COMMENT ON COLUMN analyst.spike.grain IS 'What is counted: theme, place, theme_place, theme_source, theme_language or theme_channel.';
COMMENT ON COLUMN analyst.spike.theme_id IS 'Theme; null: all kept posts that name the place.';
COMMENT ON COLUMN analyst.spike.place_id IS 'Place; null: all.';
COMMENT ON COLUMN analyst.spike.source IS 'Source; null: all.';
COMMENT ON COLUMN analyst.spike.language IS 'Language; null: all.';
COMMENT ON COLUMN analyst.spike.onset_at IS 'First high quarter-hour (UTC).';
COMMENT ON COLUMN analyst.spike.opened_at IS 'When it was flagged (UTC).';
COMMENT ON COLUMN analyst.spike.peak_at IS 'End of the window with the highest score (UTC).';
COMMENT ON COLUMN analyst.spike.closed_at IS 'When it was over (UTC); null while open.';
COMMENT ON COLUMN analyst.spike.window_hours IS 'Length of the peak''s window, hours.';
COMMENT ON COLUMN analyst.spike.observed IS 'Original posts in that window.';
COMMENT ON COLUMN analyst.spike.expected IS 'Expected original posts in that window.';
COMMENT ON COLUMN analyst.spike.expected_low IS 'Lower end of the 90 % interval.';
COMMENT ON COLUMN analyst.spike.expected_high IS 'Upper end of the 90 % interval.';
COMMENT ON COLUMN analyst.spike.score IS 'Re-calibrated -log10 tail probability.';
COMMENT ON COLUMN analyst.spike.severity IS 'Magnitude, standard deviations of daily swings.';
COMMENT ON COLUMN analyst.spike.exposure IS 'Observed share of the panel''s expected volume in the window, 0 to 1.';
COMMENT ON COLUMN analyst.spike.is_late IS 'True if its quarter-hours were read late, after an outage.';
COMMENT ON COLUMN analyst.spike.is_incomplete IS 'True if channels were not read in full or were far below their usual while it was high: its count may be too low.';
COMMENT ON COLUMN analyst.spike.status IS 'open, closed or withdrawn.';
COMMENT ON COLUMN analyst.spike.detector_version IS 'Version of the detector.';
GRANT SELECT ON analyst.spike TO analyst;
