-- One row is one rule and theme: what readers said of its alerts.
-- Units: alerts; share from 0 to 1. Limits: of alerts somebody judged; where verdicts differ, a false alarm outweighs. Source: core.feedback.
CREATE VIEW analyst.alert_precision
WITH (security_barrier) AS
WITH judged AS (
    SELECT
        alert.alert_id,
        bool_or(feedback.verdict = 'useful') AS is_useful,
        bool_or(feedback.verdict = 'false_alarm') AS is_false
    FROM core.alert AS alert
    JOIN core.delivery AS delivery USING (alert_id)
    LEFT JOIN core.feedback AS feedback USING (delivery_id)
    WHERE alert.kind <> 'ended'
    GROUP BY alert.alert_id
)
SELECT
    alert.rule_id,
    series.theme_id,
    count(*) AS alerts_count,
    count(*) FILTER (WHERE judged.is_useful AND judged.is_false IS NOT TRUE) AS useful_count,
    count(*) FILTER (WHERE judged.is_false) AS false_alarms_count,
    count(*) FILTER (WHERE judged.is_useful AND judged.is_false IS NOT TRUE)::double precision
        / nullif(count(*) FILTER (WHERE judged.is_useful OR judged.is_false), 0) AS precision_share
FROM core.alert AS alert
JOIN judged USING (alert_id)
JOIN core.spike AS spike USING (spike_id)
JOIN core.series AS series USING (series_id)
GROUP BY alert.rule_id, series.theme_id;
COMMENT ON VIEW analyst.alert_precision IS 'One row is one rule and theme: what readers said of its alerts.';
COMMENT ON COLUMN analyst.alert_precision.rule_id IS 'Rule of seeds/alert_rules.yml.';
COMMENT ON COLUMN analyst.alert_precision.theme_id IS 'Theme; null: alerts on all posts that name a place.';
COMMENT ON COLUMN analyst.alert_precision.alerts_count IS 'Alerts that were written, without the ends of events.';
COMMENT ON COLUMN analyst.alert_precision.useful_count IS 'Those a reader called useful, and none a false alarm.';
COMMENT ON COLUMN analyst.alert_precision.false_alarms_count IS 'Those a reader called a false alarm.';
COMMENT ON COLUMN analyst.alert_precision.precision_share IS 'Useful ones among the judged; null where none was judged.';
GRANT SELECT ON analyst.alert_precision TO analyst;
