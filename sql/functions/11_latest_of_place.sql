-- One row is one post of a listed channel that names a place, the newest first.
-- Units: as analyst.post. Limits: at most 1,000. Source: core.post_place; the newest are chosen before anything is joined.
CREATE FUNCTION analyst.latest_of_place(wanted_place text, most integer DEFAULT 50)
RETURNS SETOF analyst.post
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog
BEGIN ATOMIC
    SELECT post.*
    FROM (
        SELECT DISTINCT hit.channel_id, hit.post_id, hit.posted_at
        FROM core.post_place AS hit
        JOIN core.channel AS channel USING (channel_id)
        WHERE hit.place_id = wanted_place AND channel.is_listed
            AND NOT EXISTS (
                SELECT FROM core.withdrawn_post AS gone
                WHERE (gone.channel_id, gone.post_id) = (hit.channel_id, hit.post_id) AND gone.erase_at IS NOT NULL
            )
        ORDER BY hit.posted_at DESC, hit.post_id DESC, hit.channel_id
        LIMIT least(most, 1000)
    ) AS newest
    CROSS JOIN LATERAL (
        SELECT *
        FROM analyst.post AS shown
        WHERE shown.channel_id = newest.channel_id AND shown.post_id = newest.post_id AND shown.posted_at = newest.posted_at
        OFFSET 0
    ) AS post
    ORDER BY post.posted_at DESC, post.post_id DESC;
END;
COMMENT ON FUNCTION analyst.latest_of_place IS 'Give the newest posts that name a place: SELECT * FROM analyst.latest_of_place(''verkhny_lars'', 50). At most 1,000.';
GRANT EXECUTE ON FUNCTION analyst.latest_of_place TO analyst;
