"""What copies are found by: marks of recent posts, and the post that each forward and copy repeats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.model import Annotations, BacklogPost, ClassifiedPost, CopyCandidate, MaskedText, PostKey
from monitor.store.connection import Connection
from monitor.store.lines import copy_lines, flag, moments, numbers

COPY_WINDOW = timedelta(hours=48)
"""How far apart a post and its copy may be published."""
MARKS_KEPT = 2 * COPY_WINDOW
"""How long after its collection a post's marks are kept: so much later may what repeats it still be read."""

IN_WINDOW = f"""mark.is_x = ask.is_x
    AND mark.posted_at BETWEEN ask.posted_at - interval '{COPY_WINDOW}' AND ask.posted_at + interval '{COPY_WINDOW}'
    AND (mark.posted_at <= ask.posted_at OR mark.is_origin)"""
MARK = "{0}.channel_id, {0}.post_id, {0}.posted_at, {0}.is_origin, {0}.copy_hash, {0}.copy_keys"
CANDIDATES = f"""
SELECT ask.place, {MARK.format("met")}, post.text,
    ARRAY(
        SELECT DISTINCT mention.place_id FROM core.post_place AS mention
        WHERE (mention.channel_id, mention.post_id, mention.posted_at) = (met.channel_id, met.post_id, met.posted_at)
    ) AS place_ids,
    origin.origin_channel_id, origin.origin_post_id, origin.origin_posted_at
FROM (
    SELECT place, posted_at, is_x, copy_hash, keys::integer[] AS copy_keys
    FROM unnest(%s::integer[], %s::timestamptz[], %s::boolean[], %s::bigint[], %s::text[])
        AS asked (place, posted_at, is_x, copy_hash, keys)
    OFFSET 0
) AS ask
LEFT JOIN LATERAL (
    SELECT {MARK.format("mark")}
    FROM core.copy_mark AS mark
    WHERE mark.copy_hash = ask.copy_hash AND {IN_WINDOW}
    ORDER BY mark.posted_at, mark.channel_id, mark.post_id
    LIMIT 1
) AS twin ON true
CROSS JOIN LATERAL (
    SELECT {MARK.format("twin")} WHERE twin.channel_id IS NOT NULL
    UNION ALL
    (
        SELECT {MARK.format("mark")}
        FROM core.copy_mark AS mark
        WHERE twin.channel_id IS NULL AND mark.copy_keys && ask.copy_keys AND {IN_WINDOW}
        ORDER BY
            (mark.copy_keys[1] = ANY(ask.copy_keys))::integer
                + coalesce(mark.copy_keys[2] = ANY(ask.copy_keys), false)::integer
                + coalesce(mark.copy_keys[3] = ANY(ask.copy_keys), false)::integer
                + coalesce(mark.copy_keys[4] = ANY(ask.copy_keys), false)::integer DESC,
            greatest(mark.posted_at - ask.posted_at, ask.posted_at - mark.posted_at),
            mark.posted_at, mark.channel_id, mark.post_id
        LIMIT %s
    )
) AS met
JOIN core.post AS post ON (post.channel_id, post.post_id, post.posted_at) = (met.channel_id, met.post_id, met.posted_at)
LEFT JOIN core.post_origin AS origin
    ON (origin.channel_id, origin.post_id, origin.posted_at) = (met.channel_id, met.post_id, met.posted_at)
"""


def copy_candidates(
    connection: Connection, annotated: Sequence[tuple[BacklogPost, Annotations]], *, limit: int
) -> dict[int, list[CopyCandidate]]:
    """Give for each place in ``annotated`` the first counted post within ``COPY_WINDOW`` with the same words; where there is
    none, up to ``limit`` that share a copy key: those that share most, then the nearest in time.

    Of posts published later only origins are given: the words of others were counted elsewhere. X and the rest do not mix.
    """
    asked = [(place, post, found) for place, (post, found) in enumerate(annotated) if found.copy_keys]
    columns = (
        numbers(place for place, _, _ in asked),
        moments(post.key.posted_at for _, post, _ in asked),
        [post.source == "x" for _, post, _ in asked],
        numbers(found.copy_hash for _, _, found in asked),
        [numbers(found.copy_keys) for _, _, found in asked],
    )
    candidates: dict[int, list[CopyCandidate]] = {}
    with connection.cursor() as cursor:  # not prepared: a plan made while the table was empty never uses its index
        for place, *row in cursor.execute(CANDIDATES.encode(), (*columns, limit), prepare=False):
            candidates.setdefault(place, []).append(_candidate(*row))
    return candidates


