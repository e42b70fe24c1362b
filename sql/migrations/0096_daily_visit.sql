-- A deletion at the source is to be found within a day, however old the post is.
ALTER TABLE core.post_metric DROP COLUMN due_at;

CREATE OR REPLACE FUNCTION core.next_visit_at(posted_at timestamptz, seen_at timestamptz) RETURNS timestamptz
LANGUAGE sql
IMMUTABLE
RETURN CASE
    WHEN seen_at - posted_at < interval '10 minutes' THEN posted_at + interval '10 minutes'
    WHEN seen_at - posted_at < interval '1 hour' THEN posted_at + interval '1 hour'
    WHEN seen_at - posted_at < interval '6 hours' THEN posted_at + interval '6 hours'
    WHEN seen_at - posted_at < interval '24 hours' THEN posted_at + interval '24 hours'
    ELSE seen_at + interval '23 hours'
END;
COMMENT ON FUNCTION core.next_visit_at IS
    'Give when a post last seen at seen_at is asked for again: 10 minutes, 1, 6, 24 hours after posting, then each day.';

ALTER TABLE core.post_metric ADD COLUMN due_at timestamptz GENERATED ALWAYS AS (core.next_visit_at(posted_at, seen_at)) STORED;
COMMENT ON COLUMN core.post_metric.due_at IS
    'When the post is asked for again, for its edits, counts or deletion (UTC); read for followed Telegram channels only.';
CREATE INDEX post_metric_by_due ON core.post_metric (channel_id, due_at);
