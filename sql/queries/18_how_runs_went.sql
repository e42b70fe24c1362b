-- How long do the stages take, and how often do they fail?
-- Shape: one row is a stage. Caveat: a run that was killed stays 'running' and has no duration.
SELECT
    stage,
    count(*) AS runs_count,
    count(*) FILTER (WHERE status = 'failed') AS failed_count,
    round(percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_s)::numeric, 2) AS median_s,
    max(started_at) AS last_started_at
FROM analyst.run
GROUP BY stage
ORDER BY stage;
