"""What a detector is worth: how much it finds, how soon, and how often it cries wolf."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from spikes_lab.posts import WEEK_HOURS, Floats, PostSeries
from spikes_lab.weekly import TEST_START, WeeklySeries

Bools = npt.NDArray[np.bool_]

MERGED_HOURS = 12
"""Alarms no more than this apart are one."""
GRACE_HOURS = 6
"""A burst counts as found until this long after its end."""


def alarms(is_high: Bools) -> npt.NDArray[np.int64]:
    """Count the alarms of each row.

    >>> alarms(np.array([[True, True] + [False] * 12 + [True]])).tolist()
    [2]
    """
    last, count = np.full(len(is_high), -(10**6)), np.zeros(len(is_high), dtype=int)
    for hour in range(is_high.shape[1]):
        now = is_high[:, hour]
        count += now & (hour - last > MERGED_HOURS)
        last = np.where(now, hour, last)
    return count


def threshold_at(rate: float, quiet_scores: Sequence[Floats]) -> float:
    """Give the lowest threshold with at most ``rate`` alarms a series and week."""
    scores = np.concatenate(quiet_scores)
    low, high = 0.0, max(1.0, float(scores.max()) + 1)
    for _ in range(40):
        middle = (low + high) / 2
        if alarms(scores >= middle).mean() > rate:
            low = middle
        else:
            high = middle
    return high


def false_alarms(groups: Sequence[PostSeries], quiet_scores: Sequence[Floats], threshold: float) -> tuple[float, float]:
    """Give false alarms a series and week: of all, and of the worst pair of base and length of history."""
    counts = [alarms(scores >= threshold) for scores in quiet_scores]
    cells = [
        count[np.array(group.base) == base].mean()
        for count, group in zip(counts, groups, strict=True)
        for base in set(group.base)
    ]
    return float(np.concatenate(counts).mean()), float(max(cells))


def delays(groups: Sequence[PostSeries], burst_scores: Sequence[Floats], threshold: float) -> Floats:
    """Give the hours from each burst's first hour to the first high score; NaN for one that was not found."""
    found = []
    for group, scores in zip(groups, burst_scores, strict=True):
        for row, start, hours in zip(scores >= threshold, group.start, group.hours, strict=True):
            first = start - group.history_hours
            high = np.flatnonzero(row[first : min(first + hours + GRACE_HOURS, WEEK_HOURS)])
            found.append(float(high[0]) if len(high) else np.nan)
    return np.array(found)


def of_posts(
    groups: Sequence[PostSeries],
    quiet_scores: Sequence[Floats],
    burst_scores: Sequence[Floats],
    heavy: tuple[Sequence[PostSeries], Sequence[Floats]],
    own_threshold: float,
) -> tuple[dict[str, float], Floats]:
    """Give all marks on hourly series, and the delays at 0.1 false alarms; scores are those of the test week."""
    size = np.concatenate([group.size for group in groups])
    is_young = np.concatenate([[group.history_hours <= WEEK_HOURS] * len(group.size) for group in groups])
    often, seldom, own = (
        delays(groups, burst_scores, threshold)
        for threshold in (threshold_at(0.1, quiet_scores), threshold_at(0.02, quiet_scores), own_threshold)
    )
    clean, worst = false_alarms(groups, quiet_scores, own_threshold)
    found = {
        "found_at_0.1": _share(often),
        "found_at_0.02": _share(seldom),
        "cold_found": _share(often[is_young]),
        "large_found": _share(often[size >= 15]),
        "delay_h": _mean(often),
        "own_threshold": own_threshold,
        "own_false": clean,
        "own_false_worst": worst,
        "own_false_heavy": false_alarms(*heavy, own_threshold)[0],
        "own_found": _share(own),
    }
    return found, often


def shared(theirs: Floats, ours: Floats) -> dict[str, float]:
    """Give the mean delays of two detectors on the bursts that both found: who finds only the plainest is not the faster one."""
    both = np.isfinite(theirs) & np.isfinite(ours)
    return {"delay_shared_h": _mean(theirs[both]), "delay_shared_ours_h": _mean(ours[both])}


def _mean(delay_hours: Floats) -> float:
    known = delay_hours[np.isfinite(delay_hours)]
    return float(known.mean()) if len(known) else float("nan")


def _share(found: Floats) -> float:
    return float(np.isfinite(found).mean())


def of_weeks(series: WeeklySeries, quiet_scores: Floats, outbreak_scores: Floats) -> dict[str, float]:
    """Give all marks on the weekly scenarios; scores are those of the test weeks, nominal 1 % is a score above 2."""
    is_outbreak = series.is_outbreak[:, TEST_START:]
    false, alarm = quiet_scores > 2, outbreak_scores > 2
    hit = (alarm & is_outbreak).sum()
    precision, recall = hit / max(alarm.sum(), 1), hit / is_outbreak.sum()
    ordered = np.sort(quiet_scores.ravel())
    matched = ordered[int(np.ceil(0.99 * len(ordered))) - 1]
    return {
        "fpr": float(false.mean()),
        "fpr_worst": float(max(false[series.scenario == number].mean() for number in np.unique(series.scenario))),
        "ppv": float(precision),
        "f1": float(2 * precision * recall / max(precision + recall, 1e-9)),
        "pod_at_1pct": float(((outbreak_scores > matched) & is_outbreak).any(axis=1).mean()),
    }
