"""Turn assessments into episodes: a spike opens, grows, and closes once it has been quiet for six observed hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from monitor.detect.parameters import DETECTOR_VERSION, DetectorParameters
from monitor.detect.scores import StepScores
from monitor.detect.windows import count_interval
from monitor.model import QUARTER_HOUR, Assessment, SeriesKey, Spike

REJOIN = timedelta(hours=12)
"""A series that is high again this soon after its spike closed is still in the same episode."""
QUIET = timedelta(hours=6)
HOUR = timedelta(hours=1)


def assess(
    key: SeriesKey,
    scores: StepScores,
    column: int,
    *,
    as_of: datetime,
    is_late: bool,
    bin_length: timedelta = QUARTER_HOUR,
) -> Assessment:
    """Read one series' verdict out of a step."""
    expected, variance = float(scores.expected[column]), float(scores.variance[column])
    low, high = count_interval(expected, variance)
    return Assessment(
        key=key,
        as_of=as_of,
        onset_at=as_of - scores.onset_age(column) * bin_length,
        window_hours=int(scores.window_bins[column]) * bin_length // HOUR,
        observed=int(scores.observed[column]),
        expected=expected,
        expected_low=low,
        expected_high=high,
        score=float(scores.score[column]),
        severity=float(scores.severity[column]),
        exposure=float(scores.exposure[column]),
        is_late=is_late,
    )


def advance(spike: Spike | None, found: Assessment, parameters: DetectorParameters) -> Spike | None:
    """Give what has become of a series' latest episode after one assessment; None when there never was one.

    ``spike`` is the open episode or the one that closed last. The same assessment twice changes nothing. While open,
    ``peak_at`` is the end of the highest window, ``last_high_at`` of the last one over the threshold.
    """
    is_high = found.score >= parameters.threshold
    if spike is None or (spike.closed_at is not None and found.as_of - spike.closed_at >= REJOIN):
        return _open(found) if is_high else spike
    if is_high:
        return _grow(spike, found)
    if spike.closed_at is None and found.score < parameters.threshold - 1.0 and found.exposure >= parameters.min_exposure:
        return _close(spike, found)
    return spike


def _open(found: Assessment) -> Spike:
    return Spike(
        key=found.key,
        onset_at=found.onset_at,
        opened_at=found.as_of,
        peak_at=found.as_of,
        closed_at=None,
        last_high_at=found.as_of,
        window_hours=found.window_hours,
        observed=found.observed,
        expected=found.expected,
        expected_low=found.expected_low,
        expected_high=found.expected_high,
        score=found.score,
        severity=found.severity,
        exposure=found.exposure,
        is_late=found.is_late,
        status="open",
        detector_version=DETECTOR_VERSION,
    )


def _grow(spike: Spike, found: Assessment) -> Spike:
    spike = replace(spike, closed_at=None, status="open", last_high_at=max(spike.last_high_at, found.as_of))
    if found.score <= spike.score:
        return spike
    return replace(
        spike,
        peak_at=found.as_of,
        window_hours=found.window_hours,
        observed=found.observed,
        expected=found.expected,
        expected_low=found.expected_low,
        expected_high=found.expected_high,
        score=found.score,
        severity=found.severity,
        exposure=found.exposure,
    )


def _close(spike: Spike, found: Assessment) -> Spike:
    """Close a spike once it has been quiet; what was read late may have been over before it was said."""
    if found.as_of - spike.last_high_at < QUIET:
        return spike
    return replace(spike, closed_at=max(found.as_of, spike.opened_at), status="closed")
