"""What a nowcast is made of, and what it says."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from monitor.model import Direction, Tense, TravelMode

State = Literal["fresh", "no fresh reports"]
Verdict = Literal[
    "used", "hearsay", "repeated", "contradicted", "copy", "past", "forecast", "later", "too old", "no figure"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One figure of one post: a queue's waiting hours, kilometres, cars or people; all of one estimate share the unit.

    ``low`` and ``high`` are the bounds said (equal for a single figure; None where open, as in "more than 20").
    ``channel`` is who says it. ``post`` is the post's own id, any hashable value; ``origin`` is the id of the post whose words
    these are, for forwards and copies (None, or its own id, for own words).
    """

    posted_at: datetime
    low: float | None
    high: float | None
    channel: Hashable
    post: Hashable | None = None
    origin: Hashable | None = None
    is_hearsay: bool = False
    tense: Tense = "now"
    direction: Direction | None = None
    mode: TravelMode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A report and what became of it; ``weight`` is how much it counts against a report that is fully believed, 0 to 1.

    ``hearsay`` counts with more doubt; ``repeated`` is an earlier figure said again, ``contradicted`` is far from what the others
    say: both count little. The other verdicts count nothing: ``copy`` (its origin counts), ``past``, ``forecast``, ``later`` than
    the estimate's moment, ``too old``, ``no figure``.
    """

    report: Report
    verdict: Verdict
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Nowcast:
    """What reports say of a queue at ``as_of``; ``value``, ``low`` and ``high`` are None where there are no fresh reports.

    ``low`` to ``high`` is a 90 % interval for the true figure. ``origin_count`` is how many reports of the last hours are own
    words (no copies, no repeated or past figures), ``channel_count`` by how many channels. ``newest_at`` is the newest such
    report's moment, at most a day old; None where there was none.
    """

    as_of: datetime
    state: State
    value: float | None
    low: float | None
    high: float | None
    origin_count: int
    channel_count: int
    newest_at: datetime | None
    is_conflicting: bool
    judged: tuple[Judged, ...]

    @property
    def newest_age(self) -> timedelta | None:
        """How old the newest report in own words is."""
        return None if self.newest_at is None else self.as_of - self.newest_at
