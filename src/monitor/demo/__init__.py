"""Play September 2022 through the whole of Monitor on this machine: the demo behind ``make demo`` and ``make up``.

PostgreSQL, migrations and seeds, an SMTP server, Airflow; then the same DAGs as live read the bundled replay until nothing is
left to do. Everything lies in one home folder, listens on 127.0.0.1 and ends with the demo.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import FrameType

from monitor import embedded, pipeline
from monitor.demo import airflow
from monitor.demo.home import Home, alone, environment, open_home
from monitor.demo.processes import ComponentDied, Components, end_leftovers
from monitor.demo.show import Screen, closing_lines, progress_line
from monitor.errors import MonitorError, TransientError
from monitor.settings import Settings

MOST_S = 900.0
READY_S = 120.0
LOOK_EVERY_S = 0.5
CALM_S = 3.0
"""Airflow is done when it had no run for so long: between two DAGs of the chain there is a moment without one."""
UNREST_S = 15.0
"""Waited for that at most once all is read, assessed and sent: the clock starts DAGs of its own every minute."""
TROUBLE_S = 20.0
"""How long the database or Airflow may be away while their processes live: PostgreSQL restarts itself when a part was killed."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """Ctrl-C or a polite kill: stop in order, whatever is being done."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.exit_code = 128 + number


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """A demo under way."""

    home: Home
    settings: Settings
    screen: Screen
    components: Components
    server: embedded.EmbeddedServer | None
    """None when the caller's MONITOR_DATABASE_URL is used."""

    def check(self) -> None:
        """Raise ComponentDied when anything has ended that should run."""
        if self.server and not self.server.is_alive():
            raise ComponentDied(f"PostgreSQL has ended; see {self.home.folder / 'postgres.log'}.")
        self.components.check()


def run(*, keep_running: bool = False) -> int:
    """Play the demo and give the exit code; what was done is kept, and the next one goes on from there."""
    screen = Screen()
    caller = Settings.from_env(os.environ)
    try:
        with _signals_raise(), alone(caller.home):
            end_leftovers(caller.home)
            _play(caller, screen, keep_running=keep_running)
    except Interrupted as signalled:
        screen.say(f"stopped by {signalled}; the next run goes on from here")
        return signalled.exit_code
    except MonitorError as error:
        screen.say()
        print(f"monitor demo: {error}", file=sys.stderr)
        print("What was done is kept; make demo goes on from there.", file=sys.stderr)
        return error.exit_code
    return 0


def _play(caller: Settings, screen: Screen, *, keep_running: bool) -> None:
    """Every step in its order."""
    home = open_home(caller.home, caller.root)
    with _database(caller, screen) as (database_url, server), _components(home, database_url, screen) as components:
        demo = Demo(
            home=home,
            settings=Settings.from_env(components.environment),
            screen=screen,
            components=components,
            server=server,
        )
        _prepare(demo)
        client = _start_airflow(demo)
        _follow(demo, client)
        analyst_url = server.analyst_url if server else None
        for line in ("", *pipeline.summary(demo.settings), *closing_lines(home, analyst_url, is_running=keep_running)):
            screen.plain(line)
        if keep_running:
            _stay(demo)


@contextmanager
def _database(caller: Settings, screen: Screen) -> Iterator[tuple[str, embedded.EmbeddedServer | None]]:
    """Give the address of the caller's database, or of one of our own that is stopped last of all."""
    if caller.database_url:
        yield caller.database_url, None
        return
    with screen.step("PostgreSQL"):
        server = embedded.start(caller.home, pg_bin=caller.pg_bin)
    try:
        yield server.url, server
    finally:
        server.stop()


