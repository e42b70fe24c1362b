-- One row is one series and UTC day in which it had a post, with how completely the day was read.
-- Units: posts; share from 0 to 1. Limits: a day without a row had no post if it was read (analyst.coverage), else is unknown.
-- observed_share is that of the channels that could have fed the series: the channel itself, or all listed ones followed by then.
-- Source: core.day_count, made after each classify and detect.
CREATE VIEW analyst.count_day
WITH (security_barrier) AS
SELECT
    series.grain,
    series.theme_id,
    series.place_id,
    series.source,
    series.language,
    series.channel_id,
    day.day_date,
    day.posts_count,
    day.origin_count,
    day.withdrawn_count,
    day.observed_share,
    day.codebook_version
FROM core.day_count AS day
JOIN core.series AS series USING (series_id)
LEFT JOIN core.channel AS channel ON channel.channel_id = series.channel_id
WHERE series.channel_id IS NULL OR channel.is_listed;
COMMENT ON VIEW analyst.count_day IS 'One row is one series and UTC day in which it had a post. Marginals: theme; place; theme with place, source, language or channel.';
COMMENT ON COLUMN analyst.count_day.grain IS 'What is counted: theme, place, theme_place, theme_source, theme_language or theme_channel.';
COMMENT ON COLUMN analyst.count_day.theme_id IS 'Theme; null: all kept posts that name the place.';
COMMENT ON COLUMN analyst.count_day.place_id IS 'Place; null: all.';
COMMENT ON COLUMN analyst.count_day.source IS 'Source; null: all.';
COMMENT ON COLUMN analyst.count_day.language IS 'Language; null: all.';
COMMENT ON COLUMN analyst.count_day.channel_id IS 'Channel; null: all.';
COMMENT ON COLUMN analyst.count_day.day_date IS 'The UTC day.';
COMMENT ON COLUMN analyst.count_day.posts_count IS 'Posts observed; never falls by deletion.';
COMMENT ON COLUMN analyst.count_day.origin_count IS 'Those that are neither forwards nor copies.';
COMMENT ON COLUMN analyst.count_day.withdrawn_count IS 'Those that have gone since.';
COMMENT ON COLUMN analyst.count_day.observed_share IS 'Share of the quarter-hours of the channels followed by then (or of the series'' channel) that were read, 0 to 1; null when nothing is known.';
COMMENT ON COLUMN analyst.count_day.codebook_version IS 'Newest codebook behind the count.';
GRANT SELECT ON analyst.count_day TO analyst;
