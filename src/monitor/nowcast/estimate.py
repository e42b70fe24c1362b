"""Estimate a queue at a moment from the reports that were made of it until then."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from monitor.nowcast.fit import Array, Fit, Observations, fit
from monitor.nowcast.repeats import ROUND_STEPS, repeated_share
from monitor.nowcast.sift import Voice, by_moment, sift
from monitor.nowcast.values import Judged, Nowcast, Report, Verdict

HOUR = timedelta(hours=1)
FRESH = timedelta(hours=6)
"""An estimate needs a report in own words that is at most this old."""
MOST = 200
"""So many of the newest voices are fitted; older ones would not tell more."""
HEARSAY_SPREAD = 0.25
"""Spread that hearsay adds to a report's error, of the logarithm."""
FLOOR = 0.03
"""Share of the typical figure added before taking the logarithm, so that "no queue" has one."""
COARSE = 0.1
"""A figure whose rounding may take it off by more than this share of itself is an interval."""
LOUDEST = 3.0
"""A channel that speaks more than so many times as often as the median one counts as if it did not."""
NEARLY_ALL = 0.85
FEWEST_ROUND = 5
"""So many single figures are needed to see how they are rounded."""
BELIEVED = 0.25
"""Reports that stand below this are called contradicted."""
STRAY = 0.05
"""What a report of a channel that is not believed counts: how exact it is in itself says nothing of how far the others err."""
CONFLICT_FACTOR = 2.0
_Reading = Callable[[Array], Array]


def estimate(reports: Iterable[Report], as_of: datetime) -> Nowcast:
    """Give what ``reports`` say of the queue at ``as_of``: one quantity of one crossing, direction and mode, all in one unit.

    Reports later than ``as_of`` or older than 24 hours count nothing; the order they come in does not matter. Without a report in
    own words (no copy, no repeated figure, neither past nor forecast) of the last ``FRESH`` the state is "no fresh reports" and
    there is no value, however many older ones there are.
    """
    voices, silent = sift(reports, as_of)
    silent += [_unheard(voice) for voice in voices[:-MOST]]
    voices = voices[-MOST:]
    newest_at = max((voice.report.posted_at for voice in voices if not voice.is_repeat), default=None)
    if newest_at is None or as_of - newest_at > FRESH:
        return _nothing(as_of, newest_at, [*silent, *map(_unheard, voices)])
    floor = FLOOR * _typical(voices)
    heard = np.ones(len(voices))
    steps = _rounding_steps(voices, heard)
    centre = _centre(voices, [_said(voice.report, floor, step) for voice, step in zip(voices, steps, strict=True)])
    seen = _observations(voices, steps, floor, centre, as_of, heard)
    found = fit(seen)
    if (found.trust < BELIEVED).any():
        heard = np.where(found.trust < BELIEVED, STRAY, 1.0)
        steps = _rounding_steps(voices, heard)
        seen = _observations(voices, steps, floor, centre, as_of, heard)
        found = fit(seen)
    repeated = repeated_share([voice.figure for voice in voices], steps, seen, found)
    if repeated.any():
        seen = replace(seen, weight=seen.weight * (1 - repeated))
        found = fit(seen)
    return _told(as_of, voices, repeated, seen, found, silent, lambda level: np.maximum(np.exp(level + centre) - floor, 0.0))


def _unheard(voice: Voice) -> Judged:
    return Judged(report=voice.report, verdict="too old", weight=0.0)


def _typical(voices: Sequence[Voice]) -> float:
    said = [bound for voice in voices for bound in voice.figure if bound]
    return float(np.median(said)) if said else 1.0


@dataclass(frozen=True, slots=True)
class _Said:
    """A report on a logarithmic scale: the level it names, a range's spread, and the edges where it is taken as an interval."""

    level: float
    spread: float = 0.0
    low: float = np.nan
    high: float = np.nan


def _said(report: Report, floor: float, step: float) -> _Said:
    """Read a report; figures said in steps of ``step`` may be half of it off."""
    if report.low is None or report.high is None:
        bound = float(np.log((report.low or report.high or 0.0) + floor))
        return _Said(bound, low=-np.inf, high=bound) if report.low is None else _Said(bound, low=bound, high=np.inf)
    low, high = (float(np.log(bound + floor)) for bound in (report.low, report.high))
    middle = (report.low + report.high) / 2
    if step / 2 >= COARSE * middle:
        edges = (max(min(report.low, middle - step / 2), 0.0), max(report.high, middle + step / 2))
        return _Said((low + high) / 2, low=float(np.log(edges[0] + floor)), high=float(np.log(edges[1] + floor)))
    return _Said((low + high) / 2, spread=(high - low) / 12**0.5)


def _rounding_steps(voices: Sequence[Voice], heard: Array) -> Array:
    """Give for each figure the coarsest step that nearly all single figures of its size are multiples of; 0 for none.

    Channels speak alike, however often they do: one that rounds otherwise than all others does not hide how those round.
    """
    bounds = [voice.figure for voice in voices]
    middles = np.array([0.0 if low is None or high is None else (low + high) / 2 for low, high in bounds])
    is_single = np.array([low is not None and low == high for low, high in bounds])
    spoken = Counter(voice.report.channel for voice, single in zip(voices, is_single, strict=True) if single)
    share = heard * is_single / np.array([max(spoken[voice.report.channel], 1) for voice in voices])
    peers = (middles[:, None] < 2 * middles) & (middles < 2 * middles[:, None])
    is_many = peers @ is_single.astype(float) >= FEWEST_ROUND
    found = np.zeros(len(voices))
    for step in sorted(ROUND_STEPS):
        is_multiple = np.abs(middles / step - np.round(middles / step)) < 1e-6
        is_common = is_many & (peers @ (share * is_multiple) >= NEARLY_ALL * (peers @ share))
        found = np.where(is_common & (middles >= step), step, found)
    return found