@contextmanager
def _components(home: Home, database_url: str, screen: Screen) -> Iterator[Components]:
    """Give the means to start processes; at the end all of them have stopped, however we leave."""
    components = Components(environment(home, database_url, os.environ), home.folder, home.logs)
    try:
        yield components
    finally:
        _ignore_signals()
        screen.show("stopping …")
        components.stop(airflow.STOPS_FIRST)
        end_leftovers(home.folder)
        screen.say("everything is stopped")


def _prepare(demo: Demo) -> None:
    """Bring both databases up to date, side by side, and start the SMTP server."""
    home, components = demo.home, demo.components
    with demo.screen.step("schema, seeds, SMTP server and Airflow's database"):
        components.start("smtp", ("-m", "monitor.demo.catcher", str(home.ports["smtp"]), str(home.mail)))
        migration = airflow.start_migration(home, components)
        pipeline.migrate(demo.settings)
        pipeline.seed(demo.settings)
        airflow.finish_migration(home, components, migration)


def _start_airflow(demo: Demo) -> airflow.Client:
    """Start Airflow and, as soon as it can, the first DAG; the others follow by asset and schedule."""
    client = airflow.Client(demo.home)
    with demo.screen.step(f"Airflow on {demo.home.airflow_address}"):
        airflow.start_all(demo.components)
        _wait(demo, client.trigger_first, READY_S, f"Airflow does not start the DAG {airflow.FIRST_DAG}")
    return client


def _wait(demo: Demo, is_true: Callable[[], bool], seconds: float, complaint: str) -> None:
    give_up_at = time.monotonic() + seconds
    while not is_true():
        demo.check()
        if time.monotonic() > give_up_at:
            raise TransientError(f"{complaint} after {seconds:.0f} s; see {demo.home.logs}.")
        time.sleep(LOOK_EVERY_S)


def _follow(demo: Demo, client: airflow.Client) -> None:
    """Show how far the stages have got until the replay is at its end, nothing waits and Airflow is calm."""
    started_at, give_up_at = datetime.now(UTC), time.monotonic() + MOST_S
    unfinished_s = busy_s = answered_s = time.monotonic()
    while time.monotonic() - busy_s < CALM_S and time.monotonic() - unfinished_s < UNREST_S:
        demo.check()
        try:
            is_finished, is_calm = _look(demo, client, started_at)
            answered_s = time.monotonic()
        except TransientError:
            demo.check()
            if time.monotonic() - answered_s > TROUBLE_S:
                raise
            is_finished = is_calm = False
        unfinished_s = unfinished_s if is_finished else time.monotonic()
        busy_s = busy_s if is_finished and is_calm else time.monotonic()
        if time.monotonic() > give_up_at:
            raise TransientError(f"not finished after {MOST_S:.0f} s; see {demo.home.logs}.")
        time.sleep(LOOK_EVERY_S)


def _look(demo: Demo, client: airflow.Client, started_at: datetime) -> tuple[bool, bool]:
    """Tell whether all is read, assessed and sent, and whether no DAG waits or runs; MonitorError when one has failed."""
    failed = client.failed_since(started_at)
    if failed:
        raise MonitorError(f"the DAG {failed[0]} has failed; see {demo.home.airflow / 'logs'}/dag_id={failed[0]}.")
    progress = pipeline.progress(demo.settings)
    demo.screen.show(progress_line(progress))
    return progress.is_finished and client.is_first_over(), client.is_calm()


def _stay(demo: Demo) -> None:
    """Watch over the processes until a signal comes."""
    demo.screen.say("running on its schedule; Ctrl-C stops it")
    while True:
        demo.check()
        time.sleep(LOOK_EVERY_S)


@contextmanager
def _signals_raise() -> Iterator[None]:
    """Turn the first signal into Interrupted; later ones find us stopping already."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        _ignore_signals()
        raise Interrupted(number)

    # nohup has had SIGHUP ignored for a reason.
    caught = [number for number in SIGNALS if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, interrupt) for number in caught}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore_signals() -> None:
    for number in SIGNALS:
        signal.signal(number, signal.SIG_IGN)
