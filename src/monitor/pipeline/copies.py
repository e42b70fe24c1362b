"""Decide which posts of a batch are copies, one after the other in the order of collection, and what each repeats.

What is counted stays: a post is judged once, against what is known then. Words are counted as an origin once within 48 h: an
older post that is read later than its copy (history, an outage, a channel visited last) is linked to that copy, which counts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor import store
from monitor.classify import Wording, is_long_enough, is_near_copy
from monitor.model import Annotations, BacklogPost, ClassifiedPost, CopyCandidate, PostKey

MOST_COMPARED = 20
"""Posts of a kind (earlier origins, earlier copies, later origins) that one is compared with for each key they share."""


def link_copies(connection: store.Connection, annotated: Sequence[tuple[BacklogPost, Annotations]]) -> list[ClassifiedPost]:
    """Give the posts, in order, with what was found in them and the origin of each forward and copy."""
    stored = store.copy_candidates(connection, annotated, limit=MOST_COMPARED)
    forwarded = store.forwarded_posts(connection, [post for post, _ in annotated])
    batch = _Batch()
    return [
        batch.judge(post, found, stored.get(place, []), forwarded.get(place)) for place, (post, found) in enumerate(annotated)
    ]


@dataclass(frozen=True, slots=True)
class _Line:
    """Posts that share a mark, each kind in the order of publication."""

    origins: list[CopyCandidate] = field(default_factory=list)
    copies: list[CopyCandidate] = field(default_factory=list)

    def add(self, item: CopyCandidate) -> None:
        insort(self.origins if item.is_origin else self.copies, item, key=_order)

    def nearest(self, at: datetime, count: int) -> list[CopyCandidate]:
        """Give up to ``count`` of each kind around ``at``, as ``store.copy_candidates`` would if they were stored."""
        return [
            *_earlier(self.origins, at)[-count:],
            *_earlier(self.copies, at)[-count:],
            *_later(self.origins, at)[:count],
        ]

    def first(self, at: datetime) -> list[CopyCandidate]:
        """Give the first one around ``at``; an empty list where there is none."""
        origins = _earlier(self.origins, at) or _later(self.origins, at)
        return sorted([*_earlier(self.copies, at)[:1], *origins[:1]], key=_order)[:1]


def _line_of(items: Iterable[CopyCandidate]) -> _Line:
    ordered = sorted(items, key=_order)
    return _Line([item for item in ordered if item.is_origin], [item for item in ordered if not item.is_origin])


def _earlier(line: list[CopyCandidate], at: datetime) -> list[CopyCandidate]:
    return line[bisect_left(line, at - store.COPY_WINDOW, key=_posted_at) : bisect_right(line, at, key=_posted_at)]


def _later(line: list[CopyCandidate], at: datetime) -> list[CopyCandidate]:
    return line[bisect_right(line, at, key=_posted_at) : bisect_right(line, at + store.COPY_WINDOW, key=_posted_at)]


class _Batch:
    """The posts of a batch judged so far: not stored yet, they may be what the next ones repeat."""

    def __init__(self) -> None:
        self.by_mark: dict[tuple[str, int, bool], _Line] = defaultdict(_Line)
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
        first = self._first_alike(post, found, stored)
        origin = first.origin if first else None
        if forwarded and forwarded[0] != post.key:
            origin = self.origins.get(*forwarded)
        judged = ClassifiedPost(
            post=post,
            annotations=found,
            is_copy=first is not None,
            origin=origin if origin != post.key else None,
            is_exact=bool(first and first.copy_hash == found.copy_hash),
        )
        self._remember(judged)
        return judged

    def _first_alike(self, post: BacklogPost, found: Annotations, stored: Sequence[CopyCandidate]) -> CopyCandidate | None:
        """Give the first post with the very same words; where there is none, the first near copy among each key's nearest."""
        twins = [other for other in stored if other.copy_hash == found.copy_hash]
        if line := self.by_mark.get(_hash_mark(post, found)):
            twins += line.first(post.key.posted_at)
        met = twins or self._sharing(post, found, stored)
        if not met or not is_long_enough(post.text):
            return None
        return min(twins, key=_order, default=None) or self._first_near(post, found, met)

    def _sharing(self, post: BacklogPost, found: Annotations, stored: Sequence[CopyCandidate]) -> list[CopyCandidate]:
        """Give the nearest of each key, of stored posts and the batch's together: how batches fall changes nothing."""
        at, met = post.key.posted_at, dict[int, CopyCandidate]()
        for key, mark in zip(found.copy_keys, _key_marks(post, found), strict=True):
            sharing = [other for other in stored if key in other.copy_keys]
            if line := self.by_mark.get(mark):
                sharing += line.nearest(at, MOST_COMPARED)
            if len(sharing) > MOST_COMPARED:
                sharing = _line_of(sharing).nearest(at, MOST_COMPARED)
            met.update((id(other), other) for other in sharing)
        return list(met.values())

    def _first_near(self, post: BacklogPost, found: Annotations, met: Iterable[CopyCandidate]) -> CopyCandidate | None:
        wording = self.wordings[post.key] = Wording(post.text, _place_ids(found))
        alike = (other for other in sorted(met, key=_order) if self._is_near(post.key, wording, other))
        return next(alike, None)

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
            candidate = _candidate(judged)
            for mark in (_hash_mark(judged.post, judged.annotations), *_key_marks(judged.post, judged.annotations)):
                self.by_mark[mark].add(candidate)


def _hash_mark(post: BacklogPost, found: Annotations) -> tuple[str, int, bool]:
    return "hash", found.copy_hash, post.source == "x"


def _key_marks(post: BacklogPost, found: Annotations) -> list[tuple[str, int, bool]]:
    return [("key", key, post.source == "x") for key in found.copy_keys]


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


def _posted_at(item: CopyCandidate) -> datetime:
    return item.key.posted_at


def _order(item: CopyCandidate) -> tuple[object, ...]:
    return (item.key.posted_at, item.key.channel_id, item.key.post_id)
