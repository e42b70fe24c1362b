-- One row is one X query and hour.
-- Units: posts as X counts them. Limits: no reposts; a post may count in both queries of a theme. Source: core.x_count.
CREATE VIEW analyst.x_count_hour
WITH (security_barrier) AS
SELECT
    query.theme_id,
    x_count.query_name,
    x_count.hour_at,
    x_count.posts_count,
    x_count.read_at,
    x_count.hour_at >= query.counted_since_at AS is_same_text
FROM core.x_count AS x_count
JOIN core.query AS query USING (query_name);
COMMENT ON VIEW analyst.x_count_hour IS 'One row is one X query and hour.';
COMMENT ON COLUMN analyst.x_count_hour.theme_id IS 'Theme the query stands for.';
COMMENT ON COLUMN analyst.x_count_hour.query_name IS 'The query.';
COMMENT ON COLUMN analyst.x_count_hour.hour_at IS 'Start of the hour (UTC).';
COMMENT ON COLUMN analyst.x_count_hour.posts_count IS 'Posts X counts; one post may count in both queries of a theme.';
COMMENT ON COLUMN analyst.x_count_hour.read_at IS 'When X was asked (UTC).';
COMMENT ON COLUMN analyst.x_count_hour.is_same_text IS 'True if it was counted with the text the query has now; do not compare the others with it.';
GRANT SELECT ON analyst.x_count_hour TO analyst;
