-- How far X's own counts have been assessed.
CREATE TABLE core.x_step (
    theme_id text PRIMARY KEY,
    stepped_until_at timestamptz NOT NULL
);
COMMENT ON TABLE core.x_step IS 'One row is how far the hourly counts of one theme on X have been assessed; what was counted at first contact only taught the baseline.';
COMMENT ON COLUMN core.x_step.theme_id IS 'The theme.';
COMMENT ON COLUMN core.x_step.stepped_until_at IS 'Every hour that ends by this moment has been assessed, or was masked (UTC).';
