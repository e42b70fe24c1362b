"""Write one page of posts: cursor, posts, coverage and quarantine in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time

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
from monitor.store.lines import NULL, copy_lines, escaped, flag, moments, numbers, optional

Told = tuple[str, str]
"""A post's key and its moment of collection, as its lines say them."""
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
        if page.is_reread:
            _count_kept_again(connection, page.seen, ids)
        else:
            _count_seen(connection, page.seen, ids, COUNT_SEEN_IN_FILE if page.is_import else COUNT_SEEN_LIVE)
        _write_coverage(connection, page.coverage, ids)
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


LOCK_CHANNELS = """
SELECT pg_advisory_xact_lock(hashtext('monitor.channel'), channel_id::integer)
FROM (SELECT channel_id FROM unnest(%s::bigint[]) AS named (channel_id) ORDER BY channel_id OFFSET 0) AS in_order
"""
ENSURE_PARTITION = "SELECT core.ensure_post_partition(%s)"
KNOWN_KEYS = """
SELECT run.channel_id, known.post_id
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS run (channel_id, first_id, last_id)
CROSS JOIN LATERAL (
    SELECT post_id FROM core.post WHERE channel_id = run.channel_id AND post_id BETWEEN run.first_id AND run.last_id
    UNION ALL
    SELECT post_id FROM core.erased_post WHERE channel_id = run.channel_id AND post_id BETWEEN run.first_id AND run.last_id
    OFFSET 0
) AS known
"""
RUN_GAP = 100
"""Ids of a channel that lie closer are looked up together: what is stored between them costs less than another look."""
COPY_POSTS = """
COPY core.post (
    channel_id, post_id, posted_at, collected_at, edited_at, text, masked_count, author_key, key_id,
    url, is_forward, forwarded_from, forwarded_post_id, reply_to, language_hint, is_counted
) FROM STDIN
"""
UNCOUNTED = "SELECT channel_id, post_id, posted_at FROM core.post WHERE channel_id = ANY(%s::bigint[]) AND NOT is_counted"
GONE = "unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS gone (channel_id, post_id, posted_at)"
FORGET_BACKLOG = f"""
WITH held AS (
    SELECT backlog.*
    FROM {GONE}
    JOIN core.post AS post USING (channel_id, post_id, posted_at)
    JOIN core.backlog AS backlog
        ON (backlog.is_uncounted, backlog.collected_at, backlog.posted_at, backlog.channel_id, backlog.post_id)
        = (true, post.collected_at, post.posted_at, post.channel_id, post.post_id)
    FOR UPDATE OF backlog NOWAIT
)
DELETE FROM core.backlog AS backlog
USING held
WHERE (backlog.is_uncounted, backlog.collected_at, backlog.channel_id, backlog.post_id, backlog.posted_at)
    = (held.is_uncounted, held.collected_at, held.channel_id, held.post_id, held.posted_at)
"""
FORGET = """
DELETE FROM core.{table} AS t
USING {gone}
WHERE (t.channel_id, t.post_id, t.posted_at) = (gone.channel_id, gone.post_id, gone.posted_at)
"""
OF_A_POST = (
    *("stale_post", "post_theme", "post_place", "post_quantity", "post_origin", "copy_mark", "post_annotation", "post_metric"),
    "post",
)
COPY_BACKLOG = "COPY core.backlog (channel_id, post_id, posted_at, collected_at, is_uncounted) FROM STDIN"
COPY_METRICS = "COPY core.post_metric (channel_id, post_id, posted_at, views_count, forwards_count, seen_at) FROM STDIN"


def write_posts(connection: Connection, posts: Sequence[PseudonymisedPost], ids: ChannelIds) -> int:
    """Copy the posts that are neither stored nor were erased, and queue them for classify; return how many.

    A counted post takes the place of one from a file that was in no count.

    Call it inside a transaction: it locks the channels, in the order of their ids, until the end of it.
    """
    keyed = {(ids[post.source, post.channel], post.post_id): post for post in reversed(posts)}
    if not keyed:
        return 0
    connection.execute(LOCK_CHANNELS, (numbers({channel_id for channel_id, _ in keyed}),))
    ordered = sorted(keyed)
    known = _known_keys(connection, ordered) & keyed.keys()
    if known and any(post.is_counted for post in keyed.values()):
        known -= _forget_uncounted(connection, {key for key in known if keyed[key].is_counted})
    new = [(key, keyed[key]) for key in ordered if key not in known]
    for month_at in sorted({day.replace(day=1) for day in {post.posted_at.astimezone(UTC).date() for _, post in new}}):
        connection.execute(ENSURE_PARTITION, (datetime.combine(month_at, time(), UTC),))
    told: list[Told] = []
    copy_lines(connection, COPY_POSTS, _post_lines(new, told))
    rows = [(*line, post) for line, (_, post) in zip(told, new, strict=True)]
    copy_lines(connection, COPY_BACKLOG, (f"{key}\t{at}\t{flag(not post.is_counted)}\n" for key, at, post in rows))
    copy_lines(connection, COPY_METRICS, (_metric_line(*row) for row in rows if row[-1].views_count is not None))
    return len(new)


