-- One row is one record that could not be used; never its content.
CREATE TABLE core.quarantine (
    origin text NOT NULL,
    stage text NOT NULL,
    reason text NOT NULL,
    length_bytes integer NOT NULL CHECK (length_bytes >= 0),
    record_hash text NOT NULL,
    met_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (origin, stage, record_hash)
);
COMMENT ON TABLE core.quarantine IS 'One row is one record that could not be used: where it stood and why, never its content.';
COMMENT ON COLUMN core.quarantine.origin IS 'channel/post_id or file:line.';
COMMENT ON COLUMN core.quarantine.stage IS 'Stage that set it aside.';
COMMENT ON COLUMN core.quarantine.reason IS 'Short code, such as undated or nul.';
COMMENT ON COLUMN core.quarantine.length_bytes IS 'Length of the record, bytes.';
COMMENT ON COLUMN core.quarantine.record_hash IS 'Keyed hash of the record, to recognise it again.';
COMMENT ON COLUMN core.quarantine.met_at IS 'When it was first met (UTC).';
