-- When a post is asked for again, and what became of posts that are no longer there.
CREATE FUNCTION core.next_visit_at(posted_at timestamptz, seen_at timestamptz) RETURNS timestamptz
LANGUAGE sql
IMMUTABLE
RETURN CASE
    WHEN seen_at - posted_at < interval '10 minutes' THEN posted_at + interval '10 minutes'
    WHEN seen_at - posted_at < interval '1 hour' THEN posted_at + interval '1 hour'
    WHEN seen_at - posted_at < interval '6 hours' THEN posted_at + interval '6 hours'
    WHEN seen_at - posted_at < interval '24 hours' THEN posted_at + interval '24 hours'
    WHEN seen_at - posted_at < interval '72 hours' THEN posted_at + interval '72 hours'
    WHEN seen_at - posted_at < interval '168 hours' THEN posted_at + interval '168 hours'
    WHEN seen_at - posted_at < interval '336 hours' THEN posted_at + interval '336 hours'
    WHEN seen_at - posted_at < interval '672 hours' THEN posted_at + interval '672 hours'
    ELSE seen_at + interval '672 hours'
END;
COMMENT ON FUNCTION core.next_visit_at IS 'Give when a post last seen at seen_at is asked for again: 10 minutes, 1, 6, 24 hours, 3, 7, 14, 28 days after posting, then every 28 days.';
REVOKE ALL ON FUNCTION core.next_visit_at FROM PUBLIC;

ALTER TABLE core.post_metric ADD COLUMN due_at timestamptz GENERATED ALWAYS AS (core.next_visit_at(posted_at, seen_at)) STORED;
COMMENT ON COLUMN core.post_metric.due_at IS 'When the post is asked for again, for its edits, counts or deletion (UTC); read for followed Telegram channels only.';
CREATE INDEX post_metric_by_due ON core.post_metric (channel_id, due_at);

CREATE TABLE core.withdrawn_post (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    found_at timestamptz NOT NULL,
    erase_at timestamptz,
    PRIMARY KEY (channel_id, post_id)
);
CREATE INDEX withdrawn_post_by_erasure ON core.withdrawn_post (erase_at);
COMMENT ON TABLE core.withdrawn_post IS 'One row is one stored post that was deleted together with many others: hidden at once, erased later unless a human keeps it.';
COMMENT ON COLUMN core.withdrawn_post.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.withdrawn_post.post_id IS 'The post''s id.';
COMMENT ON COLUMN core.withdrawn_post.posted_at IS 'The post''s moment (UTC).';
COMMENT ON COLUMN core.withdrawn_post.found_at IS 'When it was found deleted (UTC).';
COMMENT ON COLUMN core.withdrawn_post.erase_at IS 'When it is erased (UTC); null: an operator decided to keep and show it.';

CREATE TABLE core.erased_post (
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    erased_at timestamptz NOT NULL,
    PRIMARY KEY (channel_id, post_id)
);
COMMENT ON TABLE core.erased_post IS 'One row is one post that was erased, so that it is never stored again; nothing of it is left but its id.';
COMMENT ON COLUMN core.erased_post.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.erased_post.post_id IS 'The post''s id.';
COMMENT ON COLUMN core.erased_post.erased_at IS 'When (UTC).';
