-- What an account knows of channels, and what has become of them.
CREATE TABLE core.account_peer (
    account text NOT NULL,
    handle text NOT NULL,
    telegram_id bigint NOT NULL,
    access_hash bigint NOT NULL,
    resolved_at timestamptz NOT NULL,
    PRIMARY KEY (account, handle)
);
COMMENT ON TABLE core.account_peer IS 'One row is who a Telegram handle is for one collecting account: looked up once, because Telegram allows few look-ups a day.';
COMMENT ON COLUMN core.account_peer.account IS 'The deployment''s own name for the account.';
COMMENT ON COLUMN core.account_peer.handle IS 'Public name of the channel in seeds/channels; the channel may have been renamed since.';
COMMENT ON COLUMN core.account_peer.telegram_id IS 'Telegram''s id of the channel, which renaming does not change.';
COMMENT ON COLUMN core.account_peer.access_hash IS 'What Telegram wants to see beside the id; holds for this account only.';
COMMENT ON COLUMN core.account_peer.resolved_at IS 'When it was looked up (UTC).';

CREATE TABLE core.channel_state (
    channel_id bigint PRIMARY KEY REFERENCES core.channel,
    state text NOT NULL CHECK (state IN ('ok', 'private', 'gone', 'empty', 'refused')),
    reason text,
    since_at timestamptz NOT NULL,
    visited_at timestamptz NOT NULL
);
COMMENT ON TABLE core.channel_state IS 'One row is what became of a followed channel when it was last visited. No row: it never was.';
COMMENT ON COLUMN core.channel_state.channel_id IS 'The channel.';
COMMENT ON COLUMN core.channel_state.state IS 'ok, private (closed or banned), gone (no such channel), empty (every post deleted) or refused (a group, or a refusal nobody has met yet).';
COMMENT ON COLUMN core.channel_state.reason IS 'The platform''s own word for it; null when it can be read.';
COMMENT ON COLUMN core.channel_state.since_at IS 'Since when it has been in this state (UTC).';
COMMENT ON COLUMN core.channel_state.visited_at IS 'When it was last visited (UTC); the longest unvisited comes first.';

CREATE TABLE core.verification (
    channel_id bigint PRIMARY KEY REFERENCES core.channel,
    account text NOT NULL,
    title text NOT NULL,
    verified_at timestamptz NOT NULL
);
COMMENT ON TABLE core.verification IS 'One row is a channel that an operator''s login has resolved to a public broadcast channel; live collection waits for that.';
COMMENT ON COLUMN core.verification.channel_id IS 'The channel.';
COMMENT ON COLUMN core.verification.account IS 'Account that resolved it, by the deployment''s own name.';
COMMENT ON COLUMN core.verification.title IS 'Title it had then.';
COMMENT ON COLUMN core.verification.verified_at IS 'When (UTC).';

ALTER TABLE core.coverage ADD COLUMN is_history boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN core.coverage.is_history IS 'True for what was read back at first contact: it teaches the baseline and never alerts.';
