-- Versions of the codebook: what each theme and place is matched by, whose past is still to be read anew, and which counts hold.
ALTER TABLE core.codebook DROP CONSTRAINT codebook_digest_key;
ALTER TABLE core.codebook ADD COLUMN reclassified_at timestamptz;
ALTER TABLE core.codebook ADD COLUMN reread_at timestamptz;
COMMENT ON COLUMN core.codebook.digest IS 'Hash of all that decides what is matched; names and definitions have no part in it.';
COMMENT ON COLUMN core.codebook.reclassified_at IS 'When the last stored post was read with it or a newer one (UTC); null for the first, and while posts wait.';
COMMENT ON COLUMN core.codebook.reread_at IS 'When the channels had been read again for what it newly includes (UTC); null when it includes nothing new, and until then.';

CREATE TABLE core.definition (
    kind text NOT NULL CHECK (kind IN ('theme', 'place')),
    definition_id text NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (kind, definition_id)
);
COMMENT ON TABLE core.definition IS 'One row is what one theme or place is matched by in the newest codebook, to tell whether the next one includes more.';
COMMENT ON COLUMN core.definition.kind IS 'theme or place.';
COMMENT ON COLUMN core.definition.definition_id IS 'The theme or place.';
COMMENT ON COLUMN core.definition.content IS 'Its terms, combinations and exclusions, or its spellings.';

CREATE TABLE core.new_definition (
    kind text NOT NULL CHECK (kind IN ('theme', 'place')),
    definition_id text NOT NULL,
    codebook_version integer NOT NULL,
    since_at timestamptz NOT NULL,
    PRIMARY KEY (kind, definition_id)
);
COMMENT ON TABLE core.new_definition IS 'One row is one theme or place that includes more than its past was read with: its series open no spike until that is made good.';
COMMENT ON COLUMN core.new_definition.kind IS 'theme or place.';
COMMENT ON COLUMN core.new_definition.definition_id IS 'The theme or place.';
COMMENT ON COLUMN core.new_definition.codebook_version IS 'The codebook that includes more.';
COMMENT ON COLUMN core.new_definition.since_at IS 'Since when (UTC); it ends 28 days later in any case.';

CREATE TABLE core.stale_post (
    posted_at timestamptz NOT NULL,
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    PRIMARY KEY (posted_at, channel_id, post_id)
);
COMMENT ON TABLE core.stale_post IS 'One row is one stored post that was read with an older codebook and waits to be read with the newest.';
COMMENT ON COLUMN core.stale_post.posted_at IS 'The post''s moment (UTC): the newest is read first.';
COMMENT ON COLUMN core.stale_post.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.stale_post.post_id IS 'The post''s id.';

-- States of the detector hold for the counts they were computed on; those there are were computed on counts never made anew.
ALTER TABLE core.detector_checkpoint ADD COLUMN basis integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN core.detector_checkpoint.basis IS 'How often counts of the past had been made anew when it was computed (times set in core.codebook); under another number it is not used.';
