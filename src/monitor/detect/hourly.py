"""Walk through hourly counts, one series a theme: what X counts. Pure: hours in, steps out, nothing kept between two walks.

The states of a day's hours are a pure function of the eight weeks before that day and of the hours until then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np

from monitor.detect.rhythm import EPOCH, HOURLY, Floats
from monitor.detect.scores import StepScores
from monitor.detect.state import DetectorState, initial
from monitor.detect.step import step

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BASELINE = 56 * DAY


def hour_index(moment: datetime) -> int:
    """Give how many hours after the epoch ``moment`` lies."""
    return int((moment - EPOCH) // HOUR)


@dataclass(frozen=True, slots=True, kw_only=True)
class HourPassed:
    """One hour that was stepped through: the states before and after it, its counts and exposure, and what was made of them."""

    hour_at: datetime
    before: DetectorState
    after: DetectorState
    counts: Floats
    exposure: Floats
    scores: StepScores


def walk_hours(hours: Mapping[datetime, Sequence[int | None]], series_count: int, day: date) -> Iterator[HourPassed]:
    """Yield the hours from ``BASELINE`` before ``day`` to the last one known of it, in their order.

    ``hours`` gives the counts of the series; an hour that is not there, or None, was not counted: it is unknown, not zero.
    """
    day_at = EPOCH + (day - EPOCH.date())
    known = [hour_at for hour_at in hours if day_at - BASELINE <= hour_at < day_at + DAY]
    if not known:
        return
    state, hour_at = initial(series_count, HOURLY), min(known)
    while hour_at <= max(known):
        told = hours.get(hour_at, [None] * series_count)
        exposure = np.array([float(count is not None) for count in told])
        counts = np.array([float(count or 0) for count in told])
        before = state
        state, scores = step(state, index=hour_index(hour_at), counts=counts, exposure=exposure, rhythm=HOURLY)
        yield HourPassed(hour_at=hour_at, before=before, after=state, counts=counts, exposure=exposure, scores=scores)
        hour_at += HOUR
