"""Group spikes into events, so that one story gives one mail.

A spike belongs to an event of the same kind of story within 24 h of onset: the same place if it is about a place, else the same
theme. So "mobilisation" and "the queue at Verkhny Lars" stay two events, while the queue theme, the queue theme in one language
and the queue theme on one source are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from monitor.model import Event, SeriesKey, Spike

TOGETHER = timedelta(hours=24)


def assign(spike: Spike, events: Sequence[Event]) -> Event | None:
    """Give the event ``spike`` belongs to, the newest if there are several; None when it begins one of its own."""
    fitting = [event for event in events if _belongs(spike, event)]
    return max(fitting, key=lambda event: (event.opened_at, event.event_id or 0)) if fitting else None


def lead_of(spikes: Sequence[Spike]) -> Spike:
    """Give the spike that stands for an event: of the coarsest series, a whole theme or place first; then the oldest."""
    return min(spikes, key=lambda spike: (_fineness(spike.key), spike.opened_at, spike.key.label()))


def _fineness(key: SeriesKey) -> int:
    """Count the parts that narrow a series; a language or source says less of a story than a place does.

    >>> _fineness(SeriesKey(theme_id="protest")) < _fineness(SeriesKey(theme_id="protest", place_id="ozinki"))
    True
    """
    if key.source or key.language:
        return 3
    return sum(part is not None for part in (key.theme_id, key.place_id))


def _belongs(spike: Spike, event: Event) -> bool:
    if abs(spike.onset_at - event.lead.onset_at) > TOGETHER:
        return False
    if spike.key.place_id or event.lead.key.place_id:
        return spike.key.place_id == event.lead.key.place_id
    return spike.key.theme_id == event.lead.key.theme_id
