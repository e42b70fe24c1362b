-- What reports say of each queue, hour by hour, and which of them have to be estimated anew.
CREATE TABLE core.queue_estimate (
    place_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('wait_hours', 'queue_km', 'queue_cars', 'queue_people')),
    direction text NOT NULL CHECK (direction IN ('out', 'in')),
    mode text NOT NULL CHECK (mode IN ('car', 'foot', 'bicycle', 'bus', 'truck')),
    hour_at timestamptz NOT NULL,
    as_of timestamptz NOT NULL CHECK (as_of > hour_at AND as_of <= hour_at + interval '1 hour'),
    value double precision CHECK (value >= 0),
    low double precision,
    high double precision,
    origin_count integer NOT NULL CHECK (origin_count >= 0),
    channel_count integer NOT NULL CHECK (channel_count BETWEEN 0 AND origin_count),
    newest_at timestamptz NOT NULL CHECK (newest_at <= as_of),
    is_conflicting boolean NOT NULL,
    channel_ids bigint[] NOT NULL,
    post_ids bigint[] NOT NULL,
    PRIMARY KEY (place_id, kind, direction, mode, hour_at),
    CHECK ((value IS NULL) = (low IS NULL) AND (value IS NULL) = (high IS NULL)),
    CHECK (low <= value AND value <= high),
    CHECK (cardinality(channel_ids) = cardinality(post_ids))
);
COMMENT ON TABLE core.queue_estimate IS 'One row is one queue and hour: what its reports say at the end of the hour, or until now in the running one.';
COMMENT ON COLUMN core.queue_estimate.place_id IS 'The crossing.';
COMMENT ON COLUMN core.queue_estimate.kind IS 'What is estimated, and its unit: hours, km, cars or people.';
COMMENT ON COLUMN core.queue_estimate.direction IS 'out of Russia or in; reports that do not say count as out.';
COMMENT ON COLUMN core.queue_estimate.mode IS 'Who waits; reports that do not say count as car, for queue_people as foot.';
COMMENT ON COLUMN core.queue_estimate.hour_at IS 'Start of the hour (UTC).';
COMMENT ON COLUMN core.queue_estimate.as_of IS 'Moment the estimate is for (UTC): the end of the hour, or earlier while it runs.';
COMMENT ON COLUMN core.queue_estimate.value IS 'Estimate in the unit of kind; null when there was no fresh report.';
COMMENT ON COLUMN core.queue_estimate.low IS 'Lower end of the 90 % interval.';
COMMENT ON COLUMN core.queue_estimate.high IS 'Upper end of the 90 % interval.';
COMMENT ON COLUMN core.queue_estimate.origin_count IS 'Fresh reports in own words.';
COMMENT ON COLUMN core.queue_estimate.channel_count IS 'Channels those are from.';
COMMENT ON COLUMN core.queue_estimate.newest_at IS 'When the newest report in own words was posted (UTC).';
COMMENT ON COLUMN core.queue_estimate.is_conflicting IS 'True if a quarter or more of the channels are off by a factor of two or more.';
COMMENT ON COLUMN core.queue_estimate.channel_ids IS 'Channels of the posts that count most.';
COMMENT ON COLUMN core.queue_estimate.post_ids IS 'Ids of those posts, in the same order.';

CREATE TABLE core.queue_clock (
    is_only boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    estimated_until_at timestamptz NOT NULL
);
COMMENT ON TABLE core.queue_clock IS 'One row: until when queues have been estimated.';
COMMENT ON COLUMN core.queue_clock.is_only IS 'Always true: keeps the table to one row.';
COMMENT ON COLUMN core.queue_clock.estimated_until_at IS 'Moment of the last run (UTC).';

CREATE TABLE core.queue_touched (
    place_id text NOT NULL,
    kind text NOT NULL,
    hour_at timestamptz NOT NULL
);
COMMENT ON TABLE core.queue_touched IS 'One row is an hour in which figures about a crossing were written or taken away since it was last estimated; rows may repeat.';
COMMENT ON COLUMN core.queue_touched.place_id IS 'The crossing.';
COMMENT ON COLUMN core.queue_touched.kind IS 'Kind of figure.';
COMMENT ON COLUMN core.queue_touched.hour_at IS 'Start of the hour the figures'' posts were posted in (UTC).';
CREATE INDEX post_quantity_by_place ON core.post_quantity (place_id, kind, posted_at) WHERE place_id IS NOT NULL;
