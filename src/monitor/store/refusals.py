"""Write a batch although the database refuses something of it: what that is, is found by halves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import psycopg

from monitor.store.connection import Connection

Item = TypeVar("Item")
REFUSALS = (psycopg.DataError, psycopg.errors.UniqueViolation)
"""What is said of one row for what stands in it. Other errors concern all rows, as when seeds are missing, and are raised."""


def write_by_halves(
    connection: Connection, items: Sequence[Item], write: Callable[[Sequence[Item]], None]
) -> list[tuple[Item, str]]:
    """Write ``items`` in the caller's transaction; give those the database refuses, each with the name of its error."""
    if not items:
        return []
    try:
        with connection.transaction():
            write(items)
    except REFUSALS as error:
        if len(items) == 1:
            return [(items[0], type(error).__name__)]
        middle = len(items) // 2
        halves = (items[:middle], items[middle:])
        return [refused for half in halves for refused in write_by_halves(connection, half, write)]
    return []
