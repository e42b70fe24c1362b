-- One row is one spike: what the posts of its peak's window are made of.
-- Units: posts. Limits: as the posts are known now; posts read after the spike was opened are in, posts that are gone are not.
-- Source: core.spike and the posts of its series.
CREATE VIEW analyst.spike_composition
WITH (security_barrier) AS
SELECT
    spike.spike_id,
    count(*) FILTER (WHERE annotation.is_origin) AS own_count,
    count(*) FILTER (WHERE post.is_forward) AS forward_count,
    count(*) FILTER (WHERE annotation.is_copy AND NOT post.is_forward AND link.is_exact IS NOT FALSE) AS exact_copy_count,
    count(*) FILTER (WHERE annotation.is_copy AND NOT post.is_forward AND NOT link.is_exact) AS near_copy_count
FROM core.spike AS spike
JOIN core.series AS series USING (series_id)
LEFT JOIN (
    core.post AS post
    JOIN core.post_annotation AS annotation USING (channel_id, post_id, posted_at)
    JOIN core.channel AS channel USING (channel_id)
    LEFT JOIN core.post_origin AS link USING (channel_id, post_id, posted_at)
) ON
    post.posted_at >= spike.peak_at - make_interval(hours => spike.window_hours)
    AND post.posted_at < spike.peak_at
    AND channel.source <> 'x'
    AND post.is_counted
    AND (series.source IS NULL OR channel.source = series.source)
    AND (series.language IS NULL OR annotation.language = series.language)
    AND (series.theme_id IS NULL OR EXISTS (
        SELECT FROM core.post_theme AS hit
        WHERE (hit.channel_id, hit.post_id, hit.posted_at) = (post.channel_id, post.post_id, post.posted_at)
            AND hit.theme_id = series.theme_id
    ))
    AND (series.place_id IS NULL OR EXISTS (
        SELECT FROM core.post_place AS mention
        WHERE (mention.channel_id, mention.post_id, mention.posted_at) = (post.channel_id, post.post_id, post.posted_at)
            AND mention.place_id = series.place_id
    ))
    AND NOT EXISTS (
        SELECT FROM core.withdrawn_post AS gone
        WHERE (gone.channel_id, gone.post_id) = (post.channel_id, post.post_id) AND gone.erase_at IS NOT NULL
    )
WHERE series.channel_id IS NULL
GROUP BY spike.spike_id;
COMMENT ON VIEW analyst.spike_composition IS 'One row is one spike: own words, forwards and copies among the posts of its peak''s window, as known now.';
COMMENT ON COLUMN analyst.spike_composition.spike_id IS 'The spike; see analyst.spike.';
COMMENT ON COLUMN analyst.spike_composition.own_count IS 'Posts in their own words: origins.';
COMMENT ON COLUMN analyst.spike_composition.forward_count IS 'Posts the platform marks as forwarded.';
COMMENT ON COLUMN analyst.spike_composition.exact_copy_count IS 'Posts with the words of another, published at most 48 h apart and counted before.';
COMMENT ON COLUMN analyst.spike_composition.near_copy_count IS 'Posts that repeat another with a few words changed, added or cut off.';
GRANT SELECT ON analyst.spike_composition TO analyst;
