"""Bring a database to the schema this version needs: migrations once and in order, views anew each time."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import psycopg
import psycopg.sql

from monitor.errors import ConfigError, TransientError

BOOTSTRAP = """
CREATE SCHEMA IF NOT EXISTS core;
CREATE TABLE IF NOT EXISTS core.migration (
    file text PRIMARY KEY,
    digest text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE core.migration IS 'One row is one migration file that has been applied.';
COMMENT ON COLUMN core.migration.file IS 'Name of the file below sql/migrations.';
COMMENT ON COLUMN core.migration.digest IS 'SHA-256 of its content; a merged migration is never edited.';
COMMENT ON COLUMN core.migration.applied_at IS 'When it was applied (UTC).';
"""
LOCK = "SELECT pg_advisory_lock(hashtext('monitor.migrate'))"
APPLIED = "SELECT file, digest FROM core.migration"
REMEMBER = "INSERT INTO core.migration (file, digest) VALUES (%s, %s)"
CLOSE_DATABASE = """
REVOKE ALL ON DATABASE {database} FROM PUBLIC;
GRANT CONNECT ON DATABASE {database} TO analyst;
REVOKE ALL ON SCHEMA core, public FROM PUBLIC;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA core, analyst FROM PUBLIC;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT analyst TO CURRENT_USER
"""
"""What an owner can close, each time: neither a dump nor a copy of a database carries its own rights along."""
OUR_FUNCTIONS = """
SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'analyst'::regnamespace AND proname = ANY (%s)
"""
OUR_VIEWS = """
SELECT c.relname
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'analyst' AND c.relkind = 'v'
"""


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """Which migrations were applied now, and how many views were made."""

    applied: tuple[str, ...]
    views_count: int


def migrate(database_url: str, sql_dir: Path) -> MigrationReport:
    """Apply what is missing below ``sql_dir`` and make the views again; safe to run at any time, by several at once.

    Raises ConfigError for an edited migration or a view that an operator's own view depends on,
    TransientError when the database cannot be reached.
    """
    try:
        with psycopg.connect(database_url, autocommit=True, connect_timeout=10) as connection:
            connection.execute(LOCK)
            connection.execute("SET client_min_messages TO warning")
            connection.execute(BOOTSTRAP)
            applied = _apply_missing(connection, sql_dir / "migrations")
            views_count = _remake_views(connection, sql_dir)
            _close_database(connection)
            return MigrationReport(applied=applied, views_count=views_count)
    except psycopg.OperationalError as error:
        raise TransientError(f"cannot reach the database: {error}. Check MONITOR_DATABASE_URL and that it runs.") from error


def _apply_missing(connection: psycopg.Connection, folder: Path) -> tuple[str, ...]:
    known: dict[str, str] = dict(connection.execute(APPLIED).fetchall())
    applied = []
    for file in sorted(folder.glob("*.sql")):
        text = file.read_text(encoding="utf-8")
        digest = hashlib.sha256(text.encode()).hexdigest()
        if file.name not in known:
            with connection.transaction():
                connection.execute(text.encode())
                connection.execute(REMEMBER, (file.name, digest))
            applied.append(file.name)
        elif known[file.name] != digest:
            raise ConfigError(f"{file}: edited after it was applied. Restore it, and put the change into a new migration.")
    return tuple(applied)


def _remake_views(connection: psycopg.Connection, sql_dir: Path) -> int:
    """Drop our functions and views, newest first, and make them again: functions read views, and views read tables."""
    views, functions = (sorted((sql_dir / name).glob("*.sql")) for name in ("views", "functions"))
    with connection.transaction():
        for (signature,) in connection.execute(OUR_FUNCTIONS, ([_name(file) for file in functions],)).fetchall():
            connection.execute(f"DROP FUNCTION {signature}".encode())
        present = {row[0] for row in connection.execute(OUR_VIEWS)}
        for file in reversed(views):
            if _name(file) in present:
                _drop_view(connection, _name(file))
        for file in (*views, *functions):
            connection.execute(file.read_bytes())
    return len(views)


def _name(file: Path) -> str:
    return file.stem.split("_", 1)[1]


def _close_database(connection: psycopg.Connection) -> None:
    database = psycopg.sql.Identifier(connection.info.dbname)
    connection.execute(psycopg.sql.SQL(CLOSE_DATABASE).format(database=database))


def _drop_view(connection: psycopg.Connection, name: str) -> None:
    try:
        connection.execute(psycopg.sql.SQL("DROP VIEW {}").format(psycopg.sql.Identifier("analyst", name)))
    except psycopg.errors.DependentObjectsStillExist as error:
        raise ConfigError(f"{error.diag.message_detail}. Drop it, run monitor migrate, and make it again.") from error
