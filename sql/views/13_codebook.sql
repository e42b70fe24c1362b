-- One row is one version of the codebook.
-- Units: UTC. Limits: earlier versions' themes are not kept, only that they were. Source: core.codebook.
CREATE VIEW analyst.codebook
WITH (security_barrier) AS
SELECT
    codebook_version,
    digest,
    compiled_at
FROM core.codebook;
COMMENT ON VIEW analyst.codebook IS 'One row is one version of the codebook: the themes, places and units posts are read with.';
COMMENT ON COLUMN analyst.codebook.codebook_version IS 'The version that stands beside counts and annotations.';
COMMENT ON COLUMN analyst.codebook.digest IS 'SHA-256 of what it holds.';
COMMENT ON COLUMN analyst.codebook.compiled_at IS 'When it was first used (UTC).';
GRANT SELECT ON analyst.codebook TO analyst;
