"""The backlog of posts to classify, and what classify writes: annotations and counts in one transaction."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import psycopg

from monitor.model import (
    BacklogPost,
    ClassifiedPost,
    MaskedText,
    PostKey,
    known_bin_end,
    quarter_hour,
)
from monitor.store.connection import Connection
from monitor.store.copies import write_copies
from monitor.store.counts import add_versions
from monitor.store.lines import NULL, copy_lines, escaped, flag, numbers, optional, words
from monitor.store.series import SeriesParts, add_counts, marginals

CLAIM = """
WITH next AS MATERIALIZED ( -- joined as a subquery it may be run once a row, and then takes others than the first
    SELECT is_uncounted, collected_at, channel_id, post_id, posted_at
    FROM core.backlog
    WHERE collected_at <= %s
    ORDER BY is_uncounted, collected_at, posted_at, channel_id, post_id
    LIMIT %s
    FOR UPDATE SKIP LOCKED
),
claimed AS (
    DELETE FROM core.backlog AS backlog
    USING next
    WHERE (backlog.is_uncounted, backlog.collected_at, backlog.channel_id, backlog.post_id, backlog.posted_at)
        = (next.is_uncounted, next.collected_at, next.channel_id, next.post_id, next.posted_at)
    RETURNING backlog.channel_id, backlog.post_id, backlog.posted_at
)
SELECT
    post.channel_id, post.post_id, post.posted_at, channel.source, post.text, post.collected_at,
    post.is_forward, post.language_hint, post.is_counted, post.forwarded_from, post.forwarded_post_id
FROM claimed
JOIN core.post AS post USING (channel_id, post_id, posted_at)
JOIN core.channel AS channel USING (channel_id)
ORDER BY NOT post.is_counted, post.collected_at, post.posted_at, post.channel_id, post.post_id
"""


def claim_backlog(connection: Connection, *, as_of: datetime, limit: int) -> list[BacklogPost]:
    """Take up to ``limit`` posts collected by ``as_of`` off the backlog, in the caller's transaction: counted ones first.

    They come in the order of collection, what was collected at once in the order of publication.

    Posts that another worker holds are passed over; a worker that dies gives its posts back.
    """
    rows = connection.execute(CLAIM, (as_of, limit)).fetchall()
    return [_backlog_post(*row) for row in rows]


def _backlog_post(
    channel_id: int,
    post_id: int,
    posted_at: datetime,
    source: str,
    text: str,
    collected_at: datetime,
    is_forward: bool,
    hint: str | None,
    is_counted: bool,
    forwarded_from: str | None,
    forwarded_post_id: int | None,
) -> BacklogPost:
    return BacklogPost(
        key=PostKey(channel_id=channel_id, post_id=post_id, posted_at=posted_at),
        source=source,  # type: ignore[arg-type]  # the column's CHECK holds it to the sources
        text=MaskedText(text),
        collected_at=collected_at,
        is_forward=is_forward,
        language_hint=hint,
        is_counted=is_counted,
        forwarded_from=forwarded_from,
        forwarded_post_id=forwarded_post_id,
    )


LOCK_EARLIER = """
SELECT 1
FROM core.backlog
WHERE (is_uncounted, collected_at, posted_at, channel_id, post_id) < (%s, %s, %s, %s, %s) AND collected_at <= %s
ORDER BY is_uncounted, collected_at, posted_at, channel_id, post_id
LIMIT 1
FOR UPDATE
"""


def give_back_unless_oldest(connection: Connection, claimed: Sequence[BacklogPost], *, as_of: datetime) -> None:
    """Wait until every post before the last of ``claimed`` is classified, so that its copies are known.

    Should a worker that held earlier posts have died, leave the caller's transaction block uncommitted: its posts come first.
    """
    last = claimed[-1]
    place = (not last.is_counted, last.collected_at, last.key.posted_at, last.key.channel_id, last.key.post_id)
    if connection.execute(LOCK_EARLIER, (*place, as_of)).fetchone():
        raise psycopg.Rollback


OLDEST_BACKLOG = "SELECT min(collected_at) FROM core.backlog WHERE NOT is_uncounted"


def oldest_backlog_at(connection: Connection) -> datetime | None:
    """Give when the oldest unclassified post that counts was collected; None when all are classified."""
    row = connection.execute(OLDEST_BACKLOG).fetchone()
    return row[0] if row else None


def write_annotations(connection: Connection, batch: Sequence[ClassifiedPost], codebook_version: int) -> None:
    """Write a claimed batch's annotations and add it to the counts; call it in the transaction that claimed it."""
    ordered = sorted(batch, key=lambda item: (item.post.key.channel_id, item.post.key.post_id))
    _copy_rows(connection, ordered, codebook_version)
    add_counts(connection, counts_of(ordered), codebook_version)
    add_versions(connection, Counter((bin_at, codebook_version) for bin_at in counted_bins(ordered)))


