"""What drives a spike: who posted, in what words and languages, which figures, and a few posts to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.model import MaskedText, PostKey, QuantitySummary, QueueReport, QuotedPost, SeriesKey
from monitor.store.connection import Connection

QUOTE_LENGTH = 280
QUOTED_POSTS = 6

# Posts of one series in one window, as known at one step. The parts of the key that are null do not narrow it.
POSTS_OF_SERIES = """
WITH chosen AS (
    SELECT post.channel_id, post.post_id, post.posted_at, post.is_forward, annotation.is_copy, annotation.is_origin,
        annotation.language
    FROM core.post AS post
    JOIN core.post_annotation AS annotation USING (channel_id, post_id, posted_at)
    JOIN core.channel AS channel USING (channel_id)
    WHERE post.posted_at >= %(start_at)s AND post.posted_at < %(end_at)s AND post.collected_at <= %(known_at)s
        AND channel.source <> 'x' AND post.is_counted
        AND NOT EXISTS (
            SELECT FROM core.withdrawn_post AS gone
            WHERE (gone.channel_id, gone.post_id) = (post.channel_id, post.post_id) AND gone.erase_at IS NOT NULL
        )
        AND (%(source)s::text IS NULL OR channel.source = %(source)s)
        AND (%(language)s::text IS NULL OR annotation.language = %(language)s)
        AND (%(theme_id)s::text IS NULL OR EXISTS (
            SELECT FROM core.post_theme AS hit
            WHERE (hit.channel_id, hit.post_id, hit.posted_at) = (post.channel_id, post.post_id, post.posted_at)
                AND hit.theme_id = %(theme_id)s
        ))
        AND (%(place_id)s::text IS NULL OR EXISTS (
            SELECT FROM core.post_place AS mention
            WHERE (mention.channel_id, mention.post_id, mention.posted_at) = (post.channel_id, post.post_id, post.posted_at)
                AND mention.place_id = %(place_id)s
        ))
)
"""
COMPOSITION = (
    POSTS_OF_SERIES
    + """
SELECT
    count(*) FILTER (WHERE is_origin),
    count(*) FILTER (WHERE is_forward),
    count(*) FILTER (WHERE is_copy AND NOT is_forward),
    count(DISTINCT channel_id) FILTER (WHERE is_origin)
FROM chosen
"""
)
ORIGINS_OF_WINDOW = (
    POSTS_OF_SERIES
    + """
SELECT count(*) FILTER (WHERE is_origin), count(DISTINCT channel_id) FILTER (WHERE is_origin)
FROM chosen
"""
)
TOP_CHANNELS = (
    POSTS_OF_SERIES
    + """
SELECT CASE WHEN channel.is_listed THEN channel.title ELSE 'unlisted channels' END AS title, count(*) AS posts_count
FROM chosen
JOIN core.channel AS channel USING (channel_id)
GROUP BY 1
ORDER BY posts_count DESC, title
LIMIT 5
"""
)
LANGUAGES = (
    POSTS_OF_SERIES
    + """
SELECT coalesce(language, 'unknown') AS language, count(*) AS posts_count
FROM chosen
GROUP BY 1
ORDER BY posts_count DESC, language
LIMIT 6
"""
)
TERMS = (
    POSTS_OF_SERIES
    + """
SELECT term, count(DISTINCT (channel_id, post_id)) AS posts_count
FROM chosen
JOIN core.post_theme AS hit USING (channel_id, post_id, posted_at)
CROSS JOIN unnest(hit.terms) AS term
WHERE %(theme_id)s::text IS NULL OR hit.theme_id = %(theme_id)s
GROUP BY term
ORDER BY posts_count DESC, term
LIMIT 8
"""
)
PLACES = (
    POSTS_OF_SERIES
    + """
SELECT coalesce(place.name, mention.place_id) AS name, count(DISTINCT (channel_id, post_id)) AS posts_count
FROM chosen
JOIN core.post_place AS mention USING (channel_id, post_id, posted_at)
LEFT JOIN core.place AS place USING (place_id)
GROUP BY 1
ORDER BY posts_count DESC, name
LIMIT 8
"""
)
QUANTITIES = (
    POSTS_OF_SERIES
    + """
