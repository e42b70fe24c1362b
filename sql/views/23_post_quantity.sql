-- One row is one figure in one post of a listed public channel.
-- Units: those of kind. Limits: what a post claims, not what is so. Source: core.post_quantity.
CREATE VIEW analyst.post_quantity
WITH (security_barrier) AS
SELECT
    figure.channel_id,
    figure.post_id,
    figure.posted_at,
    figure.kind,
    figure.low,
    figure.high,
    figure.place_id,
    figure.span_start,
    figure.span_end,
    channel.handle AS channel_handle,
    (SELECT note.language FROM core.post_annotation AS note
        WHERE (note.channel_id, note.post_id, note.posted_at) = (figure.channel_id, figure.post_id, figure.posted_at)) AS language,
    (SELECT note.post_kind FROM core.post_annotation AS note
        WHERE (note.channel_id, note.post_id, note.posted_at) = (figure.channel_id, figure.post_id, figure.posted_at)) AS post_kind,
    (SELECT note.is_origin FROM core.post_annotation AS note
        WHERE (note.channel_id, note.post_id, note.posted_at) = (figure.channel_id, figure.post_id, figure.posted_at)) AS is_origin,
    (SELECT post.url FROM core.post AS post
        WHERE (post.channel_id, post.post_id, post.posted_at) = (figure.channel_id, figure.post_id, figure.posted_at)) AS url,
    (SELECT post.text FROM core.post AS post
        WHERE (post.channel_id, post.post_id, post.posted_at) = (figure.channel_id, figure.post_id, figure.posted_at)) AS text
FROM core.post_quantity AS figure
JOIN core.channel AS channel USING (channel_id)
WHERE channel.is_listed
    AND NOT EXISTS (
        SELECT FROM core.withdrawn_post AS gone
        WHERE (gone.channel_id, gone.post_id) = (figure.channel_id, figure.post_id) AND gone.erase_at IS NOT NULL
    );
COMMENT ON VIEW analyst.post_quantity IS 'One row is one figure in one post of a listed public channel: a claim, not a fact.';
COMMENT ON COLUMN analyst.post_quantity.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN analyst.post_quantity.post_id IS 'The post''s id.';
COMMENT ON COLUMN analyst.post_quantity.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN analyst.post_quantity.kind IS 'wait_hours, queue_km, queue_cars, queue_people, price_rub, price_usd or people_count.';
COMMENT ON COLUMN analyst.post_quantity.low IS 'Lower bound in the unit of kind; null when open.';
COMMENT ON COLUMN analyst.post_quantity.high IS 'Upper bound in the unit of kind; null when open.';
COMMENT ON COLUMN analyst.post_quantity.place_id IS 'Place the figure is about; null when the post does not say.';
COMMENT ON COLUMN analyst.post_quantity.span_start IS 'Where the figure begins in the text, characters from 0.';
COMMENT ON COLUMN analyst.post_quantity.span_end IS 'Where it ends, exclusive.';
COMMENT ON COLUMN analyst.post_quantity.channel_handle IS 'Public name of the channel.';
COMMENT ON COLUMN analyst.post_quantity.language IS 'Language of the post (ISO 639-1); null when too short to tell.';
COMMENT ON COLUMN analyst.post_quantity.post_kind IS 'Form of the post: report, news, offer, question, advice, opinion or other.';
COMMENT ON COLUMN analyst.post_quantity.is_origin IS 'True if the post is neither forward nor copy.';
COMMENT ON COLUMN analyst.post_quantity.url IS 'Public link to the post; null once its text has lived its time.';
COMMENT ON COLUMN analyst.post_quantity.text IS 'Its masked text; null once it has lived its time.';
GRANT SELECT ON analyst.post_quantity TO analyst;
