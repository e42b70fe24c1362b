"""Load what the detector's walk needs: where it goes on, its states, and the counts and coverage of a stretch of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from monitor import store
from monitor.detect import (
    DETECTOR_VERSION,
    PANEL_AGE,
    DetectorState,
    Knowledge,
    PanelChannel,
    Walk,
    initial,
    joining_moments,
)
from monitor.model import GRACE, QUARTER_HOUR, SeriesKey, quarter_hour

GHOST = 0
"""Series id under which the state of a series that never had a post is kept: where a new series begins."""
LOOK_BACK = timedelta(days=3)
"""A run starts from the midnight this long ago: late data may rewind that far, and charts show as much."""
LIVE_PEEKS = timedelta(minutes=15)
"""Live, the running quarter-hour is looked at as it is now and was this long ago; in a replay at every moment."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """States begin at ``start_at``, a midnight; steps that end in ``(from_at, until_at]`` are new, and looks in
    ``(peeks_from, peeks_until]``."""

    start_at: datetime
    from_at: datetime
    until_at: datetime
    peeks_from: datetime
    peeks_until: datetime


def next_stretch(connection: store.Connection, covered_at: datetime, as_of: datetime, *, is_replay: bool) -> Stretch:
    """Give what has become known since the last run and is classified."""
    first_at = midnight(covered_at.date())
    from_at, peeked_at = store.stepped_until(connection, DETECTOR_VERSION) or (first_at, None)
    waiting_at = store.oldest_backlog_at(connection)
    known_at = min(as_of, waiting_at) if waiting_at else as_of
    until_at = max(quarter_hour(known_at - GRACE), from_at)
    peeks_from = peeked_at or from_at
    if not is_replay:  # what ran live an hour ago has long been stepped through
        peeks_from = max(peeks_from, known_at - LIVE_PEEKS)
    start_at = max(midnight((from_at - LOOK_BACK).date()), first_at)
    return Stretch(start_at, from_at, until_at, peeks_from, max(peeks_from, known_at))


def day_ends(from_at: datetime, until_at: datetime) -> Iterator[datetime]:
    """Yield every midnight in ``(from_at, until_at)``, then ``until_at``."""
    while from_at < until_at:
        from_at = min(midnight(from_at.date()) + timedelta(days=1), until_at)
        yield from_at


def midnight(day: date) -> datetime:
    """Give the start of a UTC day."""
    return datetime.combine(day, time(), UTC)


@dataclass(frozen=True, slots=True)
class Loaded:
    """A walk at the beginning of a stretch, and its series: column 0 is ``GHOST``, then ``ids`` in their order.

    ``basis`` names what the counts rest on; ``first_seen`` when each series, those per channel too, was first known.
    """

    walk: Walk
    knowledge: Knowledge
    ids: dict[SeriesKey, int]
    basis: int
    first_seen: dict[SeriesKey, datetime]


def load(connection: store.Connection, stretch: Stretch) -> Loaded:
    """Read a stretch's counts and coverage, and the states at its start."""
    series, basis = store.all_series(connection), store.counts_basis(connection)
    ids = {key: number for key, number in series.items() if key.channel_id is None}
    start_at, start = _start(connection, stretch, [GHOST, *ids.values()], basis)
    panel = [
        PanelChannel(channel_id=c, weight=w, first_observed_at=at, probation_days=days)
        for c, w, at, days in store.panel(connection, PANEL_AGE)
    ]
    young = {channel: at for channel, at in joining_moments(panel).items() if at >= start_at}
    knowledge = Knowledge(
        [GHOST, *ids.values()],
        store.counts_between(connection, start_at, stretch.until_at),
        store.coverage_between(connection, start_at, stretch.until_at),
        panel,
        first_at=start_at,
        until_at=stretch.until_at,
        newcomers=store.newcomer_origins(connection, young),
        fresh=store.fresh_origins(connection, stretch.peeks_from - QUARTER_HOUR - GRACE, stretch.peeks_until, young),
    )
    return Loaded(Walk(knowledge, start), knowledge, ids, basis, store.first_seen(connection))


def _start(connection: store.Connection, stretch: Stretch, series: list[int], basis: int) -> tuple[datetime, DetectorState]:
    """Give the midnight the states begin at, and those states: a checkpoint, or nothing known at the very first day."""
    found = store.latest_checkpoint(connection, DETECTOR_VERSION, stretch.start_at.date(), basis=basis)
    if found is None or store.older_news(connection, stretch.from_at, midnight(found[0])):
        covered_at = store.first_covered_at(connection) or stretch.start_at
        return midnight(covered_at.date()), initial(len(series))
    day, stored = found
    rows = np.array([stored.get(series_id, stored[GHOST]) for series_id in series], dtype=float)
    return midnight(day), DetectorState.from_rows(rows)
