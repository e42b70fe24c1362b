-- Mails as an event grows and ends, mails that are held and gathered into one, and what readers say of them.
ALTER TABLE core.alert
ADD COLUMN kind text NOT NULL DEFAULT 'opened' CHECK (kind IN ('opened', 'grown', 'ended')),
ADD COLUMN mail_number integer NOT NULL DEFAULT 1 CHECK (mail_number > 0),
DROP CONSTRAINT alert_event_id_rule_id_key,
ADD CONSTRAINT alert_once UNIQUE (event_id, rule_id, kind, mail_number);
COMMENT ON COLUMN core.alert.kind IS 'opened: the first mail on the event; grown: it has doubled since; ended: it is over.';
COMMENT ON COLUMN core.alert.mail_number IS 'Which mail of its kind on the event, from 1.';

CREATE TABLE core.gathered_mail (
    gathered_mail_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    recipient text NOT NULL,
    due_at timestamptz NOT NULL,
    language text NOT NULL,
    UNIQUE (recipient, due_at)
);
COMMENT ON TABLE core.gathered_mail IS 'One row is one mail to one address that gathers alerts held back for it: the digest, or what quiet hours or the hourly ceiling held.';
COMMENT ON COLUMN core.gathered_mail.gathered_mail_id IS 'Our own id.';
COMMENT ON COLUMN core.gathered_mail.recipient IS 'Address it goes to.';
COMMENT ON COLUMN core.gathered_mail.due_at IS 'Until when its alerts were held (UTC).';
COMMENT ON COLUMN core.gathered_mail.language IS 'Language it is written in.';

ALTER TABLE core.delivery
ADD COLUMN held_until_at timestamptz,
ADD COLUMN gathered_mail_id bigint REFERENCES core.gathered_mail,
ADD COLUMN gathered_into_id bigint REFERENCES core.gathered_mail,
DROP CONSTRAINT delivery_status_check,
ADD CONSTRAINT delivery_status_check CHECK (status IN ('pending', 'sending', 'sent', 'refused', 'failed', 'gathered')),
DROP CONSTRAINT delivery_of_one_mail,
ADD CONSTRAINT delivery_of_one_mail CHECK (num_nonnulls(alert_id, operator_mail_id, gathered_mail_id) = 1),
ADD CONSTRAINT delivery_gathered_mail_once UNIQUE (gathered_mail_id),
ADD CONSTRAINT delivery_gathered CHECK ((status = 'gathered') = (gathered_into_id IS NOT NULL));
CREATE INDEX delivery_held ON core.delivery (held_until_at) WHERE status = 'pending' AND held_until_at IS NOT NULL;
COMMENT ON COLUMN core.delivery.held_until_at IS 'Until when it is held back, to go out together with others (UTC); null: on its own, at once.';
COMMENT ON COLUMN core.delivery.gathered_mail_id IS 'The gathered mail it carries, instead of an alert.';
COMMENT ON COLUMN core.delivery.gathered_into_id IS 'The gathered mail it went out in.';

CREATE TABLE core.feedback (
    delivery_id bigint NOT NULL REFERENCES core.delivery,
    verdict text NOT NULL CHECK (verdict IN ('useful', 'false_alarm', 'snooze')),
    given_at timestamptz NOT NULL,
    until_at timestamptz,
    PRIMARY KEY (delivery_id, verdict),
    CHECK ((verdict = 'snooze') = (until_at IS NOT NULL))
);
COMMENT ON TABLE core.feedback IS 'One row is what a reader said of one mail; nothing else of a reply is kept.';
COMMENT ON COLUMN core.feedback.delivery_id IS 'The mail, as it went to one address.';
COMMENT ON COLUMN core.feedback.verdict IS 'useful, false_alarm or snooze.';
COMMENT ON COLUMN core.feedback.given_at IS 'When (UTC).';
COMMENT ON COLUMN core.feedback.until_at IS 'Until when mails of this rule on this series are held back (UTC); for snooze alone.';
