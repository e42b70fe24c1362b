-- What X costs: every request reserves its highest cost before it is sent, and settles with the rows it brought.
CREATE TABLE core.ledger (
    entry_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('counts', 'posts')),
    feed text NOT NULL,
    unit_usd numeric(12, 6) NOT NULL CHECK (unit_usd >= 0),
    reserved_count integer NOT NULL CHECK (reserved_count > 0),
    charged_count integer CHECK (charged_count BETWEEN 0 AND reserved_count),
    booked_at timestamptz NOT NULL
);
CREATE INDEX ledger_by_moment ON core.ledger (booked_at);
CREATE INDEX ledger_by_feed ON core.ledger (feed) WHERE purpose = 'posts';
COMMENT ON TABLE core.ledger IS 'One row is one request to X: what it may cost at most, and what it cost once its rows are stored.';
COMMENT ON COLUMN core.ledger.entry_id IS 'Our own id.';
COMMENT ON COLUMN core.ledger.purpose IS 'counts (hourly counts of a query) or posts (evidence for a spike).';
COMMENT ON COLUMN core.ledger.feed IS 'The query that was asked; for posts with the moment its spike was opened.';
COMMENT ON COLUMN core.ledger.unit_usd IS 'Price of one unit (a counts request, a post), US dollars, as set when it was asked.';
COMMENT ON COLUMN core.ledger.reserved_count IS 'Units the request may cost at most; committed before it is sent.';
COMMENT ON COLUMN core.ledger.charged_count IS 'Units it cost; null while unsettled, and then all reserved units count as spent.';
COMMENT ON COLUMN core.ledger.booked_at IS 'As of when it was asked; once settled, when X answered by its own clock (UTC). Its month pays.';

CREATE TABLE core.charged (
    charged_date date NOT NULL,
    object_hash text NOT NULL,
    PRIMARY KEY (charged_date, object_hash)
);
COMMENT ON TABLE core.charged IS 'One row is one post X has charged on one UTC day, as a keyed hash; it charges each once a day. Kept two days.';
COMMENT ON COLUMN core.charged.charged_date IS 'Day of X''s answer (UTC).';
COMMENT ON COLUMN core.charged.object_hash IS 'HMAC-SHA-256 of the post''s id, so that posts that are not kept stay forgotten.';
