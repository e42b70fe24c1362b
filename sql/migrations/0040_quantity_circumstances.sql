-- What a post says around a figure: which way, who waits, when, and whether it passes on what others say.
ALTER TABLE core.post_quantity
    ADD COLUMN direction text CHECK (direction IN ('out', 'in')),
    ADD COLUMN mode text CHECK (mode IN ('car', 'foot', 'bicycle', 'bus', 'truck')),
    ADD COLUMN tense text NOT NULL DEFAULT 'now' CHECK (tense IN ('now', 'past', 'forecast')),
    ADD COLUMN is_hearsay boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN core.post_quantity.direction IS 'out of Russia or in; null where the post does not say.';
COMMENT ON COLUMN core.post_quantity.mode IS 'car, foot, bicycle (scooters too), bus or truck; null where the post does not say.';
COMMENT ON COLUMN core.post_quantity.tense IS 'now, past or forecast; figures read before this was told are taken as now.';
COMMENT ON COLUMN core.post_quantity.is_hearsay IS 'True where the post passes on what others say.';
