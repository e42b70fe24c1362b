"""What a day without the collector does to the false alarms after it: masked, as it is, or taken for a day without posts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from spikes_lab import marks
from spikes_lab.baselines import Scorer
from spikes_lab.posts import Bools, Floats, PostSeries

OUTAGE_HOURS = 24


def false_alarms_after(
    scorer: Scorer, groups: Sequence[PostSeries], whole: Sequence[Floats], threshold: float
) -> dict[str, float]:
    """Give by which share alarms of the quiet test week rise when the day before it was not read.

    ``whole`` are the scores of that week without the outage. ``masked`` tells the detector that nothing was read,
    ``zeros`` lets it believe that nothing was posted.
    """
    before = _alarms(whole, threshold)
    cut = {name: [_after_outage(scorer, group, is_masked=name == "masked") for group in groups] for name in ("masked", "zeros")}
    return {f"outage_{name}_false_up": _alarms(scores, threshold) / max(before, 1) - 1 for name, scores in cut.items()}


def _after_outage(scorer: Scorer, group: PostSeries, *, is_masked: bool) -> Floats:
    counts, observed = np.array(group.quiet), np.array(group.observed)
    gap = slice(group.history_hours - OUTAGE_HOURS, group.history_hours)
    counts[:, gap] = 0.0
    observed[:, gap] = not is_masked
    return _test_week(scorer, counts, observed, group.history_hours)


def _test_week(scorer: Scorer, counts: Floats, observed: Bools, history_hours: int) -> Floats:
    return np.nan_to_num(scorer(counts, observed, 168)[:, history_hours:])


def _alarms(scores: Sequence[Floats], threshold: float) -> int:
    return int(sum(marks.alarms(group >= threshold).sum() for group in scores))
