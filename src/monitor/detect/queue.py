"""The queue itself as an episode: people wait long at a checkpoint, or suddenly twice as long, whoever posts how much.

The *level* is the lower median of the newest lower bounds, one a channel, of the last six hours: a single loud channel cannot
raise it. An episode opens at a level of 12 hours, or one twice that of six hours before (from 6 hours on), told by two channels
in posts of their own; it closes below 9 hours, or when nobody has told of the queue for twelve hours, so that reports about the
threshold do not open and close it again and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.model import QueueReport, SeriesKey, Spike

QUEUE_VERSION = "queue-1"
FRESH, SILENT = timedelta(hours=6), timedelta(hours=12)
LONG_HOURS, DOUBLED_FROM_HOURS, OVER_HOURS = 12.0, 6.0, 9.0
MIN_CHANNELS = 2


def level(reports: Sequence[QueueReport], as_of: datetime) -> tuple[float, int] | None:
    """Give the waiting hours told in the ``FRESH`` before ``as_of`` and by how many channels; None without fresh reports."""
    newest = {
        report.channel_id: report.low_hours
        for report in sorted(reports, key=lambda report: (report.posted_at, report.low_hours))
        if as_of - FRESH <= report.posted_at < as_of and report.known_at <= as_of
    }
    ordered = sorted(newest.values())
    return (ordered[(len(ordered) - 1) // 2], len(ordered)) if ordered else None


def advance_queue(spike: Spike | None, key: SeriesKey, reports: Sequence[QueueReport], as_of: datetime) -> Spike | None:
    """Give what has become of a checkpoint's latest episode by what was known at ``as_of``; None when there never was one."""
    now, before = level(reports, as_of), level(reports, as_of - FRESH)
    is_open = spike is not None and spike.closed_at is None
    if now is None:
        return _closed(spike, as_of) if spike and is_open and as_of - spike.last_high_at >= SILENT else spike
    hours, channels = now
    if is_open and spike:
        return _closed(spike, as_of) if hours < OVER_HOURS else _grown(spike, hours, as_of)
    earlier = before[0] if before and before[1] >= MIN_CHANNELS else None
    has_doubled = earlier is not None and hours >= max(2 * earlier, DOUBLED_FROM_HOURS)
    is_long = sum(r.low_hours >= LONG_HOURS for r in _newest(reports, as_of)) >= MIN_CHANNELS and hours >= LONG_HOURS
    if channels < MIN_CHANNELS or not (is_long or has_doubled):
        return spike
    return _opened(key, hours, earlier or 0.0, reports, as_of)


def _newest(reports: Sequence[QueueReport], as_of: datetime) -> list[QueueReport]:
    fresh = (r for r in reports if as_of - FRESH <= r.posted_at < as_of and r.known_at <= as_of)
    return list({report.channel_id: report for report in sorted(fresh, key=lambda r: r.posted_at)}.values())


def _opened(key: SeriesKey, hours: float, earlier: float, reports: Sequence[QueueReport], as_of: datetime) -> Spike:
    first_at = min(report.posted_at for report in _newest(reports, as_of))
    return Spike(
        key=key,
        kind="queue",
        onset_at=first_at,
        opened_at=as_of,
        peak_at=as_of,
        last_high_at=as_of,
        closed_at=None,
        window_hours=int(FRESH / timedelta(hours=1)),
        observed=round(hours),
        expected=earlier,
        expected_low=earlier,
        expected_high=earlier,
        score=0.0,
        severity=hours / LONG_HOURS,
        exposure=1.0,
        is_late=False,
        status="open",
        detector_version=QUEUE_VERSION,
        cleared_at=as_of,
    )


def _grown(spike: Spike, hours: float, as_of: datetime) -> Spike:
    spike = replace(spike, last_high_at=as_of)
    if round(hours) <= spike.observed:
        return spike
    return replace(spike, peak_at=as_of, observed=round(hours), severity=hours / LONG_HOURS)


def _closed(spike: Spike, as_of: datetime) -> Spike:
    return replace(spike, closed_at=as_of, status="closed")