def _known_keys(connection: Connection, ordered: Sequence[tuple[int, int]]) -> set[tuple[int, int]]:
    """Give the keys stored or erased between those of ``ordered``, and of these."""
    runs: list[list[int]] = []
    for channel_id, post_id in ordered:
        if runs and runs[-1][0] == channel_id and post_id - runs[-1][2] <= RUN_GAP:
            runs[-1][2] = post_id
        else:
            runs.append([channel_id, post_id, post_id])
    columns = [numbers(column) for column in zip(*runs, strict=True)]
    with connection.cursor(binary=True) as cursor:  # not prepared: a plan made while the table was empty never uses its key
        return set(cursor.execute(KNOWN_KEYS, columns, prepare=False).fetchall())


def _forget_uncounted(connection: Connection, known: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Delete those of ``known`` that a file brought and no count holds, to be stored anew and counted; return which.

    Waiting for a classifier that holds one of them could be a deadlock: then the page fails, and is read again.
    """
    channels = (numbers({channel_id for channel_id, _ in known}),)
    found = {(c, p): at for c, p, at in connection.execute(UNCOUNTED, channels) if (c, p) in known}
    keys = (numbers(c for c, _ in found), numbers(p for _, p in found), moments(found.values()))
    if found:
        connection.execute(FORGET_BACKLOG.encode(), keys)
    for table in OF_A_POST if found else ():
        connection.execute(FORGET.format(table=table, gone=GONE).encode(), keys)
    return set(found)


def _post_lines(new: Iterable[tuple[tuple[int, int], PseudonymisedPost]], told: list[Told]) -> Iterator[str]:
    """Give a line each, and in ``told`` what their other lines repeat: the key and the moment of collection."""
    moment, collected_at = None, ""
    for (channel_id, post_id), post in new:
        if post.collected_at is not moment:
            moment, collected_at = post.collected_at, post.collected_at.isoformat()
        start = f"{channel_id}\t{post_id}\t{post.posted_at.isoformat()}"
        told.append((start, collected_at))
        yield f"{start}\t{collected_at}\t{_post_columns(post)}\n"


def _post_columns(post: PseudonymisedPost) -> str:
    text = f"{optional(post.edited_at)}\t{escaped(post.text)}\t{post.masked_count}"
    author = f"{post.author_key or NULL}\t{post.key_id or NULL}\t{optional(post.url)}"
    origin = f"{flag(post.is_forward)}\t{optional(post.forwarded_from)}\t{optional(post.forwarded_post_id)}"
    rest = f"{optional(post.reply_to)}\t{optional(post.language_hint)}\t{flag(post.is_counted)}"
    return f"{text}\t{author}\t{origin}\t{rest}"


def _metric_line(start: str, collected_at: str, post: PseudonymisedPost) -> str:
    return f"{start}\t{post.views_count}\t{optional(post.forwards_count)}\t{collected_at}\n"


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
        columns = (
            numbers(channel_id for channel_id, _ in rows),
            moments(bin_at for _, bin_at in rows),
            [state for state, _, _ in rows.values()],
            moments(known_at for _, known_at, _ in rows.values()),
            [is_history for _, _, is_history in rows.values()],
        )
        connection.execute(SAVE_COVERAGE, columns)


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
COUNT_SEEN_IN_FILE = COUNT_SEEN + "WHERE coverage.state <> 'observed'"
COUNT_SEEN_LIVE = COUNT_SEEN + "WHERE coverage.state <> 'observed' OR NOT coverage.is_history"
"""What a complete file was read to hold is not seen once more when history is read; a tail may meet a post that comes late."""


def _count_seen(connection: Connection, seen: Sequence[SeenCount], ids: ChannelIds, statement: str) -> None:
    if seen:
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


def _count_kept_again(connection: Connection, seen: Sequence[SeenCount], ids: ChannelIds) -> None:
    """Say of quarter-hours that were read before how many of their posts are kept by now; how many were seen is known already.

    One that was not read yet is left to its own feed, which will see and count all of it.
    """
    kept = [s for s in seen if s.kept_count]
    if kept:
        columns = (numbers(ids[s.source, s.channel] for s in kept), moments(s.bin_at for s in kept))
        connection.execute(COUNT_KEPT_AGAIN, columns)


SAVE_QUARANTINE = """
INSERT INTO core.quarantine (origin, stage, reason, length_bytes, record_hash)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


def write_quarantine(connection: Connection, entries: Sequence[QuarantineEntry]) -> None:
    """Remember records that could not be used; one met again is not counted again."""
    with connection.cursor() as cursor:
        cursor.executemany(SAVE_QUARANTINE, [(e.origin, e.stage, e.reason, e.length_bytes, e.record_hash) for e in entries])
