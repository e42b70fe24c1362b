"""What database tests stand on: one PostgreSQL of our own for the session, and migrated databases cloned from a template."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from monitor import embedded
from monitor.migrate import migrate

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = "migrated"


def with_database(url: str, name: str) -> str:
    """Give the address of another database on the same server."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of an empty database on a server that lives as long as the session; its owner may create databases and roles."""
    home = tmp_path_factory.mktemp("postgres")
    pg_bin = os.environ.get("MONITOR_PG_BIN")
    server = embedded.start(home, pg_bin=Path(pg_bin) if pg_bin else None, is_durable=False)
    yield server.url
    server.stop()
    embedded.remove(home)


@pytest.fixture(scope="session")
def template_url(postgres_url: str) -> str:
    """Address of the migrated database the others are cloned from; nobody may stay connected to it."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
    url = with_database(postgres_url, TEMPLATE)
    migrate(url, ROOT / "sql")
    return url


@pytest.fixture
def database_url(postgres_url: str, template_url: str) -> Iterator[str]:
    """Address of a migrated database of the test's own, dropped afterwards."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        clone(connection, name)
        yield with_database(postgres_url, name)
        _drop(connection, name)


def clone(connection: psycopg.Connection, name: str) -> None:
    """Make a database like the migrated one; who may enter it is no part of a template and is set again."""
    connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY file_copy".encode())
    connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC".encode())
    connection.execute(f"GRANT CONNECT ON DATABASE {name} TO analyst".encode())


def _drop(connection: psycopg.Connection, name: str, patience: int = 20) -> None:
    """Drop a database; an autovacuum that happens to be in it belongs to a superuser, whom we may not end, and is waited for."""
    try:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    except psycopg.errors.InsufficientPrivilege:
        if not patience:
            raise
        time.sleep(0.25)
        _drop(connection, name, patience - 1)
