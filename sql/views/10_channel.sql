-- One row is one public channel that posts come from.
-- Units: posts a day. Limits: only channels listed in seeds/channels. Source: core.channel.
CREATE VIEW analyst.channel
WITH (security_barrier) AS
SELECT
    channel_id,
    source,
    handle,
    title,
    languages,
    region,
    why,
    named_by,
    since_date,
    is_verified,
    expected_posts_per_day
FROM core.channel
WHERE is_listed;
COMMENT ON VIEW analyst.channel IS 'One row is one public broadcast channel listed in seeds/channels.';
COMMENT ON COLUMN analyst.channel.channel_id IS 'Id that other views use.';
COMMENT ON COLUMN analyst.channel.source IS 'telegram, x or replay (fiction for the demo).';
COMMENT ON COLUMN analyst.channel.handle IS 'Public name on its platform.';
COMMENT ON COLUMN analyst.channel.title IS 'Title.';
COMMENT ON COLUMN analyst.channel.languages IS 'ISO 639-1 codes it usually writes in.';
COMMENT ON COLUMN analyst.channel.region IS 'Region it reports from.';
COMMENT ON COLUMN analyst.channel.why IS 'Why it is followed.';
COMMENT ON COLUMN analyst.channel.named_by IS 'Source document of the seeds that names it, or its kin.';
COMMENT ON COLUMN analyst.channel.since_date IS 'Since when it is on the list.';
COMMENT ON COLUMN analyst.channel.is_verified IS 'True once an operator''s login has resolved it; before that it is not collected.';
COMMENT ON COLUMN analyst.channel.expected_posts_per_day IS 'Posts a day it is expected to publish.';
GRANT SELECT ON analyst.channel TO analyst;
