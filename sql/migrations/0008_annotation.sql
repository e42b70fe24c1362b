-- What classify says of stored posts, and the backlog it works off.
CREATE TABLE core.backlog (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    collected_at timestamptz NOT NULL,
    PRIMARY KEY (channel_id, post_id, posted_at)
);
CREATE INDEX backlog_by_collection ON core.backlog (collected_at, channel_id, post_id);
COMMENT ON TABLE core.backlog IS 'One row is one stored post that waits to be classified.';
COMMENT ON COLUMN core.backlog.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.backlog.post_id IS 'The post''s id.';
COMMENT ON COLUMN core.backlog.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN core.backlog.collected_at IS 'When it was fetched (UTC): the order of work.';

CREATE TABLE core.post_annotation (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    language text,
    language_confidence real NOT NULL CHECK (language_confidence BETWEEN 0 AND 1),
    language_method text NOT NULL,
    post_kind text NOT NULL CHECK (post_kind IN ('report', 'news', 'offer', 'question', 'advice', 'opinion', 'other')),
    copy_hash bigint NOT NULL,
    is_copy boolean NOT NULL,
    is_origin boolean NOT NULL,
    method text NOT NULL,
    codebook_version integer NOT NULL REFERENCES core.codebook,
    PRIMARY KEY (channel_id, post_id, posted_at)
);
CREATE INDEX post_annotation_by_copy ON core.post_annotation (copy_hash, posted_at);
COMMENT ON TABLE core.post_annotation IS 'One row is what was found in one stored post as a whole.';
COMMENT ON COLUMN core.post_annotation.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.post_annotation.post_id IS 'The post''s id.';
COMMENT ON COLUMN core.post_annotation.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN core.post_annotation.language IS 'ISO 639-1 code; null when the text is too short to tell.';
COMMENT ON COLUMN core.post_annotation.language_confidence IS 'From 0 to 1.';
COMMENT ON COLUMN core.post_annotation.language_method IS 'How the language was found.';
COMMENT ON COLUMN core.post_annotation.post_kind IS 'Form of the post.';
COMMENT ON COLUMN core.post_annotation.copy_hash IS 'Hash of the normalised text; equal hashes are exact copies.';
COMMENT ON COLUMN core.post_annotation.is_copy IS 'True if an earlier post within 48 h has the same text.';
COMMENT ON COLUMN core.post_annotation.is_origin IS 'True if it is neither a forward nor a copy.';
COMMENT ON COLUMN core.post_annotation.method IS 'Version of the classifying rules.';
COMMENT ON COLUMN core.post_annotation.codebook_version IS 'Codebook it was read with.';

CREATE TABLE core.post_theme (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    theme_id text NOT NULL,
    span_starts integer[] NOT NULL,
    span_ends integer[] NOT NULL,
    terms text[] NOT NULL,
    codebook_version integer NOT NULL REFERENCES core.codebook,
    PRIMARY KEY (channel_id, post_id, posted_at, theme_id),
    CHECK (cardinality(span_starts) = cardinality(span_ends))
);
CREATE INDEX post_theme_by_theme ON core.post_theme (theme_id, posted_at);
COMMENT ON TABLE core.post_theme IS 'One row is one theme of one stored post.';
COMMENT ON COLUMN core.post_theme.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.post_theme.post_id IS 'The post''s id.';
COMMENT ON COLUMN core.post_theme.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN core.post_theme.theme_id IS 'The theme.';
COMMENT ON COLUMN core.post_theme.span_starts IS 'Where the hits begin in the text, characters from 0.';
COMMENT ON COLUMN core.post_theme.span_ends IS 'Where they end, exclusive.';
COMMENT ON COLUMN core.post_theme.terms IS 'Terms and combinations behind the hits.';
COMMENT ON COLUMN core.post_theme.codebook_version IS 'Codebook it was read with.';

CREATE TABLE core.post_place (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    place_id text NOT NULL,
    span_start integer NOT NULL CHECK (span_start >= 0),
    span_end integer NOT NULL CHECK (span_end > span_start),
    PRIMARY KEY (channel_id, post_id, posted_at, place_id, span_start)
);
CREATE INDEX post_place_by_place ON core.post_place (place_id, posted_at);
COMMENT ON TABLE core.post_place IS 'One row is one mention of a place in one stored post.';
COMMENT ON COLUMN core.post_place.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.post_place.post_id IS 'The post''s id.';
COMMENT ON COLUMN core.post_place.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN core.post_place.place_id IS 'The place.';
COMMENT ON COLUMN core.post_place.span_start IS 'Where the mention begins in the text, characters from 0.';
COMMENT ON COLUMN core.post_place.span_end IS 'Where it ends, exclusive.';

CREATE TABLE core.post_quantity (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    span_start integer NOT NULL CHECK (span_start >= 0),
    span_end integer NOT NULL CHECK (span_end > span_start),
    kind text NOT NULL CHECK (
        kind IN ('wait_hours', 'queue_km', 'queue_cars', 'queue_people', 'price_rub', 'price_usd', 'people_count')
    ),
    low double precision,
    high double precision,
    place_id text,
    PRIMARY KEY (channel_id, post_id, posted_at, kind, span_start),
    CHECK (low IS NOT NULL OR high IS NOT NULL)
);
CREATE INDEX post_quantity_by_kind ON core.post_quantity (kind, posted_at);
COMMENT ON TABLE core.post_quantity IS 'One row is one figure in one stored post; an open bound is null.';
COMMENT ON COLUMN core.post_quantity.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.post_quantity.post_id IS 'The post''s id.';
COMMENT ON COLUMN core.post_quantity.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN core.post_quantity.span_start IS 'Where the figure begins in the text, characters from 0.';
COMMENT ON COLUMN core.post_quantity.span_end IS 'Where it ends, exclusive.';
COMMENT ON COLUMN core.post_quantity.kind IS 'What is measured, and its unit: hours, km, cars, people, roubles, dollars.';
COMMENT ON COLUMN core.post_quantity.low IS 'Lower bound in the unit of kind.';
COMMENT ON COLUMN core.post_quantity.high IS 'Upper bound in the unit of kind.';
COMMENT ON COLUMN core.post_quantity.place_id IS 'Place the figure is about.';
