-- A post that thousands repeat shares its keys with all of them: the nearest ones are read off an index, not sorted out of all.
CREATE TABLE core.copy_key (
    copy_key integer NOT NULL,
    is_x boolean NOT NULL,
    is_origin boolean NOT NULL,
    posted_at timestamptz NOT NULL,
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    PRIMARY KEY (copy_key, is_x, is_origin, posted_at, channel_id, post_id)
);
COMMENT ON TABLE core.copy_key IS 'One row is one key of one mark of core.copy_mark, kept by its triggers: marks are written and deleted, never changed.';
COMMENT ON COLUMN core.copy_key.copy_key IS 'A hash that near copies are likely to share.';
COMMENT ON COLUMN core.copy_key.is_x IS 'True for a post of X.';
COMMENT ON COLUMN core.copy_key.is_origin IS 'True if it was counted as an origin.';
COMMENT ON COLUMN core.copy_key.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN core.copy_key.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.copy_key.post_id IS 'The post''s id.';
INSERT INTO core.copy_key (copy_key, is_x, is_origin, posted_at, channel_id, post_id)
SELECT key.copy_key, mark.is_x, mark.is_origin, mark.posted_at, mark.channel_id, mark.post_id
FROM core.copy_mark AS mark
CROSS JOIN LATERAL (SELECT DISTINCT unnest(mark.copy_keys) AS copy_key) AS key;

CREATE FUNCTION core.add_copy_keys() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    INSERT INTO core.copy_key (copy_key, is_x, is_origin, posted_at, channel_id, post_id)
    SELECT key.copy_key, mark.is_x, mark.is_origin, mark.posted_at, mark.channel_id, mark.post_id
    FROM written AS mark
    CROSS JOIN LATERAL unnest(mark.copy_keys) AS key (copy_key);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION core.add_copy_keys IS 'Note the keys of new marks.';
CREATE FUNCTION core.drop_copy_keys() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    DELETE FROM core.copy_key AS gone
    USING forgotten AS mark
    CROSS JOIN LATERAL unnest(mark.copy_keys) AS key (copy_key)
    WHERE (gone.copy_key, gone.is_x, gone.is_origin, gone.posted_at, gone.channel_id, gone.post_id)
        = (key.copy_key, mark.is_x, mark.is_origin, mark.posted_at, mark.channel_id, mark.post_id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION core.drop_copy_keys IS 'Take the keys of forgotten marks away.';
REVOKE ALL ON FUNCTION core.add_copy_keys, core.drop_copy_keys FROM PUBLIC;
CREATE TRIGGER add_copy_keys AFTER INSERT ON core.copy_mark
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION core.add_copy_keys();
CREATE TRIGGER drop_copy_keys AFTER DELETE ON core.copy_mark
REFERENCING OLD TABLE AS forgotten FOR EACH STATEMENT EXECUTE FUNCTION core.drop_copy_keys();

DROP INDEX core.copy_mark_by_key;
DROP INDEX core.copy_mark_by_hash;
CREATE INDEX copy_mark_by_hash ON core.copy_mark (copy_hash, is_x, is_origin, posted_at);
