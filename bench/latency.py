"""How long is it from the commit of the post that takes a series over the threshold to the mail server's 250?

    .venv/bin/python bench/latency.py [--full] [--bursts N]

A quiet deployment of nine days, its clock the wall's: eight channels that name thirty crossings now and then. Every five minutes
a writer commits how far they were read, as the collector does. Then bursts come, each at a crossing of its own, with a rule and a
reader of its own: 24 posts of five channels, committed at once, at a random moment of the collector's four minutes, so that the
commit is what takes the window over the threshold. With ``--full`` 30 bursts meet Airflow as ``make up`` runs it: classify,
detect and mail on their schedules and assets, the asset ``posts`` told of after each commit as the collector's task does. Without
it 4 bursts meet the same stages, run one after the other by a loop with the DAGs' schedule. The baseline is what chance alone
makes of looks five minutes apart: half of that.
"""

from __future__ import annotations

import argparse
import json
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from latency_lab.deployment import POSTS, ROOT, ROUND, Burst, Writer, crossings, make_root, now
from latency_lab.stages import STAGES, Loop, RealAirflow, minute, running_airflow, wait_for

from monitor import embedded, pipeline, store
from monitor.demo.home import open_home
from monitor.embedded import EmbeddedServer
from monitor.settings import Settings

BUDGET_S = 240.0
"""The collector's time in each round: within it commits come."""
LONGEST_S = 900.0


class Clerk:
    """aiosmtpd's handler: notes when it answered 250 to the first mail for each address."""

    def __init__(self) -> None:
        self.taken: dict[str, datetime] = {}

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take the mail."""
        for recipient in envelope.rcpt_tos:
            self.taken.setdefault(recipient, now())
        return "250 taken"


def commit_moments(number: int, rounds: int, dice: random.Random) -> list[tuple[int, float]]:
    """Give when each burst is committed: the collector's round it comes in, and the seconds into it."""
    return sorted((place % rounds, dice.uniform(5.0, BUDGET_S)) for place in range(number))


def play(bursts: Sequence[Burst], rounds: int, writer: Writer, stages: Loop | RealAirflow, dice: random.Random) -> None:
    """Commit every burst at its moment, the collector's rounds between them, from the next full five minutes on."""
    begins_s = (minute(5) + 1) * 300.0
    due = [
        (begins_s + 300.0 * turn + second, burst)
        for (turn, second), burst in zip(commit_moments(len(bursts), rounds, dice), bursts, strict=True)
    ]
    due += [(begins_s + 300.0 * turn + 2.0, None) for turn in range(-1, rounds + 3)]
    for at_s, burst in sorted(due, key=lambda pair: pair[0]):
        while time.time() < at_s:
            stages.check()
            time.sleep(0.1)
        if burst is None:
            if all(other.committed_at for other in bursts):
                return
            writer.read_round()
        else:
            burst.committed_at = writer.burst(burst, dice)
            print(f"{now():%H:%M:%S} {burst.place_id}: {POSTS} posts committed", file=sys.stderr)
        stages.tell_of_posts()


def wait_for_mails(bursts: Sequence[Burst], writer: Writer, stages: Loop | RealAirflow, clerk: Clerk) -> None:
    """Wait for a mail on every burst, the collector reading on meanwhile."""
    reading_round = minute(5)

    def is_done() -> bool:
        nonlocal reading_round
        if minute(5) != reading_round:
            reading_round = minute(5)
            writer.read_round()
            stages.tell_of_posts()
        return all(burst.reader in clerk.taken for burst in bursts)

    wait_for(is_done, stages.check, LONGEST_S)


