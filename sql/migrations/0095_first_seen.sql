ALTER TABLE core.series ADD COLUMN first_seen_at timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN core.series.first_seen_at IS
    'First step that knew a post of it (UTC): what was decided at an earlier step took no notice of the series.';

UPDATE core.series AS series
SET first_seen_at = seen.first_at
FROM (SELECT series_id, min(seen_at) AS first_at FROM core.series_count GROUP BY series_id) AS seen
WHERE series.series_id = seen.series_id;
