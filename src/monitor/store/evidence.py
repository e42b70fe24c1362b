"""What drives a spike: who posted, in what words and languages, which figures, and a few posts to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
ORIGINS_OF_WINDOW = (
    POSTS_OF_SERIES
    + """
SELECT count(*) FILTER (WHERE is_origin), count(DISTINCT channel_id) FILTER (WHERE is_origin)
FROM chosen
"""
)
TOP_CHANNELS = """
SELECT CASE WHEN channel.is_listed THEN channel.title ELSE 'unlisted channels' END AS name, count(*) AS posts_count
FROM chosen
JOIN core.channel AS channel USING (channel_id)
GROUP BY 1
ORDER BY posts_count DESC, name
LIMIT 5
"""
LANGUAGES = """
SELECT coalesce(language, 'unknown') AS name, count(*) AS posts_count
FROM chosen
GROUP BY 1
ORDER BY posts_count DESC, name
LIMIT 6
"""
TERMS = """
SELECT term AS name, count(DISTINCT (channel_id, post_id)) AS posts_count
FROM chosen
JOIN core.post_theme AS hit USING (channel_id, post_id, posted_at)
CROSS JOIN unnest(hit.terms) AS term
WHERE %(theme_id)s::text IS NULL OR hit.theme_id = %(theme_id)s
GROUP BY term
ORDER BY posts_count DESC, term
LIMIT 8
"""
PLACES = """
SELECT coalesce(place.name, place_id) AS name, count(DISTINCT (channel_id, post_id)) AS posts_count, place_id
FROM chosen
JOIN core.post_place AS mention USING (channel_id, post_id, posted_at)
LEFT JOIN core.place AS place USING (place_id)
GROUP BY place_id, place.name
ORDER BY posts_count DESC, name
LIMIT 8
"""
QUANTITIES = """
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
# The first two posts, then the first ones that give figures; the keys first, so that only the few that are shown are read.
QUOTES = """
WITH quotable AS (
    SELECT channel_id, post_id, posted_at, EXISTS (
        SELECT FROM core.post_quantity AS figure
        WHERE (figure.channel_id, figure.post_id, figure.posted_at) = (chosen.channel_id, chosen.post_id, chosen.posted_at)
    ) AS has_figures
    FROM chosen
    JOIN core.channel AS channel USING (channel_id)
    WHERE channel.is_listed AND chosen.is_origin
), shown AS (
    (SELECT 1 AS turn, * FROM quotable ORDER BY posted_at, channel_id, post_id LIMIT 2)
    UNION ALL
    (SELECT 2, * FROM quotable ORDER BY has_figures DESC, posted_at, channel_id, post_id LIMIT %(limit)s)
)
SELECT channel.title, post.posted_at, post.text, post.url,
    channel.source || '/' || channel.handle || '/' || post.post_id AS name, post.channel_id, post.post_id
FROM shown
JOIN core.post AS post USING (channel_id, post_id, posted_at)
JOIN core.channel AS channel USING (channel_id)
ORDER BY shown.turn, post.posted_at, post.channel_id, post.post_id
"""
# Everything at once: the posts of the window are looked up a single time.
DRIVERS = f"""{POSTS_OF_SERIES.replace("chosen AS (", "chosen AS MATERIALIZED (")}
SELECT
    (SELECT count(*) FROM chosen WHERE is_origin),
    (SELECT count(*) FROM chosen WHERE is_forward),
    (SELECT count(*) FROM chosen WHERE is_copy AND NOT is_forward),
    (SELECT count(DISTINCT channel_id) FROM chosen WHERE is_origin),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(name, posts_count)), '[]') FROM ({TOP_CHANNELS}) AS found),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(name, posts_count)), '[]') FROM ({LANGUAGES}) AS found),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(name, posts_count)), '[]') FROM ({TERMS}) AS found),
    (SELECT coalesce(jsonb_agg(jsonb_build_array(name, posts_count, place_id)), '[]') FROM ({PLACES}) AS found),
    (SELECT coalesce(jsonb_agg(to_jsonb(found)), '[]') FROM ({QUANTITIES}) AS found),
    (SELECT coalesce(jsonb_agg(to_jsonb(found)), '[]') FROM ({QUOTES}) AS found)
"""


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
    place_ids: tuple[str, ...]
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
    where = {**_window(key, start_at, end_at, known_at), "limit": QUOTED_POSTS}
    row = connection.execute(DRIVERS.encode(), where).fetchall()[0]
    own, forwards, copies, channels, top_channels, languages, terms, places, quantities, quotes = row
    quoted = _each_text_once(quotes)
    return Drivers(
        own_count=own,
        forward_count=forwards,
        copy_count=copies,
        channel_count=channels,
        top_channels=_pairs(top_channels),
        languages=_pairs(languages),
        terms=_pairs(terms),
        places=_pairs(places),
        place_ids=tuple(place_id for _, _, place_id in places),
        quantities=tuple(QuantitySummary(**figure) for figure in quantities),
        posts=tuple(post for post, _ in quoted),
        post_keys=tuple(key for _, key in quoted),
    )


def _pairs(found: Sequence[Sequence[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((name, number) for name, number, *_ in found)


def _each_text_once(rows: Sequence[Mapping[str, Any]]) -> list[tuple[QuotedPost, PostKey]]:
    """Give the posts to show in the order of publication, every text once."""
    distinct = list({row["text"]: row for row in reversed(rows)}.values())[::-1][:QUOTED_POSTS]
    quoted = [_quote(row) for row in distinct]
    return sorted(quoted, key=lambda pair: (pair[0].posted_at, pair[0].channel_title))


def _quote(row: Mapping[str, Any]) -> tuple[QuotedPost, PostKey]:
    text, posted_at = row["text"], datetime.fromisoformat(row["posted_at"]).astimezone(UTC)
    short = text if len(text) <= QUOTE_LENGTH else text[: QUOTE_LENGTH - 1].rstrip() + "…"
    post = QuotedPost(
        channel_title=row["title"],
        posted_at=posted_at,
        text=MaskedText(short),
        url=row["url"],
        is_origin=True,
        name=row["name"],
    )
    return post, PostKey(channel_id=row["channel_id"], post_id=row["post_id"], posted_at=posted_at)


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
