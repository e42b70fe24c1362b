-- One row is one mention of a place in one post of a listed public channel.
-- Units: characters from 0. Limits: named, not inferred. Source: core.post_place.
CREATE VIEW analyst.post_place
WITH (security_barrier) AS
SELECT
    mention.channel_id,
    mention.post_id,
    mention.posted_at,
    mention.place_id,
    mention.span_start,
    mention.span_end,
    channel.handle AS channel_handle,
    (SELECT note.language FROM core.post_annotation AS note
        WHERE (note.channel_id, note.post_id, note.posted_at) = (mention.channel_id, mention.post_id, mention.posted_at)) AS language,
    (SELECT note.post_kind FROM core.post_annotation AS note
        WHERE (note.channel_id, note.post_id, note.posted_at) = (mention.channel_id, mention.post_id, mention.posted_at)) AS post_kind,
    (SELECT note.is_origin FROM core.post_annotation AS note
        WHERE (note.channel_id, note.post_id, note.posted_at) = (mention.channel_id, mention.post_id, mention.posted_at)) AS is_origin,
    (SELECT post.url FROM core.post AS post
        WHERE (post.channel_id, post.post_id, post.posted_at) = (mention.channel_id, mention.post_id, mention.posted_at)) AS url,
    (SELECT post.text FROM core.post AS post
        WHERE (post.channel_id, post.post_id, post.posted_at) = (mention.channel_id, mention.post_id, mention.posted_at)) AS text
FROM core.post_place AS mention
JOIN core.channel AS channel USING (channel_id)
WHERE channel.is_listed
    AND NOT EXISTS (
        SELECT FROM core.withdrawn_post AS gone
        WHERE (gone.channel_id, gone.post_id) = (mention.channel_id, mention.post_id) AND gone.erase_at IS NOT NULL
    );
COMMENT ON VIEW analyst.post_place IS 'One row is one mention of a place in one post of a listed public channel.';
COMMENT ON COLUMN analyst.post_place.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN analyst.post_place.post_id IS 'The post''s id.';
COMMENT ON COLUMN analyst.post_place.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN analyst.post_place.place_id IS 'The place; see analyst.place.';
COMMENT ON COLUMN analyst.post_place.span_start IS 'Where the mention begins in the text, characters from 0.';
COMMENT ON COLUMN analyst.post_place.span_end IS 'Where it ends, exclusive.';
COMMENT ON COLUMN analyst.post_place.channel_handle IS 'Public name of the channel.';
COMMENT ON COLUMN analyst.post_place.language IS 'Language of the post (ISO 639-1); null when too short to tell.';
COMMENT ON COLUMN analyst.post_place.post_kind IS 'Form of the post: report, news, offer, question, advice, opinion or other.';
COMMENT ON COLUMN analyst.post_place.is_origin IS 'True if the post is neither forward nor copy.';
COMMENT ON COLUMN analyst.post_place.url IS 'Public link to the post; null once its text has lived its time.';
COMMENT ON COLUMN analyst.post_place.text IS 'Its masked text; null once it has lived its time.';
GRANT SELECT ON analyst.post_place TO analyst;
