-- What every stored post paid for and nobody used.
-- The moment of the next visit is the same as ever, told without a time zone: only so may it be worked out in place of a call.
CREATE OR REPLACE FUNCTION core.next_visit_at(posted_at timestamptz, seen_at timestamptz) RETURNS timestamptz
LANGUAGE sql
IMMUTABLE
RETURN CASE
    WHEN seen_at - posted_at < interval '672 hours' THEN (
        posted_at AT TIME ZONE 'UTC' + CASE
            WHEN seen_at - posted_at < interval '10 minutes' THEN interval '10 minutes'
            WHEN seen_at - posted_at < interval '1 hour' THEN interval '1 hour'
            WHEN seen_at - posted_at < interval '6 hours' THEN interval '6 hours'
            WHEN seen_at - posted_at < interval '24 hours' THEN interval '24 hours'
            WHEN seen_at - posted_at < interval '72 hours' THEN interval '72 hours'
            WHEN seen_at - posted_at < interval '168 hours' THEN interval '168 hours'
            WHEN seen_at - posted_at < interval '336 hours' THEN interval '336 hours'
            ELSE interval '672 hours'
        END
    ) AT TIME ZONE 'UTC'
    ELSE (seen_at AT TIME ZONE 'UTC' + interval '672 hours') AT TIME ZONE 'UTC'
END;
-- Coverage is written in the transaction that has just looked its channels up.
ALTER TABLE core.coverage DROP CONSTRAINT coverage_channel_id_fkey;
-- No query asks for counts by the step they were seen at alone.
DROP INDEX core.series_count_by_seen;
