-- One row is one stored public post, masked, in monthly partitions.
CREATE TABLE core.post (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    collected_at timestamptz NOT NULL,
    edited_at timestamptz,
    text text NOT NULL,
    masked_count integer NOT NULL CHECK (masked_count >= 0),
    author_key text,
    key_id text,
    url text,
    is_forward boolean NOT NULL,
    forwarded_from text,
    reply_to bigint,
    language_hint text,
    PRIMARY KEY (channel_id, post_id, posted_at),
    CHECK ((author_key IS NULL) = (key_id IS NULL))
) PARTITION BY RANGE (posted_at);
COMMENT ON TABLE core.post IS 'One row is one stored public post: masked text, author as a keyed hash. Monthly partitions.';
COMMENT ON COLUMN core.post.channel_id IS 'The channel it was published in.';
COMMENT ON COLUMN core.post.post_id IS 'The platform''s id within the channel.';
COMMENT ON COLUMN core.post.posted_at IS 'When it was published, as first seen; never changed afterwards (UTC).';
COMMENT ON COLUMN core.post.collected_at IS 'When we fetched it (UTC); simulated in the replay.';
COMMENT ON COLUMN core.post.edited_at IS 'When the platform says it was last edited (UTC).';
COMMENT ON COLUMN core.post.text IS 'Text with personal data masked; spans of annotations are offsets into it.';
COMMENT ON COLUMN core.post.masked_count IS 'How many pieces of personal data were masked.';
COMMENT ON COLUMN core.post.author_key IS 'HMAC-SHA-256 of the author, where the platform names one.';
COMMENT ON COLUMN core.post.key_id IS 'Name of the secret behind author_key.';
COMMENT ON COLUMN core.post.url IS 'Public link to the post, if it names no person.';
COMMENT ON COLUMN core.post.is_forward IS 'True if the platform marks it as forwarded.';
COMMENT ON COLUMN core.post.forwarded_from IS 'Public channel it was forwarded from, if known.';
COMMENT ON COLUMN core.post.reply_to IS 'Id of the post it answers, within the channel.';
COMMENT ON COLUMN core.post.language_hint IS 'Language the platform or channel suggests (ISO 639-1).';
CREATE INDEX post_by_time ON core.post (posted_at);

CREATE TABLE core.post_metric (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    views_count bigint CHECK (views_count >= 0),
    forwards_count bigint CHECK (forwards_count >= 0),
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (channel_id, post_id, posted_at)
);
COMMENT ON TABLE core.post_metric IS 'One row is the latest view and forward count of one stored post.';
COMMENT ON COLUMN core.post_metric.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.post_metric.post_id IS 'The post''s id.';
COMMENT ON COLUMN core.post_metric.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN core.post_metric.views_count IS 'Views the platform reports; null where it does not.';
COMMENT ON COLUMN core.post_metric.forwards_count IS 'Forwards the platform reports; null where it does not.';
COMMENT ON COLUMN core.post_metric.seen_at IS 'When these counts were read (UTC).';

-- Make the partition of the month that holds a moment, if it is not there yet.
CREATE FUNCTION core.ensure_post_partition(moment timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    month_at timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    partition_name text := 'post_' || to_char(month_at, 'YYYY_MM');
BEGIN
    IF to_regclass('core.' || partition_name) IS NULL THEN
        PERFORM pg_advisory_xact_lock(hashtext('core.ensure_post_partition'));
        EXECUTE format(
            'CREATE TABLE IF NOT EXISTS core.%I PARTITION OF core.post FOR VALUES FROM (%L) TO (%L)',
            partition_name, month_at AT TIME ZONE 'UTC', (month_at + interval '1 month') AT TIME ZONE 'UTC'
        );
    END IF;
END
$$;
COMMENT ON FUNCTION core.ensure_post_partition IS 'Make the monthly partition of core.post that holds a moment, if it is missing.';
REVOKE ALL ON FUNCTION core.ensure_post_partition FROM PUBLIC;
