-- Posts of imported files: stored and classified, but in no count unless the file's range was declared complete.
ALTER TABLE core.post ADD COLUMN is_counted boolean NOT NULL DEFAULT true;
COMMENT ON COLUMN core.post.is_counted IS 'False for a post of an imported file that was not declared complete: in no count, quoted in no mail, replaced when its channel is read live.';
CREATE INDEX post_uncounted ON core.post (channel_id, post_id) WHERE NOT is_counted;
