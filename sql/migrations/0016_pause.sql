-- One row is one method of one account that must not be used before a moment.
CREATE TABLE core.pause (
    source text NOT NULL CHECK (source IN ('telegram', 'x')),
    account text NOT NULL,
    method text NOT NULL,
    not_before_at timestamptz NOT NULL,
    PRIMARY KEY (source, account, method)
);
COMMENT ON TABLE core.pause IS 'One row is one method of one account that the platform has asked not to use before a moment.';
COMMENT ON COLUMN core.pause.source IS 'Platform that asked: telegram or x.';
COMMENT ON COLUMN core.pause.account IS 'Account or application it holds for, by the deployment''s own name for it. Never a person.';
COMMENT ON COLUMN core.pause.method IS 'What must not be asked: history, look-up, search, counts …';
COMMENT ON COLUMN core.pause.not_before_at IS 'When it may be asked again (UTC); a moment that has passed pauses nothing.';
