"""How many bursts does the detector find at the same number of false alarms, how soon, and what do others find?

    .venv/bin/python bench/spikes.py [--full] [--seed N] [--series DIR]

Hourly series like posts (``spikes_lab/posts.py``): *found* are bursts with a high score before six hours after their end, at
thresholds that give each detector 0.1 and 0.02 false alarms a series and week. At 0.1 also: *cold*, histories of 3 and 7 days;
*large*, sizes of 15 and more; *delay*, mean hours to the first high score; *both* and *ours*, its delay and ours on the bursts
that both found. At its *own* threshold, the one it ships or is used with: *false* alarms a series and week, in the *worst* pair
of density and history, and on *heavy* series with natural cascades; the share found. Weekly scenarios (``spikes_lab/weekly.py``):
the false-positive rate where 1 % is meant, in all and in the worst scenario, precision, F1, and outbreaks found where the
threshold makes the rate 1 %. Rows with *floor* take a standard deviation of at least one post. Farrington's method joins where R
and its package surveillance are installed.

Of ours alone, below the table: by how much false alarms rise in the week after a day that was not read, masked and taken for
zeros; a step over 10,000 series on one core; and two real series (``spikes_lab/real.py``) where DIR holds them. --full makes 60
series for each density and history (40 heavy) and 25 for each scenario, instead of 20, 20 and 10.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from spikes_lab import farrington, marks, outage, posts, real, speed, weekly
from spikes_lab.baselines import BASELINES, Scorer

from monitor import detect

OURS = "Monitor"
SERIES_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "series"
DETECTORS: dict[str, tuple[Scorer, float]] = {OURS: (detect.score.batch, detect.PARAMETERS.threshold), **BASELINES}

COLUMNS = {
    "found_at_0.1": "found .1",
    "found_at_0.02": "found .02",
    "cold_found": "cold",
    "large_found": "large",
    "delay_h": "delay h",
    "delay_shared_h": "both h",
    "delay_shared_ours_h": "ours h",
    "own_threshold": "own",
    "own_false": "false",
    "own_false_worst": "worst",
    "own_false_heavy": "heavy",
    "own_found": "found",
    "fpr": "FPR",
    "fpr_worst": "worst",
    "ppv": "PPV",
    "f1": "F1",
    "pod_at_1pct": "POD 1%",
}
BEST_IS_HIGH = ("found_at_0.1", "found_at_0.02", "cold_found", "large_found", "ppv", "f1", "pod_at_1pct")
BEST_IS_LOW = ("delay_h", "own_false", "own_false_worst", "own_false_heavy", "fpr_worst")

Marks = dict[str, float]


def scores_of_posts(scorer: Scorer, groups: Sequence[posts.PostSeries], name: str) -> list[posts.Floats]:
    """Give the scores of the test week of ``quiet`` or ``burst`` series, one array for each length of history."""
    return [
        np.nan_to_num(scorer(np.array(getattr(group, name)), np.array(group.observed), 168)[:, group.history_hours :])
        for group in groups
    ]


def scores_of_weeks(scorer: Scorer, counts: weekly.Counts) -> weekly.Floats:
    """Give the scores of the test weeks of the weekly scenarios."""
    return np.nan_to_num(scorer(counts.astype(float), np.ones(counts.shape, dtype=bool), 52)[:, weekly.TEST_START :])


def measure(reps: tuple[int, int, int], seed: int) -> dict[str, Marks]:
    """Give every detector's marks; ``reps`` are the series of a cell: clean, heavy, weekly."""
    clean = posts.simulate(reps=reps[0], seed=seed)
    heavy = posts.simulate(reps=reps[1], seed=seed + 1, has_cascades=True)
    weeks = weekly.simulate(reps=reps[2], seed=seed)
    found: dict[str, Marks] = {}
    delays: dict[str, posts.Floats] = {}
    for name, (scorer, threshold) in DETECTORS.items():
        quiet, burst, cascades = (
            scores_of_posts(scorer, groups, kind) for groups, kind in ((clean, "quiet"), (clean, "burst"), (heavy, "quiet"))
        )
        of_posts, delays[name] = marks.of_posts(clean, quiet, burst, (heavy, cascades), threshold)
        of_weeks = marks.of_weeks(weeks, scores_of_weeks(scorer, weeks.quiet), scores_of_weeks(scorer, weeks.outbreak))
        found[name] = of_posts | marks.shared(delays[name], delays[OURS]) | of_weeks
    if farrington.why_not() is None:
        found["Farrington (R)"] = marks.of_weeks(weeks, farrington.score(weeks.quiet), farrington.score(weeks.outbreak))
    return found


