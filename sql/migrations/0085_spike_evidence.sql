-- What a spike rests on, kept with it whether anyone was mailed or not.
CREATE TABLE core.spike_evidence (
    spike_id bigint PRIMARY KEY REFERENCES core.spike,
    taken_at timestamptz NOT NULL,
    start_at timestamptz NOT NULL,
    end_at timestamptz NOT NULL,
    content jsonb NOT NULL,
    parameters jsonb NOT NULL,
    gates jsonb NOT NULL,
    CHECK (start_at < end_at)
);
COMMENT ON TABLE core.spike_evidence IS 'One row is the evidence of one spike: taken when it opened, anew when it was fit for a mail or mailed, and when it was over.';
COMMENT ON COLUMN core.spike_evidence.spike_id IS 'The spike.';
COMMENT ON COLUMN core.spike_evidence.taken_at IS 'By what was known at this moment (UTC).';
COMMENT ON COLUMN core.spike_evidence.start_at IS 'Begin of the window it describes (UTC).';
COMMENT ON COLUMN core.spike_evidence.end_at IS 'End of that window (UTC).';
COMMENT ON COLUMN core.spike_evidence.content IS 'Composition, coverage, neighbours, last time and queue, as the program packs them; no text of a post.';
COMMENT ON COLUMN core.spike_evidence.parameters IS 'Parameters of the detector and of the gates it was found with.';
COMMENT ON COLUMN core.spike_evidence.gates IS 'Every gate of a spike and of a mail: name, passed or not, what was found, what was needed.';

CREATE TABLE core.spike_post (
    spike_id bigint NOT NULL REFERENCES core.spike_evidence,
    place_number smallint NOT NULL CHECK (place_number > 0),
    channel_id bigint NOT NULL,
    post_id bigint NOT NULL,
    posted_at timestamptz NOT NULL,
    PRIMARY KEY (spike_id, place_number)
);
COMMENT ON TABLE core.spike_post IS 'One row is one post shown as evidence of a spike; its text is read from the post, so that it goes when the post goes.';
COMMENT ON COLUMN core.spike_post.spike_id IS 'The spike.';
COMMENT ON COLUMN core.spike_post.place_number IS 'Its place among them, from 1, in the order of publication.';
COMMENT ON COLUMN core.spike_post.channel_id IS 'The post''s channel.';
COMMENT ON COLUMN core.spike_post.post_id IS 'The post''s id.';
COMMENT ON COLUMN core.spike_post.posted_at IS 'The post''s moment (UTC).';
