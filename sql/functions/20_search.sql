-- One row is one post of a listed channel that holds the words, with how well it fits.
-- Units: as analyst.post; rank is PostgreSQL's ts_rank_cd, comparable within one answer only.
-- Limits: words are stemmed as Russian or, in Latin letters, English; in other languages they must stand in the text as they are
-- written, or begin so with a * at the end. At most 1,000; by rank, the best of the newest 1,000.
-- Source: core.post, by its full-text index where the month has one (monitor maintain makes it).
CREATE FUNCTION analyst.search(
    words text,
    most integer DEFAULT 50,
    since_at timestamptz DEFAULT '-infinity',
    until_at timestamptz DEFAULT 'infinity',
    by_rank boolean DEFAULT false
)
RETURNS TABLE (
    channel_id bigint, post_id bigint, posted_at timestamptz, channel_handle text, text text, url text, language text,
    is_origin boolean, rank real
)
LANGUAGE plpgsql
STABLE
SECURITY DEFINER
SET search_path = pg_catalog
AS $$
DECLARE
    plain text := btrim(regexp_replace(regexp_replace(words, '[^\w*\s]|(?<=\*)(?=\w)', ' ', 'g'), '(?<!\w)\*+', ' ', 'g'));
    wanted tsquery := CASE
        WHEN plain LIKE '%*%' THEN to_tsquery('russian', regexp_replace(regexp_replace(plain, '\s+', ' & ', 'g'), '\*+', ':*', 'g'))
        ELSE websearch_to_tsquery('russian', words)
    END;
BEGIN
    IF numnode(wanted) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE $query$
        SELECT post.channel_id, post.post_id, post.posted_at, post.channel_handle, post.text, post.url, post.language,
            post.is_origin, ts_rank_cd(to_tsvector('russian', post.text), $1) AS rank
        FROM (
            SELECT found.channel_id, found.post_id, found.posted_at
            FROM core.post AS found
            JOIN core.channel AS channel USING (channel_id)
            WHERE to_tsvector('russian', found.text) @@ $1 AND channel.is_listed
                AND found.posted_at >= $2 AND found.posted_at < $3
                AND NOT EXISTS (
                    SELECT FROM core.withdrawn_post AS gone
                    WHERE (gone.channel_id, gone.post_id) = (found.channel_id, found.post_id) AND gone.erase_at IS NOT NULL
                )
            ORDER BY found.posted_at DESC
            LIMIT $4
        ) AS newest
        CROSS JOIN LATERAL (
            SELECT *
            FROM analyst.post AS shown
            WHERE shown.channel_id = newest.channel_id AND shown.post_id = newest.post_id AND shown.posted_at = newest.posted_at
            OFFSET 0
        ) AS post
        ORDER BY CASE WHEN $5 THEN ts_rank_cd(to_tsvector('russian', post.text), $1) END DESC, post.posted_at DESC
        LIMIT $6
    $query$
    USING wanted, since_at, until_at, CASE WHEN by_rank THEN 1000 ELSE least(most, 1000) END, by_rank, least(most, 1000);
END
$$;
COMMENT ON FUNCTION analyst.search IS 'Give posts of listed channels that hold words, newest first: SELECT * FROM analyst.search(''очередь "верхний ларс" -поезд''). by_rank => true puts the best fitting first; a * at a word''s end takes any ending.';
GRANT EXECUTE ON FUNCTION analyst.search TO analyst;
