"""Store posts exactly once, and queue them for classify."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time

from monitor.model import PseudonymisedPost
from monitor.store.channels import ChannelIds
from monitor.store.connection import Connection
from monitor.store.lines import NULL, copy_lines, escaped, flag, moments, numbers, optional

Told = tuple[str, str]
"""A post's key and its moment of collection, as its lines say them."""

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
