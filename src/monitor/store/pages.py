"""Write one page of posts: cursor, posts, coverage and quarantine in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from monitor.errors import CursorMoved
from monitor.model import (
    QUARTER_HOUR,
    CoverageSpan,
    Cursor,
    PseudonymisedPost,
    QuarantineEntry,
    ReadyPage,
    SeenCount,
    known_bin_end,
    quarter_hour,
)
from monitor.store.channels import channel_ids
from monitor.store.connection import Connection

ChannelIds = Mapping[tuple[str, str], int]

READ_CURSOR = "SELECT position, read_until_at FROM core.cursor WHERE source = %s AND feed = %s"


def read_cursor(connection: Connection, source: str, feed: str) -> Cursor:
    """Give how far ``feed`` has been read; an empty Cursor when it never was."""
    row = connection.execute(READ_CURSOR, (source, feed)).fetchone()
    return Cursor(position=row[0], read_until_at=row[1]) if row else Cursor()


def write_page(connection: Connection, source: str, page: ReadyPage, *, expected: Cursor) -> int:
    """Store ``page`` if the cursor still stands at ``expected``; return how many posts were new.

    Raises CursorMoved, having written nothing, when another writer was faster.
    """
    with connection.transaction():
        _move_cursor(connection, source, page, expected)
        ids = channel_ids(connection, _names(page))
        new_count = write_posts(connection, page.kept, ids)
        _write_coverage(connection, page.coverage, ids)
        _count_seen(connection, page.seen, ids)
        write_quarantine(connection, page.quarantined)
        _open_feeds(connection, source, page.opens)
    return new_count


def _names(page: ReadyPage) -> Iterator[tuple[str, str]]:
    for part in (page.kept, page.seen, page.coverage):
        yield from ((item.source, item.channel) for item in part)


MOVE_CURSOR = """
UPDATE core.cursor
SET position = %s, read_until_at = %s, moved_at = now()
WHERE source = %s AND feed = %s AND position = %s
"""
FIRST_CURSOR = """
INSERT INTO core.cursor (position, read_until_at, source, feed)
VALUES (%s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


def _move_cursor(connection: Connection, source: str, page: ReadyPage, expected: Cursor) -> None:
    target = (page.cursor.position, page.cursor.read_until_at, source, page.feed)
    if expected.position is None:
        moved = connection.execute(FIRST_CURSOR, target)
    else:
        moved = connection.execute(MOVE_CURSOR, (*target, expected.position))
    if moved.rowcount != 1:
        raise CursorMoved(f"{source} {page.feed}: another collector has moved the cursor. The page will be read again.")


def _open_feeds(connection: Connection, source: str, opens: Iterable[tuple[str, Cursor]]) -> None:
    for feed, cursor in opens:
        connection.execute(FIRST_CURSOR, (cursor.position, cursor.read_until_at, source, feed))


LOCK_CHANNEL = "SELECT pg_advisory_xact_lock(hashtext('monitor.channel'), %s::integer)"
ENSURE_PARTITION = "SELECT core.ensure_post_partition(%s)"
KNOWN_KEYS = """
SELECT post.channel_id, post.post_id
FROM core.post AS post
JOIN unnest(%(channels)s::bigint[], %(posts)s::bigint[]) AS met (channel_id, post_id) USING (channel_id, post_id)
UNION ALL
SELECT erased.channel_id, erased.post_id
FROM core.erased_post AS erased
JOIN unnest(%(channels)s::bigint[], %(posts)s::bigint[]) AS met (channel_id, post_id) USING (channel_id, post_id)
"""
COPY_POSTS = """
COPY core.post (
    channel_id, post_id, posted_at, collected_at, edited_at, text, masked_count, author_key, key_id,
    url, is_forward, forwarded_from, reply_to, language_hint
) FROM STDIN
"""
COPY_BACKLOG = "COPY core.backlog (channel_id, post_id, posted_at, collected_at) FROM STDIN"
COPY_METRICS = "COPY core.post_metric (channel_id, post_id, posted_at, views_count, forwards_count, seen_at) FROM STDIN"


def write_posts(connection: Connection, posts: Sequence[PseudonymisedPost], ids: ChannelIds) -> int:
    """Copy the posts that are neither stored nor were erased, and queue them for classify; return how many.

    Call it inside a transaction: it locks the channels, in the order of their ids, until the end of it.
    """
    keyed = {(ids[post.source, post.channel], post.post_id): post for post in reversed(posts)}
    if not keyed:
        return 0
    for channel_id in sorted({channel_id for channel_id, _ in keyed}):
        connection.execute(LOCK_CHANNEL, (channel_id,))
    for month_at in sorted({_month(post.posted_at) for post in keyed.values()}):
        connection.execute(ENSURE_PARTITION, (month_at,))
    wanted = {"channels": [c for c, _ in keyed], "posts": [p for _, p in keyed]}
    known = set(connection.execute(KNOWN_KEYS, wanted, prepare=False))  # a plan made while the table was empty never uses its key
    new = sorted((key, post) for key, post in keyed.items() if key not in known) if known else sorted(keyed.items())
    _copy(connection, COPY_POSTS, (_post_row(channel_id, post) for (channel_id, _), post in new))
    _copy(connection, COPY_BACKLOG, ((c, p, post.posted_at, post.collected_at) for (c, p), post in new))
    _copy(connection, COPY_METRICS, (_metric_row(c, post) for (c, _), post in new if post.views_count is not None))
    return len(new)


def _month(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _post_row(channel_id: int, post: PseudonymisedPost) -> tuple[object, ...]:
    head = (channel_id, post.post_id, post.posted_at, post.collected_at, post.edited_at, post.text, post.masked_count)
    tail = (post.url, post.is_forward, post.forwarded_from, post.reply_to, post.language_hint)
    return (*head, post.author_key, post.key_id, *tail)


def _metric_row(channel_id: int, post: PseudonymisedPost) -> tuple[object, ...]:
    return (channel_id, post.post_id, post.posted_at, post.views_count, post.forwards_count, post.collected_at)


def _copy(connection: Connection, statement: str, rows: Iterable[Sequence[object]]) -> None:
    with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for row in rows:
            copy.write_row(row)


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


def _write_coverage(connection: Connection, spans: Iterable[CoverageSpan], ids: ChannelIds) -> None:
    rows: dict[tuple[int, datetime], tuple[str, datetime, bool]] = {}
    for span in spans:
        for bin_at in _bins_ended(span):
            known = (span.state, known_bin_end(bin_at, span.known_at), span.is_history)
            rows[ids[span.source, span.channel], bin_at] = known
    if rows:
        columns = zip(*((*key, *known) for key, known in rows.items()), strict=True)
        connection.execute(SAVE_COVERAGE, [list(column) for column in columns])


def _bins_ended(span: CoverageSpan) -> Iterator[datetime]:
    """Quarter-hours whose end lies within the span; an earlier page has covered what of them came before it."""
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


def _count_seen(connection: Connection, seen: Sequence[SeenCount], ids: ChannelIds) -> None:
    if seen:
        columns = (
            [ids[s.source, s.channel] for s in seen],
            [s.bin_at for s in seen],
            [s.seen_count for s in seen],
            [s.kept_count for s in seen],
        )
        connection.execute(COUNT_SEEN, columns)


SAVE_QUARANTINE = """
INSERT INTO core.quarantine (origin, stage, reason, length_bytes, record_hash)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


def write_quarantine(connection: Connection, entries: Sequence[QuarantineEntry]) -> None:
    """Remember records that could not be used; one met again is not counted again."""
    with connection.cursor() as cursor:
        cursor.executemany(SAVE_QUARANTINE, [(e.origin, e.stage, e.reason, e.length_bytes, e.record_hash) for e in entries])
