-- Where the detector stands: a watermark and the states at recent midnights.
CREATE TABLE core.detector_step (
    detector_version text PRIMARY KEY,
    stepped_until_at timestamptz NOT NULL
);
COMMENT ON TABLE core.detector_step IS 'One row is how far one version of the detector has stepped.';
COMMENT ON COLUMN core.detector_step.detector_version IS 'Version of the detector.';
COMMENT ON COLUMN core.detector_step.stepped_until_at IS 'Every quarter-hour that ends by this moment has been assessed (UTC).';

CREATE TABLE core.detector_checkpoint (
    detector_version text NOT NULL,
    series_id integer NOT NULL,
    day_date date NOT NULL,
    state double precision[] NOT NULL,
    PRIMARY KEY (detector_version, day_date, series_id)
);
COMMENT ON TABLE core.detector_checkpoint IS 'One row is the detector''s state of one series at the start of one UTC day; series 0 is one that never had a post.';
COMMENT ON COLUMN core.detector_checkpoint.detector_version IS 'Version of the detector.';
COMMENT ON COLUMN core.detector_checkpoint.series_id IS 'The series; 0 stands for any that had no post yet.';
COMMENT ON COLUMN core.detector_checkpoint.day_date IS 'UTC day at whose start the state holds.';
COMMENT ON COLUMN core.detector_checkpoint.state IS 'The state as the detector packs it.';
