-- One row is one public feed that posts come from.
CREATE TABLE core.channel (
    channel_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL CHECK (source IN ('telegram', 'x', 'replay')),
    handle text NOT NULL CHECK (handle <> ''),
    title text NOT NULL,
    languages text[] NOT NULL DEFAULT '{}',
    region text,
    why text NOT NULL DEFAULT '',
    is_listed boolean NOT NULL DEFAULT false,
    is_verified boolean NOT NULL DEFAULT false,
    expected_posts_per_day double precision CHECK (expected_posts_per_day >= 0),
    UNIQUE (source, handle)
);
COMMENT ON TABLE core.channel IS 'One row is one public feed that posts come from.';
COMMENT ON COLUMN core.channel.channel_id IS 'Our own id.';
COMMENT ON COLUMN core.channel.source IS 'Platform: telegram, x, or replay (fiction for the demo).';
COMMENT ON COLUMN core.channel.handle IS 'Public name of the channel on its platform.';
COMMENT ON COLUMN core.channel.title IS 'Title to show.';
COMMENT ON COLUMN core.channel.languages IS 'ISO 639-1 codes the channel usually writes in.';
COMMENT ON COLUMN core.channel.region IS 'Region the channel reports from.';
COMMENT ON COLUMN core.channel.why IS 'Why it is followed.';
COMMENT ON COLUMN core.channel.is_listed IS 'True for broadcast channels listed in seeds/channels; only their posts are shown and quoted.';
COMMENT ON COLUMN core.channel.is_verified IS 'True once an operator''s login has resolved it; live collection waits for that.';
COMMENT ON COLUMN core.channel.expected_posts_per_day IS 'Posts a day it is expected to publish.';
