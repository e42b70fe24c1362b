-- One row is one place and UTC day with posts by persons (X, groups): a figure only, never a post.
-- Units: posts. Limits: under 5 original posts or 5 authors the counts are null and is_small_group is true; no finer grain exists.
-- Source: core.post and core.post_place of channels that are not listed public media, as X is not.
CREATE VIEW analyst.person_post_day
WITH (security_barrier) AS
WITH place_day AS (
    SELECT
        mention.place_id,
        (mention.posted_at AT TIME ZONE 'UTC')::date AS day_date,
        channel.source,
        count(DISTINCT (mention.channel_id, mention.post_id)) AS posts_count,
        count(DISTINCT (mention.channel_id, mention.post_id)) FILTER (WHERE annotation.is_origin) AS origin_count,
        count(DISTINCT coalesce(post.author_key, post.channel_id || '/' || post.post_id)) AS authors_count
    FROM core.post_place AS mention
    JOIN core.channel AS channel USING (channel_id)
    JOIN core.post AS post USING (channel_id, post_id, posted_at)
    JOIN core.post_annotation AS annotation USING (channel_id, post_id, posted_at)
    WHERE NOT channel.is_listed
    GROUP BY 1, 2, 3
),
judged AS (
    SELECT *, least(origin_count, authors_count) < 5 AS is_small_group
    FROM place_day
)
SELECT
    place_id,
    day_date,
    source,
    is_small_group,
    CASE WHEN NOT is_small_group THEN posts_count END AS posts_count,
    CASE WHEN NOT is_small_group THEN origin_count END AS origin_count
FROM judged;
COMMENT ON VIEW analyst.person_post_day IS 'One row is one place, UTC day and source with posts by persons: counts only, suppressed under 5 originals or authors.';
COMMENT ON COLUMN analyst.person_post_day.place_id IS 'The place they name.';
COMMENT ON COLUMN analyst.person_post_day.day_date IS 'The UTC day.';
COMMENT ON COLUMN analyst.person_post_day.source IS 'Where they were published.';
COMMENT ON COLUMN analyst.person_post_day.is_small_group IS 'True if fewer than 5 original posts or authors: the counts are not told.';
COMMENT ON COLUMN analyst.person_post_day.posts_count IS 'Posts that were read as evidence or sample, not all there were; null in a small group.';
COMMENT ON COLUMN analyst.person_post_day.origin_count IS 'Those that are neither forwards nor copies; null in a small group.';
GRANT SELECT ON analyst.person_post_day TO analyst;
