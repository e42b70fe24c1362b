-- Where is it happening: which places were named in the newest 24 hours, for a map?
-- Shape: one row is a place with its coordinates. Caveat: a country or region is a point in its middle; named is not where the post is from.
SELECT
    place.place_id,
    place.kind,
    place.name,
    place.lat_deg,
    place.lon_deg,
    sum(hour.origin_count) AS origin_count
FROM analyst.count_hour AS hour
JOIN analyst.place AS place USING (place_id)
WHERE hour.grain = 'place'
    AND hour.hour_at >= (SELECT hour_at FROM analyst.reach) - interval '23 hours'
GROUP BY place.place_id, place.kind, place.name, place.lat_deg, place.lon_deg
ORDER BY origin_count DESC, place.place_id;
