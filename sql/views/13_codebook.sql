-- One row is one version of the codebook.
-- Units: UTC. Limits: earlier versions' themes are not kept, only that they were. Source: core.codebook.
CREATE VIEW analyst.codebook
WITH (security_barrier) AS
SELECT
    codebook_version,
    digest,
    compiled_at,
    reclassified_at,
    reread_at
FROM core.codebook;
COMMENT ON VIEW analyst.codebook IS 'One row is one version of the codebook: the themes, places and units posts are read with.';
COMMENT ON COLUMN analyst.codebook.codebook_version IS 'The version that stands beside counts and annotations.';
COMMENT ON COLUMN analyst.codebook.digest IS 'Hash of all that decides what is matched; names and definitions make no new version.';
COMMENT ON COLUMN analyst.codebook.compiled_at IS 'When it was first used (UTC).';
COMMENT ON COLUMN analyst.codebook.reclassified_at IS 'When the last stored post was read with it (UTC); null for the first version, and while posts wait.';
COMMENT ON COLUMN analyst.codebook.reread_at IS 'When channels had been read again for what it newly includes (UTC); null when there was nothing, and until then.';
GRANT SELECT ON analyst.codebook TO analyst;
