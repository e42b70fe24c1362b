-- One row is one series and hour in which it had a post, with how completely the hour was read.
-- Units: posts; share from 0 to 1. Limits: an hour without a row had no post if it was read (analyst.coverage_hour), else is unknown.
-- observed_share is that of the channels that could have fed the series: the channel itself, or all listed ones followed by then.
-- Source: core.hour_count, made after each classify and detect.
CREATE VIEW analyst.count_hour
WITH (security_barrier) AS
SELECT
    series.grain,
    series.theme_id,
    series.place_id,
    series.source,
    series.language,
    series.channel_id,
    hour.hour_at,
    hour.posts_count,
    hour.origin_count,
    hour.withdrawn_count,
    hour.observed_share,
    hour.codebook_version
FROM core.hour_count AS hour
JOIN core.series AS series USING (series_id)
LEFT JOIN core.channel AS channel ON channel.channel_id = series.channel_id
WHERE series.channel_id IS NULL OR channel.is_listed;
COMMENT ON VIEW analyst.count_hour IS 'One row is one series and hour in which it had a post. Marginals: theme; place; theme with place, source, language or channel.';
COMMENT ON COLUMN analyst.count_hour.grain IS 'What is counted: theme, place, theme_place, theme_source, theme_language or theme_channel.';
COMMENT ON COLUMN analyst.count_hour.theme_id IS 'Theme; null: all kept posts that name the place.';
COMMENT ON COLUMN analyst.count_hour.place_id IS 'Place; null: all.';
COMMENT ON COLUMN analyst.count_hour.source IS 'Source; null: all.';
COMMENT ON COLUMN analyst.count_hour.language IS 'Language; null: all.';
COMMENT ON COLUMN analyst.count_hour.channel_id IS 'Channel; null: all.';
COMMENT ON COLUMN analyst.count_hour.hour_at IS 'Start of the hour (UTC).';
COMMENT ON COLUMN analyst.count_hour.posts_count IS 'Posts observed; never falls by deletion.';
COMMENT ON COLUMN analyst.count_hour.origin_count IS 'Those that are neither forwards nor copies.';
COMMENT ON COLUMN analyst.count_hour.withdrawn_count IS 'Those that have gone since.';
COMMENT ON COLUMN analyst.count_hour.observed_share IS 'Share of the quarter-hours of the channels followed by then (or of the series'' channel) that were read, 0 to 1; null when nothing is known.';
COMMENT ON COLUMN analyst.count_hour.codebook_version IS 'Newest codebook behind the count.';
GRANT SELECT ON analyst.count_hour TO analyst;
