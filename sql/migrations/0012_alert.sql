-- The outbox: what is to be mailed to whom, and how far it has got.
CREATE TABLE core.alert (
    alert_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id bigint NOT NULL REFERENCES core.event,
    spike_id bigint NOT NULL REFERENCES core.spike,
    rule_id text NOT NULL,
    reader text NOT NULL,
    language text NOT NULL,
    created_at timestamptz NOT NULL,
    content jsonb NOT NULL,
    UNIQUE (event_id, rule_id)
);
COMMENT ON TABLE core.alert IS 'One row is one mail to one reader about one event, with its evidence as it was then.';
COMMENT ON COLUMN core.alert.alert_id IS 'Our own id.';
COMMENT ON COLUMN core.alert.event_id IS 'The event.';
COMMENT ON COLUMN core.alert.spike_id IS 'The spike that led it when the alert was written.';
COMMENT ON COLUMN core.alert.rule_id IS 'The rule of seeds/alert_rules.yml that asked for it.';
COMMENT ON COLUMN core.alert.reader IS 'Who is told.';
COMMENT ON COLUMN core.alert.language IS 'Language of the mail.';
COMMENT ON COLUMN core.alert.created_at IS 'Step of the detector that wrote it (UTC).';
COMMENT ON COLUMN core.alert.content IS 'Spike and evidence as shown in the mail.';

CREATE TABLE core.delivery (
    delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    alert_id bigint NOT NULL REFERENCES core.alert,
    recipient text NOT NULL,
    message_id text NOT NULL UNIQUE,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sending', 'sent', 'refused', 'failed')),
    attempts_count integer NOT NULL DEFAULT 0 CHECK (attempts_count >= 0),
    not_before_at timestamptz,
    sent_at timestamptz,
    last_error text,
    UNIQUE (alert_id, recipient)
);
CREATE INDEX delivery_open ON core.delivery (delivery_id) WHERE status IN ('pending', 'sending');
COMMENT ON TABLE core.delivery IS 'One row is one alert on its way to one address.';
COMMENT ON COLUMN core.delivery.delivery_id IS 'Our own id.';
COMMENT ON COLUMN core.delivery.alert_id IS 'The alert.';
COMMENT ON COLUMN core.delivery.recipient IS 'The address.';
COMMENT ON COLUMN core.delivery.message_id IS 'Message-ID header; the same at every attempt.';
COMMENT ON COLUMN core.delivery.status IS 'pending, sending, sent, refused (by the server, for good) or failed (after the last attempt).';
COMMENT ON COLUMN core.delivery.attempts_count IS 'Attempts so far.';
COMMENT ON COLUMN core.delivery.not_before_at IS 'Not tried again before this moment (UTC).';
COMMENT ON COLUMN core.delivery.sent_at IS 'When the server took it (UTC).';
COMMENT ON COLUMN core.delivery.last_error IS 'The server''s last answer, shortened.';
