-- One row is one spike and what it rested on when that was last taken: at its opening, when mailed, when over.
-- Units: posts; share from 0 to 1; hours. Limits: as known at taken_at; spikes found by a version that kept none are not here. Source: core.spike_evidence.
CREATE VIEW analyst.spike_evidence
WITH (security_barrier) AS
SELECT
    evidence.spike_id,
    evidence.taken_at,
    evidence.start_at,
    evidence.end_at,
    (evidence.content ->> 'own_count')::integer AS own_count,
    (evidence.content ->> 'forward_count')::integer AS forward_count,
    (evidence.content ->> 'copy_count')::integer AS copy_count,
    evidence.content -> 'top_channels' AS top_channels,
    evidence.content -> 'languages' AS languages,
    evidence.content -> 'terms' AS terms,
    evidence.content -> 'places' AS places,
    evidence.content -> 'quantities' AS quantities,
    evidence.content -> 'waits' AS waits,
    (
        SELECT jsonb_agg(jsonb_build_object(
            'place_id', near.item #> '{key,place_id}',
            'source', near.item #> '{key,source}',
            'observed', near.item -> 'observed',
            'expected', round((near.item ->> 'expected')::numeric, 2),
            'factor', round((near.item ->> 'observed')::numeric / nullif((near.item ->> 'expected')::numeric, 0), 1)
        ) ORDER BY near.place)
        FROM jsonb_array_elements(nullif(evidence.content -> 'neighbours', 'null')) WITH ORDINALITY AS near (item, place)
    ) AS neighbours,
    (evidence.content #>> '{last_time,ended_at}')::timestamptz AS last_like_at,
    (evidence.content #>> '{last_time,observed}')::integer AS last_like_observed,
    (evidence.content #>> '{last_time,days_on_record}')::double precision AS days_on_record,
    (evidence.content ->> 'coverage_share')::double precision AS coverage_share,
    evidence.content -> 'channels_missing' AS channels_missing,
    evidence.content -> 'channels_silent' AS channels_silent,
    spike.detector_version,
    evidence.parameters,
    evidence.gates,
    (
        SELECT count(*)
        FROM core.spike_post AS shown
        WHERE shown.spike_id = evidence.spike_id AND EXISTS (
            SELECT FROM core.erased_post AS gone
            WHERE (gone.channel_id, gone.post_id) = (shown.channel_id, shown.post_id)
            UNION ALL
            SELECT FROM core.withdrawn_post AS held
            WHERE (held.channel_id, held.post_id) = (shown.channel_id, shown.post_id) AND held.erase_at IS NOT NULL
        )
    ) AS withdrawn_count
FROM core.spike_evidence AS evidence
JOIN core.spike AS spike USING (spike_id)
JOIN core.series AS series USING (series_id)
WHERE series.channel_id IS NULL;
COMMENT ON VIEW analyst.spike_evidence IS 'One row is one spike and what it rested on: taken at its opening, anew when it was fit for a mail or mailed, and when it was over.';
COMMENT ON COLUMN analyst.spike_evidence.spike_id IS 'The spike; see analyst.spike for observed, expected, score and severity.';
COMMENT ON COLUMN analyst.spike_evidence.taken_at IS 'By what was known at this moment (UTC).';
COMMENT ON COLUMN analyst.spike_evidence.start_at IS 'Begin of the window it describes (UTC).';
COMMENT ON COLUMN analyst.spike_evidence.end_at IS 'End of that window (UTC).';
COMMENT ON COLUMN analyst.spike_evidence.own_count IS 'Posts in their own words: origins.';
COMMENT ON COLUMN analyst.spike_evidence.forward_count IS 'Posts the platform marks as forwarded.';
COMMENT ON COLUMN analyst.spike_evidence.copy_count IS 'Posts that repeat another, word for word or nearly.';
COMMENT ON COLUMN analyst.spike_evidence.top_channels IS 'Up to five pairs of channel and posts; channels that are not listed are not named.';
COMMENT ON COLUMN analyst.spike_evidence.languages IS 'Up to six pairs of language (ISO 639-1) and posts.';
COMMENT ON COLUMN analyst.spike_evidence.terms IS 'Up to eight pairs of term or combination and posts.';
COMMENT ON COLUMN analyst.spike_evidence.places IS 'Up to eight pairs of place and posts.';
COMMENT ON COLUMN analyst.spike_evidence.quantities IS 'What posts say: kind, place, lowest and highest figure, posts.';
COMMENT ON COLUMN analyst.spike_evidence.waits IS 'Waiting hours at the checkpoint as estimated at taken_at, with 90 % interval; null: it is about no queue; empty: no report in a day.';
COMMENT ON COLUMN analyst.spike_evidence.neighbours IS 'Up to seven series of the same theme elsewhere (or other places) that stood high in the window: place, source, observed, expected, factor; null: not looked at, or none.';
COMMENT ON COLUMN analyst.spike_evidence.last_like_at IS 'End of the last window as long, before its onset, with as many posts (or the peak of the last queue as long); null: not in days_on_record (UTC).';
COMMENT ON COLUMN analyst.spike_evidence.last_like_observed IS 'Posts, or hours of the queue, then.';
COMMENT ON COLUMN analyst.spike_evidence.days_on_record IS 'Days of the series that were read before its onset.';
COMMENT ON COLUMN analyst.spike_evidence.coverage_share IS 'Share of the channels'' quarter-hours (X: of hours) in the window that were read.';
COMMENT ON COLUMN analyst.spike_evidence.channels_missing IS 'Channels not read in full.';
COMMENT ON COLUMN analyst.spike_evidence.channels_silent IS 'Channels far below their usual.';
COMMENT ON COLUMN analyst.spike_evidence.detector_version IS 'Version of the detector.';
COMMENT ON COLUMN analyst.spike_evidence.parameters IS 'Parameters of the detector and of the gates of a mail.';
COMMENT ON COLUMN analyst.spike_evidence.gates IS 'Every gate of a spike and of a mail: name, is_passed, found, needed; empty for queues.';
COMMENT ON COLUMN analyst.spike_evidence.withdrawn_count IS 'Posts shown as its evidence that have been withdrawn since; figures stay.';
GRANT SELECT ON analyst.spike_evidence TO analyst;
