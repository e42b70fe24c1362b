-- Which crossings were named most, and in how many original posts? Caveat: named is not congested.
SELECT
    place.place_id,
    place.name,
    sum(count_hour.origin_count) AS origin_count
FROM analyst.count_hour AS count_hour
JOIN analyst.place AS place USING (place_id)
WHERE place.kind = 'crossing' AND count_hour.theme_id IS NULL
GROUP BY place.place_id, place.name
ORDER BY origin_count DESC, place.place_id;
