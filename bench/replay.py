"""Does the whole pipeline see September 2022, and nothing before it, whatever the dice of the replay?

    .venv/bin/python bench/replay.py [--full]

Each seed of the generator gives another month of posts, which goes through collect, classify and detect into a database of its
own. The baseline is the truth the generator was given: a decree on 21 September at 06:00 UTC, a queue at Verkhny Lars from 15:00
that day, three quiet weeks, an outage on the 14th whose posts are lost, and one on the 25th that is read back at 19:00 with a
story in it. Figures count the seeds on which that is what was found. Minutes run from the decree to the opening of the first
mobilisation spike; a seed without one counts as not seen and is left out of the median. The queue is seen on its day if it is a
spike before 24 hours of it have passed.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

from monitor import embedded, pipeline
from monitor.embedded import EmbeddedServer
from monitor.migrate import migrate
from monitor.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DECREE_AT = datetime(2022, 9, 21, 6, tzinfo=UTC)
QUEUE_AT = datetime(2022, 9, 21, 15, tzinfo=UTC)
LOST_ENDS_AT = datetime(2022, 9, 14, 18, tzinfo=UTC)
LATE_DAY_AT = datetime(2022, 9, 25, tzinfo=UTC)
DAY = timedelta(days=1)

FIRST_MOBILISATION = """
SELECT min(spike.opened_at)
FROM core.spike JOIN core.series USING (series_id)
WHERE series.theme_id = 'mobilisation' AND spike.opened_at >= %s
"""
LARS_SPIKE = """
SELECT min(spike.opened_at)
FROM core.spike JOIN core.series USING (series_id)
WHERE series.place_id = 'verkhny_lars' AND coalesce(series.theme_id, 'border_queue') = 'border_queue' AND spike.opened_at >= %s
"""
LARS_FIGURES = """
SELECT EXISTS (
    SELECT
    FROM core.alert JOIN core.spike USING (spike_id) JOIN core.series USING (series_id)
    WHERE series.place_id = 'verkhny_lars' AND coalesce(series.theme_id, 'border_queue') = 'border_queue'
        AND alert.created_at >= %s
        AND alert.content @> '[{"quantities": [{"kind": "wait_hours", "place_id": "verkhny_lars"}]}]'
        AND alert.content @> '[{"quantities": [{"kind": "queue_km", "place_id": "verkhny_lars"}]}]'
)
"""
QUIET_MAILS = "SELECT count(*) FROM core.delivery JOIN core.alert USING (alert_id) WHERE alert.created_at < %s"
SPIKES_OPENED = "SELECT count(*) FROM core.spike WHERE opened_at >= %s AND opened_at < %s"
LATE_SPIKE = "SELECT EXISTS (SELECT FROM core.spike WHERE is_late AND onset_at >= %s AND onset_at < %s)"


@dataclass(frozen=True, slots=True)
class Found:
    """What one seed's month brought."""

    seed: int
    mobilisation_minutes: float | None
    lars_opened_at: datetime | None
    has_lars_figures: bool
    quiet_mails: int
    after_lost_outage_spikes: int
    is_late_spike_marked: bool

    @property
    def is_lars_seen_on_its_day(self) -> bool:
        """True if the queue was a spike within a day of its beginning."""
        return self.lars_opened_at is not None and self.lars_opened_at < QUEUE_AT + DAY

    def line(self) -> str:
        """Tell it in one line."""
        minutes = "never" if self.mobilisation_minutes is None else f"{self.mobilisation_minutes:.0f} min"
        lars = "never" if self.lars_opened_at is None else f"{self.lars_opened_at:%d %b %H:%M}"
        figures = "with" if self.has_lars_figures else "without"
        late = "marked" if self.is_late_spike_marked else "missing"
        return (
            f"seed {self.seed}: mobilisation {minutes}; Verkhny Lars {lars}, {figures} hours and km; "
            f"{self.quiet_mails} quiet mails; {self.after_lost_outage_spikes} spikes after the lost outage; late spike {late}"
        )


