"""Read stored posts anew with a newer codebook, newest first, a chunk a transaction: a kill leaves nothing half done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from monitor import store
from monitor.model import Annotations, BacklogPost

CHUNK = 500
Annotate = Callable[[Sequence[BacklogPost]], list[tuple[BacklogPost, Annotations]]]


def reclassify_chunk(connection: store.Connection, version: int, annotate: Annotate, *, as_of: datetime) -> int | None:
    """Give how many posts of an older codebook were dealt with; None when none is left or ``version`` is not in force any more.

    A post that ``annotate`` leaves out keeps what was found in it before.
    """
    with connection.transaction():
        if not store.is_current(connection, version):
            return None
        claimed_count, stale = store.claim_stale(connection, limit=CHUNK)
        if not claimed_count:
            store.end_reclassification(connection, version, as_of=as_of)
            store.end_new_definitions(connection, as_of=as_of)
            return None
        by_key = {post.found.post.key: post for post in stale}
        annotated = annotate([post.found.post for post in stale])
        store.replace_annotations(connection, [(by_key[post.key], found) for post, found in annotated], version)
    return claimed_count
