-- The themes and places that posts are read with, by version.
CREATE TABLE core.codebook (
    codebook_version integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    digest text NOT NULL UNIQUE,
    compiled_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE core.codebook IS 'One row is one version of themes, places and units, by the hash of the files.';
COMMENT ON COLUMN core.codebook.codebook_version IS 'Version number that stands beside annotations and counts.';
COMMENT ON COLUMN core.codebook.digest IS 'Hash of the seeds files.';
COMMENT ON COLUMN core.codebook.compiled_at IS 'When it was first used (UTC).';

CREATE TABLE core.theme (
    theme_id text PRIMARY KEY,
    name text NOT NULL,
    definition text NOT NULL,
    excludes text NOT NULL
);
COMMENT ON TABLE core.theme IS 'One row is one theme of the current codebook.';
COMMENT ON COLUMN core.theme.theme_id IS 'What analysts type.';
COMMENT ON COLUMN core.theme.name IS 'Name to show.';
COMMENT ON COLUMN core.theme.definition IS 'What counts.';
COMMENT ON COLUMN core.theme.excludes IS 'What does not.';

CREATE TABLE core.place (
    place_id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('crossing', 'country', 'region', 'city')),
    name text NOT NULL,
    country text,
    lat_deg double precision NOT NULL CHECK (lat_deg BETWEEN -90 AND 90),
    lon_deg double precision NOT NULL CHECK (lon_deg BETWEEN -180 AND 180)
);
COMMENT ON TABLE core.place IS 'One row is one place of the gazetteer.';
COMMENT ON COLUMN core.place.place_id IS 'What analysts type.';
COMMENT ON COLUMN core.place.kind IS 'crossing, country, region or city.';
COMMENT ON COLUMN core.place.name IS 'English name.';
COMMENT ON COLUMN core.place.country IS 'ISO 3166-1 alpha-2 code.';
COMMENT ON COLUMN core.place.lat_deg IS 'Latitude, degrees north.';
COMMENT ON COLUMN core.place.lon_deg IS 'Longitude, degrees east.';
