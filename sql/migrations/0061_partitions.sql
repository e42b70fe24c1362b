-- What is told of a post lies in monthly partitions like the post itself, so that retention takes a month away in one go.
DO $$
DECLARE
    view_name name;
BEGIN
    -- They are made again after the migrations; a view of an operator's own that depends on one stops here, by name.
    FOR view_name IN
        SELECT relname FROM pg_class WHERE relnamespace = 'analyst'::regnamespace AND relkind = 'v' ORDER BY oid DESC
    LOOP
        EXECUTE format('DROP VIEW analyst.%I', view_name);
    END LOOP;
END
$$;

CREATE FUNCTION core.monthly_tables() RETURNS text[]
LANGUAGE sql
IMMUTABLE
RETURN ARRAY['post', 'post_metric', 'post_annotation', 'post_theme', 'post_place', 'post_quantity'];
COMMENT ON FUNCTION core.monthly_tables IS 'Name the tables in monthly partitions of posted_at.';
REVOKE ALL ON FUNCTION core.monthly_tables FROM PUBLIC;

-- Make the partitions of the month that holds a moment, those that are not there yet.
CREATE OR REPLACE FUNCTION core.ensure_post_partition(moment timestamptz) RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog
AS $$
DECLARE
    month_at timestamp := date_trunc('month', moment AT TIME ZONE 'UTC');
    suffix text := to_char(month_at, '_YYYY_MM');
    parent text;
BEGIN
    FOREACH parent IN ARRAY core.monthly_tables() LOOP
        IF to_regclass('core.' || parent || suffix) IS NULL THEN
            PERFORM pg_advisory_xact_lock(hashtext('core.ensure_post_partition'));
            EXECUTE format(
                'CREATE TABLE IF NOT EXISTS core.%I PARTITION OF core.%I FOR VALUES FROM (%L) TO (%L)',
                parent || suffix, parent, month_at AT TIME ZONE 'UTC', (month_at + interval '1 month') AT TIME ZONE 'UTC'
            );
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION core.ensure_post_partition IS 'Make the monthly partitions that hold a moment, if they are missing.';

DO $$
DECLARE
    parent text;
    whole text;
    key_columns text;
    indexes text[];
    columns text;
    comment text;
    statement text;
    month_at timestamptz;
BEGIN
    FOREACH parent IN ARRAY core.monthly_tables() LOOP
        CONTINUE WHEN parent = 'post';
        whole := parent || '_whole';
        key_columns := (
            SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = ('core.' || parent)::regclass AND contype = 'p'
        );
        indexes := ARRAY(
            SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ('core.' || parent)::regclass AND NOT indisprimary
        );
        comment := obj_description(('core.' || parent)::regclass, 'pg_class');
        columns := (
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
            FROM pg_attribute
            WHERE attrelid = ('core.' || parent)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
        );
        EXECUTE format('ALTER TABLE core.%I RENAME TO %I', parent, whole);
        EXECUTE format(
            'CREATE TABLE core.%I (LIKE core.%I INCLUDING ALL EXCLUDING INDEXES) PARTITION BY RANGE (posted_at)', parent, whole
        );
        EXECUTE format('COMMENT ON TABLE core.%I IS %L', parent, comment);
        FOR month_at IN EXECUTE format(
            'SELECT DISTINCT date_trunc(''month'', posted_at, ''UTC'') FROM core.%I UNION SELECT date_trunc(''month'', posted_at, ''UTC'') FROM core.post',
            whole
        ) LOOP
            EXECUTE format(
                'CREATE TABLE core.%I PARTITION OF core.%I FOR VALUES FROM (%L) TO (%L)',
                parent || to_char(month_at AT TIME ZONE 'UTC', '_YYYY_MM'), parent, month_at,
                ((month_at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC'
            );
        END LOOP;
        EXECUTE format('INSERT INTO core.%I (%s) SELECT %s FROM core.%I', parent, columns, columns, whole);
        EXECUTE format('DROP TABLE core.%I', whole);
        EXECUTE format('ALTER TABLE core.%I ADD %s', parent, key_columns);
        FOREACH statement IN ARRAY indexes LOOP
            EXECUTE statement;
        END LOOP;
    END LOOP;
END
$$;
