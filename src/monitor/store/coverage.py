"""Write what was read of channels: coverage, and how many posts were seen and kept, by quarter-hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from monitor.model import QUARTER_HOUR, CoverageSpan, SeenCount, known_bin_end, quarter_hour
from monitor.store.channels import ChannelIds
from monitor.store.connection import Connection
from monitor.store.lines import moments, numbers

SAVE_COVERAGE = """
INSERT INTO core.coverage (channel_id, bin_at, state, known_at, is_history)
SELECT channel_id, bin_at, state, known_at, is_history
FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::timestamptz[], %s::boolean[])
    AS known (channel_id, bin_at, state, known_at, is_history)
ORDER BY channel_id, bin_at
ON CONFLICT (channel_id, bin_at) DO UPDATE SET
    state = excluded.state, known_at = excluded.known_at, is_history = excluded.is_history
WHERE coverage.state <> 'observed'
"""


def write_coverage(connection: Connection, spans: Iterable[CoverageSpan], ids: ChannelIds) -> None:
    """Say what is known of the quarter-hours that end within the spans; an observed one stays as it is."""
    rows: dict[tuple[int, datetime], tuple[str, datetime, bool]] = {}
    for span in spans:
        for bin_at in _bins_ended(span):
            known = (span.state, known_bin_end(bin_at, span.known_at), span.is_history)
            rows[ids[span.source, span.channel], bin_at] = known
    if rows:
        columns = (
            numbers(channel_id for channel_id, _ in rows),
            moments(bin_at for _, bin_at in rows),
            [state for state, _, _ in rows.values()],
            moments(known_at for _, known_at, _ in rows.values()),
            [is_history for _, _, is_history in rows.values()],
        )
        connection.execute(SAVE_COVERAGE, columns)


def _bins_ended(span: CoverageSpan) -> Iterator[datetime]:
    """Yield the quarter-hours whose end lies within the span; an earlier page has covered what of them came before it."""
    bin_at = quarter_hour(span.start_at)
    while bin_at + QUARTER_HOUR <= span.end_at:
        yield bin_at
        bin_at += QUARTER_HOUR


COUNT_SEEN = """
INSERT INTO core.coverage AS coverage (channel_id, bin_at, state, known_at, seen_count, kept_count)
SELECT channel_id, bin_at, 'pending', bin_at + interval '15 minutes', seen_count, kept_count
FROM unnest(%s::bigint[], %s::timestamptz[], %s::integer[], %s::integer[]) AS met (channel_id, bin_at, seen_count, kept_count)
ORDER BY channel_id, bin_at
ON CONFLICT (channel_id, bin_at) DO UPDATE SET
    seen_count = coverage.seen_count + excluded.seen_count,
    kept_count = coverage.kept_count + excluded.kept_count
"""
COUNT_SEEN_IN_FILE = COUNT_SEEN + "WHERE coverage.state <> 'observed'"
COUNT_SEEN_LIVE = COUNT_SEEN + "WHERE coverage.state <> 'observed' OR NOT coverage.is_history"
"""What a complete file was read to hold is not seen once more when history is read; a tail may meet a post that comes late."""


def count_seen(connection: Connection, seen: Sequence[SeenCount], ids: ChannelIds, *, is_import: bool) -> None:
    """Add to how many posts of each quarter-hour were seen and kept; ``is_import`` when a file held them."""
    if seen:
        statement = COUNT_SEEN_IN_FILE if is_import else COUNT_SEEN_LIVE
        columns = (
            numbers(ids[s.source, s.channel] for s in seen),
            moments(s.bin_at for s in seen),
            numbers(s.seen_count for s in seen),
            numbers(s.kept_count for s in seen),
        )
        connection.execute(statement.encode(), columns)


COUNT_KEPT_AGAIN = """
WITH held AS (
    SELECT channel_id, bin_at
    FROM core.coverage
    JOIN unnest(%s::bigint[], %s::timestamptz[]) AS met (channel_id, bin_at) USING (channel_id, bin_at)
    WHERE state = 'observed'
    ORDER BY channel_id, bin_at
    FOR UPDATE OF coverage
)
UPDATE core.coverage AS coverage
SET kept_count = greatest(coverage.kept_count, least(coverage.seen_count, (
    SELECT count(*) FROM core.post AS post
    WHERE post.channel_id = held.channel_id AND post.is_counted
        AND post.posted_at >= held.bin_at AND post.posted_at < held.bin_at + interval '15 minutes'
)))
FROM held
WHERE (coverage.channel_id, coverage.bin_at) = (held.channel_id, held.bin_at)
"""


def count_kept_again(connection: Connection, seen: Sequence[SeenCount], ids: ChannelIds) -> None:
    """Say of quarter-hours that were read before how many of their posts are kept by now; how many were seen is known already.

    One that was not read yet is left to its own feed, which will see and count all of it.
    """
    kept = [s for s in seen if s.kept_count]
    if kept:
        columns = (numbers(ids[s.source, s.channel] for s in kept), moments(s.bin_at for s in kept))
        connection.execute(COUNT_KEPT_AGAIN, columns)
