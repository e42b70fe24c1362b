"""Logins that read the analysts' views and nothing else, and the watch over what they run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import psycopg
from psycopg import sql

from monitor.errors import ConfigError
from monitor.model import AnalystLogin
from monitor.store.audit import note_audit
from monitor.store.connection import Connection

GROUP = "analyst"

ROLE_EXISTS = "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = %s)"
CREATE_LOGIN = sql.SQL(
    "CREATE ROLE {login} LOGIN INHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS "
    "CONNECTION LIMIT {connections} PASSWORD {verifier} VALID UNTIL {expires_at} IN ROLE analyst"
)
TAKE_CHARGE = sql.SQL("GRANT {login} TO CURRENT_USER")
DEFAULTS = {
    "search_path": "analyst",
    "default_transaction_read_only": "on",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",
    "idle_session_timeout": "1h",
    "work_mem": "32MB",
    "timezone": "UTC",
}
"""What a login starts with. A reader can change these; ``stop_long_readers`` holds whoever does to the same minute."""
SET_DEFAULT = sql.SQL("ALTER ROLE {login} SET {name} TO {value}")
REMEMBER = "INSERT INTO core.analyst_login (login, added_at, expires_at, connections_count) VALUES (%s, %s, %s, %s)"


def add_analyst(connection: Connection, login: AnalystLogin, password: str) -> None:
    """Make the role of ``login``; the server is sent a SCRAM verifier, never the password.

    ConfigError when the role exists already. The owner becomes a member of it, so that it may cancel what the login runs.
    """
    if _has_role(connection, login.login):
        raise ConfigError(f"the server already has a role {login.login}. Choose another name, or remove it first.")
    role = sql.Identifier(login.login)
    verifier = connection.pgconn.encrypt_password(password.encode(), login.login.encode(), b"scram-sha-256").decode()
    with connection.transaction():
        connection.execute(
            CREATE_LOGIN.format(
                login=role,
                connections=sql.Literal(login.connections_count),
                verifier=sql.Literal(verifier),
                expires_at=sql.Literal(login.expires_at.isoformat()),
            )
        )
        connection.execute(TAKE_CHARGE.format(login=role))
        for name, value in DEFAULTS.items():
            connection.execute(SET_DEFAULT.format(login=role, name=sql.Identifier(name), value=sql.Literal(value)))
        connection.execute(REMEMBER, (login.login, login.added_at, login.expires_at, login.connections_count))
        note_audit(connection, "analyst.added", login.login, {"expires_at": str(login.expires_at)}, as_of=login.added_at)


FORGET = "DELETE FROM core.analyst_login WHERE login = %s"
SHUT = sql.SQL("ALTER ROLE {login} NOLOGIN")
END_SESSIONS = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = %s"
DROP = sql.SQL("DROP ROLE {login}")


def remove_analyst(connection: Connection, name: str, *, as_of: datetime) -> int:
    """Shut and drop a login and end its sessions; return how many these were. ConfigError when it is none of ours."""
    if not any(login.login == name for login in analysts(connection)):
        raise ConfigError(f"no analyst {name}. `monitor analyst list` names them.")
    if not _has_role(connection, name):
        sessions_count = 0
    else:
        connection.execute(SHUT.format(login=sql.Identifier(name)))
        sessions_count = int(connection.execute(END_SESSIONS, (name,)).fetchall()[0][0])
    with connection.transaction():
        if _has_role(connection, name):
            connection.execute(DROP.format(login=sql.Identifier(name)))
        connection.execute(FORGET, (name,))
        note_audit(connection, "analyst.removed", name, as_of=as_of)
    return sessions_count


LOGINS = "SELECT login, added_at, expires_at, connections_count FROM core.analyst_login ORDER BY login"


def analysts(connection: Connection) -> list[AnalystLogin]:
    """Give the logins that were made here, by name."""
    return [
        AnalystLogin(login=login, added_at=added_at, expires_at=expires_at, connections_count=count)
        for login, added_at, expires_at, count in connection.execute(LOGINS)
    ]


def _has_role(connection: Connection, name: str) -> bool:
    return bool(connection.execute(ROLE_EXISTS, (name,)).fetchall()[0][0])


READERS = """
SELECT activity.pid, activity.usename, activity.state,
    extract(epoch FROM clock_timestamp() - CASE
        WHEN activity.state = 'active' THEN activity.query_start ELSE activity.state_change
    END)::double precision
