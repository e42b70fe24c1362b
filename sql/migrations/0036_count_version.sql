-- With which codebook the counted posts of a quarter-hour were read.
CREATE TABLE core.count_version (
    bin_at timestamptz NOT NULL,
    codebook_version integer NOT NULL,
    posts_count integer NOT NULL CHECK (posts_count >= 0),
    PRIMARY KEY (bin_at, codebook_version)
) WITH (fillfactor = 80);
COMMENT ON TABLE core.count_version IS 'One row is the counted posts of one quarter-hour that were read with one codebook. Those whose text has gone stay with the one they were read with last.';
COMMENT ON COLUMN core.count_version.bin_at IS 'Start of the quarter-hour the posts were published in (UTC).';
COMMENT ON COLUMN core.count_version.codebook_version IS 'The codebook.';
COMMENT ON COLUMN core.count_version.posts_count IS 'Posts of all series together, each once; never falls by deletion, erasure or retention.';
INSERT INTO core.count_version (bin_at, codebook_version, posts_count)
SELECT date_bin('15 minutes', posted_at, 'epoch'), annotation.codebook_version, count(*)
FROM core.post_annotation AS annotation
JOIN core.post AS post USING (channel_id, post_id, posted_at)
JOIN core.channel AS channel USING (channel_id)
WHERE channel.source <> 'x' AND post.is_counted
GROUP BY 1, 2;
