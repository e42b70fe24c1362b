-- What a spike is of, when it was fit for a mail, and how far the running quarter-hour was looked at.
ALTER TABLE core.spike
    ADD COLUMN kind text NOT NULL DEFAULT 'posts' CHECK (kind IN ('posts', 'queue')),
    ADD COLUMN cleared_at timestamptz;
UPDATE core.spike SET cleared_at = opened_at;
COMMENT ON COLUMN core.spike.kind IS 'posts: unusually many; queue: people wait unusually long, observed and expected are hours.';
COMMENT ON COLUMN core.spike.cleared_at IS 'When it had passed every gate of a mail (UTC); null while something held it back.';
COMMENT ON COLUMN core.event.lead_series_id IS 'Series of its coarsest spike.';

ALTER TABLE core.detector_step ADD COLUMN peeked_until_at timestamptz;
COMMENT ON COLUMN core.detector_step.peeked_until_at IS 'Running quarter-hours have been looked at up to this moment (UTC).';
