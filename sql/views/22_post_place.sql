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
    mention.span_end
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
GRANT SELECT ON analyst.post_place TO analyst;
