"""Decide which reports speak for themselves: copies give way to their origin, and what is not about now is set aside."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.nowcast.values import Judged, Report, Verdict

REACH = timedelta(hours=24)
"""Reports older than this are not looked at."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A report in own words about now; ``is_repeat``: its channel said just this the last time it spoke."""

    report: Report
    is_repeat: bool
    is_doubtful: bool
    """True for hearsay, and for a copy whose origin was not seen: its moment may be older than it looks."""

    @property
    def figure(self) -> tuple[float | None, float | None]:
        return self.report.low, self.report.high


def sift(reports: Iterable[Report], as_of: datetime) -> tuple[list[Voice], list[Judged]]:
    """Part reports into voices, oldest first, and those that count nothing; the order they come in does not matter."""
    ordered = sorted(reports, key=by_moment)
    origins = _Origins(ordered)
    voices: list[Voice] = []
    silent: list[Judged] = []
    last_said: dict[Hashable, tuple[float | None, float | None]] = {}
    for report in ordered:
        verdict = _unusable(report, as_of) or ("copy" if origins.is_copy(report) else None)
        if verdict:
            silent.append(Judged(report=report, verdict=verdict, weight=0.0))
            continue
        figure = (report.low, report.high)
        is_doubtful = report.is_hearsay or (report.post is not None and report.origin not in (None, report.post))
        voices.append(Voice(report, last_said.get(report.channel) == figure, is_doubtful))
        last_said[report.channel] = figure
    recent = [voice for voice in voices if as_of - voice.report.posted_at <= REACH]
    silent += [Judged(report=v.report, verdict="too old", weight=0.0) for v in voices if as_of - v.report.posted_at > REACH]
    return recent, silent


def by_moment(report: Report) -> tuple[datetime, str, str, float, float]:
    """Give a sort key: oldest first, and the same order whatever order reports come in."""
    low, high = (-1.0 if bound is None else bound for bound in (report.low, report.high))
    return report.posted_at, repr(report.channel), repr(report.post), low, high


def _unusable(report: Report, as_of: datetime) -> Verdict | None:
    if report.posted_at > as_of:
        return "later"
    if report.low is None and report.high is None:
        return "no figure"
    return None if report.tense == "now" else report.tense


class _Origins:
    """Who speaks first for each origin; ``ordered`` oldest first."""

    def __init__(self, ordered: Sequence[Report]) -> None:
        self.parent = {r.post: r.origin for r in ordered if r.post is not None and r.origin not in (None, r.post)}
        self.present = {r.post for r in ordered if r.post is not None}
        self.spoken: set[Hashable] = set()
        self.own_figures: set[tuple[float | None, float | None]] = set()

    def is_copy(self, report: Report) -> bool:
        """Tell whether an earlier report speaks for this one; ask in order, once a report."""
        if report.origin is None or report.origin == report.post:
            self.own_figures.add((report.low, report.high))
            self.spoken.add(report.origin)
            return False
        root = self._root(report.origin)
        is_spoken_for = root in self.spoken or root in self.present or (report.low, report.high) in self.own_figures
        self.spoken.add(root)
        return is_spoken_for

    def _root(self, post: Hashable) -> Hashable:
        """Follow copies of copies; a ring of them ends where it began."""
        seen = {post}
        while (parent := self.parent.get(post)) is not None and parent not in seen:
            seen.add(parent)
            post = parent
        return post
