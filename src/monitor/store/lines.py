"""Rows as lines of PostgreSQL's text COPY, and columns as array literals: half the time of formatting value by value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import islice

from monitor.store.connection import Connection

BLOCK_LINES = 1000
"""Lines sent at a time: the server stores one block while the next is made."""
NULL = "\\N"

_QUOTED = str.maketrans({"\\": "\\\\", '"': '\\"'})


def copy_lines(connection: Connection, statement: str, lines: Iterable[str]) -> None:
    """Send ``lines``, each with its end, by the COPY ``statement``; no lines, no statement."""
    rest = iter(lines)
    block = "".join(islice(rest, BLOCK_LINES))
    if not block:
        return
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        while block:
            copy.write(block)
            block = "".join(islice(rest, BLOCK_LINES))


def escaped(value: str) -> str:
    """Give a text as COPY reads it.

    >>> escaped("a\\tb")
    'a\\\\tb'
    """
    return value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")


def optional(value: object) -> str:
    """Give a value that may be null as COPY reads it."""
    if value is None:
        return NULL
    return escaped(value) if isinstance(value, str) else str(value)


def flag(value: bool) -> str:
    """Give a boolean as COPY reads it."""
    return "t" if value else "f"


def numbers(values: Iterable[int]) -> str:
    """Give the literal of an array of integers.

    >>> numbers([1, 2])
    '{1,2}'
    """
    return "{" + ",".join(map(str, values)) + "}"


@lru_cache(maxsize=4_096)
def moment(value: datetime) -> str:
    """Give a moment that many rows share as PostgreSQL reads it; told once."""
    return value.isoformat()


def moments(values: Iterable[datetime]) -> str:
    """Give the literal of an array of moments."""
    return '{"' + '","'.join(map(moment, values)) + '"}' if (values := list(values)) else "{}"


def words(values: Sequence[str]) -> str:
    """Give the literal of an array of texts, escaped for COPY."""
    return _words(tuple(values))


@lru_cache(maxsize=4_096)
def _words(values: tuple[str, ...]) -> str:
    return escaped("{" + ",".join(f'"{value.translate(_QUOTED)}"' for value in values) + "}")
