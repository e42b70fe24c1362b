"""Series and their counts per quarter-hour, and the coverage that stands beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.model import ChannelOrigin, CountRow, CoverageRow, FreshOrigin, SeriesKey, known_bin_end, quarter_hour
from monitor.store.connection import Connection
from monitor.store.lines import moments, numbers

SeriesParts = tuple[str | None, str | None, str | None, str | None, int | None]
"""A series' theme, place, source, language and channel, as ``SeriesKey`` names them; a tuple because a batch has thousands."""

ADD_SERIES = """
INSERT INTO core.series AS series (theme_id, place_id, source, language, channel_id, first_seen_at)
SELECT theme_id, place_id, source, language, channel_id, first_seen_at
FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[])
    AS wanted (theme_id, place_id, source, language, channel_id, first_seen_at)
ON CONFLICT (theme_id, place_id, source, language, channel_id) DO UPDATE SET
    first_seen_at = least(series.first_seen_at, excluded.first_seen_at)
"""
ALL_SERIES = """
SELECT series_id, theme_id, place_id, source, language, channel_id, first_seen_at
FROM core.series
ORDER BY series_id
"""


def all_series(connection: Connection) -> dict[SeriesKey, int]:
    """Give every series there is with its id."""
    return {key: series_id for key, (series_id, _) in _by_key(connection).items()}


def first_seen(connection: Connection) -> dict[SeriesKey, datetime]:
    """Give, of every series, the first step that knew a post of it."""
    return {key: first_at for key, (_, first_at) in _by_key(connection).items()}


def series_ids(connection: Connection, wanted: Mapping[SeriesParts, datetime]) -> dict[SeriesParts, int]:
    """Give the id of each series that a step knows posts of, making those that are new; steps may come in any order."""
    known = _known_series(connection)
    news = sorted((key for key, at in wanted.items() if key not in known or at < known[key][1]), key=_sort_key)
    if news:
        rows = [(*key, wanted[key]) for key in news]
        connection.execute(ADD_SERIES, tuple(list(column) for column in zip(*rows, strict=True)))
        known = _known_series(connection)
    return {key: known[key][0] for key in wanted}


def earliest_seen(counted: Iterable[tuple[SeriesParts, datetime, datetime]]) -> dict[SeriesParts, datetime]:
    """Give the first step of each series among (series, quarter-hour, step)."""
    first: dict[SeriesParts, datetime] = {}
    for key, _, seen_at in counted:
        first[key] = min(first.get(key, seen_at), seen_at)
    return first


def _by_key(connection: Connection) -> dict[SeriesKey, tuple[int, datetime]]:
    return {
        SeriesKey(theme_id=theme, place_id=place, source=source, language=language, channel_id=channel): known
        for (theme, place, source, language, channel), known in _known_series(connection).items()
    }


def _known_series(connection: Connection) -> dict[SeriesParts, tuple[int, datetime]]:
    return {
        (theme, place, source, language, channel): (key, first_at)
        for key, theme, place, source, language, channel, first_at in connection.execute(ALL_SERIES)
    }


def _sort_key(key: SeriesParts) -> tuple[str, str, str, str, int]:
    theme, place, source, language, channel = key
    return (theme or "", place or "", source or "", language or "", channel or 0)


ADD_COUNTS = """
INSERT INTO core.series_count AS counted (series_id, bin_at, seen_at, posts_count, origin_count, codebook_version)
SELECT series_id, bin_at, seen_at, posts_count, origin_count, %s
FROM unnest(%s::integer[], %s::timestamptz[], %s::timestamptz[], %s::integer[], %s::integer[])
    AS added (series_id, bin_at, seen_at, posts_count, origin_count)
ORDER BY series_id, bin_at, seen_at
ON CONFLICT (series_id, bin_at, seen_at) DO UPDATE SET
    posts_count = counted.posts_count + excluded.posts_count,
    origin_count = counted.origin_count + excluded.origin_count,
    codebook_version = greatest(counted.codebook_version, excluded.codebook_version)
"""