def of_ours(reps: int, seed: int, folder: Path) -> Marks:
    """Give what is measured of our detector alone: after an outage, its speed, and on real series."""
    scorer, threshold = DETECTORS[OURS]
    quiet = posts.simulate(reps=reps, seed=seed + 2)
    whole = scores_of_posts(scorer, quiet, "quiet")
    found = outage.false_alarms_after(scorer, quiet, whole, marks.threshold_at(0.1, whole)) | speed.step_ms(seed)
    return found if real.why_not(folder) else found | real.measure(scorer, folder, threshold)


def told(ours: Marks, folder: Path) -> str:
    """Tell what was measured of our detector alone, a line each."""
    lines = [
        f"False alarms in the week after a day without the collector: {ours['outage_masked_false_up']:+.0%} masked,"
        f" {ours['outage_zeros_false_up']:+.0%} taken for zeros.",
        f"A step over {speed.SERIES:,} series: {ours['step_ms']:.1f} ms of one core"
        f" ({ours['step_learning_ms']:.1f} ms once an hour, when it learns).",
    ]
    if absent := real.why_not(folder):
        return "\n".join([*lines, f"Real series were not run: {absent}."])
    lines.append(
        f"Real series: the announcement of {real.ANNOUNCED:%d %B %Y} scores {ours['real_announcement_score']:.1f};"
        f" a capped collector has {ours['real_capped_high_hours']:.0f} high hours,"
        f" the highest {ours['real_capped_highest_score']:.1f}."
    )
    return "\n".join(lines)


def table(found: dict[str, Marks]) -> str:
    """Give the marks as a Markdown table, one row a detector; – is not measured."""
    lines = [f"| {'detector':23} | " + " | ".join(f"{title:>8}" for title in COLUMNS.values()) + " |"]
    lines.append("|" + "---|" * (len(COLUMNS) + 1))
    for name, row in found.items():
        cells = [f"{row[key]:8.3f}" if np.isfinite(row.get(key, np.nan)) else f"{'–':>8}" for key in COLUMNS]
        lines.append(f"| {name:23} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def beaten_in(found: dict[str, Marks]) -> dict[str, str]:
    """Give the columns in which another detector is better than ours, with the best one's name."""
    beaten = {}
    for key in (*BEST_IS_HIGH, *BEST_IS_LOW):
        sign = 1 if key in BEST_IS_HIGH else -1
        known = {name: sign * row[key] for name, row in found.items() if np.isfinite(row.get(key, np.nan))}
        best = max(known, key=known.__getitem__)
        if known[best] > known[OURS]:
            beaten[key] = best
    return beaten


def main() -> None:
    """Measure and print the table, then the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the sizes that figures are quoted from")
    parser.add_argument("--seed", type=int, default=2022)
    parser.add_argument("--series", type=Path, default=SERIES_FOLDER, help="folder of real series")
    options = parser.parse_args()
    begun_s = time.monotonic()
    reps = (60, 40, 25) if options.full else (20, 20, 10)
    found = measure(reps, options.seed)
    ours = of_ours(reps[0], options.seed, options.series)
    beaten = beaten_in(found)
    print(table(found))
    if absent := farrington.why_not():
        print(f"Farrington was not run: {absent}.")
    print("Not first in: " + (", ".join(f"{COLUMNS[key]} ({key}): {name}" for key, name in beaten.items()) or "none"))
    print(told(ours, options.series))
    rounded = {name: {key: round(value, 4) for key, value in row.items() if np.isfinite(value)} for name, row in found.items()}
    summary = {"seed": options.seed, "seconds": round(time.monotonic() - begun_s), "beaten": beaten}
    print(json.dumps(summary | {"marks": rounded, "ours": {key: round(value, 3) for key, value in ours.items()}}))


if __name__ == "__main__":
    main()