FROM pg_stat_activity AS activity
JOIN pg_roles AS reader ON reader.rolname = activity.usename
JOIN pg_auth_members AS membership ON membership.member = reader.oid
WHERE membership.roleid = 'analyst'::regrole
    AND activity.usename <> current_user
    AND activity.datname = current_database()
    AND activity.state IN ('active', 'idle in transaction', 'idle in transaction (aborted)')
"""
CANCEL = "SELECT pg_cancel_backend(%s)"
TERMINATE = "SELECT pg_terminate_backend(%s)"


def stop_long_readers(connection: Connection, *, longest: timedelta, as_of: datetime) -> int:
    """Cancel analysts' statements that run longer than ``longest``, end transactions left open as long; return how many.

    A statement still running at twice that, because it ignores the cancel, loses its session.
    """
    limit_s = longest.total_seconds()
    stopped_count = 0
    for pid, login, state, seconds in connection.execute(READERS).fetchall():
        if seconds < limit_s:
            continue
        is_cancelled = state == "active" and seconds < 2 * limit_s
        connection.execute(CANCEL if is_cancelled else TERMINATE, (pid,))
        note_audit(connection, "analyst.stopped", login, {"seconds": round(seconds)}, as_of=as_of)
        stopped_count += 1
    return stopped_count


BECOME_READER = "SET LOCAL ROLE analyst"


@contextmanager
def as_reader(connection: Connection, *, longest: timedelta) -> Iterator[None]:
    """Run what is inside with an analyst's rights, read-only, in one snapshot, each statement no longer than ``longest``."""
    with connection.transaction(force_rollback=True):
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        connection.execute(f"SET LOCAL statement_timeout = {round(longest.total_seconds() * 1000)}".encode())
        connection.execute(BECOME_READER)
        connection.execute("SET LOCAL search_path = analyst")
        yield


def read_as_analyst(connection: Connection, query: str) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Run one statement inside ``as_reader``; give its columns and its rows, read piece by piece.

    ConfigError when it fails or is none that gives rows: the words are the analyst's own, so the server's answer is told.
    """
    cursor = connection.cursor(name="export")
    try:
        cursor.execute(query.rstrip().rstrip(";").encode())
        columns = [column.name for column in cursor.description or ()]
        return columns, _told(cursor)
    except psycopg.Error as error:
        raise ConfigError(f"the query failed: {error.diag.message_primary or error}") from None


def _told(cursor: psycopg.ServerCursor[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    try:
        yield from cursor
    except psycopg.Error as error:
        raise ConfigError(f"the query failed: {error.diag.message_primary or error}") from None


EXPORT_STANDING = """
SELECT
    (SELECT max(codebook_version) FROM analyst.codebook),
    (
        SELECT avg(observed_share)
        FROM (SELECT observed_share FROM analyst.coverage WHERE channel_id IS NULL ORDER BY day_date DESC LIMIT 7) AS last_week
    )
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportStanding:
    """What stands beside an export's rows: the newest codebook and how completely the last days were read."""

    codebook_version: int | None
    observed_share: float | None


def export_standing(connection: Connection) -> ExportStanding:
    """Give what a reader of an export must know; read with an analyst's rights."""
    version, share = connection.execute(EXPORT_STANDING).fetchall()[0]
    return ExportStanding(codebook_version=version, observed_share=share)
