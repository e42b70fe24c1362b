-- Episodes of unusual volume, and the events that group them.
CREATE TABLE core.event (
    event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    lead_series_id integer NOT NULL REFERENCES core.series,
    opened_at timestamptz NOT NULL,
    UNIQUE (lead_series_id, opened_at)
);
COMMENT ON TABLE core.event IS 'One row is spikes that belong together: the same theme or place, onsets within 24 h.';
COMMENT ON COLUMN core.event.event_id IS 'Our own id.';
COMMENT ON COLUMN core.event.lead_series_id IS 'Series of the coarsest spike at opening.';
COMMENT ON COLUMN core.event.opened_at IS 'When its first spike was opened (UTC).';

CREATE TABLE core.spike (
    spike_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    series_id integer NOT NULL REFERENCES core.series,
    event_id bigint NOT NULL REFERENCES core.event,
    onset_at timestamptz NOT NULL,
    opened_at timestamptz NOT NULL,
    peak_at timestamptz NOT NULL,
    last_high_at timestamptz NOT NULL,
    closed_at timestamptz,
    window_hours integer NOT NULL CHECK (window_hours > 0),
    observed integer NOT NULL CHECK (observed >= 0),
    expected double precision NOT NULL,
    expected_low double precision NOT NULL,
    expected_high double precision NOT NULL,
    score double precision NOT NULL,
    severity double precision NOT NULL,
    exposure double precision NOT NULL CHECK (exposure BETWEEN 0 AND 1),
    is_late boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'closed', 'withdrawn')),
    detector_version text NOT NULL,
    UNIQUE (series_id, opened_at, detector_version),
    CHECK (onset_at <= opened_at)
);
CREATE INDEX spike_by_opening ON core.spike (opened_at);
COMMENT ON TABLE core.spike IS 'One row is one episode of one series; never deleted, withdrawn when it would no longer open.';
COMMENT ON COLUMN core.spike.spike_id IS 'Our own id.';
COMMENT ON COLUMN core.spike.series_id IS 'The series.';
COMMENT ON COLUMN core.spike.event_id IS 'The event it belongs to.';
COMMENT ON COLUMN core.spike.onset_at IS 'First high quarter-hour (UTC).';
COMMENT ON COLUMN core.spike.opened_at IS 'When we said so (UTC).';
COMMENT ON COLUMN core.spike.peak_at IS 'End of the window with the highest score so far (UTC).';
COMMENT ON COLUMN core.spike.last_high_at IS 'Last step with a score over the threshold (UTC).';
COMMENT ON COLUMN core.spike.closed_at IS 'When it was over (UTC); null while open.';
COMMENT ON COLUMN core.spike.window_hours IS 'Length of the peak''s window, hours.';
COMMENT ON COLUMN core.spike.observed IS 'Original posts in that window.';
COMMENT ON COLUMN core.spike.expected IS 'Expected original posts in that window.';
COMMENT ON COLUMN core.spike.expected_low IS 'Lower end of the 90 % interval of the expected count.';
COMMENT ON COLUMN core.spike.expected_high IS 'Upper end of the 90 % interval of the expected count.';
COMMENT ON COLUMN core.spike.score IS 'Re-calibrated -log10 tail probability.';
COMMENT ON COLUMN core.spike.severity IS 'Magnitude: standard deviations of daily swings.';
COMMENT ON COLUMN core.spike.exposure IS 'Observed share of the panel''s expected volume in the window.';
COMMENT ON COLUMN core.spike.is_late IS 'True if its quarter-hours were read late, after an outage.';
COMMENT ON COLUMN core.spike.status IS 'open, closed or withdrawn.';
COMMENT ON COLUMN core.spike.detector_version IS 'Version of the detector.';
