"""The register of what was done with people's data beyond the daily work; rows are added, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from monitor.store.connection import Connection

NOTE = "INSERT INTO core.audit (noted_at, action, subject, detail) VALUES (%s, %s, %s, %s)"


def note_audit(
    connection: Connection, action: str, subject: str, detail: Mapping[str, int | str | None] | None = None, *, as_of: datetime
) -> None:
    """Enter one deed; ``subject`` and ``detail`` name logins, queries, channels and figures, never a person of the posts."""
    connection.execute(NOTE, (as_of, action, subject, json.dumps(dict(detail or {}))))


CAN_SAMPLE = """
SELECT EXISTS (
    SELECT FROM pg_extension WHERE extname = 'pg_stat_statements'
) AND current_setting('pg_stat_statements.max', true) IS NOT NULL
    AND pg_has_role('pg_read_all_stats', 'usage')
"""
SAMPLE = """
WITH counted AS (
    SELECT role.rolname AS login, seen.queryid AS query_id, min(seen.query) AS statement,
        sum(seen.calls)::bigint AS calls_count, sum(seen.rows)::bigint AS rows_count
    FROM public.pg_stat_statements AS seen
    JOIN pg_roles AS role ON role.oid = seen.userid
    JOIN pg_auth_members AS membership ON membership.member = role.oid AND membership.roleid = 'analyst'::regrole
    WHERE role.rolname <> current_user
        AND seen.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
    GROUP BY role.rolname, seen.queryid
),
grown AS (
    SELECT counted.login, counted.query_id, counted.statement,
        counted.calls_count - CASE WHEN total.calls_count <= counted.calls_count THEN total.calls_count ELSE 0 END AS calls_count,
        counted.rows_count - CASE WHEN total.calls_count <= counted.calls_count THEN total.rows_count ELSE 0 END AS rows_count
    FROM counted
    LEFT JOIN core.analyst_statement_total AS total USING (login, query_id)
    WHERE total.calls_count IS DISTINCT FROM counted.calls_count
),
remembered AS (
    INSERT INTO core.analyst_statement_total AS total (login, query_id, calls_count, rows_count)
    SELECT login, query_id, calls_count, rows_count FROM counted
    ON CONFLICT (login, query_id) DO UPDATE SET calls_count = excluded.calls_count, rows_count = excluded.rows_count
    WHERE total.calls_count <> excluded.calls_count
)
INSERT INTO core.analyst_statement (login, query_id, sampled_at, statement, calls_count, rows_count)
SELECT login, query_id, %s, statement, calls_count, rows_count
FROM grown
WHERE calls_count > 0
ON CONFLICT DO NOTHING
"""


def can_sample(connection: Connection) -> bool:
    """Tell whether the server counts statements and lets Monitor see them; `sql/admin/walls.sql` makes it so."""
    return bool(connection.execute(CAN_SAMPLE).fetchall()[0][0])


def sample_statements(connection: Connection, *, as_of: datetime) -> int:
    """Write down what analysts' logins ran since the last sample, values taken out; return how many kinds of statements.

    0 where the server does not count them. After the server's counters were reset they count from zero.
    """
    return connection.execute(SAMPLE, (as_of,)).rowcount if can_sample(connection) else 0
