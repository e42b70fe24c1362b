-- What only a superuser can close, once per database; safe to run again. As a superuser, connected to Monitor's database:
--   psql -v ON_ERROR_STOP=1 -f sql/admin/walls.sql monitor
-- `monitor check` shows what is missing. Statements end with an empty line, so that a server in single-user mode can read them too.

-- Large objects, advisory locks, messages to other sessions or into the log of writes: functions of PostgreSQL that anyone may
-- call, and with which a reader writes to the disk, stops Monitor's collectors or signals to others.
DO $$
DECLARE
    owner_name name := coalesce(
        nullif(current_setting('monitor.owner', true), ''),
        (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database())
    );
    closed record;
BEGIN
    FOR closed IN
        SELECT oid::regprocedure AS function
        FROM pg_proc
        WHERE pronamespace = 'pg_catalog'::regnamespace
            AND proname ~ '^(lo_|loread$|lowrite$|pg_advisory_|pg_try_advisory_|pg_notify$|pg_logical_emit_message$)'
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', closed.function);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', closed.function, owner_name);
    END LOOP;
    -- Programs of a reader's own: DO blocks.
    REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
    EXECUTE format('GRANT USAGE ON LANGUAGE plpgsql TO %I', owner_name);
END
$$;

-- Room on disk for one reader's sorting, which only a superuser may limit; a login takes it over when `monitor analyst add` makes it.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'analyst') THEN
        ALTER ROLE analyst SET temp_file_limit = '2GB';
    END IF;
END
$$;

-- Who read what: Monitor samples the analysts' statements from here each minute.
DO $$
DECLARE
    owner_name name := coalesce(
        nullif(current_setting('monitor.owner', true), ''),
        (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database())
    );
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_stat_statements') THEN
        CREATE EXTENSION IF NOT EXISTS pg_stat_statements SCHEMA public;
        REVOKE ALL ON pg_stat_statements, pg_stat_statements_info FROM PUBLIC;
        EXECUTE format('GRANT SELECT ON public.pg_stat_statements, public.pg_stat_statements_info TO %I', owner_name);
        EXECUTE format('GRANT pg_read_all_stats TO %I', owner_name);
    END IF;
END
$$;

