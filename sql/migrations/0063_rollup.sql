-- Counts and coverage by hour and day, made from the quarter-hours that have changed; analysts read these.
CREATE TABLE core.changed_hour (
    hour_at timestamptz NOT NULL
);
COMMENT ON TABLE core.changed_hour IS 'One row is an hour whose counts or coverage have changed since the rollups were made; hours repeat, writers never wait for each other.';
COMMENT ON COLUMN core.changed_hour.hour_at IS 'Start of the hour (UTC).';

CREATE FUNCTION core.note_changed_hours() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    INSERT INTO core.changed_hour (hour_at) SELECT DISTINCT date_trunc('hour', bin_at, 'UTC') FROM changed;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION core.note_changed_hours IS 'Note the hours of the rows a statement has written, for the rollups.';
REVOKE ALL ON FUNCTION core.note_changed_hours FROM PUBLIC;

DO $$
DECLARE
    source text;
BEGIN
    FOREACH source IN ARRAY ARRAY['series_count', 'coverage'] LOOP
        EXECUTE format('CREATE TRIGGER %s_added AFTER INSERT ON core.%I REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION core.note_changed_hours()', source, source);
        EXECUTE format('CREATE TRIGGER %s_changed AFTER UPDATE ON core.%I REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION core.note_changed_hours()', source, source);
        EXECUTE format('CREATE TRIGGER %s_taken AFTER DELETE ON core.%I REFERENCING OLD TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION core.note_changed_hours()', source, source);
    END LOOP;
END
$$;

CREATE TABLE core.hour_count (
    series_id integer NOT NULL,
    hour_at timestamptz NOT NULL,
    posts_count integer NOT NULL,
    origin_count integer NOT NULL,
    withdrawn_count integer NOT NULL,
    observed_share real,
    codebook_version integer NOT NULL,
    PRIMARY KEY (series_id, hour_at)
);
CREATE INDEX hour_count_by_hour ON core.hour_count (hour_at) INCLUDE (series_id, posts_count, origin_count);
COMMENT ON TABLE core.hour_count IS 'One row is one series and hour with posts; a rollup of core.series_count.';
COMMENT ON COLUMN core.hour_count.series_id IS 'The series.';
COMMENT ON COLUMN core.hour_count.hour_at IS 'Start of the hour (UTC).';
COMMENT ON COLUMN core.hour_count.posts_count IS 'Posts observed.';
COMMENT ON COLUMN core.hour_count.origin_count IS 'Those that are neither forwards nor copies.';
COMMENT ON COLUMN core.hour_count.withdrawn_count IS 'Those that have gone since.';
COMMENT ON COLUMN core.hour_count.observed_share IS 'Share of the quarter-hours of the channels followed by then (or of the series'' channel) that were read.';
COMMENT ON COLUMN core.hour_count.codebook_version IS 'Newest codebook behind the count.';

CREATE TABLE core.day_count (
    series_id integer NOT NULL,
    day_date date NOT NULL,
    posts_count integer NOT NULL,
    origin_count integer NOT NULL,
    withdrawn_count integer NOT NULL,
    observed_share real,
    codebook_version integer NOT NULL,
    PRIMARY KEY (series_id, day_date)
);
CREATE INDEX day_count_by_day ON core.day_count (day_date) INCLUDE (series_id, posts_count, origin_count);
COMMENT ON TABLE core.day_count IS 'One row is one series and UTC day with posts; a rollup of core.hour_count.';
COMMENT ON COLUMN core.day_count.series_id IS 'The series.';
COMMENT ON COLUMN core.day_count.day_date IS 'The UTC day.';
COMMENT ON COLUMN core.day_count.posts_count IS 'Posts observed.';
COMMENT ON COLUMN core.day_count.origin_count IS 'Those that are neither forwards nor copies.';
COMMENT ON COLUMN core.day_count.withdrawn_count IS 'Those that have gone since.';
COMMENT ON COLUMN core.day_count.observed_share IS 'Share of the quarter-hours of the channels followed by then (or of the series'' channel) that were read.';
COMMENT ON COLUMN core.day_count.codebook_version IS 'Newest codebook behind the count.';

