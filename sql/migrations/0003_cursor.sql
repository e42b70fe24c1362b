-- One row is how far one feed has been read.
CREATE TABLE core.cursor (
    source text NOT NULL,
    feed text NOT NULL,
    position text NOT NULL,
    read_until_at timestamptz,
    moved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, feed)
);
COMMENT ON TABLE core.cursor IS 'One row is how far one feed (a channel, a query, a file, the replay) has been read.';
COMMENT ON COLUMN core.cursor.source IS 'Source that reads the feed.';
COMMENT ON COLUMN core.cursor.feed IS 'What is read with this cursor.';
COMMENT ON COLUMN core.cursor.position IS 'The source''s own word for where to go on; moved only from the value that was read.';
COMMENT ON COLUMN core.cursor.read_until_at IS 'Everything published before this moment has been read (UTC).';
COMMENT ON COLUMN core.cursor.moved_at IS 'When the row was last written.';
