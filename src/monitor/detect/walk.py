"""Step the detector through quarter-hours in the order in which they became known. Pure: counts and coverage in, scores out.

At step ``e`` (the end of a quarter-hour) only what was known by ``e`` is used; between two steps the running quarter-hour is
looked at every five minutes, without learning from it. What arrives late rewinds the states to the
midnight before it and steps forward again, so that states are a pure function of what is known, however the work was cut up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from monitor.detect.knowledge import PEEK, Knowledge
from monitor.detect.rhythm import Floats, quarter_index
from monitor.detect.scores import StepScores
from monitor.detect.state import DetectorState, joined
from monitor.detect.step import peek, step
from monitor.model import GRACE, QUARTER_HOUR

LATE_LIMIT = timedelta(hours=48)
"""What is read later than this enters the baseline silently."""
HISTORY = timedelta(days=3)


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


def _midnight(day: date, like: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=like.tzinfo)
