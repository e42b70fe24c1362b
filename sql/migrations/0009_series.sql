-- Counts of posts per quarter-hour in marginals, and the series they belong to.
CREATE TABLE core.series (
    series_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    theme_id text,
    place_id text,
    source text,
    language text,
    channel_id bigint,
    UNIQUE NULLS NOT DISTINCT (theme_id, place_id, source, language, channel_id),
    CHECK (theme_id IS NOT NULL OR place_id IS NOT NULL),
    CHECK (num_nonnulls(place_id, source, language, channel_id) <= 1)
);
COMMENT ON TABLE core.series IS 'One row is one thing that is counted: theme; place; theme with place, source, language or channel.';
COMMENT ON COLUMN core.series.series_id IS 'Our own id.';
COMMENT ON COLUMN core.series.theme_id IS 'Theme, or null for all kept posts that name the place.';
COMMENT ON COLUMN core.series.place_id IS 'Place, or null for all.';
COMMENT ON COLUMN core.series.source IS 'Source, or null for all.';
COMMENT ON COLUMN core.series.language IS 'Language (ISO 639-1), or null for all.';
COMMENT ON COLUMN core.series.channel_id IS 'Channel, or null for all.';

CREATE TABLE core.series_count (
    series_id integer NOT NULL REFERENCES core.series,
    bin_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    posts_count integer NOT NULL CHECK (posts_count >= 0),
    origin_count integer NOT NULL CHECK (origin_count BETWEEN 0 AND posts_count),
    withdrawn_count integer NOT NULL DEFAULT 0 CHECK (withdrawn_count BETWEEN 0 AND posts_count),
    codebook_version integer NOT NULL REFERENCES core.codebook,
    PRIMARY KEY (series_id, bin_at, seen_at)
);
CREATE INDEX series_count_by_bin ON core.series_count (bin_at) INCLUDE (series_id, posts_count, origin_count);
CREATE INDEX series_count_by_seen ON core.series_count (seen_at);
COMMENT ON TABLE core.series_count IS 'One row is the posts of one series and quarter-hour that were first seen in the quarter-hour ending at seen_at.';
COMMENT ON COLUMN core.series_count.series_id IS 'The series.';
COMMENT ON COLUMN core.series_count.bin_at IS 'Start of the quarter-hour the posts were published in (UTC).';
COMMENT ON COLUMN core.series_count.seen_at IS 'End of bin_at''s quarter-hour if seen within ten minutes of it; else of the one they were fetched in (UTC).';
COMMENT ON COLUMN core.series_count.posts_count IS 'Posts observed; never falls by deletion, erasure or retention.';
COMMENT ON COLUMN core.series_count.origin_count IS 'Those that are neither forwards nor copies of an earlier post within 48 h.';
COMMENT ON COLUMN core.series_count.withdrawn_count IS 'Those that have gone since.';
COMMENT ON COLUMN core.series_count.codebook_version IS 'Newest codebook the posts were read with.';