SELECT
    figure.kind,
    figure.place_id,
    place.name AS place_name,
    min(coalesce(figure.low, figure.high)) AS low,
    max(coalesce(figure.high, figure.low)) AS high,
    count(DISTINCT (channel_id, post_id)) AS posts_count
FROM chosen
JOIN core.post_quantity AS figure USING (channel_id, post_id, posted_at)
LEFT JOIN core.place AS place USING (place_id)
WHERE chosen.is_origin AND (%(place_id)s::text IS NULL OR figure.place_id = %(place_id)s)
GROUP BY figure.kind, figure.place_id, place.name
ORDER BY posts_count DESC, figure.kind, figure.place_id
LIMIT 8
"""
)
QUOTES = (
    POSTS_OF_SERIES
    + """
SELECT channel.title, chosen.posted_at, post.text, post.url, chosen.is_origin,
    channel.source || '/' || channel.handle || '/' || chosen.post_id AS name, chosen.channel_id, chosen.post_id
FROM chosen
JOIN core.post AS post USING (channel_id, post_id, posted_at)
JOIN core.channel AS channel USING (channel_id)
WHERE channel.is_listed AND chosen.is_origin
ORDER BY
    (SELECT count(*) FROM core.post_quantity AS figure
     WHERE (figure.channel_id, figure.post_id, figure.posted_at) = (chosen.channel_id, chosen.post_id, chosen.posted_at)
    ) > 0 DESC,
    chosen.posted_at, chosen.channel_id, chosen.post_id
LIMIT %(limit)s
"""
)
FIRST_QUOTES = QUOTES.replace(
    QUOTES[QUOTES.index("ORDER BY") : QUOTES.index("    chosen.posted_at, chosen.channel_id")], "ORDER BY\n"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drivers:
    """What the posts of one series in one window are made of."""

    own_count: int
    forward_count: int
    copy_count: int
    channel_count: int
    """Channels with posts of their own."""
    top_channels: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    terms: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    quantities: tuple[QuantitySummary, ...]
    posts: tuple[QuotedPost, ...]
    post_keys: tuple[PostKey, ...]


def _window(key: SeriesKey, start_at: datetime, end_at: datetime, known_at: datetime) -> dict[str, Any]:
    return {
        "theme_id": key.theme_id,
        "place_id": key.place_id,
        "source": key.source,
        "language": key.language,
        "start_at": start_at,
        "end_at": end_at,
        "known_at": known_at,
    }


def origins_of(
    connection: Connection, key: SeriesKey, *, start_at: datetime, end_at: datetime, known_at: datetime
) -> tuple[int, int]:
    """Give how many origins of ``key`` were published in ``[start_at, end_at)``, and by how many channels, as known then."""
    where = _window(key, start_at, end_at, known_at)
    origins, channels = connection.execute(ORIGINS_OF_WINDOW.encode(), where).fetchall()[0]
    return origins, channels


QUEUE_REPORTS = """
SELECT
    figure.place_id, figure.channel_id, max(coalesce(figure.low, figure.high)) AS low_hours, figure.posted_at, post.collected_at
FROM core.post_quantity AS figure
JOIN core.post AS post USING (channel_id, post_id, posted_at)
JOIN core.post_annotation AS annotation USING (channel_id, post_id, posted_at)
JOIN core.channel AS channel USING (channel_id)
WHERE figure.kind = 'wait_hours' AND figure.place_id IS NOT NULL AND annotation.is_origin AND post.is_counted
    AND figure.tense = 'now' AND NOT figure.is_hearsay AND figure.direction IS DISTINCT FROM 'in'
    AND channel.source <> 'x' AND figure.posted_at >= %s AND figure.posted_at < %s
