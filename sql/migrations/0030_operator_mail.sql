-- Mails to the operator go out through the same outbox as alerts.
ALTER TABLE core.notice ADD COLUMN outcome text, ADD COLUMN told_at timestamptz, ADD COLUMN told_over_at timestamptz;
COMMENT ON COLUMN core.notice.outcome IS 'How it ended, in one line; null while it lasts or where there is nothing to add.';
COMMENT ON COLUMN core.notice.told_at IS 'When a mail that tells of it was written (UTC); null where none was.';
COMMENT ON COLUMN core.notice.told_over_at IS 'When a mail that tells of its end was written (UTC); null where none was.';
CREATE INDEX notice_untold ON core.notice (notice_id) WHERE told_at IS NULL OR (settled_at IS NOT NULL AND told_over_at IS NULL);

CREATE TABLE core.operator_mail (
    operator_mail_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at timestamptz NOT NULL,
    content jsonb NOT NULL
);
COMMENT ON TABLE core.operator_mail IS 'One row is one mail to the operator, with its notices as they were then.';
COMMENT ON COLUMN core.operator_mail.operator_mail_id IS 'Our own id.';
COMMENT ON COLUMN core.operator_mail.created_at IS 'When it was written (UTC).';
COMMENT ON COLUMN core.operator_mail.content IS 'The notices it tells of: those that are news, and those that are over.';

ALTER TABLE core.delivery
ALTER COLUMN alert_id DROP NOT NULL,
ADD COLUMN operator_mail_id bigint REFERENCES core.operator_mail,
ADD CONSTRAINT delivery_of_one_mail CHECK (num_nonnulls(alert_id, operator_mail_id) = 1),
ADD CONSTRAINT delivery_operator_mail_once UNIQUE (operator_mail_id, recipient);
COMMENT ON TABLE core.delivery IS 'One row is one mail, an alert or one to the operator, on its way to one address.';
COMMENT ON COLUMN core.delivery.alert_id IS 'The alert; null for a mail to the operator.';
COMMENT ON COLUMN core.delivery.operator_mail_id IS 'The mail to the operator; null for an alert.';
