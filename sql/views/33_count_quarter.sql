-- One row is one series and quarter-hour in which it had a post.
-- Units: posts. Limits: a quarter-hour without a row had no post only if it was read (analyst.coverage_hour). Final 7 days after its end.
-- Source: core.series_count.
CREATE VIEW analyst.count_quarter
WITH (security_barrier) AS
SELECT
    series.grain,
    series.theme_id,
    series.place_id,
    series.source,
    series.language,
    series.channel_id,
    bin.bin_at AS quarter_at,
    sum(bin.posts_count)::bigint AS posts_count,
    sum(bin.origin_count)::bigint AS origin_count,
    sum(bin.withdrawn_count)::bigint AS withdrawn_count,
    max(bin.codebook_version) AS codebook_version
FROM core.series_count AS bin
JOIN core.series AS series USING (series_id)
LEFT JOIN core.channel AS channel ON channel.channel_id = series.channel_id
WHERE series.channel_id IS NULL OR channel.is_listed
GROUP BY series.series_id, bin.bin_at;
COMMENT ON VIEW analyst.count_quarter IS 'One row is one series and quarter-hour in which it had a post: the grain the detector reads.';
COMMENT ON COLUMN analyst.count_quarter.grain IS 'What is counted: theme, place, theme_place, theme_source, theme_language or theme_channel.';
COMMENT ON COLUMN analyst.count_quarter.theme_id IS 'Theme; null: all kept posts that name the place.';
COMMENT ON COLUMN analyst.count_quarter.place_id IS 'Place; null: all.';
COMMENT ON COLUMN analyst.count_quarter.source IS 'Source; null: all.';
COMMENT ON COLUMN analyst.count_quarter.language IS 'Language; null: all.';
COMMENT ON COLUMN analyst.count_quarter.channel_id IS 'Channel; null: all.';
COMMENT ON COLUMN analyst.count_quarter.quarter_at IS 'Start of the quarter-hour (UTC).';
COMMENT ON COLUMN analyst.count_quarter.posts_count IS 'Posts observed; never falls by deletion.';
COMMENT ON COLUMN analyst.count_quarter.origin_count IS 'Those that are neither forwards nor copies.';
COMMENT ON COLUMN analyst.count_quarter.withdrawn_count IS 'Those that have gone since.';
COMMENT ON COLUMN analyst.count_quarter.codebook_version IS 'Newest codebook behind the count.';
GRANT SELECT ON analyst.count_quarter TO analyst;