GROUP BY figure.place_id, figure.channel_id, figure.post_id, figure.posted_at, post.collected_at
ORDER BY figure.posted_at, figure.channel_id, figure.post_id
"""


def told_waits(connection: Connection, first_at: datetime, until_at: datetime) -> list[QueueReport]:
    """Give what origins of ``[first_at, until_at)`` tell of the hours people wait at a place, in the order of publication.

    Only what is so now, was not passed on from others, and is not about the way in.
    """
    return [
        QueueReport(place_id=place, channel_id=channel, low_hours=low, posted_at=posted_at, known_at=collected_at)
        for place, channel, low, posted_at, collected_at in connection.execute(QUEUE_REPORTS, (first_at, until_at))
    ]


def drivers(connection: Connection, key: SeriesKey, *, start_at: datetime, end_at: datetime, known_at: datetime) -> Drivers:
    """Describe the posts of ``key`` published in ``[start_at, end_at)``, as collected by ``known_at``."""
    where = _window(key, start_at, end_at, known_at)
    own, forwards, copies, channels = connection.execute(COMPOSITION.encode(), where).fetchall()[0]
    quoted = _quotes(connection, where)
    return Drivers(
        own_count=own,
        forward_count=forwards,
        copy_count=copies,
        channel_count=channels,
        top_channels=_pairs(connection, TOP_CHANNELS, where),
        languages=_pairs(connection, LANGUAGES, where),
        terms=_pairs(connection, TERMS, where),
        places=_pairs(connection, PLACES, where),
        quantities=tuple(_quantity(row) for row in connection.execute(QUANTITIES.encode(), where)),
        posts=tuple(_quote(row) for row in quoted),
        post_keys=tuple(PostKey(channel_id=row[6], post_id=row[7], posted_at=row[1]) for row in quoted),
    )


def _pairs(connection: Connection, statement: str, where: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple((name, number) for name, number in connection.execute(statement.encode(), where))


def _quantity(row: tuple[Any, ...]) -> QuantitySummary:
    kind, place_id, place_name, low, high, posts_count = row
    return QuantitySummary(kind=kind, place_id=place_id, place_name=place_name, low=low, high=high, posts_count=posts_count)


def _quotes(connection: Connection, where: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The first two posts, then the first ones that give figures; every text once."""
    first = connection.execute(FIRST_QUOTES.encode(), {**where, "limit": 2}).fetchall()
    telling = connection.execute(QUOTES.encode(), {**where, "limit": QUOTED_POSTS}).fetchall()
    rows = {row[2]: row for row in [*first, *telling]}
    return sorted(list(rows.values())[:QUOTED_POSTS], key=lambda row: (row[1], row[0]))


def _quote(row: tuple[Any, ...]) -> QuotedPost:
    title, posted_at, text, url, is_origin, name, *_ = row
    short = text if len(text) <= QUOTE_LENGTH else text[: QUOTE_LENGTH - 1].rstrip() + "…"
    return QuotedPost(channel_title=title, posted_at=posted_at, text=MaskedText(short), url=url, is_origin=is_origin, name=name)


NAMES = """
SELECT 'theme' AS noun, theme_id AS id, name FROM core.theme
UNION ALL
SELECT 'place', place_id, name FROM core.place
"""


def display_names(connection: Connection) -> dict[tuple[str, str], str]:
    """Give the name to show for each ("theme" | "place", id)."""
    return {(noun, key): name for noun, key, name in connection.execute(NAMES)}


MISSING_CHANNELS = """
SELECT
    channel.title,
    count(coverage.bin_at) FILTER (WHERE coverage.state = 'observed' AND coverage.known_at <= %(known_at)s) AS observed_count
FROM core.channel AS channel
LEFT JOIN core.coverage AS coverage
    ON coverage.channel_id = channel.channel_id AND coverage.bin_at >= %(start_at)s AND coverage.bin_at < %(end_at)s
WHERE channel.is_listed
    AND EXISTS (SELECT FROM core.coverage AS ever WHERE ever.channel_id = channel.channel_id)
GROUP BY channel.channel_id, channel.title
ORDER BY channel.title
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completeness:
    """How completely the listed channels were read in a window: ``share`` from 0 to 1, and who was not read in full."""

    share: float
    channels_count: int
    channels_missing: tuple[str, ...]


def completeness(connection: Connection, *, start_at: datetime, end_at: datetime, known_at: datetime) -> Completeness:
    """Tell how much of ``[start_at, end_at)`` was read by step ``known_at``, over all channels that are collected."""
    rows = connection.execute(MISSING_CHANNELS, {"start_at": start_at, "end_at": end_at, "known_at": known_at}).fetchall()
    bins_count = max(1, round((end_at - start_at).total_seconds() / 900))
    observed = sum(number for _, number in rows)
    missing = tuple(title for title, number in rows if number < bins_count)
    share = observed / (bins_count * len(rows)) if rows else 0.0
    return Completeness(share=share, channels_count=len(rows), channels_missing=missing)
