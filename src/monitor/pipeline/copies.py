"""Decide which posts of a batch are copies, one after the other in the order of collection, and what each repeats.

What is counted stays: a post is judged once, against what is known then. Words are counted as an origin once within 48 h: an older
post that is read later than its copy (history, an outage, a channel visited last) is linked to that copy, which was counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from monitor import store
from monitor.classify import Wording, is_long_enough, is_near_copy
from monitor.model import Annotations, BacklogPost, ClassifiedPost, CopyCandidate, PostKey

MOST_COMPARED = 20
"""Posts one is compared with; what is told over and over is found among the most alike ones."""


def link_copies(connection: store.Connection, annotated: Sequence[tuple[BacklogPost, Annotations]]) -> list[ClassifiedPost]:
    """Give the posts, in order, with what was found in them and the origin of each forward and copy."""
    stored = store.copy_candidates(connection, annotated, limit=MOST_COMPARED)
    forwarded = store.forwarded_posts(connection, [post for post, _ in annotated])
    batch = _Batch()
    return [
        batch.judge(post, found, stored.get(place, []), forwarded.get(place)) for place, (post, found) in enumerate(annotated)
    ]


class _Batch:
    """The posts of a batch judged so far: not stored yet, they may be what the next ones repeat."""

    def __init__(self) -> None:
        self.by_key: Mapping[tuple[bool, int], list[CopyCandidate]] = defaultdict(list)
        self.origins: dict[PostKey, PostKey] = {}
        self.wordings: dict[PostKey, Wording] = {}

    def judge(
        self,
        post: BacklogPost,
        found: Annotations,
        stored: Sequence[CopyCandidate],
        forwarded: tuple[PostKey, PostKey] | None,
    ) -> ClassifiedPost:
        """Say what ``post`` repeats, and remember it for the next ones."""
        alike = self._alike(post, found, [*stored, *self._met(post, found)]) if is_long_enough(post.text) else []
        first = min(alike, key=_moment, default=None)
        origin = first.origin if first else None
        if forwarded and forwarded[0] != post.key:
            origin = self.origins.get(*forwarded)
        judged = ClassifiedPost(
            post=post,
            annotations=found,
            is_copy=bool(alike),
            origin=origin if origin != post.key else None,
            is_exact=any(other.copy_hash == found.copy_hash for other in alike),
        )
        self._remember(judged)
        return judged

    def _alike(self, post: BacklogPost, found: Annotations, candidates: list[CopyCandidate]) -> list[CopyCandidate]:
        def nearness(other: CopyCandidate) -> tuple[object, ...]:
            shared_count = len(other.copy_keys.intersection(found.copy_keys))
            return (
                other.copy_hash != found.copy_hash,
                -shared_count,
                abs(other.key.posted_at - post.key.posted_at),
                _moment(other),
            )

        wording = Wording(post.text, frozenset(place.place_id for place in found.places))
        nearest = sorted(candidates, key=nearness)[:MOST_COMPARED]
        return [other for other in nearest if other.copy_hash == found.copy_hash or self._is_near(post.key, wording, other)]

    def _is_near(self, key: PostKey, wording: Wording, other: CopyCandidate) -> bool:
        theirs = self.wordings.get(other.key)
        if theirs is None:
            theirs = self.wordings[other.key] = Wording(other.text, other.place_ids)
        is_later = key.posted_at >= other.key.posted_at
        return is_near_copy(wording, theirs) if is_later else is_near_copy(theirs, wording)

    def _met(self, post: BacklogPost, found: Annotations) -> Iterator[CopyCandidate]:
        """Give the posts of this batch that ``store.copy_candidates`` would give if they were stored."""
        met = {id(other): other for key in found.copy_keys for other in self.by_key.get((post.source == "x", key), ())}
        for other in met.values():
            lag = post.key.posted_at - other.key.posted_at
            if abs(lag) <= store.COPY_WINDOW and (other.is_origin or lag >= timedelta()):
                yield other

    def _remember(self, judged: ClassifiedPost) -> None:
        post, found = judged.post, judged.annotations
        if judged.origin:
            self.origins[post.key] = judged.origin
        if not post.is_counted:
            return
        candidate = CopyCandidate(
            key=post.key,
            is_origin=judged.is_origin,
            copy_hash=found.copy_hash,
            copy_keys=frozenset(found.copy_keys),
            text=post.text,
            place_ids=frozenset(place.place_id for place in found.places),
            origin=judged.origin or post.key,
        )
        for key in found.copy_keys:
            self.by_key[post.source == "x", key].append(candidate)


def _moment(other: CopyCandidate) -> tuple[object, ...]:
    return (other.key.posted_at, other.key.channel_id, other.key.post_id)
