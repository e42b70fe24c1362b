"""Posts that were read with an older codebook: claimed newest first; what a newer one says takes the place of the older's word.

What the older one said is told by the stored annotations, so its matcher is not needed. Posts whose text has gone are not here:
they, and the counts that hold them, keep the version they were read with last.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.model import (
    Annotations,
    BacklogPost,
    ClassifiedPost,
    Language,
    MaskedText,
    PlaceMention,
    PostKey,
    StalePost,
    ThemeMatch,
)
from monitor.store.annotations import copy_findings, counted_bins, counts_of
from monitor.store.connection import Connection
from monitor.store.counts import move_counts, move_versions
from monitor.store.lines import moments, numbers

CLAIM = """
WITH next AS MATERIALIZED ( -- joined as a subquery it may be run once a row, and then takes others than the first
    SELECT posted_at, channel_id, post_id
    FROM core.stale_post
    ORDER BY posted_at DESC, channel_id DESC, post_id DESC
    LIMIT %s
    FOR UPDATE SKIP LOCKED
),
claimed AS (
    DELETE FROM core.stale_post AS stale
    USING next
    WHERE (stale.posted_at, stale.channel_id, stale.post_id) = (next.posted_at, next.channel_id, next.post_id)
    RETURNING stale.channel_id, stale.post_id, stale.posted_at
)
SELECT
    post.channel_id, post.post_id, post.posted_at, channel.source, post.text, post.collected_at, post.is_forward,
    post.language_hint, post.is_counted, annotation.language, annotation.is_copy, annotation.codebook_version,
    (SELECT array_agg(hit.theme_id ORDER BY hit.theme_id) FROM core.post_theme AS hit
     WHERE (hit.channel_id, hit.post_id, hit.posted_at) = (post.channel_id, post.post_id, post.posted_at)),
    (SELECT array_agg(DISTINCT mention.place_id) FROM core.post_place AS mention
     WHERE (mention.channel_id, mention.post_id, mention.posted_at) = (post.channel_id, post.post_id, post.posted_at))
FROM claimed
LEFT JOIN core.post AS post
    ON (post.channel_id, post.post_id, post.posted_at) = (claimed.channel_id, claimed.post_id, claimed.posted_at)
    AND post.text <> ''
LEFT JOIN core.channel AS channel ON channel.channel_id = post.channel_id
LEFT JOIN core.post_annotation AS annotation
    ON (annotation.channel_id, annotation.post_id, annotation.posted_at) = (post.channel_id, post.post_id, post.posted_at)
"""


def claim_stale(connection: Connection, *, limit: int) -> tuple[int, list[StalePost]]:
    """Take up to ``limit`` posts off the queue, newest first, in the caller's transaction; give how many, and those to read anew.

    A post whose text has gone since it was queued is only taken off. Posts another worker holds are passed over; a worker that
    dies gives its posts back.
    """
    rows = connection.execute(CLAIM, (limit,)).fetchall()
    return len(rows), [_stale_post(*row) for row in rows if row[11] is not None]


def _stale_post(
    channel_id: int,
    post_id: int,
    posted_at: datetime,
    source: str,
    text: str,
    collected_at: datetime,
    is_forward: bool,
    hint: str | None,
    is_counted: bool,
    language: str | None,
    is_copy: bool,
    version: int,
    themes: Sequence[str] | None,
    places: Sequence[str] | None,
) -> StalePost:
    post = BacklogPost(
        key=PostKey(channel_id=channel_id, post_id=post_id, posted_at=posted_at),
        source=source,  # type: ignore[arg-type]  # the column's CHECK holds it to the sources
        text=MaskedText(text),
        collected_at=collected_at,
        is_forward=is_forward,
        language_hint=hint,
        is_counted=is_counted,
    )
    annotations = Annotations(
        language=Language(code=language, confidence=0.0, method=""),
        themes=tuple(ThemeMatch(theme_id=theme_id, spans=(), terms=()) for theme_id in themes or ()),
        places=tuple(PlaceMention(place_id=place_id, kind="crossing", span=(0, 0)) for place_id in places or ()),
        quantities=(),
        kind="other",
        copy_hash=0,
        method="",
    )
    return StalePost(found=ClassifiedPost(post=post, annotations=annotations, is_copy=is_copy), codebook_version=version)


KEYS = "unnest(%s::bigint[], %s::bigint[], %s::timestamptz[])"
DROP_FINDINGS = tuple(
    f"DELETE FROM core.{table} WHERE (channel_id, post_id, posted_at) IN (SELECT * FROM {KEYS})"
    for table in ("post_theme", "post_place", "post_quantity")
)
REWRITE = """
UPDATE core.post_annotation AS annotation
SET language = found.language, language_confidence = found.confidence, language_method = found.language_method,
    post_kind = found.post_kind, method = found.method, codebook_version = %s
