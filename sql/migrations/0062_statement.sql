-- What analysts ran, sampled each minute: normalised statements with how often and how many rows, never a value.
CREATE TABLE core.analyst_statement (
    login text NOT NULL,
    query_id bigint NOT NULL,
    sampled_at timestamptz NOT NULL,
    statement text NOT NULL,
    calls_count bigint NOT NULL CHECK (calls_count > 0),
    rows_count bigint NOT NULL CHECK (rows_count >= 0),
    PRIMARY KEY (login, query_id, sampled_at)
);
CREATE INDEX analyst_statement_by_moment ON core.analyst_statement (sampled_at);
COMMENT ON TABLE core.analyst_statement IS 'One row is one kind of statement of one login that ran since the sample before.';
COMMENT ON COLUMN core.analyst_statement.login IS 'The analyst''s login.';
COMMENT ON COLUMN core.analyst_statement.query_id IS 'PostgreSQL''s id of the normalised statement.';
COMMENT ON COLUMN core.analyst_statement.sampled_at IS 'When it was sampled (UTC).';
COMMENT ON COLUMN core.analyst_statement.statement IS 'The statement with its values taken out.';
COMMENT ON COLUMN core.analyst_statement.calls_count IS 'How often it ran since the sample before.';
COMMENT ON COLUMN core.analyst_statement.rows_count IS 'Rows it gave since the sample before.';

CREATE TABLE core.analyst_statement_total (
    login text NOT NULL,
    query_id bigint NOT NULL,
    calls_count bigint NOT NULL,
    rows_count bigint NOT NULL,
    PRIMARY KEY (login, query_id)
);
COMMENT ON TABLE core.analyst_statement_total IS 'One row is how far the server had counted one kind of statement at the last sample.';
COMMENT ON COLUMN core.analyst_statement_total.login IS 'The analyst''s login.';
COMMENT ON COLUMN core.analyst_statement_total.query_id IS 'PostgreSQL''s id of the normalised statement.';
COMMENT ON COLUMN core.analyst_statement_total.calls_count IS 'Calls it had counted.';
COMMENT ON COLUMN core.analyst_statement_total.rows_count IS 'Rows it had counted.';
