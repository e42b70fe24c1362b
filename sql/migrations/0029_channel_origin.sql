-- Why a channel is on the list: the document that names it, and since when.
ALTER TABLE core.channel ADD COLUMN named_by text, ADD COLUMN since_date date;
COMMENT ON COLUMN core.channel.named_by IS 'Source document of the seeds that names it, or its kin.';
COMMENT ON COLUMN core.channel.since_date IS 'Since when it is on the list.';
