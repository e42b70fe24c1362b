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
SET timezone = 'UTC'
AS $$
DECLARE
    plain text := btrim(regexp_replace(regexp_replace(words, '[^\w*\s]|(?<=\*)(?=\w)', ' ', 'g'), '(?<!\w)\*+', ' ', 'g'));
    wanted tsquery := CASE
        WHEN plain LIKE '%*%' THEN to_tsquery('russian', regexp_replace(regexp_replace(plain, '\s+', ' & ', 'g'), '\*+', ':*', 'g'))
        ELSE websearch_to_tsquery('russian', words)
    END;
    enough integer := CASE WHEN by_rank THEN 1000 ELSE least(most, 1000) END;
    -- The newest that fit, of some part of the posts. Never by walking the index on posted_at: for a word that nobody used the
    -- planner's guess would let it read, and stem, every text there is.
    fitting text := $query$
        SELECT array_agg(hit.channel_id) AS channels, array_agg(hit.post_id) AS posts, array_agg(hit.posted_at) AS moments
        FROM (
            SELECT found.channel_id, found.post_id, found.posted_at
            FROM %s AS found
            JOIN core.channel AS channel USING (channel_id)
            WHERE to_tsvector('russian', found.text) @@ $1 AND channel.is_listed
                AND NOT EXISTS (
                    SELECT FROM core.withdrawn_post AS gone
                    WHERE (gone.channel_id, gone.post_id) = (found.channel_id, found.post_id) AND gone.erase_at IS NOT NULL
                )
            ORDER BY found.posted_at + interval '0' DESC
            LIMIT $4
        ) AS hit
    $query$;
    near text := '(SELECT * FROM core.post WHERE posted_at >= $2 AND posted_at < $3 ORDER BY posted_at DESC LIMIT greatest(2000, 5 * $4))';
    month text := '(SELECT * FROM core.post WHERE posted_at >= $2 AND posted_at < $3)';
    first_at timestamptz;
    month_at timestamptz;
    channels bigint[];
    posts bigint[];
    moments timestamptz[];
    more record;
BEGIN
    IF numnode(wanted) = 0 THEN
        RETURN;
    END IF;
    -- Words that many posts hold are found among the newest; others by the index, month by month.
    EXECUTE format(fitting, near) INTO channels, posts, moments USING wanted, since_at, until_at, enough;
    IF coalesce(cardinality(posts), 0) < enough THEN
        channels := '{}';
        posts := '{}';
        moments := '{}';
        SELECT min(post.posted_at), date_trunc('month', max(post.posted_at), 'UTC') INTO first_at, month_at
        FROM core.post AS post WHERE post.posted_at >= since_at AND post.posted_at < until_at;
        WHILE month_at + interval '1 month' > first_at AND cardinality(posts) < enough LOOP
            EXECUTE format(fitting, month) INTO more
            USING wanted, greatest(month_at, since_at), least(month_at + interval '1 month', until_at), enough - cardinality(posts);
            channels := channels || more.channels;
            posts := posts || more.posts;
            moments := moments || more.moments;
            month_at := month_at - interval '1 month';
        END LOOP;
    END IF;
    RETURN QUERY
        SELECT post.channel_id, post.post_id, post.posted_at, post.channel_handle, post.text, post.url, post.language,
            post.is_origin, ts_rank_cd(to_tsvector('russian', post.text), wanted) AS rank
        FROM unnest(channels, posts, moments) AS newest (channel_id, post_id, posted_at)
        CROSS JOIN LATERAL (
            SELECT *
            FROM analyst.post AS shown
            WHERE shown.channel_id = newest.channel_id AND shown.post_id = newest.post_id AND shown.posted_at = newest.posted_at
            OFFSET 0
        ) AS post
        ORDER BY CASE WHEN by_rank THEN ts_rank_cd(to_tsvector('russian', post.text), wanted) END DESC, post.posted_at DESC
        LIMIT least(most, 1000);
END
$$;
COMMENT ON FUNCTION analyst.search IS 'Give posts of listed channels that hold words, newest first: SELECT * FROM analyst.search(''очередь "верхний ларс" -поезд''). by_rank => true puts the best fitting first; a * at a word''s end takes any ending.';
GRANT EXECUTE ON FUNCTION analyst.search TO analyst;
