"""Step the detector through quarter-hours in the order in which they became known. Pure: counts and coverage in, scores out.

At step ``e`` (the end of a quarter-hour) only what was known by ``e`` is used; between two steps the running quarter-hour is
looked at every five minutes, without learning from it. What arrives late rewinds the states to the
midnight before it and steps forward again, so that states are a pure function of what is known, however the work was cut up.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.detect.rhythm import quarter_index
from monitor.detect.scores import StepScores
from monitor.detect.state import DetectorState, joined
from monitor.detect.step import peek, step
from monitor.model import GRACE, QUARTER_HOUR, ChannelOrigin, CountRow, CoverageRow, FreshOrigin

Floats = npt.NDArray[np.float64]

DAY = timedelta(days=1)
LATE_LIMIT = timedelta(hours=48)
"""What is read later than this enters the baseline silently."""
PANEL_AGE = timedelta(days=7)
"""A channel is in the detector's panel once it has been observed this long, or since the deployment's first day."""
HISTORY = timedelta(days=3)
PEEK = timedelta(minutes=5)
"""How often series are looked at between full steps."""
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelChannel:
    """A channel as the panel sees it: posts a day expected of it, its first observed quarter-hour, and how many days of its first
    ``PANEL_AGE`` were observed."""

    channel_id: int
    weight: float
    first_observed_at: datetime
    probation_days: float = PANEL_AGE / DAY


def joining_moments(panel: Sequence[PanelChannel]) -> dict[int, datetime]:
    """Give when each newcomer joins the panel; founders, who were read within a day of the very first, are left out."""
    if not panel:
        return {}
    founding_day = min(channel.first_observed_at for channel in panel) + DAY
    return {
        channel.channel_id: channel.first_observed_at + PANEL_AGE for channel in panel if channel.first_observed_at > founding_day
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Scores of series for windows that end at ``as_of``, said at ``said_at``; ``is_late`` when read after an outage.

    ``columns`` are the series scored: all of them, or in a peek those with new posts. Only full steps close episodes.
    """

    as_of: datetime
    said_at: datetime
    scores: StepScores
    is_late: bool
    columns: npt.NDArray[np.int64]
    is_peek: bool = False
    bin_length: timedelta = QUARTER_HOUR

    @property
    def known_at(self) -> datetime:
        """When it was said by the clock: what was collected later is not known to it."""
        return self.said_at if self.is_peek else self.said_at + GRACE


class Passed(NamedTuple):
    """A quarter-hour that was stepped through, as arrays over the series: count, expectation, its variance, exposure."""

    observed: Floats
    expected: Floats
    variance: Floats
    exposure: Floats


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


