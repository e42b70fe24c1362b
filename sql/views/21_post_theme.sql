-- One row is one theme of one post of a listed public channel.
-- Units: characters from 0. Limits: rules, not judgement; see analyst.theme for what counts. Source: core.post_theme.
CREATE VIEW analyst.post_theme
WITH (security_barrier) AS
SELECT
    hit.channel_id,
    hit.post_id,
    hit.posted_at,
    hit.theme_id,
    hit.span_starts,
    hit.span_ends,
    hit.terms,
    hit.codebook_version,
    channel.handle AS channel_handle,
    (SELECT note.language FROM core.post_annotation AS note
        WHERE (note.channel_id, note.post_id, note.posted_at) = (hit.channel_id, hit.post_id, hit.posted_at)) AS language,
    (SELECT note.post_kind FROM core.post_annotation AS note
        WHERE (note.channel_id, note.post_id, note.posted_at) = (hit.channel_id, hit.post_id, hit.posted_at)) AS post_kind,
    (SELECT note.is_origin FROM core.post_annotation AS note
        WHERE (note.channel_id, note.post_id, note.posted_at) = (hit.channel_id, hit.post_id, hit.posted_at)) AS is_origin,
    (SELECT post.url FROM core.post AS post
        WHERE (post.channel_id, post.post_id, post.posted_at) = (hit.channel_id, hit.post_id, hit.posted_at)) AS url,
    (SELECT post.text FROM core.post AS post
        WHERE (post.channel_id, post.post_id, post.posted_at) = (hit.channel_id, hit.post_id, hit.posted_at)) AS text
FROM core.post_theme AS hit
JOIN core.channel AS channel USING (channel_id)
WHERE channel.is_listed
    AND NOT EXISTS (
        SELECT FROM core.withdrawn_post AS gone
        WHERE (gone.channel_id, gone.post_id) = (hit.channel_id, hit.post_id) AND gone.erase_at IS NOT NULL
    );
COMMENT ON VIEW analyst.post_theme IS 'One row is one theme of one post of a listed public channel.';
COMMENT ON COLUMN analyst.post_theme.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN analyst.post_theme.post_id IS 'The post''s id.';
COMMENT ON COLUMN analyst.post_theme.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN analyst.post_theme.theme_id IS 'The theme.';
COMMENT ON COLUMN analyst.post_theme.span_starts IS 'Where the hits begin in the text, characters from 0.';
COMMENT ON COLUMN analyst.post_theme.span_ends IS 'Where they end, exclusive.';
COMMENT ON COLUMN analyst.post_theme.terms IS 'Terms and combinations behind the hits.';
COMMENT ON COLUMN analyst.post_theme.codebook_version IS 'Codebook it was read with.';
COMMENT ON COLUMN analyst.post_theme.channel_handle IS 'Public name of the channel.';
COMMENT ON COLUMN analyst.post_theme.language IS 'Language of the post (ISO 639-1); null when too short to tell.';
COMMENT ON COLUMN analyst.post_theme.post_kind IS 'Form of the post: report, news, offer, question, advice, opinion or other.';
COMMENT ON COLUMN analyst.post_theme.is_origin IS 'True if the post is neither forward nor copy.';
COMMENT ON COLUMN analyst.post_theme.url IS 'Public link to the post; null once its text has lived its time.';
COMMENT ON COLUMN analyst.post_theme.text IS 'Its masked text; null once it has lived its time.';
GRANT SELECT ON analyst.post_theme TO analyst;