def _centre(voices: Sequence[Voice], logs: Sequence[_Said]) -> float:
    """Give the median of the channels' medians."""
    levels: dict[object, list[float]] = {}
    for voice, said in zip(voices, logs, strict=True):
        levels.setdefault(voice.report.channel, []).append(said.level)
    return float(np.median([np.median(said) for said in levels.values()]))


def _observations(
    voices: Sequence[Voice], steps: Array, floor: float, centre: float, as_of: datetime, heard: Array
) -> Observations:
    logs = [_said(voice.report, floor, step) for voice, step in zip(voices, steps, strict=True)]
    spoken = Counter(voice.report.channel for voice in voices)
    loudest = LOUDEST * float(np.median(list(spoken.values())))
    numbers = {channel: number for number, channel in enumerate(c for c, count in spoken.items() if count > 1)}
    doubt = np.array([HEARSAY_SPREAD if voice.is_doubtful else 0.0 for voice in voices])
    level, spread, low, high = (np.array([getattr(said, name) for said in logs]) for name in ("level", "spread", "low", "high"))
    return Observations(
        age_h=np.array([(as_of - voice.report.posted_at) / HOUR for voice in voices]),
        level=level - centre,
        spread=np.hypot(spread, doubt),
        low=low - centre,
        high=high - centre,
        channel=np.array([numbers.get(voice.report.channel, -1) for voice in voices]),
        weight=heard * np.array([min(1.0, loudest / spoken[voice.report.channel]) for voice in voices]),
    )


def _told(
    as_of: datetime,
    voices: Sequence[Voice],
    repeated: Array,
    seen: Observations,
    found: Fit,
    silent: Sequence[Judged],
    read: _Reading,
) -> Nowcast:
    speaking = [v for v, share in zip(voices, repeated, strict=True) if not v.is_repeat and share < 0.5]
    current = [voice for voice in speaking if as_of - voice.report.posted_at <= FRESH]
    judged = [_judge(*each) for each in zip(voices, repeated, found.standing, strict=True)]
    newest_at = speaking[-1].report.posted_at if speaking else None
    if not current:
        return _nothing(as_of, newest_at, [*silent, *judged])
    low, middle, high = read(_quantiles(found, np.array([0.05, 0.5, 0.95])))
    return Nowcast(
        as_of=as_of,
        state="fresh",
        value=float(middle),
        low=float(low),
        high=float(high),
        origin_count=len(current),
        channel_count=len({voice.report.channel for voice in current}),
        newest_at=newest_at,
        is_conflicting=_is_conflicting(as_of, voices, seen, found),
        judged=_in_order([*silent, *judged]),
    )


def _is_conflicting(as_of: datetime, voices: Sequence[Voice], seen: Observations, found: Fit) -> bool:
    """Tell whether a quarter or more of the channels heard in the last hours are off the curve by a factor of two or more."""
    distances: dict[Hashable, list[float]] = {}
    for voice, distance, is_open in zip(voices, seen.level - found.curve, np.isinf(seen.low) | np.isinf(seen.high), strict=True):
        if as_of - voice.report.posted_at <= FRESH and not is_open:
            distances.setdefault(voice.report.channel, []).append(float(distance))
    far_count = sum(abs(np.median(said)) >= np.log(CONFLICT_FACTOR) for said in distances.values())
    return len(distances) > 1 and far_count >= len(distances) / 4


def _nothing(as_of: datetime, newest_at: datetime | None, judged: Sequence[Judged]) -> Nowcast:
    return Nowcast(
        as_of=as_of,
        state="no fresh reports",
        value=None,
        low=None,
        high=None,
        origin_count=0,
        channel_count=0,
        newest_at=newest_at,
        is_conflicting=False,
        judged=_in_order(judged),
    )


def _judge(voice: Voice, repeated: float, standing: float) -> Judged:
    weight = float((1 - repeated) * standing)
    verdict: Verdict = "used"
    if voice.is_repeat or repeated >= 0.5:
        verdict = "repeated"
    elif standing < BELIEVED:
        verdict = "contradicted"
    elif voice.is_doubtful:
        verdict = "hearsay"
    return Judged(report=voice.report, verdict=verdict, weight=weight)


def _in_order(judged: Sequence[Judged]) -> tuple[Judged, ...]:
    return tuple(sorted(judged, key=lambda each: by_moment(each.report)))


def _quantiles(found: Fit, shares: Array) -> Array:
    """Give quantiles of the mixture of all ideas, logarithms, by halving."""
    low, high = np.full(len(shares), -6.0), np.full(len(shares), 6.0)
    for _ in range(30):
        middle = (low + high) / 2
        is_below = found.share_below(middle) < shares
        low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
    return np.asarray((low + high) / 2)
