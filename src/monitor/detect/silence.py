"""Tell a channel that fell silent from one that has little to say. Pure: hours read in, silences out.

A channel is silent when the posts of the last 6, 24 or 72 hours that were read are under a tenth of its usual, and so few that a
Poisson count of *half* its usual would be lower only once in 100,000 times. Usual is its own rhythm over four weeks, by hour of
day, shrunk towards the seeds' ``expected_posts_per_day`` while little is known. The margins make room for nights, weekends and
slow days; hours that were not read count as unknown on both sides. ``tests/unit/test_detect_silence.py`` holds the rate of false
alarms: under one in a channel's year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
from scipy.special import pdtr

from monitor.model import ChannelHour, WatchedChannel

Floats = npt.NDArray[np.float64]

WINDOWS_HOURS = (6, 24, 72)
HISTORY_HOURS = 28 * 24
FAR_BELOW, SLACK = 0.1, 0.5
ALARM, CALM = 1e-5, 1e-2
PRIOR_DAYS = 3.0
MIN_READ = 0.8
UNREAD_AFTER_HOURS = 6
SOURCE_SILENT_AFTER_HOURS = 2
HOUR = timedelta(hours=1)
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A channel that is far below its usual in ``[since_at, until_at)``, or was not read at all (``seen`` None)."""

    channel: WatchedChannel
    since_at: datetime
    until_at: datetime
    seen: int | None
    expected: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one look tells: silent channels, channels (by handle) that are surely not, all that were looked at, and sources that
    nothing was read of, since when."""

    silences: tuple[Silence, ...]
    calm: frozenset[str]
    watched: frozenset[str]
    silent_sources: dict[str, datetime]


class Watch:
    """Hours of channels, looked at as they were known at some moment."""

    def __init__(
        self, channels: Sequence[WatchedChannel], hours: Sequence[ChannelHour], *, first_at: datetime, until_at: datetime
    ):
        self._channels = tuple(channels)
        self._first_at = first_at
        size = (len(self._channels), max(self._index(until_at), 0))
        self._seen, self._share = np.zeros(size), np.zeros(size)
        self._known = np.full(size, NEVER)
        rank = {channel.channel_id: row for row, channel in enumerate(self._channels)}
        for hour in hours:
            column = self._index(hour.hour_at)
            if hour.channel_id in rank and 0 <= column < size[1]:
                row = rank[hour.channel_id]
                self._seen[row, column], self._share[row, column] = hour.seen_count, hour.observed_count / 4
                self._known[row, column] = -((first_at - hour.known_at) // HOUR)
        clock = (first_at.hour + np.arange(size[1])) % 24
        self._clock = np.eye(24)[clock]

    def _index(self, moment: datetime) -> int:
        return int((moment - self._first_at) // HOUR)

    def look(self, as_of: datetime) -> Verdict:
        """Judge every channel and source at the full hour before ``as_of``, by what was known then."""
        end = min(self._index(as_of), self._seen.shape[1])
        is_known = self._known[:, :end] <= self._index(as_of)
        seen, share = np.where(is_known, self._seen[:, :end], 0.0), np.where(is_known, self._share[:, :end], 0.0)
        last = _last_read(share)
        sources = self._silent_sources(last, end)
        silences: dict[int, Silence] = {}
        chance = np.ones(len(self._channels))
        for hours in WINDOWS_HOURS:
            observed, expected, found = self._test(seen, share, hours)
            for row in np.flatnonzero((found < ALARM) & (found < chance)).tolist():
                silences[row] = self._silence(row, end, hours, int(observed[row]), float(expected[row]))
            chance = np.minimum(chance, found)
        for row in np.flatnonzero((last >= 0) & (end - last > UNREAD_AFTER_HOURS)).tolist():
            if self._channels[row].source not in sources:
                silences[row] = self._silence(row, end, int(end - last[row] - 1), None, 0.0)
        has_posted = seen[:, -24:].sum(axis=1) > 0
        is_calm = (chance > CALM) & has_posted
        return Verdict(
            silences=tuple(silences[row] for row in sorted(silences)),
            calm=frozenset(c.handle for row, c in enumerate(self._channels) if is_calm[row] and row not in silences),
            watched=frozenset(channel.handle for channel in self._channels),
            silent_sources=sources,
        )

    def _test(self, seen: Floats, share: Floats, hours: int) -> tuple[Floats, Floats, Floats]:
        """Give observed and expected posts of the last ``hours``, and how likely so few are; 1 where too little was read."""
        ones = np.ones(len(self._channels))
        if seen.shape[1] < hours:
            return ones, ones, ones
        past = slice(max(seen.shape[1] - hours - HISTORY_HOURS, 0), seen.shape[1] - hours)
        by_hour = self._usual(seen[:, past], share[:, past], self._clock[past])
        window = share[:, -hours:]
        observed = seen[:, -hours:].sum(axis=1)
        expected = ((window @ self._clock[seen.shape[1] - hours : seen.shape[1]]) * by_hour).sum(axis=1)
        is_low = (window.sum(axis=1) >= MIN_READ * hours) & (observed <= FAR_BELOW * expected) & (expected > 0)
        return observed, expected, np.where(is_low, pdtr(observed, SLACK * expected), 1.0)

    def _usual(self, seen: Floats, share: Floats, clock: Floats) -> Floats:
        """Give the usual posts an hour of each channel by hour of day, shape (channels, 24)."""
        days = share.sum(axis=1) / 24
        stated = np.array([c.expected_posts_per_day or np.nan for c in self._channels])
        weight = np.where(np.isnan(stated), 0.0, PRIOR_DAYS)
        flat = (seen.sum(axis=1) + weight * np.nan_to_num(stated)) / np.maximum(days + weight, 1e-9) / 24
        shrunk: Floats = (seen @ clock + PRIOR_DAYS * flat[:, None]) / (share @ clock + PRIOR_DAYS)
        return shrunk

    def _silent_sources(self, last: npt.NDArray[np.int64], end: int) -> dict[str, datetime]:
        newest: dict[str, int] = {}
        for row, channel in enumerate(self._channels):
            if last[row] >= 0:
                newest[channel.source] = max(newest.get(channel.source, -1), int(last[row]))
        return {
            source: self._first_at + (hour + 1) * HOUR
            for source, hour in newest.items()
            if end - (hour + 1) >= SOURCE_SILENT_AFTER_HOURS
        }

    def _silence(self, row: int, end: int, hours: int, seen: int | None, expected: float) -> Silence:
        until_at = self._first_at + end * HOUR
        return Silence(
            channel=self._channels[row], since_at=until_at - hours * HOUR, until_at=until_at, seen=seen, expected=expected
        )


def _last_read(share: Floats) -> npt.NDArray[np.int64]:
    """Give each channel's last hour of which something was read; -1 where there is none."""
    if not share.shape[1]:
        return np.full(len(share), -1)
    is_read = share > 0
    last = share.shape[1] - 1 - is_read[:, ::-1].argmax(axis=1)
    return np.where(is_read.any(axis=1), last, -1)
