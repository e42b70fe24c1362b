"""Read stored posts anew with a newer codebook, newest first, a chunk a transaction: a kill leaves nothing half done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from monitor import store
from monitor.model import Annotations, BacklogPost

CHUNK = 500
Annotate = Callable[[Sequence[BacklogPost]], list[tuple[BacklogPost, Annotations]]]
SetAside = Callable[[BacklogPost, str], None]
"""Puts a post into quarantine, with a reason."""


def reclassify_chunk(
    connection: store.Connection, version: int, annotate: Annotate, set_aside: SetAside, *, as_of: datetime
) -> int | None:
    """Give how many posts of an older codebook were dealt with; None when none is left or ``version`` is not in force any more.

    A post that ``annotate`` leaves out, or the database refuses, keeps what was found in it before.
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
        pairs = [(by_key[post.key], found) for post, found in annotate([post.found.post for post in stale])]
        write = partial(store.replace_annotations, connection, codebook_version=version)
        for (refused, _), reason in store.write_by_halves(connection, pairs, write):
            set_aside(refused.found.post, f"refused_{reason}")
    return claimed_count
