-- What X counts for our queries, hour by hour.
CREATE TABLE core.query (
    query_name text PRIMARY KEY,
    theme_id text NOT NULL,
    text text NOT NULL
);
COMMENT ON TABLE core.query IS 'One row is one X search.';
COMMENT ON COLUMN core.query.query_name IS 'Its name; also its feed.';
COMMENT ON COLUMN core.query.theme_id IS 'The theme it stands for; at most two queries a theme.';
COMMENT ON COLUMN core.query.text IS 'The query as sent.';

CREATE TABLE core.x_count (
    query_name text NOT NULL REFERENCES core.query,
    hour_at timestamptz NOT NULL,
    posts_count integer NOT NULL CHECK (posts_count >= 0),
    read_at timestamptz NOT NULL,
    PRIMARY KEY (query_name, hour_at)
);
COMMENT ON TABLE core.x_count IS 'One row is what X counts for one query in one hour; feeds only series with source x.';
COMMENT ON COLUMN core.x_count.query_name IS 'The query.';
COMMENT ON COLUMN core.x_count.hour_at IS 'Start of the hour (UTC).';
COMMENT ON COLUMN core.x_count.posts_count IS 'Posts X counts; one post may count in both queries of a theme. X returns no reposts.';
COMMENT ON COLUMN core.x_count.read_at IS 'When X was asked (UTC).';