def load_generator() -> ModuleType:
    """Import the replay's generator, which is a script and in no package."""
    spec = importlib.util.spec_from_file_location("replay_make", ROOT / "seeds" / "replay" / "make.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def server_of_our_own(home: Path) -> Iterator[EmbeddedServer]:
    """Give a server with a migrated database ``template``; it goes with its data at the end."""
    try:
        server = embedded.start(home, is_durable=False)
        execute(server, "CREATE DATABASE template")
        migrate(server.database_url("template"), ROOT / "sql")
        yield server
        server.stop()
    finally:
        embedded.remove(home)


def execute(server: EmbeddedServer, statement: str) -> None:
    """Run one statement outside every transaction."""
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(statement.encode())


def play(server: EmbeddedServer, generator: ModuleType, seed: int, folder: Path) -> Found:
    """Make a seed's month, send it through the stages, and look at what was found."""
    file, name = folder / f"seed_{seed}.jsonl.gz", f"seed_{seed}"
    generator.write(generator.make(seed), file)
    execute(server, f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
    url = server.database_url(name)
    try:
        run_stages(url, file)
        with psycopg.connect(url) as connection:
            return look(connection, seed)
    finally:
        execute(server, f"DROP DATABASE {name} WITH (FORCE)")
        file.unlink()


def run_stages(database_url: str, file: Path) -> None:
    """Seed, collect, classify and detect."""
    settings = Settings.from_env(
        {
            "MONITOR_SOURCE": "replay",
            "MONITOR_REPLAY_FILE": str(file),
            "MONITOR_DATABASE_URL": database_url,
            "MONITOR_HASH_KEY": "5e" * 32,
        }
    )
    pipeline.seed(settings)
    for stage in ("collect", "classify", "detect"):
        pipeline.run_stage(stage, as_of=pipeline.utc_now(), settings=settings)
    assert pipeline.progress(settings).done.backlog_count == 0


def look(connection: psycopg.Connection[Any], seed: int) -> Found:
    """Ask the database for everything the figures need."""
    mobilisation_at = ask(connection, FIRST_MOBILISATION, DECREE_AT)
    return Found(
        seed=seed,
        mobilisation_minutes=(mobilisation_at - DECREE_AT) / timedelta(minutes=1) if mobilisation_at else None,
        lars_opened_at=ask(connection, LARS_SPIKE, DECREE_AT),
        has_lars_figures=ask(connection, LARS_FIGURES, DECREE_AT),
        quiet_mails=ask(connection, QUIET_MAILS, DECREE_AT),
        after_lost_outage_spikes=ask(connection, SPIKES_OPENED, LOST_ENDS_AT, LOST_ENDS_AT + DAY),
        is_late_spike_marked=ask(connection, LATE_SPIKE, LATE_DAY_AT, LATE_DAY_AT + DAY),
    )


def ask(connection: psycopg.Connection[Any], query: str, *moments: datetime) -> Any:
    """Give the one value a query answers with."""
    row = connection.execute(query.encode(), moments).fetchone()
    assert row is not None
    return row[0]


def figures(found: Sequence[Found]) -> dict[str, float | None]:
    """Sum up all seeds."""
    minutes = [month.mobilisation_minutes for month in found if month.mobilisation_minutes is not None]
    return {
        "seeds": len(found),
        "mobilisation_within_1h": sum(m <= 60 for m in minutes),
        "lars_on_its_day": sum(month.is_lars_seen_on_its_day for month in found),
        "lars_with_figures": sum(month.has_lars_figures for month in found),
        "quiet_mails_at_most_1": sum(month.quiet_mails <= 1 for month in found),
        "mobilisation_minutes_median": statistics.median(minutes) if minutes else None,
        "late_spike_marked": sum(month.is_late_spike_marked for month in found),
        "after_lost_outage_spikes": sum(month.after_lost_outage_spikes for month in found),
    }


def main() -> None:
    """Play the seeds, a line each, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="20 seeds instead of 3")
    seeds = range(1, (20 if parser.parse_args().full else 3) + 1)
    generator, found = load_generator(), []
    with tempfile.TemporaryDirectory() as folder, server_of_our_own(Path(folder)) as server:
        for seed in seeds:
            found.append(play(server, generator, seed, Path(folder)))
            print(found[-1].line(), flush=True)
    print(json.dumps(figures(found)))


if __name__ == "__main__":
    main()
