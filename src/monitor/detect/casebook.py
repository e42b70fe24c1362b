"""Keep the episodes and events that steps make: who opens, grows and closes, which event each belongs to, what may be mailed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import numpy as np

from monitor.detect.episodes import advance, assess
from monitor.detect.events import assign, lead_of
from monitor.detect.gates import MAIL, Level, gates, level_of, mail_scores
from monitor.detect.parameters import PARAMETERS
from monitor.detect.queue import advance_queue
from monitor.detect.walk import Step
from monitor.model import Event, QueueReport, SeriesKey, Spike

Drivers = Callable[[Spike, Step], tuple[int, int]]
"""Gives how many origins a spike's window holds and of how many channels, as known at the step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a step made of one episode. ``is_cleared`` tells that just now it passed every gate of a mail."""

    spike: Spike
    event: Event
    is_new: bool
    is_cleared: bool


ALWAYS = datetime.min.replace(tzinfo=UTC)
QUEUE_THEME = "border_queue"
"""The theme whose series at a place stands for the queue there."""


class Casebook:
    """Episodes by series, and the events of the last days.

    ``keys`` are the series in the order of the step's columns, from column ``first_column`` on. ``open_event`` gives an event its
    id; ``drivers`` is asked only for spikes that are high enough for a mail; a series that ``is_held`` opens no spike.
    ``first_seen`` tells from which step on a series was known (else always): no step may depend on series that came later.
    """

    def __init__(
        self,
        keys: Sequence[SeriesKey],
        *,
        spikes: Sequence[Spike] = (),
        events: Sequence[Event] = (),
        first_column: int = 0,
        open_event: Callable[[Spike], int],
        drivers: Drivers,
        is_held: Callable[[SeriesKey], bool] = lambda key: False,
        first_seen: Mapping[SeriesKey, datetime] | None = None,
    ) -> None:
        self._keys, self._first = list(keys), first_column
        self._first_seen = first_seen or dict.fromkeys(keys, ALWAYS)
        self._scores: dict[Level, float] = {}
        self._scored_at: datetime | None = None
        self.spikes = {spike.key: spike for spike in spikes if spike.kind == "posts"}
        self.queues = {spike.key: spike for spike in spikes if spike.kind == "queue"}
        self.events = list(events)
        self._open_event, self._drivers, self._is_held = open_event, drivers, is_held

    def take(self, step: Step) -> Iterator[Change]:
        """Advance every series that is high or has an open episode, and yield what has changed."""
        for place in self._watched(step):
            key = self._keys[step.columns[place] - self._first]
            before = self.spikes.get(key)
            if _is_ahead(before, step) if _is_open(before) else self._is_held(key):
                continue
            found = assess(key, step.scores, place, as_of=step.as_of, is_late=step.is_late, bin_length=step.bin_length)
            after = advance(before, found, PARAMETERS)
            if after is not None and after != before:
                yield self._record(step, after)

    def take_queues(self, reports: Mapping[str, Sequence[QueueReport]], as_of: datetime) -> Iterator[Change]:
        """Advance the episode of every checkpoint of which people told lately; ``reports`` by place."""
        for place_id in sorted(reports):
            key = self._queue_key(place_id, as_of)
            before = self.queues.get(key) if key else None
            after = advance_queue(before, key, reports[place_id], as_of) if key else None
            if after is None or after == before:
                continue
            is_new = after.event_id is None
            after = self._in_event(after) if is_new else after
            yield Change(spike=after, event=self.keep(after), is_new=is_new, is_cleared=is_new)

    def _queue_key(self, place_id: str, as_of: datetime) -> SeriesKey | None:
        keys = (SeriesKey(theme_id=QUEUE_THEME, place_id=place_id), SeriesKey(place_id=place_id))
        return next((key for key in keys if self._is_known(key, as_of)), None)

    def _needed(self, as_of: datetime) -> dict[Level, float]:
        if as_of != self._scored_at:
            self._scored_at = as_of
            self._scores = mail_scores(key for key in self._keys if self._is_known(key, as_of))
        return self._scores

    def _is_known(self, key: SeriesKey, as_of: datetime) -> bool:
        first_at = self._first_seen.get(key)
        return first_at is not None and first_at <= as_of

    def _watched(self, step: Step) -> list[int]:
        is_high = step.scores.score >= PARAMETERS.threshold
        if not step.is_peek:
            opened = [
                place
                for place, column in enumerate(step.columns.tolist())
                if column >= self._first and _is_open(self.spikes.get(self._keys[column - self._first]))
            ]
            is_high = is_high.copy()
            is_high[opened] = True
        is_high &= step.columns >= self._first
        return [int(place) for place in np.flatnonzero(is_high)]

    def _record(self, step: Step, after: Spike) -> Change:
        is_new = after.event_id is None
        if is_new:
            after = self._in_event(replace(after, opened_at=step.said_at))
        is_cleared = after.cleared_at is None and after.status == "open" and self._is_clear(after, step)
        if is_cleared:
            after = replace(after, cleared_at=step.said_at)
        return Change(spike=after, event=self.keep(after), is_new=is_new, is_cleared=is_cleared)

    def _is_clear(self, spike: Spike, step: Step) -> bool:
        needed = self.needed_score(spike.key, step.as_of)
        if spike.score < needed:
            return False
        origins, channels = self._drivers(spike, step)
        excess = origins - spike.expected
        passed = gates(spike.key, score=spike.score, needed_score=needed, excess=excess, channels=channels)
        return all(gate.is_passed for gate in passed)

    def needed_score(self, key: SeriesKey, as_of: datetime) -> float:
        """Give the score that a mail about a series needs at a step."""
        return self._needed(as_of).get(level_of(key), MAIL.base_score)

    def _in_event(self, spike: Spike) -> Spike:
        """Give the spike its event: one it belongs to, or a new one that it leads."""
        event = assign(spike, self.events)
        if event is None:
            event = Event(event_id=self._open_event(spike), lead=spike, spikes=(), opened_at=spike.opened_at)
            self.events.append(event)
        return replace(spike, event_id=event.event_id)

    def keep(self, spike: Spike) -> Event:
        """Put the newest form of a spike into the book; give its event, led by its coarsest spike."""
        (self.queues if spike.kind == "queue" else self.spikes)[spike.key] = spike
        index = next(index for index, event in enumerate(self.events) if event.event_id == spike.event_id)
        event = self.events[index]
        name = (spike.key, spike.kind, spike.opened_at)
        others = tuple(member for member in event.spikes if (member.key, member.kind, member.opened_at) != name)
        members = (*others, spike)
        self.events[index] = replace(event, lead=lead_of(members), spikes=members)
        return self.events[index]


def _is_open(spike: Spike | None) -> bool:
    return spike is not None and spike.closed_at is None


def _is_ahead(spike: Spike | None, step: Step) -> bool:
    """Tell whether an episode was high after what is read late now: its earlier hours change nothing."""
    return spike is not None and step.is_late and step.as_of <= spike.last_high_at
