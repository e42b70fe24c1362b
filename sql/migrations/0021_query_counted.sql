-- Whether a query is still asked; since when, and how far, it has been counted with the text it has now.
ALTER TABLE core.query ADD COLUMN is_asked boolean NOT NULL DEFAULT true;
ALTER TABLE core.query ADD COLUMN counted_since_at timestamptz;
ALTER TABLE core.query ADD COLUMN counted_until_at timestamptz;
COMMENT ON COLUMN core.query.is_asked IS 'False once no theme is asked with it any more; its counts stay.';
COMMENT ON COLUMN core.query.counted_since_at IS 'First hour counted with this very text; earlier hours were counted with another (UTC).';
COMMENT ON COLUMN core.query.counted_until_at IS 'End of the newest hour counted with this text (UTC); null when the text is new: X is then asked for all it keeps.';
