-- One row is one decision on a theme that a source does not allow by itself; rows are added, never changed.
CREATE TABLE core.approval (
    approval_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    theme_id text NOT NULL,
    is_revoked boolean NOT NULL DEFAULT false,
    reference text,
    decided_by text NOT NULL CHECK (decided_by <> ''),
    until_date date,
    decided_at timestamptz NOT NULL,
    CHECK (is_revoked OR (reference <> '' AND until_date IS NOT NULL))
);
CREATE INDEX approval_by_theme ON core.approval (source, theme_id, approval_id);
COMMENT ON TABLE core.approval IS 'One row is one decision: a theme was approved for a source, or that was revoked. The newest holds; none is changed.';
COMMENT ON COLUMN core.approval.approval_id IS 'Our own id, in the order of decision.';
COMMENT ON COLUMN core.approval.source IS 'The source that needs an approval for the theme.';
COMMENT ON COLUMN core.approval.theme_id IS 'The theme.';
COMMENT ON COLUMN core.approval.is_revoked IS 'True if this row takes an earlier approval back.';
COMMENT ON COLUMN core.approval.reference IS 'Where the approval is filed: a letter, a contract, a ticket. Null for a revocation without one.';
COMMENT ON COLUMN core.approval.decided_by IS 'Who of the operator recorded it.';
COMMENT ON COLUMN core.approval.until_date IS 'Last day on which it holds; null for a revocation.';
COMMENT ON COLUMN core.approval.decided_at IS 'When it was recorded (UTC).';

CREATE FUNCTION core.refuse_change() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    RAISE EXCEPTION '%.% keeps its history: add a row instead', TG_TABLE_SCHEMA, TG_TABLE_NAME;
END
$$;
COMMENT ON FUNCTION core.refuse_change IS 'Refuses any change of a row that is there; for tables that are a history.';
REVOKE ALL ON FUNCTION core.refuse_change FROM PUBLIC;
CREATE TRIGGER approval_keeps_history BEFORE UPDATE OR DELETE ON core.approval
FOR EACH ROW EXECUTE FUNCTION core.refuse_change();
