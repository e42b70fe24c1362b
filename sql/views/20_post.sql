-- One row is one stored post of a listed public channel.
-- Units: UTC; confidence from 0 to 1. Limits: text is masked; posts by persons are not here; unclassified posts are not here yet.
-- Source: core.post and what classify found in it. The annotation is looked up post by post (OFFSET 0): joined as a set, the planner
-- takes three equal columns for a rare coincidence, expects one row, and repeats a whole scan for each of thousands.
CREATE VIEW analyst.post
WITH (security_barrier) AS
SELECT
    post.channel_id,
    post.post_id,
    post.posted_at,
    channel.source,
    channel.handle AS channel_handle,
    post.collected_at,
    post.text,
    post.url,
    annotation.language,
    annotation.language_confidence,
    annotation.post_kind,
    post.is_forward,
    annotation.is_copy,
    annotation.is_origin,
    post.is_counted,
    annotation.codebook_version,
    (
        SELECT metric.views_count FROM core.post_metric AS metric
        WHERE metric.channel_id = post.channel_id AND metric.post_id = post.post_id AND metric.posted_at = post.posted_at
    ) AS views_count,
    (
        SELECT metric.forwards_count FROM core.post_metric AS metric
        WHERE metric.channel_id = post.channel_id AND metric.post_id = post.post_id AND metric.posted_at = post.posted_at
    ) AS forwards_count
FROM core.post AS post
JOIN core.channel AS channel USING (channel_id)
CROSS JOIN LATERAL (
    SELECT found.language, found.language_confidence, found.post_kind, found.is_copy, found.is_origin, found.codebook_version
    FROM core.post_annotation AS found
    WHERE found.channel_id = post.channel_id AND found.post_id = post.post_id AND found.posted_at = post.posted_at
    OFFSET 0
) AS annotation
WHERE channel.is_listed
    AND NOT EXISTS (
        SELECT FROM core.withdrawn_post AS gone
        WHERE (gone.channel_id, gone.post_id) = (post.channel_id, post.post_id) AND gone.erase_at IS NOT NULL
    );
COMMENT ON VIEW analyst.post IS 'One row is one stored post of a listed public channel, with masked text.';
COMMENT ON COLUMN analyst.post.channel_id IS 'Its channel; see analyst.channel.';
COMMENT ON COLUMN analyst.post.post_id IS 'The platform''s id within the channel.';
COMMENT ON COLUMN analyst.post.posted_at IS 'When it was published (UTC).';
COMMENT ON COLUMN analyst.post.source IS 'telegram, x or replay.';
COMMENT ON COLUMN analyst.post.channel_handle IS 'Public name of the channel.';
COMMENT ON COLUMN analyst.post.collected_at IS 'When we fetched it (UTC).';
COMMENT ON COLUMN analyst.post.text IS 'Text with phones, addresses, names of accounts and the like masked.';
COMMENT ON COLUMN analyst.post.url IS 'Public link to the post.';
COMMENT ON COLUMN analyst.post.language IS 'ISO 639-1 code; null when the text is too short to tell.';
COMMENT ON COLUMN analyst.post.language_confidence IS 'From 0 to 1.';
COMMENT ON COLUMN analyst.post.post_kind IS 'report, news, offer, question, advice, opinion or other.';
COMMENT ON COLUMN analyst.post.is_forward IS 'True if marked as forwarded.';
COMMENT ON COLUMN analyst.post.is_copy IS 'True if an earlier post within 48 h has the same text.';
COMMENT ON COLUMN analyst.post.is_origin IS 'True if neither forward nor copy.';
COMMENT ON COLUMN analyst.post.is_counted IS 'False if it came from an imported file that was not declared complete: then it is in no count.';
COMMENT ON COLUMN analyst.post.codebook_version IS 'Codebook it was read with.';
COMMENT ON COLUMN analyst.post.views_count IS 'Views the platform reports.';
COMMENT ON COLUMN analyst.post.forwards_count IS 'Forwards the platform reports.';
GRANT SELECT ON analyst.post TO analyst;
