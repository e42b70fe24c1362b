"""Counts that change when posts are read anew, and with which codebook the posts of a quarter-hour were read.

Rows are locked in the order of their keys before any is changed, as every writer of counts does; series before versions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.model import PostKey
from monitor.store.connection import Connection
from monitor.store.lines import moments, numbers
from monitor.store.series import SeriesParts, earliest_seen, series_ids

Counts = Mapping[tuple[SeriesParts, datetime, datetime], tuple[int, int]]
"""(posts, origins) by series, quarter-hour and step."""
NOTHING = (0, 0)

HOLD_COUNTS = """
INSERT INTO core.series_count AS counted (series_id, bin_at, seen_at, posts_count, origin_count, codebook_version)
SELECT series_id, bin_at, seen_at, 0, 0, %s
FROM unnest(%s::integer[], %s::timestamptz[], %s::timestamptz[]) AS held (series_id, bin_at, seen_at)
ORDER BY series_id, bin_at, seen_at
ON CONFLICT (series_id, bin_at, seen_at) DO UPDATE SET
    codebook_version = greatest(counted.codebook_version, excluded.codebook_version)
"""
MOVE_COUNTS = """
UPDATE core.series_count AS counted
SET posts_count = counted.posts_count + moved.posts_count, origin_count = counted.origin_count + moved.origin_count
FROM unnest(%s::integer[], %s::timestamptz[], %s::timestamptz[], %s::integer[], %s::integer[])
    AS moved (series_id, bin_at, seen_at, posts_count, origin_count)
WHERE (counted.series_id, counted.bin_at, counted.seen_at) = (moved.series_id, moved.bin_at, moved.seen_at)
"""
DROP_EMPTY = """
DELETE FROM core.series_count AS counted
USING unnest(%s::integer[], %s::timestamptz[], %s::timestamptz[]) AS moved (series_id, bin_at, seen_at)
WHERE (counted.series_id, counted.bin_at, counted.seen_at) = (moved.series_id, moved.bin_at, moved.seen_at)
    AND counted.posts_count = 0
"""


def move_counts(connection: Connection, before: Counts, after: Counts, codebook_version: int) -> None:
    """Take the counts ``before`` out and put those ``after`` in; a row that holds no post any more goes."""
    ids = series_ids(connection, earliest_seen((*before, *after)))
    rows = []
    for key in {**before, **after}:
        (old_posts, old_origins), (posts, origins) = before.get(key, NOTHING), after.get(key, NOTHING)
        rows.append((ids[key[0]], *key[1:], posts - old_posts, origins - old_origins))
    moved = [row for row in rows if row[3:] != NOTHING]
    if rows:
        connection.execute(HOLD_COUNTS, (codebook_version, *_columns(rows)[:3]))
    if moved:
        connection.execute(MOVE_COUNTS, _columns(moved))
        connection.execute(DROP_EMPTY, _columns(moved)[:3])


def _columns(rows: Iterable[tuple[int, datetime, datetime, int, int]]) -> tuple[str, ...]:
    series, bins, seen, posts, origins = zip(*rows, strict=True)
    return (numbers(series), moments(bins), moments(seen), numbers(posts), numbers(origins))


ADD_VERSIONS = """
INSERT INTO core.count_version AS counted (bin_at, codebook_version, posts_count)
SELECT bin_at, codebook_version, posts_count
FROM unnest(%s::timestamptz[], %s::integer[], %s::integer[]) AS added (bin_at, codebook_version, posts_count)
ORDER BY bin_at, codebook_version
ON CONFLICT (bin_at, codebook_version) DO UPDATE SET posts_count = counted.posts_count + excluded.posts_count
"""
TAKE_VERSIONS = """
UPDATE core.count_version AS counted
SET posts_count = counted.posts_count - taken.posts_count
FROM unnest(%s::timestamptz[], %s::integer[], %s::integer[]) AS taken (bin_at, codebook_version, posts_count)
WHERE (counted.bin_at, counted.codebook_version) = (taken.bin_at, taken.codebook_version)
"""
DROP_EMPTY_VERSIONS = """
DELETE FROM core.count_version AS counted
USING unnest(%s::timestamptz[], %s::integer[]) AS taken (bin_at, codebook_version)
WHERE (counted.bin_at, counted.codebook_version) = (taken.bin_at, taken.codebook_version) AND counted.posts_count = 0
"""
VersionCounts = Mapping[tuple[datetime, int], int]
"""Counted posts by quarter-hour and codebook."""


def add_versions(connection: Connection, counts: VersionCounts) -> None:
    """Add posts to their quarter-hours under the codebook they were read with."""
    if counts:
        connection.execute(ADD_VERSIONS, (*_keys(counts), numbers(counts.values())))


def move_versions(connection: Connection, before: VersionCounts, codebook_version: int) -> None:
    """Count posts under ``codebook_version`` that were counted under the versions of ``before``."""
    after: Counter[tuple[datetime, int]] = Counter()
    for (bin_at, _), count in before.items():
        after[bin_at, codebook_version] += count
    if before:
        add_versions(connection, {**dict.fromkeys(before, 0), **after})
        connection.execute(TAKE_VERSIONS, (*_keys(before), numbers(before.values())))
        connection.execute(DROP_EMPTY_VERSIONS, _keys(before))


def _keys(counts: VersionCounts) -> tuple[str, str]:
    return moments(bin_at for bin_at, _ in counts), numbers(version for _, version in counts)


TAKE_BACK_VERSION = """
UPDATE core.count_version AS counted
SET posts_count = counted.posts_count - 1
FROM core.post_annotation AS annotation
JOIN core.post AS post USING (channel_id, post_id, posted_at)
JOIN core.channel AS channel USING (channel_id)
WHERE (annotation.channel_id, annotation.post_id, annotation.posted_at) = (%s, %s, %s)
    AND channel.source <> 'x' AND post.is_counted
    AND counted.bin_at = date_bin('15 minutes', annotation.posted_at, 'epoch')
    AND counted.codebook_version = annotation.codebook_version
"""


def take_back_version(connection: Connection, key: PostKey) -> None:
    """Count a post no longer under the codebook its annotations were made with."""
    connection.execute(TAKE_BACK_VERSION, (key.channel_id, key.post_id, key.posted_at))
