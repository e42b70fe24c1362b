"""Which reports are about the same queue."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model import Direction, QuantityKind, TravelMode
from monitor.nowcast.values import Report

Queue = tuple[Direction, TravelMode]
QUEUE_KINDS: tuple[QuantityKind, ...] = ("wait_hours", "queue_km", "queue_cars", "queue_people")
UNSAID_DIRECTION: Direction = "out"
"""The posts that Monitor collects are about leaving: who means the way back says so."""
UNSAID_MODE: TravelMode = "car"


def queue_of(kind: QuantityKind, report: Report) -> Queue:
    """Give direction and mode a report is pooled under: out and by car where it does not say, people on foot."""
    unsaid_mode: TravelMode = "foot" if kind == "queue_people" else UNSAID_MODE
    return report.direction or UNSAID_DIRECTION, report.mode or unsaid_mode


def by_queue(kind: QuantityKind, reports: Iterable[Report]) -> dict[Queue, list[Report]]:
    """Part reports of one kind of figure at one crossing by direction and mode."""
    queues: dict[Queue, list[Report]] = {}
    for report in reports:
        queues.setdefault(queue_of(kind, report), []).append(report)
    return dict(sorted(queues.items()))