def add_counts(
    connection: Connection,
    counts: Mapping[tuple[SeriesParts, datetime, datetime], tuple[int, int]],
    codebook_version: int,
) -> None:
    """Add (posts, origins) to series by (series, quarter-hour, step), rows in the order of their keys."""
    if not counts:
        return
    ids = series_ids(connection, earliest_seen(counts))
    rows = sorted((ids[key], bin_at, seen_at, *number) for (key, bin_at, seen_at), number in counts.items())
    series, bins, seen, posts, origins = zip(*rows, strict=True)
    columns = (numbers(series), moments(bins), moments(seen), numbers(posts), numbers(origins))
    connection.execute(ADD_COUNTS, (codebook_version, *columns))


COUNTS_BETWEEN = """
SELECT counted.series_id, counted.bin_at, counted.seen_at, counted.origin_count
FROM core.series_count AS counted
JOIN core.series AS series USING (series_id)
WHERE counted.bin_at >= %s AND counted.seen_at <= %s AND series.channel_id IS NULL AND counted.origin_count > 0
ORDER BY counted.seen_at, counted.bin_at, counted.series_id
"""


def counts_between(connection: Connection, first_at: datetime, until_at: datetime) -> list[CountRow]:
    """Give origins of all series but those per channel, of quarter-hours from ``first_at``, as known by step ``until_at``."""
    rows = connection.execute(COUNTS_BETWEEN, (first_at, until_at))
    return [CountRow(series_id=s, bin_at=b, seen_at=k, origin_count=n) for s, b, k, n in rows]


COVERAGE_BETWEEN = """
SELECT channel_id, bin_at, known_at, state, seen_count, is_history
FROM core.coverage
WHERE bin_at >= %s AND bin_at < %s
ORDER BY bin_at, channel_id
"""


def coverage_between(connection: Connection, first_at: datetime, until_at: datetime) -> list[CoverageRow]:
    """Give the coverage of every channel's quarter-hour in ``[first_at, until_at)``."""
    rows = connection.execute(COVERAGE_BETWEEN, (first_at, until_at))
    return [CoverageRow(channel_id=c, bin_at=b, known_at=k, state=s, seen_count=n, is_history=h) for c, b, k, s, n, h in rows]


FIRST_COVERED = "SELECT min(bin_at) FROM core.coverage WHERE state = 'observed'"


def first_covered_at(connection: Connection) -> datetime | None:
    """Give the first quarter-hour of any channel that was observed; None before anything was."""
    row = connection.execute(FIRST_COVERED).fetchone()
    return row[0] if row else None


PANEL = """
WITH observed AS (
    SELECT channel_id, min(bin_at) AS first_at
    FROM core.coverage
    WHERE state = 'observed'
    GROUP BY channel_id
)
SELECT
    channel.channel_id,
    coalesce(channel.expected_posts_per_day, 1) AS weight,
    observed.first_at,
    (
        SELECT count(*) / 96.0::double precision
        FROM core.coverage AS coverage
        WHERE coverage.channel_id = observed.channel_id AND coverage.state = 'observed'
            AND coverage.bin_at < observed.first_at + %s
    ) AS probation_days
FROM observed
JOIN core.channel AS channel USING (channel_id)
ORDER BY channel.channel_id
"""


def panel(connection: Connection, probation: timedelta) -> list[tuple[int, float, datetime, float]]:
    """Give every channel that was ever observed: its id, expected posts a day, first observed quarter-hour, and how many days of
    its first ``probation`` were observed."""
    return connection.execute(PANEL, (probation,)).fetchall()


