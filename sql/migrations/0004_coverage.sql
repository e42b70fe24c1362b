-- One row is one channel and quarter-hour: what we know of how completely it was read.
CREATE TABLE core.coverage (
    channel_id bigint NOT NULL REFERENCES core.channel,
    bin_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('observed', 'pending', 'lost')),
    known_at timestamptz NOT NULL,
    seen_count integer NOT NULL DEFAULT 0 CHECK (seen_count >= 0),
    kept_count integer NOT NULL DEFAULT 0 CHECK (kept_count >= 0 AND kept_count <= seen_count),
    PRIMARY KEY (channel_id, bin_at)
);
CREATE INDEX coverage_by_bin ON core.coverage (bin_at);
COMMENT ON TABLE core.coverage IS 'One row is one channel and quarter-hour: how completely it was read. No row: nothing is known.';
COMMENT ON COLUMN core.coverage.channel_id IS 'The channel.';
COMMENT ON COLUMN core.coverage.bin_at IS 'Start of the quarter-hour (UTC).';
COMMENT ON COLUMN core.coverage.state IS 'observed, pending (behind the cursor, may still be read) or lost (can no longer be read).';
COMMENT ON COLUMN core.coverage.known_at IS 'End of the quarter-hour in which the state became known (UTC).';
COMMENT ON COLUMN core.coverage.seen_count IS 'Posts published in the quarter-hour that were met, kept or not.';
COMMENT ON COLUMN core.coverage.kept_count IS 'Those of them that were stored because they carry a theme or name a checkpoint.';
