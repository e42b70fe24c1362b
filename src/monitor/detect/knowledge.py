"""What is known of counts and coverage at each step, as it became known."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from monitor.detect.panel import PanelChannel, joining_moments
from monitor.detect.rhythm import Floats
from monitor.model import QUARTER_HOUR, ChannelOrigin, CountRow, CoverageRow, FreshOrigin

PEEK = timedelta(minutes=5)
"""How often series are looked at between full steps."""
NEVER = np.iinfo(np.int64).max


class Knowledge:
    """Counts and coverage of a stretch of quarter-hours, let in step by step as they became known.

    ``newcomers`` are the origins of channels that are not in the panel yet: they are taken out of the counts, and tell how much
    each series grows when their channel joins. ``fresh`` are origins to the minute, for looks between the steps.
    """

    def __init__(
        self,
        series_ids: Sequence[int],
        counts: Sequence[CountRow],
        coverage: Sequence[CoverageRow],
        panel: Sequence[PanelChannel],
        *,
        first_at: datetime,
        until_at: datetime,
        newcomers: Sequence[ChannelOrigin] = (),
        fresh: Sequence[FreshOrigin] = (),
    ) -> None:
        self.first_at = first_at
        self.bins_count = self.index(until_at)
        self._column = {series_id: column for column, series_id in enumerate(series_ids)}
        self._counts = np.zeros((self.bins_count, len(series_ids)))
        self._arrivals: dict[int, list[CountRow]] = defaultdict(list)
        for row in _without_newcomers(counts, newcomers):
            self._arrivals[max(self.index(row.seen_at), 0)].append(row)
        self._panel, self._newcomers = tuple(panel), tuple(newcomers)
        self._joining = {channel: self.index(at) for channel, at in joining_moments(panel).items()}
        self._weights = self._panel_weights(panel)
        self._known = np.where(self._weights > 0, self._known_steps(coverage, panel), NEVER)
        self._lived = np.where(self._history(coverage, panel), NEVER, self._known)
        self._step = -1
        self._fresh = sorted(fresh, key=lambda origin: origin.known_at)
        self._fresh_known = [origin.known_at for origin in self._fresh]

    def index(self, moment: datetime) -> int:
        """Give how many quarter-hours after the first one ``moment`` lies."""
        return int((moment - self.first_at) // QUARTER_HOUR)

    def moment(self, index: int) -> datetime:
        """Give the start of quarter-hour ``index``, which is also step ``index``."""
        return self.first_at + index * QUARTER_HOUR

    def _known_steps(self, coverage: Sequence[CoverageRow], panel: Sequence[PanelChannel]) -> npt.NDArray[np.int64]:
        known = np.full((len(panel), self.bins_count), NEVER)
        rank = {channel.channel_id: row for row, channel in enumerate(panel)}
        for row in coverage:
            column = self.index(row.bin_at)
            if row.state == "observed" and 0 <= column < self.bins_count and row.channel_id in rank:
                known[rank[row.channel_id], column] = self.index(row.known_at)
        return known

    def _history(self, coverage: Sequence[CoverageRow], panel: Sequence[PanelChannel]) -> npt.NDArray[np.bool_]:
        """Mark what was read back at first contact: it is learnt from in silence, however young."""
        marked = np.zeros((len(panel), self.bins_count), dtype=np.bool_)
        rank = {channel.channel_id: row for row, channel in enumerate(panel)}
        for row in coverage:
            column = self.index(row.bin_at)
            if row.is_history and 0 <= column < self.bins_count and row.channel_id in rank:
                marked[rank[row.channel_id], column] = True
        return marked

    def _panel_weights(self, panel: Sequence[PanelChannel]) -> Floats:
        """Expected volume of each channel in each quarter-hour, shape (channels, quarter-hours); 0 outside the panel."""
        weights = np.zeros((len(panel), self.bins_count))
        for row, channel in enumerate(panel):
            weights[row, max(self._joining.get(channel.channel_id, 0), 0) :] = channel.weight
        return weights

    def take(self, step_index: int) -> int:
        """Let in what became known up to ``step_index``; return the first quarter-hour that it changes."""
        changed = [step_index]
        for arrived in range(self._step + 1, step_index + 1):
            for row in self._arrivals.pop(arrived, ()):
                bin_index = self.index(row.bin_at)
                if 0 <= bin_index < self.bins_count:
                    self._counts[bin_index, self._column[row.series_id]] += row.origin_count
                    changed.append(bin_index)
        fresh = ((self._known > self._step) & (self._known <= step_index)).any(axis=0)
        if fresh.any():
            changed.append(int(fresh.argmax()))
        self._step = step_index
        return min(changed)

    def counts(self, bin_index: int) -> Floats:
        """Give the counts of one quarter-hour, one per series, as known so far."""
        counts: Floats = self._counts[bin_index]
        return counts

    def exposure(self, bin_index: int) -> float:
        """Give the observed share of the panel's expected volume in one quarter-hour, as known so far; 0 without a panel."""
        weights = self._weights[:, bin_index]
        total = weights.sum()
        return float(weights[self._known[:, bin_index] <= self._step].sum() / total) if total else 0.0

    def running(self, end_at: datetime, as_of: datetime) -> tuple[npt.NDArray[np.int64], list[Floats]] | None:
        """Give the series with posts since ``end_at`` and their counts in each quarter-hour since, as known at ``as_of``.

        None where nothing became known in the ``PEEK`` before it.
        """
        recent = self._fresh[bisect_right(self._fresh_known, end_at) : bisect_right(self._fresh_known, as_of)]
        if not recent or recent[-1].known_at <= as_of - PEEK:
            return None
        columns = np.array(sorted({self._column[origin.series_id] for origin in recent if end_at <= origin.posted_at < as_of}))
        return (columns, self.since(end_at, as_of, columns)) if len(columns) else None

    def since(self, end_at: datetime, as_of: datetime, columns: npt.NDArray[np.int64]) -> list[Floats]:
        """Give the counts of some series in each quarter-hour that began in ``[end_at, as_of)``, as known at ``as_of``."""
        first, last = self.index(end_at), self.index(as_of - timedelta(seconds=1))
        counts, place = np.zeros((last - first + 1, len(columns))), {column: n for n, column in enumerate(columns.tolist())}
        for origin in self._fresh[bisect_right(self._fresh_known, end_at) : bisect_right(self._fresh_known, as_of)]:
            column = place.get(self._column[origin.series_id])
            if column is not None and end_at <= origin.posted_at < as_of:
                counts[self.index(origin.posted_at) - first, column] += 1
        return list(counts)

    def joining(self, bin_index: int) -> Floats | None:
        """Give the posts a day that the channels joining the panel at this quarter-hour bring to each series; None if none joins.

        Told from what is known so far of their time before it.
        """
        joiners = {c.channel_id: c for c in self._panel if self._joining.get(c.channel_id) == bin_index}
        if not joiners:
            return None
        per_day = np.zeros(len(self._column))
        for origin in self._newcomers:
            channel = joiners.get(origin.channel_id)
            if channel and origin.bin_at >= channel.first_observed_at and self.index(origin.seen_at) <= self._step:
                per_day[self._column[origin.series_id]] += 1.0 / max(channel.probation_days, 1.0)
        return per_day

    def was_read_at(self, bin_index: int, step_index: int) -> bool:
        """Tell whether a channel's quarter-hour became observed at just this step, other than as history at first contact."""
        return bool((self._lived[:, bin_index] == step_index).any())


def _without_newcomers(counts: Sequence[CountRow], newcomers: Sequence[ChannelOrigin]) -> list[CountRow]:
    theirs = Counter((origin.series_id, origin.bin_at, origin.seen_at) for origin in newcomers)
    if not theirs:
        return list(counts)
    left = [replace(row, origin_count=row.origin_count - theirs[row.series_id, row.bin_at, row.seen_at]) for row in counts]
    return [row for row in left if row.origin_count > 0]
