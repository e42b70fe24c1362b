-- One row is one place of the gazetteer.
-- Units: degrees. Limits: points, not areas. Source: core.place.
CREATE VIEW analyst.place
WITH (security_barrier) AS
SELECT
    place_id,
    kind,
    name,
    country,
    lat_deg,
    lon_deg
FROM core.place;
COMMENT ON VIEW analyst.place IS 'One row is one place of the gazetteer.';
COMMENT ON COLUMN analyst.place.place_id IS 'What you type in a query.';
COMMENT ON COLUMN analyst.place.kind IS 'crossing, country, region or city.';
COMMENT ON COLUMN analyst.place.name IS 'English name.';
COMMENT ON COLUMN analyst.place.country IS 'ISO 3166-1 alpha-2 code.';
COMMENT ON COLUMN analyst.place.lat_deg IS 'Latitude, degrees north.';
COMMENT ON COLUMN analyst.place.lon_deg IS 'Longitude, degrees east.';
GRANT SELECT ON analyst.place TO analyst;
