-- Which channels have been read again for what a newer codebook includes.
CREATE TABLE core.reread (
    channel_id bigint PRIMARY KEY REFERENCES core.channel,
    codebook_version integer NOT NULL,
    ended_at timestamptz
);
COMMENT ON TABLE core.reread IS 'One row is one channel whose last 28 days are, or were, read again because a codebook includes more than they were read with.';
COMMENT ON COLUMN core.reread.channel_id IS 'The channel.';
COMMENT ON COLUMN core.reread.codebook_version IS 'The codebook it is read again for; how far is told by the cursor of its feed, handle/reread/version.';
COMMENT ON COLUMN core.reread.ended_at IS 'When it was read to its end (UTC); null until then.';
COMMENT ON COLUMN core.coverage.kept_count IS 'Those of them that were stored because they carry a theme or name a checkpoint, then or when read again with a newer codebook.';
