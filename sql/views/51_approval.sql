-- One row is one decision on a theme that a source does not allow by itself.
-- Units: days. Limits: the policy itself is seeds/policy.yml; what needs no decision is not here. Source: core.approval.
CREATE VIEW analyst.approval
WITH (security_barrier) AS
SELECT
    source,
    theme_id,
    is_revoked,
    reference,
    until_date,
    decided_at
FROM core.approval;
COMMENT ON VIEW analyst.approval IS 'One row is one decision on a theme that a source does not allow by itself; the newest of a pair holds.';
COMMENT ON COLUMN analyst.approval.source IS 'The source.';
COMMENT ON COLUMN analyst.approval.theme_id IS 'The theme.';
COMMENT ON COLUMN analyst.approval.is_revoked IS 'True if it takes an approval back.';
COMMENT ON COLUMN analyst.approval.reference IS 'Where the approval is filed.';
COMMENT ON COLUMN analyst.approval.until_date IS 'Last day on which it holds.';
COMMENT ON COLUMN analyst.approval.decided_at IS 'When it was recorded (UTC).';
GRANT SELECT ON analyst.approval TO analyst;
