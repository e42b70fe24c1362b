-- The backlog's order of work: what is counted before what is in no count, so that a large import delays no alert.
ALTER TABLE core.backlog ADD COLUMN is_uncounted boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN core.backlog.is_uncounted IS 'True for a post that is in no count: it is classified when nothing else waits, and the detector does not wait for it.';
UPDATE core.backlog AS backlog
SET is_uncounted = true
FROM core.post AS post
WHERE (post.channel_id, post.post_id, post.posted_at) = (backlog.channel_id, backlog.post_id, backlog.posted_at)
    AND NOT post.is_counted;
-- One index in that order finds every row, since each is written with its post.
ALTER TABLE core.backlog DROP CONSTRAINT backlog_pkey;
DROP INDEX core.backlog_by_collection;
ALTER TABLE core.backlog ADD PRIMARY KEY (is_uncounted, collected_at, posted_at, channel_id, post_id);
