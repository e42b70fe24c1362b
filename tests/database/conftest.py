"""A connection whose work is rolled back when the test ends."""

from collections.abc import Iterator

import psycopg
import pytest

from monitor import store
from tests.conftest import clone, with_database


@pytest.fixture(scope="session")
def shared_database_url(postgres_url: str, template_url: str) -> str:
    """Address of a migrated database that no test leaves anything in."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        clone(connection, "shared")
    return with_database(postgres_url, "shared")


@pytest.fixture
def connection(shared_database_url: str) -> Iterator[store.Connection]:
    with store.connect(shared_database_url) as connection, connection.transaction(force_rollback=True):
        yield connection
