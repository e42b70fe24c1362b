-- What copies of recent posts are found by, and which post every forward and copy repeats.
CREATE TABLE core.copy_mark (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    collected_at timestamptz NOT NULL,
    is_x boolean NOT NULL,
    is_origin boolean NOT NULL,
    copy_hash bigint NOT NULL,
    copy_keys integer[] NOT NULL CHECK (cardinality(copy_keys) BETWEEN 1 AND 4),
    PRIMARY KEY (channel_id, post_id, posted_at)
);
CREATE INDEX copy_mark_by_hash ON core.copy_mark (copy_hash, posted_at);
CREATE INDEX copy_mark_by_key ON core.copy_mark USING gin (copy_keys) WITH (fastupdate = off);
COMMENT ON TABLE core.copy_mark IS 'One row is one counted post that was classified of late: what its copies are found by. Forgotten after four days.';
COMMENT ON COLUMN core.copy_mark.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.copy_mark.post_id IS 'The post''s id.';
COMMENT ON COLUMN core.copy_mark.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN core.copy_mark.collected_at IS 'When it was fetched (UTC): from then on it is kept for four days.';
COMMENT ON COLUMN core.copy_mark.is_x IS 'True for a post of X: it makes none of Telegram''s a copy.';
COMMENT ON COLUMN core.copy_mark.is_origin IS 'True if it was counted as an origin.';
COMMENT ON COLUMN core.copy_mark.copy_hash IS 'Hash of the normalised text; equal hashes are exact copies.';
COMMENT ON COLUMN core.copy_mark.copy_keys IS 'Hashes that near copies are likely to share.';

CREATE TABLE core.post_origin (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    origin_channel_id bigint NOT NULL,
    origin_post_id bigint NOT NULL,
    origin_posted_at timestamptz NOT NULL,
    is_exact boolean NOT NULL,
    PRIMARY KEY (channel_id, post_id, posted_at),
    CHECK ((channel_id, post_id) <> (origin_channel_id, origin_post_id))
);
CREATE INDEX post_origin_by_origin ON core.post_origin (origin_channel_id, origin_post_id);
COMMENT ON TABLE core.post_origin IS 'One row is one forward or copy and the post it repeats, directly or through others; none where that is not known.';
COMMENT ON COLUMN core.post_origin.channel_id IS 'The forward''s or copy''s channel.';
COMMENT ON COLUMN core.post_origin.post_id IS 'Its id.';
COMMENT ON COLUMN core.post_origin.posted_at IS 'Its moment (UTC).';
COMMENT ON COLUMN core.post_origin.origin_channel_id IS 'Channel of the post it repeats.';
COMMENT ON COLUMN core.post_origin.origin_post_id IS 'Id of the post it repeats; kept when that post is erased, as every erased id is.';
COMMENT ON COLUMN core.post_origin.origin_posted_at IS 'Moment of the post it repeats (UTC); later than posted_at if the older of the two was collected later.';
COMMENT ON COLUMN core.post_origin.is_exact IS 'True if another post has all its words; false for a near copy.';

DROP INDEX core.post_annotation_by_copy;
COMMENT ON COLUMN core.post_annotation.is_copy IS 'True if another post with these words was counted already, published at most 48 h before it, or after it.';
