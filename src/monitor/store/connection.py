"""Open the database and turn its troubles into Monitor's errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from monitor.errors import ConfigError, TerminalError, TransientError

Connection = psycopg.Connection[tuple[Any, ...]]

LOCK_TIMEOUT = "SET lock_timeout = '60s'"
STAGE_LOCK = "SELECT pg_try_advisory_lock(hashtext('monitor.stage'), hashtext(%s))"


@contextmanager
def connect(database_url: str) -> Iterator[Connection]:
    """Give an autocommit connection; open transactions with ``connection.transaction()``.

    Raises ConfigError when the database refuses the login or lacks the schema, TransientError when it is away.
    """
    try:
        connection = psycopg.connect(database_url, autocommit=True, connect_timeout=10, application_name="monitor")
    except psycopg.ProgrammingError as error:
        raise ConfigError(f"MONITOR_DATABASE_URL cannot be read: {error}") from error
    except psycopg.OperationalError as error:
        raise TransientError(f"cannot reach the database: {error}. Check MONITOR_DATABASE_URL and that it runs.") from error
    with connection, translated():
        connection.execute("SET TIME ZONE 'UTC'")
        connection.execute(LOCK_TIMEOUT)
        yield connection


@contextmanager
def snapshot(connection: Connection) -> Iterator[None]:
    """Let every statement inside see the same moment, whatever other processes commit meanwhile."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


@contextmanager
def translated() -> Iterator[None]:
    """Name the database's errors by what happens next; no message holds the row it is about."""
    try:
        yield
    except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedColumn) as error:
        raise ConfigError(f"the database lacks Monitor's schema ({error.diag.message_primary}). Run: monitor migrate") from error
    except psycopg.OperationalError as error:
        raise TransientError(f"the database went away: {type(error).__name__}. It will be tried again.") from error
    except psycopg.Error as error:
        raise TerminalError(_refusal(error)) from None


def _refusal(error: psycopg.Error) -> str:
    """Tell what the database refused, without its own words: they quote the row, and so the post."""
    where = ".".join(part for part in (error.diag.table_name, error.diag.constraint_name or error.diag.column_name) if part)
    return f"the database refused a statement: {type(error).__name__} {error.sqlstate or ''} {where}".rstrip() + ". Report it."


def take_stage(connection: Connection, stage: str) -> bool:
    """Claim ``stage`` for as long as this connection lives; False when another process has it."""
    row = connection.execute(STAGE_LOCK, (stage,)).fetchone()
    return bool(row and row[0])