# Who posted when about what; an origin counts once in each series that ``marginals`` gives for it.
ORIGINS = """
SELECT
    channel.source, annotation.language, channel_id, post.posted_at, post.collected_at,
    (SELECT coalesce(array_agg(hit.theme_id ORDER BY hit.theme_id), '{}') FROM core.post_theme AS hit
     WHERE (hit.channel_id, hit.post_id, hit.posted_at) = (post.channel_id, post.post_id, post.posted_at)) AS themes,
    (SELECT coalesce(array_agg(DISTINCT mention.place_id), '{}') FROM core.post_place AS mention
     WHERE (mention.channel_id, mention.post_id, mention.posted_at) = (post.channel_id, post.post_id, post.posted_at)) AS places
FROM core.post AS post
JOIN core.post_annotation AS annotation USING (channel_id, post_id, posted_at)
JOIN core.channel AS channel USING (channel_id)
WHERE annotation.is_origin AND post.is_counted AND channel.source <> 'x'
"""
NEWCOMER_ORIGINS = (
    ORIGINS
    + """
    AND EXISTS (
        SELECT FROM unnest(%s::bigint[], %s::timestamptz[]) AS newcomer (channel_id, joins_at)
        WHERE newcomer.channel_id = post.channel_id AND post.posted_at < newcomer.joins_at
    )
    AND post.channel_id = ANY(%s::bigint[])
ORDER BY channel_id, post.posted_at, post.post_id
"""
)
FRESH_ORIGINS = (
    ORIGINS
    + """
    AND post.posted_at >= %s AND post.posted_at < %s AND post.collected_at <= %s
ORDER BY post.collected_at, channel_id, post.post_id
"""
)


def newcomer_origins(connection: Connection, joins_at: Mapping[int, datetime]) -> list[ChannelOrigin]:
    """Give every origin of these channels from before they join the panel, once for each series that counts it."""
    if not joins_at:
        return []
    channels = list(joins_at)
    found = []
    for series_id, channel_id, posted_at, collected_at in _counted_origins(
        connection, NEWCOMER_ORIGINS, (channels, list(joins_at.values()), channels)
    ):
        bin_at = quarter_hour(posted_at)
        seen_at = known_bin_end(bin_at, collected_at)
        found.append(ChannelOrigin(channel_id=channel_id, series_id=series_id, bin_at=bin_at, seen_at=seen_at))
    return found


def fresh_origins(
    connection: Connection, first_at: datetime, until_at: datetime, joins_at: Mapping[int, datetime]
) -> list[FreshOrigin]:
    """Give the origins of ``[first_at, until_at)`` collected by its end, without those of channels that had not joined."""
    rows = _counted_origins(connection, FRESH_ORIGINS, (first_at, until_at, until_at))
    return [
        FreshOrigin(series_id, posted_at, max(posted_at, collected_at))
        for series_id, channel_id, posted_at, collected_at in rows
        if posted_at >= joins_at.get(channel_id, posted_at)
    ]


def _counted_origins(
    connection: Connection, statement: str, values: Sequence[object]
) -> Iterator[tuple[int, int, datetime, datetime]]:
    """Yield (series, channel, posted, collected) of each origin, once for each series but those per channel that count it."""
    ids = _known_series(connection)
    for source, language, channel_id, posted_at, collected_at, themes, places in connection.execute(statement.encode(), values):
        for key in marginals(themes, places, source=source, language=language, channel_id=channel_id):
            if key[-1] is None and key in ids:
                yield ids[key][0], channel_id, posted_at, collected_at


def marginals(
    themes: Iterable[str], places: Sequence[str], *, source: str, language: str | None, channel_id: int
) -> Iterator[SeriesParts]:
    """Give every series that counts a post with these themes and places: the marginals of core.series."""
    for place_id in places:
        yield (None, place_id, None, None, None)
    for theme_id in themes:
        yield (theme_id, None, None, None, None)
        yield (theme_id, None, source, None, None)
        yield (theme_id, None, None, None, channel_id)
        if language:
            yield (theme_id, None, None, language, None)
        for place_id in places:
            yield (theme_id, place_id, None, None, None)


OLDER_NEWS = """
SELECT EXISTS (
    SELECT FROM core.coverage WHERE bin_at < %(before_at)s AND known_at > %(since_at)s AND state = 'observed'
)
"""


def older_news(connection: Connection, since_at: datetime, before_at: datetime) -> bool:
    """Tell whether a quarter-hour before ``before_at`` became observed after step ``since_at``: history that was read back."""
    row = connection.execute(OLDER_NEWS, {"since_at": since_at, "before_at": before_at}).fetchone()
    return bool(row and row[0])
