-- One row is one thing the operator should know.
CREATE TABLE core.notice (
    notice_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    subject text NOT NULL,
    message text NOT NULL,
    opened_at timestamptz NOT NULL,
    settled_at timestamptz,
    CHECK (settled_at >= opened_at)
);
CREATE UNIQUE INDEX notice_open ON core.notice (kind, subject) WHERE settled_at IS NULL;
COMMENT ON TABLE core.notice IS 'One row is one thing the operator should know, from when it began until it was over.';
COMMENT ON COLUMN core.notice.notice_id IS 'Our own id.';
COMMENT ON COLUMN core.notice.kind IS 'What it is: channel_gone, channel_silent, source_silent, session_lost, budget_spent …; docs/operator.md explains each.';
COMMENT ON COLUMN core.notice.subject IS 'What it is about: a channel''s handle, an account, a query, a stage. Never a person.';
COMMENT ON COLUMN core.notice.message IS 'What happened and what to do, in one line.';
COMMENT ON COLUMN core.notice.opened_at IS 'Since when (UTC).';
COMMENT ON COLUMN core.notice.settled_at IS 'When it was over (UTC); null while it lasts.';
