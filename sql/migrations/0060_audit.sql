-- What was done with people's data beyond the daily work: exports, erasures, keys, logins; and the analysts' logins.
CREATE TABLE core.audit (
    audit_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    noted_at timestamptz NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_by_moment ON core.audit (noted_at);
COMMENT ON TABLE core.audit IS 'One row is one deed that people whose data we hold may ask about: export, erasure, key, login. Rows are added, never changed; retention alone deletes.';
COMMENT ON COLUMN core.audit.audit_id IS 'Our own id.';
COMMENT ON COLUMN core.audit.noted_at IS 'When (UTC).';
COMMENT ON COLUMN core.audit.action IS 'What was done, as noun.verb: export.written, analyst.added, post.erased.';
COMMENT ON COLUMN core.audit.subject IS 'To what: a login, a query, a channel; never a person of the posts.';
COMMENT ON COLUMN core.audit.detail IS 'Figures of the deed: rows, bytes, versions.';
CREATE TRIGGER audit_keeps_history BEFORE UPDATE ON core.audit
FOR EACH ROW EXECUTE FUNCTION core.refuse_change();

CREATE TABLE core.analyst_login (
    login text PRIMARY KEY,
    added_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    connections_count integer NOT NULL CHECK (connections_count > 0)
);
COMMENT ON TABLE core.analyst_login IS 'One row is one login that reads the views of analyst; it is a role of the server, which holds its password''s verifier.';
COMMENT ON COLUMN core.analyst_login.login IS 'Name of the role.';
COMMENT ON COLUMN core.analyst_login.added_at IS 'When it was made (UTC).';
COMMENT ON COLUMN core.analyst_login.expires_at IS 'When its password stops to be taken (UTC).';
COMMENT ON COLUMN core.analyst_login.connections_count IS 'Connections it may hold at once.';
