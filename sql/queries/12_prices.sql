-- What was asked for the way out in the newest month, by destination?
-- Shape: one row is a place and currency. Caveat: asking prices of posts, for different things (a seat, a bicycle, a place in line).
SELECT
    figure.place_id,
    figure.kind,
    count(*) AS offers_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(figure.low, figure.high)) AS median_price
FROM analyst.post_quantity AS figure
WHERE figure.kind IN ('price_rub', 'price_usd') AND figure.is_origin
    AND figure.posted_at >= (SELECT hour_at - interval '30 days' FROM analyst.reach)
GROUP BY figure.place_id, figure.kind
ORDER BY offers_count DESC, figure.place_id, figure.kind;
