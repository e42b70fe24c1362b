"""Which known posts one may be a copy of: found by marks, in a bounded number of steps however many posts share them.

A text that is passed on thousands of times shares its marks with all of them. So nothing is sorted: the first with the same
words, and for each key the nearest in time, are read off the end of an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from monitor.model import Annotations, BacklogPost, CopyCandidate, MaskedText, PostKey
from monitor.store.connection import Connection
from monitor.store.copies import COPY_WINDOW
from monitor.store.lines import moments, numbers

Asked = Sequence[tuple[int, BacklogPost, Annotations]]
"""Posts and what was found in them, with their places in a batch."""
Key = tuple[int, int, datetime]
"""Channel, id and moment of a post, as the database gives them."""
FIRST_TWIN = """(
        SELECT mark.posted_at, mark.channel_id, mark.post_id
        FROM core.copy_mark AS mark
        WHERE mark.copy_hash = ask.copy_hash AND mark.is_x = ask.is_x AND {kind}
            AND mark.posted_at BETWEEN ask.posted_at - interval '{window}' AND {until}
        ORDER BY mark.posted_at, mark.channel_id, mark.post_id
        LIMIT 1
    )"""
TWINS = f"""
SELECT ask.place, twin.channel_id, twin.post_id, twin.posted_at
FROM unnest(%s::integer[], %s::timestamptz[], %s::boolean[], %s::bigint[]) AS ask (place, posted_at, is_x, copy_hash)
CROSS JOIN LATERAL (
    {FIRST_TWIN.format(kind="NOT mark.is_origin", window=COPY_WINDOW, until="ask.posted_at")}
    UNION ALL
    {FIRST_TWIN.format(kind="mark.is_origin", window=COPY_WINDOW, until=f"ask.posted_at + interval '{COPY_WINDOW}'")}
    ORDER BY posted_at, channel_id, post_id
    LIMIT 1
) AS twin
"""
NEAREST = """(
        SELECT mark.channel_id, mark.post_id, mark.posted_at
        FROM core.copy_key AS mark
        WHERE mark.copy_key = ask.copy_key AND mark.is_x = ask.is_x AND {kind} AND {when}
        ORDER BY mark.posted_at {way}, mark.channel_id {way}, mark.post_id {way}
        LIMIT ask.most
    )"""
EARLIER = f"mark.posted_at BETWEEN ask.posted_at - interval '{COPY_WINDOW}' AND ask.posted_at"
LATER = f"mark.posted_at > ask.posted_at AND mark.posted_at <= ask.posted_at + interval '{COPY_WINDOW}'"
SHARING = f"""
SELECT DISTINCT ask.place, near.channel_id, near.post_id, near.posted_at
FROM (
    SELECT place, posted_at, is_x, copy_key, %s::integer AS most
    FROM unnest(%s::integer[], %s::timestamptz[], %s::boolean[], %s::integer[]) AS asked (place, posted_at, is_x, copy_key)
) AS ask
CROSS JOIN LATERAL (
    {NEAREST.format(kind="mark.is_origin", when=EARLIER, way="DESC")}
    UNION ALL
    {NEAREST.format(kind="NOT mark.is_origin", when=EARLIER, way="DESC")}
    UNION ALL
    {NEAREST.format(kind="mark.is_origin", when=LATER, way="ASC")}
) AS near
"""
MARKED = """
SELECT mark.channel_id, mark.post_id, mark.posted_at, mark.is_origin, mark.copy_hash, mark.copy_keys, post.text,
    ARRAY(
        SELECT DISTINCT mention.place_id FROM core.post_place AS mention
        WHERE (mention.channel_id, mention.post_id, mention.posted_at) = (mark.channel_id, mark.post_id, mark.posted_at)
    ) AS place_ids,
    origin.origin_channel_id, origin.origin_post_id, origin.origin_posted_at
FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[]) AS met (channel_id, post_id, posted_at)
JOIN core.copy_mark AS mark USING (channel_id, post_id, posted_at)
JOIN core.post AS post USING (channel_id, post_id, posted_at)
LEFT JOIN core.post_origin AS origin USING (channel_id, post_id, posted_at)
"""


def copy_candidates(
    connection: Connection, annotated: Sequence[tuple[BacklogPost, Annotations]], *, limit: int
) -> dict[int, list[CopyCandidate]]:
    """Give for each place in ``annotated`` the first counted post within ``COPY_WINDOW`` with the same words; where there is
    none, for each of its keys the nearest in time that share it: up to ``limit`` earlier origins, earlier copies, later origins.

    Of posts published later only origins are given: the words of others were counted elsewhere. X and the rest do not mix.
    """
    asked = [(place, post, found) for place, (post, found) in enumerate(annotated) if found.copy_keys]
    met = _met(connection, TWINS, _twin_columns(asked))
    others = [(place, post, found) for place, post, found in asked if place not in met]
    met |= _met(connection, SHARING, (limit, *_key_columns(others)))
    marked = _marked(connection, {key for keys in met.values() for key in keys})
    return {place: [marked[key] for key in keys if key in marked] for place, keys in met.items()}


def _twin_columns(asked: Asked) -> tuple[object, ...]:
    return (
        numbers(place for place, _, _ in asked),
        moments(post.key.posted_at for _, post, _ in asked),
        [post.source == "x" for _, post, _ in asked],
        numbers(found.copy_hash for _, _, found in asked),
    )


def _key_columns(asked: Asked) -> tuple[object, ...]:
    keyed = [(place, post, key) for place, post, found in asked for key in found.copy_keys]
    return (
        numbers(place for place, _, _ in keyed),
        moments(post.key.posted_at for _, post, _ in keyed),
        [post.source == "x" for _, post, _ in keyed],
        numbers(key for _, _, key in keyed),
    )


def _met(connection: Connection, query: str, columns: tuple[object, ...]) -> dict[int, list[Key]]:
    met: dict[int, list[Key]] = {}
    with connection.cursor() as cursor:  # not prepared: a plan made while the table was empty never uses its index
        for row in cursor.execute(query.encode(), columns, prepare=False):
            met.setdefault(row[0], []).append(row[1:])
    return met


def _marked(connection: Connection, keys: set[Key]) -> dict[Key, CopyCandidate]:
    if not keys:
        return {}
    channels, posts, at = zip(*keys, strict=True)
    columns = (numbers(channels), numbers(posts), moments(at))
    with connection.cursor() as cursor:
        return {row[:3]: _candidate(*row) for row in cursor.execute(MARKED, columns, prepare=False)}


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