FROM unnest(
    %s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::real[], %s::text[], %s::text[], %s::text[]
) AS found (channel_id, post_id, posted_at, language, confidence, language_method, post_kind, method)
WHERE (annotation.channel_id, annotation.post_id, annotation.posted_at) = (found.channel_id, found.post_id, found.posted_at)
"""


def replace_annotations(connection: Connection, pairs: Sequence[tuple[StalePost, Annotations]], codebook_version: int) -> None:
    """Put what the newer codebook says in the place of what is stored, and move every count by the difference.

    Whether a post is a copy, and of which, stays: its text has not changed. Call it in the transaction that claimed the posts.
    """
    old = [stale.found for stale, _ in pairs]
    new = sorted((replace(stale.found, annotations=found) for stale, found in pairs), key=lambda item: item.post.key)
    before_versions = Counter((bin_at, stale.codebook_version) for stale, _ in pairs for bin_at in counted_bins([stale.found]))
    move_counts(connection, counts_of(old), counts_of(new), codebook_version)
    move_versions(connection, before_versions, codebook_version)
    keys = _columns(item.post.key for item in new)
    for statement in DROP_FINDINGS:
        connection.execute(statement.encode(), keys)
    copy_findings(connection, new, codebook_version)
    connection.execute(REWRITE, (codebook_version, *keys, *_annotation_columns([item.annotations for item in new])))


def _columns(keys: Iterable[PostKey]) -> tuple[str, str, str]:
    channels, posts, at = zip(*((key.channel_id, key.post_id, key.posted_at) for key in keys), strict=True)
    return numbers(channels), numbers(posts), moments(at)


def _annotation_columns(found: Sequence[Annotations]) -> tuple[list[object], ...]:
    rows = [(f.language.code, f.language.confidence, f.language.method, f.kind, f.method) for f in found]
    return tuple(list(column) for column in zip(*rows, strict=True))


PROGRESS = """
SELECT
    (SELECT count(*) FROM core.stale_post),
    (SELECT count(*) FROM core.post_annotation),
    (
        SELECT (counts ->> 'read anew')::double precision / extract(epoch FROM ended_at - started_at)
        FROM core.pipeline_run
        WHERE stage = 'classify' AND counts ? 'read anew' AND ended_at > started_at
        ORDER BY run_id DESC
        LIMIT 1
    )
"""


def reclassification_progress(connection: Connection) -> tuple[int, int, float | None]:
    """Give how many posts wait to be read anew, how many are classified in all, and how many the last run that did any read a
    second; None when no run has."""
    left, total, per_s = connection.execute(PROGRESS).fetchall()[0]
    return left, total, float(per_s) if per_s else None


END_RECLASSIFICATION = """
UPDATE core.codebook
SET reclassified_at = %s
WHERE codebook_version = %s AND reclassified_at IS NULL
    AND codebook_version > (SELECT min(codebook_version) FROM core.codebook)
    AND NOT EXISTS (SELECT FROM core.stale_post)
"""


def end_reclassification(connection: Connection, codebook_version: int, *, as_of: datetime) -> bool:
    """Note that all stored posts have been read with this codebook; False while another worker still holds some."""
    return connection.execute(END_RECLASSIFICATION, (as_of, codebook_version)).rowcount == 1
