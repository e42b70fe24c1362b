"""How many false mails does a reader of everything get in a quiet week, and is what should be mailed still mailed?

    .venv/bin/python bench/false_mails.py [--full] [--seed N]

A panel of 1,000 nested series, counted from one simulated stream of posts (``spikes_lab/panel.py``), goes through the deployed
walk as live: full steps each quarter-hour, looks every five minutes between them, episodes, events, the gates of a mail, and the
rule of one reader who wants every theme and place, so that no mail is saved by a narrow rule. The states learn for four weeks;
then quiet weeks are counted, and the same weeks with a story a day put in: a story is found if a mail is written on an event of
its theme or place between its start and six hours after its end. Baseline: the same with the detector's threshold alone, as if
each series were its own desk. --full plays 20 seeds and two weeks each, instead of 2 and one.
"""

from __future__ import annotations

import argparse
import json
import time
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta

import numpy as np
from spikes_lab import panel as lab

from monitor.alerts import choose_rules
from monitor.detect import Casebook, Change, Knowledge, PanelChannel, Walk, initial, level_of
from monitor.model import AlertRule, Spike

WEEK = timedelta(days=7)
LEARN_WEEKS = 4
SERIES = 1000
GRACE_AFTER = timedelta(hours=6)
READER = AlertRule(rule_id="all", reader="desk", recipients=("desk@monitor.example",))


def changes(counted: lab.Counted, *, from_at: datetime, until_at: datetime) -> Iterator[Change]:
    """Walk through the panel and yield what its episodes went through from ``from_at`` on."""
    ids = range(1, len(counted.keys) + 1)
    channel = PanelChannel(channel_id=1, weight=1.0, first_observed_at=lab.START_AT)
    knowledge = Knowledge(
        ids, counted.counts, counted.coverage, [channel], first_at=lab.START_AT, until_at=until_at, fresh=counted.fresh
    )
    walk = Walk(knowledge, initial(len(counted.keys)))
    numbers = iter(range(1, 10**6))
    book = Casebook(counted.keys, open_event=lambda _: next(numbers), drivers=lambda spike, _: drivers(counted, spike))
    for step in walk.steps(from_at, until_at, peeks_from=from_at, peeks_until=until_at):
        yield from book.take(step)


def drivers(counted: lab.Counted, spike: Spike) -> tuple[int, int]:
    """Give origins and channels of a spike's window."""
    posts = counted.channels[spike.key]
    start_at = spike.peak_at - timedelta(hours=spike.window_hours)
    window = posts[bisect_left(posts, (start_at, -1)) : bisect_right(posts, (spike.peak_at, -1))]
    return len(window), len({channel for _, channel in window})


def mails(found: list[Change]) -> list[Change]:
    """Give the changes a mail is written for: the first cleared one of each event that the reader's rule wants."""
    told: dict[int | None, Change] = {}
    for change in found:
        if change.is_cleared and choose_rules(change.event, change.spike, [READER]):
            told.setdefault(change.event.event_id, change)
    return list(told.values())


def is_found(burst: lab.Burst, written: list[Change]) -> bool:
    """Tell whether a mail on the burst's theme or place came in time."""
    until_at = burst.start_at + burst.hours * lab.HOUR + GRACE_AFTER
    names = {f"theme_{burst.theme:02}", f"place_{burst.place:02}"}
    return any(
        burst.start_at <= mail.spike.cleared_at <= until_at and {mail.spike.key.theme_id, mail.spike.key.place_id} & names
        for mail in written
        if mail.spike.cleared_at
    )


def play(seed: int, weeks: int) -> dict[str, object]:
    """Play one seed, quiet and with bursts."""
    until_at = lab.START_AT + (LEARN_WEEKS + weeks) * WEEK
    from_at = lab.START_AT + LEARN_WEEKS * WEEK
    runs = []
    for bursts_from in (None, LEARN_WEEKS):
        panel = lab.Panel(rng=np.random.default_rng(seed), weeks=LEARN_WEEKS + weeks)
        posts, bursts = lab.simulate(panel, bursts_from_week=bursts_from)
        counted = lab.count(panel, posts, series=SERIES, fresh_from_at=from_at - timedelta(hours=1))
        runs.append((list(changes(counted, from_at=from_at, until_at=until_at)), bursts, len(posts), counted))
    (quiet, _, posts_count, counted), (busy, bursts, *_) = runs
    written = mails(busy)
    is_hit = [is_found(burst, written) for burst in bursts]
    return {
        "seed": seed,
        "series": len(counted.keys),
        "posts_per_day": round(posts_count / (LEARN_WEEKS + weeks) / 7),
        "weeks": weeks,
        "false_mails": len(mails(quiet)),
        "false_by_level": sorted(level_of(change.spike.key) for change in mails(quiet)),
        "quiet_spikes": sum(change.is_new for change in quiet),
        "bursts": len(bursts),
        "found": sum(is_hit),
        "found_by_size": {
            size: [sum(h for h, b in zip(is_hit, bursts, strict=True) if b.size == size), sum(b.size == size for b in bursts)]
            for size in lab.BURST_SIZES
        },
        "busy_mails": len(written),
    }


def main() -> None:
    """Play the seeds, a line each, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="20 seeds of two weeks")
    parser.add_argument("--seed", type=int, default=1, help="first seed")
    options = parser.parse_args()
    seeds, weeks = (20, 2) if options.full else (2, 1)
    begun_s, rows = time.monotonic(), []
    for seed in range(options.seed, options.seed + seeds):
        rows.append(play(seed, weeks))
        print(json.dumps(rows[-1]), flush=True)
    total = {name: sum(row[name] for row in rows) for name in ("weeks", "false_mails", "quiet_spikes", "bursts", "found")}
    print(
        json.dumps(
            {
                "seeds": seeds,
                "false_mails_per_reader_week": round(total["false_mails"] / total["weeks"], 3),
                "spikes_per_week_without_gates": round(total["quiet_spikes"] / total["weeks"], 2),
                "bursts": total["bursts"],
                "found": round(total["found"] / total["bursts"], 3),
                "seconds": round(time.monotonic() - begun_s),
            }
        )
    )


if __name__ == "__main__":
    main()
