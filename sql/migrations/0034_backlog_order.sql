-- Of posts collected at one moment the one published first is classified first: it is the origin of the others.
CREATE INDEX backlog_by_order ON core.backlog (collected_at, posted_at, channel_id, post_id);
DROP INDEX core.backlog_by_collection;
