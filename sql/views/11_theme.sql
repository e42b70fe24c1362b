-- One row is one theme of the codebook.
-- Units: UTC. Limits: the current codebook only. Source: core.theme and core.new_definition.
CREATE VIEW analyst.theme
WITH (security_barrier) AS
SELECT
    theme.theme_id,
    theme.name,
    theme.definition,
    theme.excludes,
    (
        SELECT grown.since_at FROM core.new_definition AS grown
        WHERE grown.kind = 'theme' AND grown.definition_id = theme.theme_id
    ) AS new_definition_since_at
FROM core.theme AS theme;
COMMENT ON VIEW analyst.theme IS 'One row is one theme of the current codebook.';
COMMENT ON COLUMN analyst.theme.theme_id IS 'What you type in a query.';
COMMENT ON COLUMN analyst.theme.name IS 'Name.';
COMMENT ON COLUMN analyst.theme.definition IS 'What counts.';
COMMENT ON COLUMN analyst.theme.excludes IS 'What does not.';
COMMENT ON COLUMN analyst.theme.new_definition_since_at IS 'Since when it includes more than its past was read with (UTC): until that is read again, counts jump here and no spike opens; null otherwise.';
GRANT SELECT ON analyst.theme TO analyst;
