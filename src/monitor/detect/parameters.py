"""What can be set of the detector, and what a spike was found with, in plain values, to be stored with it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from monitor.detect import queue
from monitor.detect.gates import MAIL
from monitor.detect.rhythm import HOURLY, QUARTER_HOURLY
from monitor.model import Spike

DETECTOR_VERSION = "dynamic-nb-4"
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectorParameters:
    """What can be set, whatever the length of bin."""

    threshold: float = 5.45
    min_exposure: float = 0.8
    min_share: float = 0.8
    worth_sd: float = 1.5
    clip_sd: float = 3.0
    high_score: float = 3.0
    noise_doubt: float = 3.0
    peak_rank: int = 5
    peak_scale: float = 1.5
    peak_power: float = 0.65
    wander_sd: tuple[float, float] = (-3.0, 2.0)


PARAMETERS = DetectorParameters()


def parameters_of(spike: Spike) -> dict[str, Any]:
    """Give the parameters a spike of this kind and source is found and mailed with."""
    if spike.kind == "queue":
        return {
            "fresh_hours": queue.FRESH / HOUR,
            "silent_hours": queue.SILENT / HOUR,
            "long_hours": queue.LONG_HOURS,
            "doubled_from_hours": queue.DOUBLED_FROM_HOURS,
            "over_hours": queue.OVER_HOURS,
            "min_channels": queue.MIN_CHANNELS,
        }
    rhythm = HOURLY if spike.key.source == "x" else QUARTER_HOURLY
    per_hour = rhythm.bins_per_day / 24
    return {
        **asdict(PARAMETERS),
        "bins_per_hour": per_hour,
        "period_bins": rhythm.bins_per_day * 7,
        "windows_hours": [bins / per_hour for bins in rhythm.windows],
        "handicaps": list(rhythm.handicaps),
        "min_posts": rhythm.min_posts,
        "blind_hours": rhythm.blind_bins / per_hour,
        "mail": asdict(MAIL),
    }
