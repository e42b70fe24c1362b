"""What analysts can reach, read from the server's own catalogue."""

from __future__ import annotations

from monitor.store.connection import Connection

OPEN_FUNCTIONS = """
SELECT oid::regprocedure::text
FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace
    AND proname ~ '^(lo_|loread$|lowrite$|pg_advisory_|pg_try_advisory_|pg_notify$|pg_logical_emit_message$)'
    AND has_function_privilege('analyst', oid, 'EXECUTE')
UNION ALL
SELECT 'language ' || lanname
FROM pg_language
WHERE lanpltrusted AND lanname <> 'sql' AND has_language_privilege('analyst', oid, 'USAGE')
"""


def open_functions(connection: Connection) -> list[str]:
    """Name the server's own functions that only a superuser can close, and has not."""
    return [row[0] for row in connection.execute(OPEN_FUNCTIONS)]


OPENINGS = """
SELECT 'role ' || granted.rolname
FROM pg_auth_members AS membership
JOIN pg_roles AS granted ON granted.oid = membership.roleid
WHERE membership.member = 'analyst'::regrole
UNION ALL
SELECT login.login || ' is also ' || granted.rolname
FROM core.analyst_login AS login
JOIN pg_roles AS reader ON reader.rolname = login.login
JOIN pg_auth_members AS membership ON membership.member = reader.oid
JOIN pg_roles AS granted ON granted.oid = membership.roleid
WHERE granted.rolname <> 'analyst'
UNION ALL
SELECT namespace.nspname || '.' || class.relname
FROM pg_class AS class
JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE namespace.nspname !~ '^(pg_|information_schema$)'
    AND class.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND NOT (namespace.nspname = 'analyst' AND class.relkind = 'v')
    AND has_table_privilege('analyst', class.oid, 'SELECT')
UNION ALL
SELECT 'writing to ' || namespace.nspname || '.' || class.relname
FROM pg_class AS class
JOIN pg_namespace AS namespace ON namespace.oid = class.relnamespace
WHERE namespace.nspname !~ '^(pg_|information_schema$)'
    AND class.relkind IN ('r', 'p', 'v')
    AND has_table_privilege('analyst', class.oid, 'INSERT, UPDATE, DELETE, TRUNCATE')
UNION ALL
SELECT 'view without barrier: ' || relname
FROM pg_class
WHERE relnamespace = 'analyst'::regnamespace AND relkind = 'v'
    AND NOT coalesce(reloptions @> '{security_barrier=true}', false)
UNION ALL
SELECT 'function core.' || proname
FROM pg_proc
WHERE pronamespace = 'core'::regnamespace AND has_function_privilege('analyst', oid, 'EXECUTE')
UNION ALL
SELECT 'creating in ' || nspname
FROM pg_namespace
WHERE nspname !~ '^pg_' AND has_schema_privilege('analyst', oid, 'CREATE')
UNION ALL
SELECT 'temporary tables'
WHERE has_database_privilege('analyst', current_database(), 'TEMP, CREATE')
"""


def openings(connection: Connection) -> list[str]:
    """Name all that analysts could reach or change besides reading the views; empty on a sound database."""
    return [row[0] for row in connection.execute(OPENINGS)]
