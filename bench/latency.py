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
import os
import random
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from monitor import embedded, pipeline, store
from monitor.demo import airflow
from monitor.demo.home import Home, environment, open_home
from monitor.demo.processes import Components, end_leftovers
from monitor.embedded import EmbeddedServer
from monitor.errors import TransientError
from monitor.model import CoverageSpan, Cursor, MaskedText, PseudonymisedPost, ReadyPage, SeenCount, quarter_hour
from monitor.pipeline.classify import annotate_text
from monitor.pipeline.tools import reading
from monitor.seeds import load_codebook
from monitor.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
HISTORY = timedelta(days=9)
ROUND = timedelta(minutes=5)
CHANNELS = tuple(f"bench_{number}" for number in range(1, 9))
TELLERS, POSTS = 5, 24
BUDGET_S = 240.0
"""The collector's time in each round: within it commits come."""
LONGEST_S = 900.0
STAGES = ("classify", "detect", "mail")
DAGS = (*STAGES, "maintain")


@dataclass(slots=True)
class Burst:
    """One burst at one crossing: when it was committed, and when the server took the mail on it."""

    place_id: str
    spelling: str
    committed_at: datetime | None = None
    taken_at: datetime | None = None

    @property
    def reader(self) -> str:
        """The address that is told of this crossing alone."""
        return f"{self.place_id}@bench.example"

    @property
    def seconds(self) -> float | None:
        """From commit to 250; None while either is missing."""
        if self.committed_at is None or self.taken_at is None:
            return None
        return (self.taken_at - self.committed_at).total_seconds()


def now() -> datetime:
    """Give the wall clock's moment."""
    return datetime.now(UTC)


# --- the deployment --------------------------------------------------------------------------------------


def make_root(folder: Path, bursts: Sequence[Burst]) -> Path:
    """Make a deployment's folder: this repository's, with a rule for each burst's crossing."""
    (folder / "seeds").mkdir(parents=True)
    for name in ("sql", "dags", "src"):
        (folder / name).symlink_to(ROOT / name)
    for path in (ROOT / "seeds").iterdir():
        if path.name != "alert_rules.yml":
            (folder / "seeds" / path.name).symlink_to(path)
    rules = [
        {"rule_id": burst.place_id, "reader": burst.place_id, "recipients": [burst.reader], "places": [burst.place_id]}
        for burst in bursts
    ]
    (folder / "seeds" / "alert_rules.yml").write_text(yaml.safe_dump([{**rule, "most_per_hour": 100} for rule in rules]))
    return folder


def crossings(number: int) -> list[Burst]:
    """Give crossings whose Russian spelling is read as just them."""
    tools = reading(Settings.from_env({"MONITOR_ROOT": str(ROOT)}))
    found = []
    for place in load_codebook(ROOT / "seeds").places:
        spelling = next((word.text for word in place.spellings if word.language == "ru" and not word.is_exact), None)
        if place.kind == "crossing" and spelling and len(found) < number:
            named = annotate_text(MaskedText(text_of(spelling, 7)), tools, language_hint=None).places
            if {mention.place_id for mention in named} == {place.place_id}:
                found.append(Burst(place.place_id, spelling))
    if len(found) < number:
        raise SystemExit(f"only {len(found)} crossings can be told apart by one spelling")
    return found


def text_of(spelling: str, number: int) -> str:
    """Give a post about a queue; another figure makes it another report."""
    return f"Пункт пропуска {spelling}, очередь на границе {number} км, едем дальше"


