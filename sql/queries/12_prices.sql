-- What was asked for the way out, by destination?
-- Shape: one row is a place and currency. Caveat: asking prices of posts, for different things (a seat, a bicycle, a place in line).
SELECT
    figure.place_id,
    figure.kind,
    count(*) AS offers_count,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY coalesce(figure.low, figure.high)) AS median_price
FROM analyst.post_quantity AS figure
JOIN analyst.post AS post USING (channel_id, post_id, posted_at)
WHERE figure.kind IN ('price_rub', 'price_usd') AND post.is_origin
GROUP BY figure.place_id, figure.kind
ORDER BY offers_count DESC, figure.place_id, figure.kind;
