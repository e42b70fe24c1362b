-- One row is one theme of the codebook.
-- Units: none. Limits: the current codebook only. Source: core.theme.
CREATE VIEW analyst.theme
WITH (security_barrier) AS
SELECT
    theme_id,
    name,
    definition,
    excludes
FROM core.theme;
COMMENT ON VIEW analyst.theme IS 'One row is one theme of the current codebook.';
COMMENT ON COLUMN analyst.theme.theme_id IS 'What you type in a query.';
COMMENT ON COLUMN analyst.theme.name IS 'Name.';
COMMENT ON COLUMN analyst.theme.definition IS 'What counts.';
COMMENT ON COLUMN analyst.theme.excludes IS 'What does not.';
GRANT SELECT ON analyst.theme TO analyst;
