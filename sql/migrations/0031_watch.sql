-- The dead-man check: how far it has watched, and its mark on spikes.
CREATE TABLE core.watch (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    watched_until_at timestamptz NOT NULL
);
COMMENT ON TABLE core.watch IS 'One row: up to which hour channels and sources were looked at for silence.';
COMMENT ON COLUMN core.watch.is_only IS 'Always true: keeps the table to one row.';
COMMENT ON COLUMN core.watch.watched_until_at IS 'Every hour that ends by this moment has been looked at (UTC).';

ALTER TABLE core.spike ADD COLUMN is_incomplete boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN core.spike.is_incomplete IS 'True if channels were not read in full or were far below their usual while it was high: its count may be too low.';
