"""What stands beside a spike, in sentences: the queue now, the same theme elsewhere, when it was last so, what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.alerts.names import place_name, theme_and_place
from monitor.alerts.wording import MODES, age, factor, moment, number, sentence
from monitor.model import Alert, Evidence, Neighbour, QueueWait, SeriesKey, SpikeKind


def waits(alert: Alert) -> list[str]:
    """Tell how long people wait at the checkpoint, besides the queue most told of those that more than one tells of."""
    if alert.evidence.waits is None:
        return []
    found = [wait for place, wait in enumerate(alert.evidence.waits) if place == 0 or wait.origin_count > 1]
    place, at = theme_and_place(alert.spike.key, alert.evidence, alert.language)[1], f"{alert.created_at:%H:%M}"
    fresh = [_wait(alert, wait, place, at) for wait in found if wait.low is not None]
    return fresh or [sentence(alert.language, "wait_none", place=place, at=at)]


def _wait(alert: Alert, wait: QueueWait, place: str, at: str) -> str:
    low, high = (number(round(value or 0.0, 1)) for value in (wait.low, wait.high))
    return sentence(
        alert.language,
        "wait_conflict" if wait.is_conflicting else "wait",
        place=place,
        at=at,
        mode=MODES.get(alert.language, MODES["en"])[wait.mode],
        hours=low if low == high else f"{low}\u2013{high}",
        count=wait.origin_count,
        age=age(alert.created_at - wait.newest_at, alert.language),
    )


def beside(language: str, evidence: Evidence, *, key: SeriesKey, kind: SpikeKind, window_hours: int) -> Iterator[str]:
    """Tell what stood high elsewhere (of a whole theme: where), and when it was last like this, a line each."""
    if evidence.neighbours is not None and kind == "posts":
        names = ", ".join(_neighbour(language, other) for other in evidence.neighbours)
        name = "elsewhere" if key.place_id or key.source else "where"
        yield sentence(language, name, names=names) if names else sentence(language, f"{name}_none")
    last = evidence.last_time
    if last is None:
        return
    if last.ended_at is None:
        yield sentence(language, "last_never", count=max(int(last.days_on_record), 1))
    else:
        name, at = "last_queue" if kind == "queue" else "last_time", moment(last.ended_at, language)
        yield sentence(language, name, at=at, observed=last.observed, hours=window_hours)


def _neighbour(language: str, other: Neighbour) -> str:
    name = place_name(other.key.place_id, other.place_name, language)
    if other.key.source:
        name = sentence(language, "source_x" if other.key.source == "x" else "source_telegram")
    usual = sentence(language, "unseen")
    if other.expected >= 0.5:
        usual = sentence(language, "neighbour_times", **factor(language, other.observed / other.expected))
    return sentence(language, "neighbour", where=name, observed=other.observed, usual=usual)


def withdrawn(alert: Alert) -> str:
    """Tell how many posts were shown and are gone; empty for none."""
    count = alert.evidence.withdrawn_count
    return sentence(alert.language, "withdrawn", count=count) if count else ""
