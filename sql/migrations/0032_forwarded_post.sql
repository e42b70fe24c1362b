-- Which post of the channel it came from a forward repeats, as its platform says.
ALTER TABLE core.post ADD COLUMN forwarded_post_id bigint;
COMMENT ON COLUMN core.post.forwarded_post_id IS 'Id of the forwarded post in the channel it was forwarded from, if known.';