class Walk:
    """The detector's states on their way through a ``Knowledge``, from its first midnight on.

    ``midnights`` holds the state at the start of each day passed; ``changed_days`` those made or re-made since last asked;
    ``history`` the quarter-hours of the last ``HISTORY`` by their start, for charts.
    """

    def __init__(self, knowledge: Knowledge, start: DetectorState) -> None:
        self._knowledge = knowledge
        self._state = start
        self.midnights: dict[date, DetectorState] = {knowledge.first_at.date(): start}
        self.changed_days: set[date] = set()
        self.history: dict[datetime, Passed] = {}

    @property
    def state(self) -> DetectorState:
        """What is known after the last step taken."""
        return self._state

    def steps(
        self, from_at: datetime, until_at: datetime, *, peeks_from: datetime | None = None, peeks_until: datetime | None = None
    ) -> Iterator[Step]:
        """Yield a Step for every quarter-hour that ends in ``(from_at, until_at]``, late ones before the one that read them.

        Between them, every ``PEEK`` in ``(peeks_from, peeks_until]``, series with new posts are looked at as they stand then.
        """
        first = self._knowledge.index(from_at)
        self._knowledge.take(first)
        for bin_index in range(first):
            self._advance(bin_index)
        yield from self._peeks(first, peeks_from, peeks_until)
        for step_index in range(first + 1, self._knowledge.index(until_at) + 1):
            changed = self._knowledge.take(step_index)
            if changed < step_index - 1:
                yield from self._rewind(changed, step_index)
            yield self._step(step_index - 1, step_index, is_late=False)
            yield from self._peeks(step_index, peeks_from, peeks_until)

    def _peeks(self, step_index: int, from_at: datetime | None, until_at: datetime | None) -> Iterator[Step]:
        """Look at the moments between this step, which is taken ``GRACE`` after its end, and the next one."""
        end_at = self._knowledge.moment(step_index)
        for number in range(QUARTER_HOUR // PEEK):
            as_of = end_at + GRACE + number * PEEK
            if from_at and until_at and from_at < as_of <= until_at and step_index:
                running = self._knowledge.running(end_at, as_of)
                if running:
                    yield self._peek(step_index, as_of, *running)

    def _peek(self, step_index: int, as_of: datetime, columns: npt.NDArray[np.int64], counts: list[Floats]) -> Step:
        last_at = self._knowledge.moment(step_index + len(counts) - 1)
        scores = peek(
            self._state.of(columns),
            index=quarter_index(self._knowledge.moment(step_index)),
            counts=counts,
            exposure=self._knowledge.exposure(step_index - 1),
            elapsed=(as_of - last_at) / QUARTER_HOUR,
        )
        return Step(as_of=as_of, said_at=as_of, scores=scores, is_late=False, columns=columns, is_peek=True)

    def _rewind(self, changed: int, step_index: int) -> Iterator[Step]:
        day = self._knowledge.moment(changed).date()
        self._state = self.midnights[day]
        first_bin = max(self._knowledge.index(_midnight(day, self._knowledge.first_at)), 0)
        said_at = self._knowledge.moment(step_index)
        for bin_index in range(first_bin, step_index - 1):
            is_fresh = self._knowledge.was_read_at(bin_index, step_index)
            if is_fresh and said_at - self._knowledge.moment(bin_index) <= LATE_LIMIT:
                yield self._step(bin_index, step_index, is_late=True)
            else:
                self._advance(bin_index)

    def _step(self, bin_index: int, step_index: int, *, is_late: bool) -> Step:
        scores = self._advance(bin_index)
        as_of, said_at = self._knowledge.moment(bin_index + 1), self._knowledge.moment(step_index)
        return Step(as_of=as_of, said_at=said_at, scores=scores, is_late=is_late, columns=np.arange(len(scores.score)))

    def _advance(self, bin_index: int) -> StepScores:
        counts = self._knowledge.counts(bin_index)
        exposure = np.full(len(counts), self._knowledge.exposure(bin_index))
        moment = self._knowledge.moment(bin_index)
        newly = self._knowledge.joining(bin_index)
        if newly is not None:
            self._state = joined(self._state, newly)
        self._state, scores = step(self._state, index=quarter_index(moment), counts=counts, exposure=exposure)
        self.history[moment] = Passed(scores.bin_count, scores.bin_expected, scores.bin_variance, scores.exposure)
        self.history.pop(moment - HISTORY, None)
        after = moment + QUARTER_HOUR
        if after.date() != moment.date():
            self.midnights[after.date()] = self._state
            self.changed_days.add(after.date())
        return scores


def _without_newcomers(counts: Sequence[CountRow], newcomers: Sequence[ChannelOrigin]) -> list[CountRow]:
    theirs = Counter((origin.series_id, origin.bin_at, origin.seen_at) for origin in newcomers)
    if not theirs:
        return list(counts)
    left = [replace(row, origin_count=row.origin_count - theirs[row.series_id, row.bin_at, row.seen_at]) for row in counts]
    return [row for row in left if row.origin_count > 0]


def _midnight(day: date, like: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=like.tzinfo)
