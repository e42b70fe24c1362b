-- One row is one post shown as evidence of a spike.
-- Units: UTC. Limits: posts of listed channels only; of a post that is gone nothing is shown but that it was there. Source: core.spike_post.
CREATE VIEW analyst.spike_post
WITH (security_barrier) AS
SELECT
    shown.spike_id,
    shown.place_number,
    shown.posted_at,
    channel.handle AS channel_handle,
    found.text,
    found.url,
    CASE
        WHEN found.text IS NOT NULL THEN 'shown'
        WHEN gone.is_withdrawn THEN 'withdrawn'
        ELSE 'expired'
    END AS state
FROM core.spike_post AS shown
JOIN core.channel AS channel USING (channel_id)
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT FROM core.erased_post AS erased
        WHERE (erased.channel_id, erased.post_id) = (shown.channel_id, shown.post_id)
        UNION ALL
        SELECT FROM core.withdrawn_post AS held
        WHERE (held.channel_id, held.post_id) = (shown.channel_id, shown.post_id) AND held.erase_at IS NOT NULL
    ) AS is_withdrawn
) AS gone
LEFT JOIN LATERAL (
    SELECT post.text, post.url
    FROM core.post AS post
    WHERE post.channel_id = shown.channel_id AND post.post_id = shown.post_id AND post.posted_at = shown.posted_at
        AND NOT gone.is_withdrawn
    OFFSET 0
) AS found ON true
WHERE channel.is_listed AND channel.source <> 'x';
COMMENT ON VIEW analyst.spike_post IS 'One row is one post shown as evidence of a spike: the first ones, and those that give figures.';
COMMENT ON COLUMN analyst.spike_post.spike_id IS 'The spike.';
COMMENT ON COLUMN analyst.spike_post.place_number IS 'Its place among them, from 1, in the order of publication.';
COMMENT ON COLUMN analyst.spike_post.posted_at IS 'When it was published (UTC).';
COMMENT ON COLUMN analyst.spike_post.channel_handle IS 'Public name of the channel.';
COMMENT ON COLUMN analyst.spike_post.text IS 'Masked text; null once the post is gone.';
COMMENT ON COLUMN analyst.spike_post.url IS 'Public link; null once the post is gone.';
COMMENT ON COLUMN analyst.spike_post.state IS 'shown; withdrawn: deleted at its source or erased; expired: its text has lived its time.';
GRANT SELECT ON analyst.spike_post TO analyst;
