"""Real series of tweets on the war: the day mobilisation was announced, and a collector that ran into a cap.

They are not part of Monitor. ``read`` looks for two files in a folder: tweets a day (``day``, ``daily_tweets``), and what a
collector that fetched some minutes an hour brought (``hour_utc``, ``count``): where it counts nothing for hours it was not there.
"""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from spikes_lab.baselines import Scorer
from spikes_lab.posts import Bools, Floats

DAILY_FILE, CAPPED_FILE = "ts_shevtsov_daily_stats.csv", "ts_haq_tweets_2022-09_11_hour.csv"
ANNOUNCED = date(2022, 9, 21)


def why_not(folder: Path) -> str | None:
    """Tell what is missing; None where both files are there."""
    absent = [name for name in (DAILY_FILE, CAPPED_FILE) if not (folder / name).is_file()]
    return f"{', '.join(absent)} not in {folder.name}" if absent else None


def measure(scorer: Scorer, folder: Path, threshold: float) -> dict[str, float]:
    """Give the score of the announcement and of the highest hour of the capped collector, and how many hours were high there."""
    days, counts, observed = _by_day(folder / DAILY_FILE)
    daily = scorer(counts[None], observed[None], 7)[0]
    capped = np.nan_to_num(scorer(*(row[None] for row in _by_hour(folder / CAPPED_FILE)), 168)[0])
    return {
        "real_announcement_score": float(daily[days.index(ANNOUNCED)]),
        "real_capped_high_hours": int((capped >= threshold).sum()),
        "real_capped_highest_score": float(capped.max()),
    }


def _by_day(file: Path) -> tuple[list[date], Floats, Bools]:
    with file.open(encoding="utf-8") as lines:
        rows = {date(*map(int, row["day"].split("-"))): float(row["daily_tweets"]) for row in csv.DictReader(lines)}
    days = [min(rows) + timedelta(days=n) for n in range((max(rows) - min(rows)).days + 1)]
    return days, np.array([rows.get(day, 0.0) for day in days]), np.array([day in rows for day in days])


def _by_hour(file: Path) -> tuple[Floats, Bools]:
    """Give the counts; an hour was read if it or a neighbour has a post."""
    with file.open(encoding="utf-8") as lines:
        counts = np.array([float(row["count"]) for row in csv.DictReader(lines)])
    near = np.pad(counts > 0, 1)
    return counts, near[:-2] | near[1:-1] | near[2:]