COPY_ANNOTATIONS = """
COPY core.post_annotation (
    channel_id, post_id, posted_at, language, language_confidence, language_method, post_kind,
    copy_hash, is_copy, is_origin, method, codebook_version
) FROM STDIN
"""
COPY_THEMES = """
COPY core.post_theme (channel_id, post_id, posted_at, theme_id, span_starts, span_ends, terms, codebook_version) FROM STDIN
"""
COPY_PLACES = "COPY core.post_place (channel_id, post_id, posted_at, place_id, span_start, span_end) FROM STDIN"
COPY_QUANTITIES = """
COPY core.post_quantity (
    channel_id, post_id, posted_at, span_start, span_end, kind, low, high, place_id, direction, mode, tense, is_hearsay
) FROM STDIN
"""


def _copy_rows(connection: Connection, batch: Sequence[ClassifiedPost], version: int) -> None:
    keyed = [(_key(item.post.key), item) for item in batch]
    copy_lines(connection, COPY_ANNOTATIONS, (_annotation_line(key, item, version) for key, item in keyed))
    write_copies(connection, keyed)
    copy_findings(connection, batch, version)


def copy_findings(connection: Connection, batch: Sequence[ClassifiedPost], version: int) -> None:
    """Write the themes, places and quantities of a batch."""
    keyed = [(_key(item.post.key), item) for item in batch]
    copy_lines(connection, COPY_THEMES, (line for key, item in keyed for line in _theme_lines(key, item, version)))
    copy_lines(connection, COPY_PLACES, (line for key, item in keyed for line in _place_lines(key, item)))
    copy_lines(connection, COPY_QUANTITIES, (line for key, item in keyed for line in _quantity_lines(key, item)))


def _key(key: PostKey) -> str:
    return f"{key.channel_id}\t{key.post_id}\t{key.posted_at.isoformat()}"


def _annotation_line(key: str, item: ClassifiedPost, version: int) -> str:
    found = item.annotations
    language = f"{found.language.code or NULL}\t{found.language.confidence}\t{escaped(found.language.method)}"
    marks = f"{found.copy_hash}\t{flag(item.is_copy)}\t{flag(item.is_origin)}"
    return f"{key}\t{language}\t{found.kind}\t{marks}\t{escaped(found.method)}\t{version}\n"


def _theme_lines(key: str, item: ClassifiedPost, version: int) -> Iterator[str]:
    for theme in item.annotations.themes:
        starts, ends = numbers([start for start, _ in theme.spans]), numbers([end for _, end in theme.spans])
        yield f"{key}\t{theme.theme_id}\t{starts}\t{ends}\t{words(theme.terms)}\t{version}\n"


def _place_lines(key: str, item: ClassifiedPost) -> Iterator[str]:
    for place in item.annotations.places:
        yield f"{key}\t{place.place_id}\t{place.span[0]}\t{place.span[1]}\n"


def _quantity_lines(key: str, item: ClassifiedPost) -> Iterator[str]:
    for found in item.annotations.quantities:
        bounds = f"{optional(found.low)}\t{optional(found.high)}"
        about = f"{optional(found.place_id)}\t{optional(found.direction)}\t{optional(found.mode)}"
        said = f"{found.tense}\t{flag(found.is_hearsay)}"
        yield f"{key}\t{found.span[0]}\t{found.span[1]}\t{found.kind}\t{bounds}\t{about}\t{said}\n"


def counts_of(batch: Iterable[ClassifiedPost]) -> dict[tuple[SeriesParts, datetime, datetime], tuple[int, int]]:
    """Count posts and origins by series, quarter-hour and step; X's posts and those of incomplete files are not counted."""
    posts: dict[tuple[datetime, datetime], Counter[SeriesParts]] = defaultdict(Counter)
    origins: dict[tuple[datetime, datetime], Counter[SeriesParts]] = defaultdict(Counter)
    for item in batch:
        if not _is_in_counts(item):
            continue
        bin_at = quarter_hour(item.post.key.posted_at)
        bins = (bin_at, known_bin_end(bin_at, item.post.collected_at))
        series = list(_series_of(item))
        posts[bins].update(series)
        if item.is_origin:
            origins[bins].update(series)
    return {(key, *bins): (count, origins[bins][key]) for bins, counts in posts.items() for key, count in counts.items()}


def counted_bins(batch: Iterable[ClassifiedPost]) -> Iterator[datetime]:
    """Give the quarter-hour of each post of a batch that enters counts."""
    return (quarter_hour(item.post.key.posted_at) for item in batch if _is_in_counts(item))


def _is_in_counts(item: ClassifiedPost) -> bool:
    return item.post.source != "x" and item.post.is_counted


def _series_of(item: ClassifiedPost) -> Iterator[SeriesParts]:
    """Give every series that counts this post: the marginals of architecture.md, meaning 4."""
    found = item.annotations
    return marginals(
        [theme.theme_id for theme in found.themes],
        sorted({place.place_id for place in found.places}),
        source=item.post.source,
        language=found.language.code,
        channel_id=item.post.key.channel_id,
    )
