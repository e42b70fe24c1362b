-- Which posts speak of a queue at Lars, newest first?
-- Shape: one row is a post. Caveat: words, not meaning: "no queue" is found too; other languages need their own words.
SELECT
    posted_at,
    channel_handle,
    url,
    left(text, 120) AS beginning
FROM analyst.search('очередь ларс');
