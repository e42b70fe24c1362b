-- One row is one series and how it stands with the detector: watched, or why it opens no spike.
-- Units: days. Limits: as of the detector's last step. Source: core.series_state.
CREATE VIEW analyst.series_state
WITH (security_barrier) AS
SELECT
    series.theme_id,
    series.place_id,
    series.source,
    series.language,
    standing.state,
    standing.since_at,
    standing.observed_days
FROM core.series_state AS standing
JOIN core.series AS series USING (series_id)
WHERE series.channel_id IS NULL;
COMMENT ON VIEW analyst.series_state IS 'One row is one series and how it stands with the detector: watched, or why it opens no spike.';
COMMENT ON COLUMN analyst.series_state.theme_id IS 'Theme; null: all kept posts that name the place.';
COMMENT ON COLUMN analyst.series_state.place_id IS 'Place; null: all.';
COMMENT ON COLUMN analyst.series_state.source IS 'Source; null: all.';
COMMENT ON COLUMN analyst.series_state.language IS 'Language; null: all.';
COMMENT ON COLUMN analyst.series_state.state IS 'watched; too_little_history: less than a day observed; new_definition: its theme has just grown; masked: too little was read; no_permission: the theme may not be asked of the source.';
COMMENT ON COLUMN analyst.series_state.since_at IS 'Step at which it came into this state (UTC).';
COMMENT ON COLUMN analyst.series_state.observed_days IS 'Days of it that were read.';
GRANT SELECT ON analyst.series_state TO analyst;
