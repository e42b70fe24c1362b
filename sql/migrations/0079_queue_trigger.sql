-- Note the hours whose queues have to be estimated anew; after 0061, which makes the table of figures again without its triggers.
INSERT INTO core.queue_touched (place_id, kind, hour_at)
SELECT DISTINCT figure.place_id, figure.kind, date_trunc('hour', figure.posted_at, 'UTC')
FROM core.post_quantity AS figure
JOIN core.place AS place USING (place_id)
WHERE place.kind = 'crossing' AND figure.kind IN ('wait_hours', 'queue_km', 'queue_cars', 'queue_people');

-- Whoever writes or takes away figures, the hours they are of are estimated anew. No key: writers never wait for each other.
CREATE FUNCTION core.touch_queues() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
BEGIN
    INSERT INTO core.queue_touched (place_id, kind, hour_at)
    SELECT DISTINCT changed.place_id, changed.kind, date_trunc('hour', changed.posted_at, 'UTC')
    FROM changed
    JOIN core.place AS place USING (place_id)
    WHERE place.kind = 'crossing' AND changed.kind IN ('wait_hours', 'queue_km', 'queue_cars', 'queue_people');
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION core.touch_queues IS 'Note the hours whose queues have to be estimated anew.';
REVOKE ALL ON FUNCTION core.touch_queues FROM PUBLIC;
CREATE TRIGGER touch_queues_on_insert AFTER INSERT ON core.post_quantity
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION core.touch_queues();
CREATE TRIGGER touch_queues_on_delete AFTER DELETE ON core.post_quantity
REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION core.touch_queues();
