-- What is the latest that was said of Verkhny Lars?
-- Shape: one row is a post, newest first. Caveat: naming it is enough; look at post_kind, an offer is not a report.
SELECT
    posted_at,
    channel_handle,
    post_kind,
    is_origin,
    url,
    left(text, 120) AS beginning
FROM analyst.latest_of_place('verkhny_lars', 20);
