"""Decide which posts of a batch are copies, one after the other in the order of collection, and what each repeats.

What is counted stays: a post is judged once, against what is known then. Words are counted as an origin once within 48 h: an
older post that is read later than its copy (history, an outage, a channel visited last) is linked to that copy, which counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from heapq import nsmallest

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
        self.by_hash: dict[int, list[ClassifiedPost]] = defaultdict(list)
        self.by_key: dict[int, list[ClassifiedPost]] = defaultdict(list)
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
        alike = self._alike(post, found, stored)
        first = min(alike, key=lambda other: _order(other.key), default=None)
        origin = first.origin if first else None
        if forwarded and forwarded[0] != post.key:
            origin = self.origins.get(*forwarded)
        judged = ClassifiedPost(
            post=post,
            annotations=found,
            is_copy=bool(alike),
            origin=origin if origin != post.key else None,
            is_exact=bool(first and first.copy_hash == found.copy_hash),
        )
        self._remember(judged)
        return judged

    def _alike(self, post: BacklogPost, found: Annotations, stored: Sequence[CopyCandidate]) -> list[CopyCandidate]:
        """Give the first posts with the very same words; where there are none, the near copies among those most alike."""
        twins = [other for other in stored if other.copy_hash == found.copy_hash]
        if same := list(_in_window(post, self.by_hash.get(found.copy_hash, ()))):
            twins.append(_candidate(min(same, key=lambda item: _order(item.post.key))))
        met = twins or [*stored, *map(_candidate, self._sharing(post, found))]
        if not met or not is_long_enough(post.text):
            return []
        return twins or self._near_copies(post, found, met)

    def _sharing(self, post: BacklogPost, found: Annotations) -> Iterator[ClassifiedPost]:
        sharing = {id(item): item for key in found.copy_keys for item in self.by_key.get(key, ())}
        return _in_window(post, sharing.values())

    def _near_copies(self, post: BacklogPost, found: Annotations, met: Sequence[CopyCandidate]) -> list[CopyCandidate]:
        keys = frozenset(found.copy_keys)
        wording = Wording(post.text, _place_ids(found))
        nearest = nsmallest(MOST_COMPARED, met, key=lambda other: _nearness(post.key, keys, other))
        return [other for other in nearest if self._is_near(post.key, wording, other)]

    def _is_near(self, key: PostKey, wording: Wording, other: CopyCandidate) -> bool:
        theirs = self.wordings.get(other.key)
        if theirs is None:
            theirs = self.wordings[other.key] = Wording(other.text, other.place_ids)
        is_later = key.posted_at >= other.key.posted_at
        return is_near_copy(wording, theirs) if is_later else is_near_copy(theirs, wording)

    def _remember(self, judged: ClassifiedPost) -> None:
        if judged.origin:
            self.origins[judged.post.key] = judged.origin
        if judged.post.is_counted:
            self.by_hash[judged.annotations.copy_hash].append(judged)
            for key in judged.annotations.copy_keys:
                self.by_key[key].append(judged)


def _in_window(post: BacklogPost, judged: Iterable[ClassifiedPost]) -> Iterator[ClassifiedPost]:
    """Give those that ``store.copy_candidates`` would give if they were stored."""
    for item in judged:
        lag = post.key.posted_at - item.post.key.posted_at
        is_near = abs(lag) <= store.COPY_WINDOW and (item.is_origin or lag >= timedelta())
        if is_near and (post.source == "x") == (item.post.source == "x"):
            yield item


def _candidate(judged: ClassifiedPost) -> CopyCandidate:
    return CopyCandidate(
        key=judged.post.key,
        is_origin=judged.is_origin,
        copy_hash=judged.annotations.copy_hash,
        copy_keys=frozenset(judged.annotations.copy_keys),
        text=judged.post.text,
        place_ids=_place_ids(judged.annotations),
        origin=judged.origin or judged.post.key,
    )


def _place_ids(found: Annotations) -> frozenset[str]:
    return frozenset(place.place_id for place in found.places)


def _nearness(key: PostKey, keys: frozenset[int], other: CopyCandidate) -> tuple[object, ...]:
    """Give what ``store.copy_candidates`` orders by."""
    return (-len(keys & other.copy_keys), abs(key.posted_at - other.key.posted_at), _order(other.key))


def _order(key: PostKey) -> tuple[object, ...]:
    return (key.posted_at, key.channel_id, key.post_id)
