"""The searches X is asked, and what it counts for them hour by hour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from monitor.model import XQuery
from monitor.store.connection import Connection

HOUR = timedelta(hours=1)

SAVE_QUERY = """
INSERT INTO core.query AS query (query_name, theme_id, text)
VALUES (%s, %s, %s)
ON CONFLICT (query_name) DO UPDATE SET
    theme_id = excluded.theme_id,
    text = excluded.text,
    is_asked = true,
    counted_since_at = CASE WHEN query.text = excluded.text THEN query.counted_since_at END,
    counted_until_at = CASE WHEN query.text = excluded.text THEN query.counted_until_at END
"""
RETIRE_QUERIES = "UPDATE core.query SET is_asked = false WHERE is_asked AND query_name <> ALL (%s)"


def save_queries(connection: Connection, queries: Sequence[XQuery]) -> None:
    """Write the queries as they are asked; one whose text has changed counts as never counted, others are asked no more."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(RETIRE_QUERIES, ([q.name for q in queries],))
        cursor.executemany(SAVE_QUERY, [(q.name, q.theme_id, q.text) for q in sorted(queries, key=lambda q: q.name)])


COUNTED_UNTIL = "SELECT query_name, counted_until_at FROM core.query WHERE is_asked"


def counted_until(connection: Connection) -> dict[str, datetime | None]:
    """Give for each query that is asked the end of the newest hour counted with its text; None when there is none yet."""
    return dict(connection.execute(COUNTED_UNTIL).fetchall())


SAVE_X_COUNT = """
INSERT INTO core.x_count (query_name, hour_at, posts_count, read_at)
VALUES (%s, %s, %s, %s)
ON CONFLICT (query_name, hour_at) DO UPDATE SET posts_count = excluded.posts_count, read_at = excluded.read_at
"""
MARK_COUNTED = """
UPDATE core.query
SET counted_since_at = least(counted_since_at, %s), counted_until_at = greatest(counted_until_at, %s)
WHERE query_name = %s
"""


def save_x_counts(connection: Connection, query_name: str, counts: Sequence[tuple[datetime, int]], as_of: datetime) -> int:
    """Write what X counted for one query per hour; a newer answer replaces an older one. Returns how many hours that were."""
    if not counts:
        return 0
    hours = [hour_at for hour_at, _ in counts]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(SAVE_X_COUNT, [(query_name, hour_at, number, as_of) for hour_at, number in counts])
        cursor.execute(MARK_COUNTED, (min(hours), max(hours) + HOUR, query_name))
    return len(counts)
