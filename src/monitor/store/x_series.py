"""The hourly series of X: what X counts for all queries of a theme together, and how far that was assessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import SeriesKey
from monitor.store.connection import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class XHour:
    """One hour of one theme on X: None where a query of the theme lacks its count; ``read_at`` is the newest answer's moment."""

    theme_id: str
    hour_at: datetime
    posts_count: int | None
    read_at: datetime


X_HOURS = """
WITH asked AS (
    SELECT theme_id, array_agg(query_name) AS names, max(counted_since_at) AS since_at
    FROM core.query
    WHERE is_asked
    GROUP BY theme_id
    HAVING bool_and(counted_since_at IS NOT NULL)
)
SELECT asked.theme_id, counted.hour_at,
    CASE WHEN count(*) = cardinality(asked.names) THEN sum(counted.posts_count)::integer END AS posts_count,
    max(counted.read_at) AS read_at
FROM asked
JOIN core.x_count AS counted ON counted.query_name = ANY(asked.names)
WHERE counted.hour_at >= greatest(asked.since_at, %(since)s) AND counted.hour_at < %(until)s
GROUP BY asked.theme_id, asked.names, counted.hour_at
ORDER BY asked.theme_id, counted.hour_at
"""


def x_hours(connection: Connection, since_at: datetime, until_at: datetime) -> list[XHour]:
    """Give every hour of ``[since_at, until_at)`` counted for a theme that is asked of X, with the texts its queries have now."""
    where = {"since": since_at, "until": until_at}
    return [
        XHour(theme_id=theme, hour_at=hour_at, posts_count=posts, read_at=read_at)
        for theme, hour_at, posts, read_at in connection.execute(X_HOURS, where)
    ]


ADD_X_SERIES = """
INSERT INTO core.series (theme_id, source, first_seen_at)
SELECT theme_id, 'x', %s FROM unnest(%s::text[]) AS wanted (theme_id)
ON CONFLICT DO NOTHING
"""
X_SERIES = "SELECT theme_id, series_id FROM core.series WHERE source = 'x' AND theme_id IS NOT NULL ORDER BY theme_id"


def x_series(connection: Connection, themes: Sequence[str], *, as_of: datetime) -> dict[SeriesKey, int]:
    """Give the id of every series of X, making those of ``themes`` that are new."""
    known: dict[str, int] = dict(connection.execute(X_SERIES).fetchall())
    missing = sorted(set(themes) - known.keys())
    if missing:
        connection.execute(ADD_X_SERIES, (as_of, missing))
        known = dict(connection.execute(X_SERIES).fetchall())
    return {SeriesKey(theme_id=theme, source="x"): series_id for theme, series_id in known.items()}


X_STEPPED = "SELECT theme_id, stepped_until_at FROM core.x_step"
SAVE_X_STEP = """
INSERT INTO core.x_step (theme_id, stepped_until_at)
VALUES (%s, %s)
ON CONFLICT (theme_id) DO UPDATE SET stepped_until_at = excluded.stepped_until_at
"""


def x_stepped_until(connection: Connection) -> dict[str, datetime]:
    """Give up to when each theme's counts on X have been assessed; a theme never met is not there."""
    return dict(connection.execute(X_STEPPED).fetchall())


def save_x_step(connection: Connection, theme_id: str, until_at: datetime) -> None:
    """Remember that a theme's counts on X have been assessed until then."""
    connection.execute(SAVE_X_STEP, (theme_id, until_at))
