"""Spikes and the events they belong to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from monitor.model.series import SeriesKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """How unusual a series was at one step: ``score`` is a re-calibrated -log10 tail, ``severity`` a magnitude in sd.

    The window ``[as_of - window_hours, as_of)`` is the one with the highest score; ``expected_low``/``high`` bound 90 %.
    """

    key: SeriesKey
    as_of: datetime
    onset_at: datetime
    window_hours: int
    observed: int
    expected: float
    expected_low: float
    expected_high: float
    score: float
    severity: float
    exposure: float
    is_late: bool


SpikeStatus = Literal["open", "closed", "withdrawn"]
SpikeKind = Literal["posts", "queue"]
"""What is unusual: the number of posts, or the hours people wait, of which ``observed`` and ``expected`` then tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """One episode of one series. ``onset_at`` is the first high quarter-hour, ``opened_at`` when we said so."""

    key: SeriesKey
    onset_at: datetime
    opened_at: datetime
    peak_at: datetime
    last_high_at: datetime
    closed_at: datetime | None
    window_hours: int
    observed: int
    expected: float
    expected_low: float
    expected_high: float
    score: float
    severity: float
    exposure: float
    is_late: bool
    status: SpikeStatus
    detector_version: str
    is_incomplete: bool = False
    """Channels were not read in full, or were far below their usual, while it was high: its count may be too low."""
    kind: SpikeKind = "posts"
    cleared_at: datetime | None = None
    """When it had passed every gate of a mail; None while something holds it back."""
    spike_id: int | None = None
    event_id: int | None = None


SeriesState = Literal["watched", "too_little_history", "new_definition", "masked", "no_permission"]
"""How a series stands with the detector: all but ``watched`` open no spike, and say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeLine:
    """A stored spike as lists show it, with how many alerts its event came to."""

    spike_id: int
    event_id: int
    key: SeriesKey
    kind: SpikeKind
    opened_at: datetime
    closed_at: datetime | None
    observed: int
    expected: float
    window_hours: int
    score: float
    severity: float
    status: SpikeStatus
    cleared_at: datetime | None
    alerts_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Spikes that belong together: the same theme or place, onsets within 24 h. ``lead`` is the coarsest."""

    lead: Spike
    spikes: tuple[Spike, ...]
    opened_at: datetime
    event_id: int | None = None

    @property
    def is_over(self) -> bool:
        """True when none of its spikes is open any more."""
        return all(spike.closed_at is not None for spike in self.spikes)