def measure(number: int, rounds: int, *, is_full: bool) -> dict[str, Any]:
    """Make the deployment, let the bursts come, and give the figures."""
    dice = random.Random(7)
    bursts = crossings(number)
    clerk = Clerk()
    with tempfile.TemporaryDirectory(prefix="latency-") as folder:
        root = make_root(Path(folder) / "root", bursts)
        server = embedded.start(Path(folder) / "home", is_durable=True)
        smtp = Controller(clerk, hostname="127.0.0.1", port=free_port())
        try:
            smtp.start()
            env = settings_of(root, server, smtp.port)
            settings = Settings.from_env(env)
            writer = prepare(settings, bursts, dice)
            with stages_of(Path(folder) / "home", root, server, env, settings, is_full=is_full) as stages:
                play(bursts, rounds, writer, stages, dice)
                wait_for_mails(bursts, writer, stages, clerk)
        finally:
            smtp.stop()
            server.stop()
            embedded.remove(Path(folder) / "home")
    for burst in bursts:
        burst.taken_at = clerk.taken.get(burst.reader)
    return figures(bursts)


def free_port() -> int:
    """Give a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_of(root: Path, server: EmbeddedServer, port: int) -> dict[str, str]:
    """Give the environment of a live deployment."""
    return {
        "MONITOR_ROOT": str(root),
        "MONITOR_SOURCE": "live",
        "MONITOR_HASH_KEY": "5e" * 32,
        "MONITOR_DATABASE_URL": server.url,
        "MONITOR_SMTP_HOST": "127.0.0.1",
        "MONITOR_SMTP_PORT": str(port),
        "MONITOR_SMTP_SECURITY": "none",
        "PYTHONPATH": str(ROOT / "src"),
    }


def prepare(settings: Settings, bursts: Sequence[Burst], dice: random.Random) -> Writer:
    """Make the database, live through the quiet days, and let the stages work them off."""
    pipeline.migrate(settings)
    pipeline.seed(settings)
    writer = Writer(settings.require_database_url())
    writer.live_through(bursts, dice)
    with store.connect(settings.require_database_url()) as connection:
        connection.execute("UPDATE core.channel SET is_listed = true WHERE handle LIKE 'bench%%'")
    for stage in STAGES:
        print(pipeline.run_stage(stage, as_of=now(), settings=settings).line(), file=sys.stderr)
    return writer


@contextmanager
def stages_of(
    folder: Path, root: Path, server: EmbeddedServer, env: dict[str, str], settings: Settings, *, is_full: bool
) -> Iterator[Loop | RealAirflow]:
    """Give what runs the stages."""
    if not is_full:
        with Loop(settings) as loop:
            yield loop
        return
    with running_airflow(open_home(folder, root), server.url, env) as client:
        yield client


def figures(bursts: Sequence[Burst]) -> dict[str, Any]:
    """Give the seconds from commit to 250; a burst without a mail counts as missing, and stands in no percentile."""
    seconds = sorted(burst.seconds for burst in bursts if burst.seconds is not None)
    for burst in bursts:
        print(f"{burst.place_id}: " + ("no mail" if burst.seconds is None else f"{burst.seconds:.0f} s"), file=sys.stderr)
    if len(seconds) < 2:
        return {"bursts": len(bursts), "mailed": len(seconds)}
    return {
        "bursts": len(bursts),
        "mailed": len(seconds),
        "p50_s": round(statistics.median(seconds)),
        "p95_s": round(statistics.quantiles(seconds, n=20, method="inclusive")[-1]),
        "longest_s": round(seconds[-1]),
        "chance_alone_s": ROUND / timedelta(seconds=2),
        "ratio": round(statistics.median(seconds) / (ROUND / timedelta(seconds=2)), 2),
    }


def main() -> None:
    """Measure and print one line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--full", action="store_true", help="30 bursts over 15 minutes through Airflow, instead of 4 through a loop"
    )
    parser.add_argument("--bursts", type=int, help="how many bursts")
    options = parser.parse_args()
    number = options.bursts or (30 if options.full else 4)
    print(json.dumps(measure(number, 3 if options.full else 1, is_full=options.full)))


if __name__ == "__main__":
    main()