class Writer:
    """Commits posts and coverage as the collector does, one transaction a page."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._numbers = dict.fromkeys(CHANNELS, 0)
        self._lock = threading.Lock()
        self._read_until_at = quarter_hour(now() - HISTORY)

    def live_through(self, bursts: Sequence[Burst], dice: random.Random) -> None:
        """Commit nine days in which every crossing is named about once a day, as if each post had been read within a minute."""
        start_at, end_at = self._read_until_at, now()
        posts = [
            (dice.choice(CHANNELS), start_at + HISTORY * dice.random(), text_of(burst.spelling, day + 1))
            for burst in bursts
            for day in range(HISTORY.days)
        ]
        posts = sorted((post for post in posts if post[1] < end_at - ROUND), key=lambda post: post[1])
        self._commit(posts, until_at=end_at, known_at=start_at)

    def read_round(self) -> None:
        """Commit that every channel was read until now, and had nothing."""
        self._commit([], until_at=now(), known_at=now())

    def burst(self, burst: Burst, dice: random.Random) -> datetime:
        """Commit a burst whose posts were published in the last five minutes; give the moment after the commit."""
        at = now()
        posts = [
            (CHANNELS[number % TELLERS], at - ROUND * dice.random(), text_of(burst.spelling, 20 + number))
            for number in range(POSTS)
        ]
        self._commit(sorted(posts, key=lambda post: post[1]), until_at=at, known_at=at)
        return now()

    def _commit(self, posts: Sequence[tuple[str, datetime, str]], *, until_at: datetime, known_at: datetime) -> None:
        with self._lock, store.connect(self._url) as connection:
            cursor = store.read_cursor(connection, "telegram", "bench")
            kept = tuple(self._post(channel, at, text, max(at + timedelta(seconds=1), known_at)) for channel, at, text in posts)
            places = Counter((post.channel, quarter_hour(post.posted_at)) for post in kept)
            page = ReadyPage(
                feed="bench",
                cursor=Cursor(position=f"{until_at.timestamp():.3f}", read_until_at=until_at),
                kept=kept,
                seen=tuple(
                    SeenCount(source="telegram", channel=channel, bin_at=bin_at, seen_count=count, kept_count=count)
                    for (channel, bin_at), count in sorted(places.items())
                ),
                coverage=tuple(self._span(channel, until_at, known_at) for channel in CHANNELS),
                quarantined=(),
            )
            store.write_page(connection, "telegram", page, expected=cursor)
            self._read_until_at = max(self._read_until_at, until_at)

    def _span(self, channel: str, until_at: datetime, known_at: datetime) -> CoverageSpan:
        start_at = self._read_until_at
        return CoverageSpan(
            source="telegram", channel=channel, start_at=start_at, end_at=until_at, state="observed", known_at=known_at
        )

    def _post(self, channel: str, at: datetime, text: str, collected_at: datetime) -> PseudonymisedPost:
        self._numbers[channel] += 1
        return PseudonymisedPost(
            source="telegram",
            channel=channel,
            post_id=self._numbers[channel],
            posted_at=at,
            collected_at=collected_at,
            text=MaskedText(text),
            masked_count=0,
            url=f"https://t.me/{channel}/{self._numbers[channel]}",
        )


class Clerk:
    """aiosmtpd's handler: notes when it answered 250 to the first mail for each address."""

    def __init__(self) -> None:
        self.taken: dict[str, datetime] = {}

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take the mail."""
        for recipient in envelope.rcpt_tos:
            self.taken.setdefault(recipient, now())
        return "250 taken"


# --- how the stages are run ------------------------------------------------------------------------------


class Loop:
    """The stages in one thread, on the DAGs' schedule: in a chain when posts came or five minutes began, mail each minute too."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._posts, self._is_over = settings, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._run)

    def tell_of_posts(self) -> None:
        """Say that posts were committed."""
        self._posts.set()

    def check(self) -> None:
        """Raise when it has ended."""
        if not self._thread.is_alive():
            raise SystemExit("the stages have stopped")

    def _run(self) -> None:
        chained, mailed = minute(5), minute(1)
        while not self._is_over.is_set():
            if self._posts.is_set() or minute(5) != chained:
                chained = minute(5)
                self._posts.clear()
                self._stages("classify", "detect", "mail")
            elif minute(1) != mailed:
                mailed = minute(1)
                self._stages("mail")
            time.sleep(0.2)

    def _stages(self, *stages: str) -> None:
        for stage in stages:
            pipeline.run_stage(stage, as_of=now(), settings=self._settings)

    def __enter__(self) -> Loop:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()


def minute(every: int) -> int:
    """Give the number of the running stretch of so many minutes."""
    return int(time.time() // (60 * every))


class RealAirflow(airflow.Client):
    """Airflow as ``make up`` runs it, of whose DAGs all but the collectors' are switched on."""

    def __init__(self, home: Home, components: Components) -> None:
        super().__init__(home)
        self._components = components
        self._asset_id: int | None = None

    def tell_of_posts(self) -> None:
        """Say that the asset ``posts`` has changed, as the collector's task does at its end."""
        self._ask("POST", "/api/v2/assets/events", {"asset_id": self._asset_id, "extra": {}})

    def check(self) -> None:
        """Raise when one of its parts has ended."""
        self._components.check()

    def switch_on(self) -> bool:
        """Unpause the DAGs; False while Airflow is not up or does not know them yet."""
        try:
            for dag in DAGS:
                self._ask("PATCH", f"/api/v2/dags/{dag}", {"is_paused": False})
            assets = self._ask("GET", "/api/v2/assets?name_pattern=posts", None)["assets"]
            self._asset_id = next((asset["id"] for asset in assets if asset["name"] == "posts"), None)
        except TransientError:
            return False
        return self._asset_id is not None


@contextmanager
def running_airflow(home: Home, database_url: str, env: dict[str, str]) -> Iterator[RealAirflow]:
    """Give a running Airflow; at the end all its processes have ended."""
    ours = environment(home, database_url, os.environ) | env | {"AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "True"}
    components = Components(ours, home.folder, home.logs)
    try:
        airflow.finish_migration(home, components, airflow.start_migration(home, components))
        airflow.start_all(components)
        client = RealAirflow(home, components)
        wait_for(client.switch_on, components.check, 120.0)
        yield client
    finally:
        components.stop(airflow.STOPS_FIRST)
        end_leftovers(home.folder)


def wait_for(is_true: Callable[[], bool], check: Callable[[], None], seconds: float) -> bool:
    """Wait until something is true; False when it never was in that time."""
    give_up_s = time.monotonic() + seconds
    while not is_true():
        check()
        if time.monotonic() > give_up_s:
            return False
        time.sleep(0.5)
    return True


# --- the measurement -------------------------------------------------------------------------------------


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
