-- Why a series is watched, or why it is not: silence and "nothing unusual" must not look alike.
CREATE TABLE core.series_state (
    series_id integer PRIMARY KEY REFERENCES core.series,
    state text NOT NULL CHECK (state IN ('watched', 'too_little_history', 'new_definition', 'masked', 'no_permission')),
    since_at timestamptz NOT NULL,
    observed_days double precision NOT NULL CHECK (observed_days >= 0)
);
COMMENT ON TABLE core.series_state IS 'One row is how one series stands with the detector after its last step.';
COMMENT ON COLUMN core.series_state.series_id IS 'The series.';
COMMENT ON COLUMN core.series_state.state IS 'watched; too_little_history: less than a day observed; new_definition: its theme has just grown, history is being re-read; masked: too little of the panel was read; no_permission: the theme may not be asked of the source.';
COMMENT ON COLUMN core.series_state.since_at IS 'Step at which it came into this state (UTC).';
COMMENT ON COLUMN core.series_state.observed_days IS 'Days of it that were read.';