def _candidate(
    channel_id: int, post_id: int, posted_at: datetime, is_origin: bool, copy_hash: int, copy_keys: list[int], text: str,
    place_ids: list[str], *origin: Any,
) -> CopyCandidate:  # fmt: skip
    key = PostKey(channel_id=channel_id, post_id=post_id, posted_at=posted_at)
    return CopyCandidate(
        key=key,
        is_origin=is_origin,
        copy_hash=copy_hash,
        copy_keys=frozenset(copy_keys),
        text=MaskedText(text),
        place_ids=frozenset(place_ids),
        origin=key if origin[0] is None else PostKey(channel_id=origin[0], post_id=origin[1], posted_at=origin[2]),
    )


FORWARDED = """
SELECT ask.place, post.channel_id, post.post_id, post.posted_at,
    origin.origin_channel_id, origin.origin_post_id, origin.origin_posted_at
FROM unnest(%s::integer[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[])
    AS ask (place, source, handle, post_id, collected_at)
JOIN core.channel AS channel ON channel.source = ask.source AND lower(channel.handle) = lower(ask.handle)
JOIN core.post AS post ON (post.channel_id, post.post_id) = (channel.channel_id, ask.post_id)
LEFT JOIN core.post_origin AS origin
    ON (origin.channel_id, origin.post_id, origin.posted_at) = (post.channel_id, post.post_id, post.posted_at)
WHERE post.collected_at <= ask.collected_at AND post.is_counted
"""


def forwarded_posts(connection: Connection, posts: Sequence[BacklogPost]) -> dict[int, tuple[PostKey, PostKey]]:
    """Give for each place in ``posts`` that is a forward of a stored post: it, and what it repeats itself (else itself)."""
    asked = [(place, post) for place, post in enumerate(posts) if post.forwarded_from and post.forwarded_post_id is not None]
    if not asked:
        return {}
    columns = (
        [place for place, _ in asked],
        [post.source for _, post in asked],
        [post.forwarded_from for _, post in asked],
        [post.forwarded_post_id for _, post in asked],
        [post.collected_at for _, post in asked],
    )
    found = {}
    for place, channel_id, post_id, posted_at, *origin in connection.execute(FORWARDED, columns):
        key = PostKey(channel_id=channel_id, post_id=post_id, posted_at=posted_at)
        whole = key if origin[0] is None else PostKey(channel_id=origin[0], post_id=origin[1], posted_at=origin[2])
        found[place] = (key, whole)
    return found


COPY_MARKS = """
COPY core.copy_mark (channel_id, post_id, posted_at, collected_at, is_x, is_origin, copy_hash, copy_keys) FROM STDIN
"""
COPY_ORIGINS = """
COPY core.post_origin (
    channel_id, post_id, posted_at, origin_channel_id, origin_post_id, origin_posted_at, is_exact
) FROM STDIN
"""


def write_copies(connection: Connection, keyed: Iterable[tuple[str, ClassifiedPost]]) -> None:
    """Write the marks of counted posts and the origins of forwards and copies; ``keyed`` have their keys as COPY reads them."""
    keyed = list(keyed)
    copy_lines(connection, COPY_MARKS, _mark_lines(keyed))
    copy_lines(connection, COPY_ORIGINS, _origin_lines(keyed))


def _mark_lines(keyed: Iterable[tuple[str, ClassifiedPost]]) -> Iterator[str]:
    for key, item in keyed:
        if item.post.is_counted and item.annotations.copy_keys:
            marks = f"{flag(item.post.source == 'x')}\t{flag(item.is_origin)}\t{item.annotations.copy_hash}"
            yield f"{key}\t{item.post.collected_at.isoformat()}\t{marks}\t{numbers(item.annotations.copy_keys)}\n"


def _origin_lines(keyed: Iterable[tuple[str, ClassifiedPost]]) -> Iterator[str]:
    for key, item in keyed:
        if item.origin:
            origin = f"{item.origin.channel_id}\t{item.origin.post_id}\t{item.origin.posted_at.isoformat()}"
            yield f"{key}\t{origin}\t{flag(item.is_exact)}\n"


FORGET_MARKS = """
DELETE FROM core.copy_mark
WHERE collected_at < least(%(as_of)s, (SELECT min(collected_at) FROM core.backlog)) - %(kept)s
"""


def forget_copy_marks(connection: Connection, *, as_of: datetime) -> int:
    """Delete marks collected ``MARKS_KEPT`` before ``as_of`` and before all that waits to be classified; return how many."""
    return connection.execute(FORGET_MARKS, {"as_of": as_of, "kept": MARKS_KEPT}).rowcount


FORGET_ORIGINS = """
DELETE FROM core.post_origin AS link
WHERE link.posted_at < %s AND NOT EXISTS (
    SELECT FROM core.post_annotation AS kept
    WHERE (kept.channel_id, kept.post_id, kept.posted_at) = (link.channel_id, link.post_id, link.posted_at)
)
"""


def forget_origins(connection: Connection, *, before_at: datetime) -> int:
    """Delete the origins of posts from before ``before_at`` whose annotations are gone; return how many."""
    return connection.execute(FORGET_ORIGINS, (before_at,)).rowcount
