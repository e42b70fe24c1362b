-- Which crossings were named most, and in how many original posts?
-- Shape: one row is a crossing, most named first. Caveat: named is not congested.
SELECT
    place.place_id,
    place.name,
    sum(day.origin_count) AS origin_count
FROM analyst.count_day AS day
JOIN analyst.place AS place USING (place_id)
WHERE place.kind = 'crossing' AND day.grain = 'place'
GROUP BY place.place_id, place.name
ORDER BY origin_count DESC, place.place_id;
