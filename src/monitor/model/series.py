"""What is counted, and what is known of how completely."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.annotations import Annotations
from monitor.model.base import CoverageState, MaskedText
from monitor.model.posts import BacklogPost, PostKey


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SeriesKey:
    """What a count is of. Unset parts mean "all"; exactly one marginal of architecture.md's meaning 4."""

    theme_id: str | None = None
    place_id: str | None = None
    source: str | None = None
    language: str | None = None
    channel_id: int | None = None

    def label(self) -> str:
        """Name the series for humans: ``border_queue @ verkhny_lars``."""
        head = " @ ".join(part for part in (self.theme_id, self.place_id) if part)
        rest = [f"{k}={v}" for k, v in (("source", self.source), ("language", self.language)) if v]
        return " ".join([head, *rest])


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCandidate:
    """A counted post whose words may be those of another; ``origin`` is the post it repeats itself, else its own key."""

    key: PostKey
    is_origin: bool
    copy_hash: int
    copy_keys: frozenset[int]
    text: MaskedText
    place_ids: frozenset[str]
    origin: PostKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifiedPost:
    """A stored post with its annotations, ready to be written and counted.

    ``origin`` is the post that a forward or copy repeats, where it is known; ``is_exact`` says that another has all its words.
    """

    post: BacklogPost
    annotations: Annotations
    is_copy: bool
    origin: PostKey | None = None
    is_exact: bool = False

    @property
    def is_origin(self) -> bool:
        """True if it is neither a forward nor a copy."""
        return not (self.post.is_forward or self.is_copy)


@dataclass(frozen=True, slots=True, kw_only=True)
class StalePost:
    """A stored post as an older codebook counted it: of ``found``'s annotations only language, themes and places are told."""

    found: ClassifiedPost
    codebook_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """Origins of one series and quarter-hour that were first seen in the quarter-hour ending at ``seen_at``."""

    series_id: int
    bin_at: datetime
    seen_at: datetime
    origin_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOrigin:
    """One original post of one channel as it counts in one series, first seen in the quarter-hour ending at ``seen_at``."""

    channel_id: int
    series_id: int
    bin_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class FreshOrigin:
    """One original post as it counts in one series, to the minute: for looks at the running quarter-hour."""

    series_id: int
    posted_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueReport:
    """One channel's own word on the waiting hours at a checkpoint: at least ``low_hours``."""

    place_id: str
    channel_id: int
    low_hours: float
    posted_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """The state of one channel's quarter-hour, known since ``known_at``; ``seen_count`` counts all posts met, kept or not."""

    channel_id: int
    bin_at: datetime
    known_at: datetime
    state: CoverageState
    seen_count: int
    is_history: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedChannel:
    """A channel the dead-man check looks at, with the posts a day the seeds expect of it."""

    channel_id: int
    source: str
    handle: str
    title: str
    expected_posts_per_day: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHour:
    """What was read of one channel's hour: quarter-hours (1 to 4), posts met in them, and since when all of that is known."""

    channel_id: int
    hour_at: datetime
    observed_count: int
    seen_count: int
    known_at: datetime
