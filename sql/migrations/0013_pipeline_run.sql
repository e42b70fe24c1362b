-- One row is one run of one stage.
CREATE TABLE core.pipeline_run (
    run_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stage text NOT NULL,
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'done', 'failed')),
    counts jsonb NOT NULL DEFAULT '{}',
    error text
);
CREATE INDEX pipeline_run_by_stage ON core.pipeline_run (stage, run_id);
COMMENT ON TABLE core.pipeline_run IS 'One row is one run of one stage; a run without an end was killed.';
COMMENT ON COLUMN core.pipeline_run.run_id IS 'Our own id.';
COMMENT ON COLUMN core.pipeline_run.stage IS 'collect, collect_x, import, classify, detect, mail or maintain.';
COMMENT ON COLUMN core.pipeline_run.started_at IS 'When it began (UTC).';
COMMENT ON COLUMN core.pipeline_run.ended_at IS 'When it ended (UTC).';
COMMENT ON COLUMN core.pipeline_run.status IS 'running, done or failed.';
COMMENT ON COLUMN core.pipeline_run.counts IS 'What it did, counts by name.';
COMMENT ON COLUMN core.pipeline_run.error IS 'Kind and message of what stopped it.';
