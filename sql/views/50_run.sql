-- One row is one run of one stage.
-- Units: seconds; counts by name. Limits: a run that was killed stays 'running'. Source: core.pipeline_run.
CREATE VIEW analyst.run
WITH (security_barrier) AS
SELECT
    run_id,
    stage,
    started_at,
    ended_at,
    extract(epoch FROM ended_at - started_at)::double precision AS duration_s,
    status,
    counts
FROM core.pipeline_run;
COMMENT ON VIEW analyst.run IS 'One row is one run of one stage of the pipeline.';
COMMENT ON COLUMN analyst.run.run_id IS 'Id.';
COMMENT ON COLUMN analyst.run.stage IS 'collect, collect_x, classify, detect, mail, maintain or import.';
COMMENT ON COLUMN analyst.run.started_at IS 'When it began (UTC).';
COMMENT ON COLUMN analyst.run.ended_at IS 'When it ended (UTC); null while it runs, or if it was killed.';
COMMENT ON COLUMN analyst.run.duration_s IS 'How long it took, seconds.';
COMMENT ON COLUMN analyst.run.status IS 'running, done or failed.';
COMMENT ON COLUMN analyst.run.counts IS 'What it did, by name.';
GRANT SELECT ON analyst.run TO analyst;
