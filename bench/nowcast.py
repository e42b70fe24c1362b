"""Does the queue nowcast's 90 % interval hold the truth, and how far is it off against the mean of what everybody says?

Queues whose truth is known are reported by simulated channels: five courses (calm, rising, falling, half of all posts copies, one
loud channel that tells wrong figures) in worlds that differ in how people err, how often they speak and how they round. The
nowcast sees only the reports. Naive: the mean of all mentions of the last 24 hours, copies and all, the middle of a range.

    python bench/nowcast.py            one world, 60 queues a course
    python bench/nowcast.py --full     every world, 200 queues a course
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np

from monitor.nowcast import Report, estimate

NOW = datetime(2022, 9, 24, 12, tzinfo=UTC)
REACH_H = 24.0
Course = Callable[[float], float]
"""Truth in km at an age in hours."""


@dataclass(frozen=True)
class World:
    """How reports come about: by how many channels, how often, with which errors, said how."""

    name: str
    channels: int = 8
    rate_per_h: float = 4.0
    error: float = 0.2
    error_km: float = 0.0
    bias: float = 0.0
    tail_df: float = 0.0
    round_km: float = 0.0
    range_share: float = 0.2
    open_share: float = 0.05
    delay_h: float = 0.0
    wander: float = 0.0
    copies: float = 0.1
    copy_delay_h: float = 3.0
    is_copy_known: bool = True
    burst: float = 0.0
    liar_share: float = 0.0
    liar_factor: float = 3.0


WORLDS = (
    World("plain"),
    World("exact", error=0.08, range_share=0.0, open_share=0.0),
    World("rough", error=0.45),
    World("kilometres", error=0.0, error_km=2.0),
    World("round numbers", error=0.2, round_km=5.0),
    World("whole numbers", error=0.2, round_km=1.0),
    World("biased channels", error=0.15, bias=0.2),
    World("heavy tails", error=0.15, tail_df=3.0),
    World("one in 3 h", rate_per_h=1 / 3),
    World("one an hour", rate_per_h=1.0),
    World("thirty an hour", rate_per_h=30.0, channels=20),
    World("three channels", channels=3, bias=0.1),
    World("everybody", channels=1000),
    World("late tellers", delay_h=1.0),
    World("wandering", wander=0.06),
    World("bursts", burst=0.8),
    World("unmarked copies", copies=0.3, is_copy_known=False),
)


def course_of(name: str, rng: np.random.Generator, world: World) -> Course:
    """Give the truth by age; calm and its kin stay, others move 2 km an hour after some hours of standing."""
    base = float(rng.uniform(3, 20))
    noise = np.exp(np.cumsum(rng.normal(0, world.wander, 400)) * np.sqrt(0.25)) if world.wander else np.ones(400)
    onset_h = float(rng.uniform(4, 20))

    def truth(age_h: float) -> float:
        moved = 2.0 * max(onset_h - age_h, 0.0)
        level = {"rising": base + moved, "falling": max(base + 2.0 * onset_h - moved, 0.3)}.get(name, base)
        return level * float(noise[int(age_h * 4)])

    return truth


def reports_of(name: str, world: World, truth: Course, rng: np.random.Generator) -> list[Report]:
    if name == "copies":
        world = replace(world, copies=0.5)
    bias = rng.normal(0, world.bias, world.channels)
    own = [_own(world, truth, bias, float(age), number, rng) for number, age in enumerate(_ages(world, world.rate_per_h, rng))]
    said = [*own, *_copies(world, own, rng)]
    if name == "liar":
        said += _lies(world, truth, len(said), rng)
    return [report for report in said if report.posted_at <= NOW]


def _ages(world: World, rate_per_h: float, rng: np.random.Generator) -> np.ndarray:
    count = rng.poisson(rate_per_h * REACH_H)
    ages = rng.uniform(0, REACH_H, count)
    if world.burst:
        centres = rng.uniform(0, REACH_H, 6)
        is_burst = rng.random(count) < world.burst
        ages = np.where(is_burst, np.clip(rng.choice(centres, count) + rng.normal(0, 0.3, count), 0, REACH_H), ages)
    return ages


def _own(world: World, truth: Course, bias: np.ndarray, age_h: float, number: int, rng: np.random.Generator) -> Report:
    channel = int(rng.integers(world.channels))
    seen = truth(min(age_h + float(rng.uniform(0, 2 * world.delay_h)), REACH_H * 1.5))
    error = float(rng.standard_t(world.tail_df)) if world.tail_df else float(rng.normal())
    figure = max(seen * np.exp(bias[channel] + world.error * error) + world.error_km * error, 0.1)
    low, high = _said(world, figure, rng)
    return Report(posted_at=NOW - timedelta(hours=age_h), low=low, high=high, channel=channel, post=number)


def _said(world: World, figure: float, rng: np.random.Generator) -> tuple[float | None, float | None]:
    if world.round_km:
        step = world.round_km if figure >= world.round_km else world.round_km / 5
        figure = max(round(figure / step) * step, step)
    else:
        figure = round(figure, 1)
    way = rng.random()
    if way < world.range_share:
        return round(figure * 0.9, 1), round(figure * 1.1, 1)
    if way < world.range_share + world.open_share:
        return round(figure * 0.85, 1), None
    return figure, figure


def _copies(world: World, own: list[Report], rng: np.random.Generator) -> Iterator[Report]:
    if not own:
        return
    count = rng.binomial(int(len(own) / (1 - world.copies)), world.copies)
    for number in range(count):
        origin = own[int(rng.integers(len(own)))]
        yield replace(
            origin,
            posted_at=origin.posted_at + timedelta(hours=float(rng.exponential(world.copy_delay_h))),
            channel=int(rng.integers(world.channels)),
            post=f"copy {number}",
            origin=origin.post if world.is_copy_known else None,
        )


def _lies(world: World, truth: Course, count: int, rng: np.random.Generator) -> Iterator[Report]:
    """Give as many wrong figures as all others together, from one channel, always wrong the same way."""
    factor = world.liar_factor if rng.random() < 0.5 else 1 / world.liar_factor
    for number in range(count):
        age_h = float(rng.uniform(0, REACH_H))
        figure = round(truth(age_h) * factor * float(np.exp(rng.normal(0, 0.1))), 1)
        yield Report(posted_at=NOW - timedelta(hours=age_h), low=figure, high=figure, channel="liar", post=f"lie {number}")


COURSES = ("calm", "rising", "falling", "copies", "liar")


@dataclass
class Tally:
    held: int = 0
    told: int = 0
    asked: int = 0
    off_km: float = 0.0
    naive_off_km: float = 0.0
    width: float = 0.0
    spent_s: float = 0.0


def naive_mean(reports: list[Report]) -> float:
    return float(np.mean([np.mean([b for b in (report.low, report.high) if b is not None]) for report in reports]))


def play(name: str, world: World, count: int, seed: int) -> Tally:
    rng = np.random.default_rng(seed)
    tally = Tally()
    for _ in range(count):
        truth = course_of(name, rng, world)
        reports = reports_of(name, world, truth, rng)
        tally.asked += 1
        started_at = time.perf_counter()
        found = estimate(reports, NOW)
        tally.spent_s += time.perf_counter() - started_at
        if found.value is None or found.low is None or found.high is None:
            continue
        real = truth(0.0)
        tally.told += 1
        tally.held += found.low <= real <= found.high
        tally.off_km += abs(found.value - real)
        tally.naive_off_km += abs(naive_mean(reports) - real)
        tally.width += float(np.log(max(found.high, 0.01) / max(found.low, 0.01)))
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--count", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--world")
    options = parser.parse_args()
    worlds = [w for w in WORLDS if (options.world or w.name) == w.name] if options.full or options.world else WORLDS[:1]
    count = options.count or (200 if options.full else 60)
    result: dict[str, object] = {"bench": "nowcast"}
    print(f"{'world':18}" + "".join(f"{name:>26}" for name in COURSES))
    print(f"{'':18}" + f"{'held  off/naive  width':>26}" * len(COURSES))
    everything = {name: Tally() for name in COURSES}
    for world in worlds:
        cells = []
        for name in COURSES:
            tally = play(name, world, count, options.seed)
            total = everything[name]
            for field in vars(total):
                setattr(total, field, getattr(total, field) + getattr(tally, field))
            cells.append(_cell(tally))
        print(f"{world.name:18}" + "".join(f"{cell:>26}" for cell in cells), flush=True)
    for name, total in everything.items():
        result[f"{name}_held_pct"] = round(100 * total.held / max(total.told, 1), 1)
        result[f"{name}_off_vs_naive"] = round(total.off_km / max(total.naive_off_km, 1e-9), 3)
    totals = list(everything.values())
    result["off_vs_naive"] = round(sum(t.off_km for t in totals) / max(sum(t.naive_off_km for t in totals), 1e-9), 3)
    result["ms_per_estimate"] = round(1000 * sum(t.spent_s for t in totals) / sum(t.asked for t in totals), 2)
    print(json.dumps(result))


def _cell(tally: Tally) -> str:
    told = max(tally.told, 1)
    ratio = tally.off_km / max(tally.naive_off_km, 1e-9)
    return f"{100 * tally.held / told:5.0f}%  {ratio:8.2f}  {tally.width / told:6.2f}"


if __name__ == "__main__":
    main()
