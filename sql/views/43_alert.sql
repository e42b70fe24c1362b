-- One row is one alert that was written for the readers of one rule.
-- Units: UTC; deliveries. Limits: who the readers are is not told. Source: core.alert and core.delivery.
CREATE VIEW analyst.alert
WITH (security_barrier) AS
SELECT
    alert.alert_id,
    alert.event_id,
    alert.spike_id,
    alert.rule_id,
    alert.created_at,
    count(delivery.delivery_id) AS deliveries_count,
    count(*) FILTER (WHERE delivery.status = 'sent') AS sent_count,
    min(delivery.sent_at) AS first_sent_at,
    coalesce((alert.content #>> '{1,withdrawn_count}')::integer, 0) AS withdrawn_count
FROM core.alert AS alert
LEFT JOIN core.delivery AS delivery USING (alert_id)
GROUP BY alert.alert_id;
COMMENT ON VIEW analyst.alert IS 'One row is one alert that was written for the readers of one rule.';
COMMENT ON COLUMN analyst.alert.alert_id IS 'Id.';
COMMENT ON COLUMN analyst.alert.event_id IS 'The event it is about.';
COMMENT ON COLUMN analyst.alert.spike_id IS 'The spike it shows.';
COMMENT ON COLUMN analyst.alert.rule_id IS 'Rule of seeds/alert_rules.yml behind it.';
COMMENT ON COLUMN analyst.alert.created_at IS 'When it was written (UTC).';
COMMENT ON COLUMN analyst.alert.deliveries_count IS 'Recipients it went to.';
COMMENT ON COLUMN analyst.alert.sent_count IS 'Those whose server took it.';
COMMENT ON COLUMN analyst.alert.first_sent_at IS 'When the first of them did (UTC); null: none yet.';
COMMENT ON COLUMN analyst.alert.withdrawn_count IS 'Posts it showed that have been withdrawn since it was written.';
GRANT SELECT ON analyst.alert TO analyst;