ALTER TABLE core.series ADD COLUMN grain text GENERATED ALWAYS AS (
    CASE
        WHEN theme_id IS NULL THEN 'place'
        WHEN place_id IS NOT NULL THEN 'theme_place'
        WHEN source IS NOT NULL THEN 'theme_source'
        WHEN language IS NOT NULL THEN 'theme_language'
        WHEN channel_id IS NOT NULL THEN 'theme_channel'
        ELSE 'theme'
    END
) STORED;
COMMENT ON COLUMN core.series.grain IS 'What is counted: theme, place, theme_place, theme_source, theme_language or theme_channel.';

CREATE TABLE core.coverage_hour (
    channel_id bigint NOT NULL,
    hour_at timestamptz NOT NULL,
    observed_count integer NOT NULL,
    pending_count integer NOT NULL,
    lost_count integer NOT NULL,
    first_missing_at timestamptz,
    seen_count integer,
    kept_count integer,
    PRIMARY KEY (channel_id, hour_at)
);
CREATE INDEX coverage_hour_by_hour ON core.coverage_hour (hour_at);
COMMENT ON TABLE core.coverage_hour IS 'One row is one channel and hour: its quarter-hours by state; a rollup of core.coverage.';
COMMENT ON COLUMN core.coverage_hour.channel_id IS 'The channel.';
COMMENT ON COLUMN core.coverage_hour.hour_at IS 'Start of the hour (UTC).';
COMMENT ON COLUMN core.coverage_hour.observed_count IS 'Quarter-hours that were read.';
COMMENT ON COLUMN core.coverage_hour.pending_count IS 'Quarter-hours that may still be read.';
COMMENT ON COLUMN core.coverage_hour.lost_count IS 'Quarter-hours that can no longer be read.';
COMMENT ON COLUMN core.coverage_hour.first_missing_at IS 'First quarter-hour that is known not to have been read (UTC).';
COMMENT ON COLUMN core.coverage_hour.seen_count IS 'Posts met, kept or not; null when nothing was read.';
COMMENT ON COLUMN core.coverage_hour.kept_count IS 'Posts kept; null when nothing was read.';

CREATE TABLE core.coverage_day (
    channel_id bigint NOT NULL,
    day_date date NOT NULL,
    observed_count integer NOT NULL,
    pending_count integer NOT NULL,
    lost_count integer NOT NULL,
    first_missing_at timestamptz,
    seen_count integer,
    kept_count integer,
    PRIMARY KEY (channel_id, day_date)
);
CREATE INDEX coverage_day_by_day ON core.coverage_day (day_date);
COMMENT ON TABLE core.coverage_day IS 'One row is one channel and UTC day: its quarter-hours by state; a rollup of core.coverage.';
COMMENT ON COLUMN core.coverage_day.channel_id IS 'The channel.';
COMMENT ON COLUMN core.coverage_day.day_date IS 'The UTC day.';
COMMENT ON COLUMN core.coverage_day.observed_count IS 'Quarter-hours that were read.';
COMMENT ON COLUMN core.coverage_day.pending_count IS 'Quarter-hours that may still be read.';
COMMENT ON COLUMN core.coverage_day.lost_count IS 'Quarter-hours that can no longer be read.';
COMMENT ON COLUMN core.coverage_day.first_missing_at IS 'First quarter-hour that is known not to have been read (UTC).';
COMMENT ON COLUMN core.coverage_day.seen_count IS 'Posts met, kept or not; null when nothing was read.';
COMMENT ON COLUMN core.coverage_day.kept_count IS 'Posts kept; null when nothing was read.';

INSERT INTO core.changed_hour (hour_at)
SELECT DISTINCT date_trunc('hour', bin_at, 'UTC') FROM core.series_count
UNION
SELECT DISTINCT date_trunc('hour', bin_at, 'UTC') FROM core.coverage;
