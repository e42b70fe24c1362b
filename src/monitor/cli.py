"""The command line: every stage by hand, what stands where, and the demo."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from monitor import pipeline
from monitor.errors import ConfigError, MonitorError
from monitor.model import RunReport
from monitor.settings import SETTINGS, Settings

F = TypeVar("F", bound=Callable[..., Any])

EPILOG = """Examples:

\b
  monitor migrate && monitor seed      make or update the database
  monitor run                          one round of collect, classify, detect and mail
  monitor status                       how complete yesterday is, what waits, what failed
  monitor themes explain "Верхний Ларс, стоим 20 часов"
  monitor classify --file posts.jsonl  classify without a database

Settings are MONITOR_* environment variables; `monitor settings` lists them. Exit codes: 0 done, 1 error,
2 something to fix (setting, seeds file, login), 69 refused for good, 75 try again later."""


class _Commands(click.Group):
    """Turns Monitor's own errors into one clear line and their exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except MonitorError as error:
            click.echo(f"monitor: {error}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=_Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="monitor")
def main() -> None:
    """Watch public posts about people on the move: collect, classify, count, and mail what is unusual."""


def _example(text: str) -> Callable[[F], F]:
    """Put examples below a command's help."""

    def decorate(function: F) -> F:
        function.__doc__ = f"{function.__doc__}\n\n\b\nExamples:\n" + "\n".join(f"  {line}" for line in text.splitlines())
        return function

    return decorate


as_json = click.option("--json", "is_json", is_flag=True, help="Print one JSON object instead of a line.")


def _settings() -> Settings:
    return Settings.from_env(os.environ)


def _tell(report: RunReport, is_json: bool) -> None:
    click.echo(json.dumps({"stage": report.stage, **report.counts}) if is_json else report.line())


class _Progress:
    """One line on standard error that is written over; silent where nobody watches."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()

    def show(self, text: str) -> None:
        if self._is_shown:
            click.echo(f"\r\033[K{text}", err=True, nl=False)

    def page(self, totals: Counter[str]) -> None:
        self.show(", ".join(f"{number:,} {name}" for name, number in totals.items()))

    def day(self, moment: datetime) -> None:
        self.show(f"assessed until {moment:%d %b %Y %H:%M} UTC")

    def close(self) -> None:
        if self._is_shown:
            click.echo(err=True)


@main.command()
@_example("monitor migrate\nMONITOR_DATABASE_URL=postgresql://… monitor migrate")
def migrate() -> None:
    """Bring the database to this version's schema; safe to run at any time."""
    report = pipeline.migrate(_settings())
    click.echo(
        f"migrate: {len(report.applied)} applied ({', '.join(report.applied) or 'none missing'}), {report.views_count} views"
    )


@main.command()
@as_json
@_example("monitor seed")
def seed(is_json: bool) -> None:
    """Check every seeds file and write themes, places, channels and queries into the database."""
    _tell(pipeline.seed(_settings()), is_json)


@main.command()
@as_json
@click.option("--x", "is_x", is_flag=True, help="Ask X for hourly counts instead of reading Telegram or the replay.")
@_example("monitor collect\nMONITOR_SOURCE=replay monitor collect\nmonitor collect --x")
def collect(is_json: bool, is_x: bool) -> None:
    """Read new posts from the followed channels, or from the replay."""
    if is_x:
        _tell(pipeline.run_stage("collect_x", as_of=pipeline.utc_now()), is_json)
        return
    progress = _Progress()
    report = pipeline.run_stage("collect", as_of=pipeline.utc_now(), on_page=progress.page)
    progress.close()
    _tell(report, is_json)


@main.command(name="import")
@as_json
@click.argument("file")
@_example("monitor import posts.jsonl\nmonitor import posts.jsonl.gz\ncat posts.jsonl | monitor import -")
def import_(is_json: bool, file: str) -> None:
    """Import posts from a FILE of JSON lines (gzip too; - for standard input). They never alert."""
    progress = _Progress()
    report = pipeline.import_posts(file, as_of=pipeline.utc_now(), on_page=progress.page)
    progress.close()
    _tell(report, is_json)


@main.command()
@as_json
@click.option("--file", "file", help="Classify this file of JSON lines (- for standard input) without a database.")
@_example("monitor classify\nmonitor classify --file posts.jsonl\ncat posts.jsonl | monitor classify --file -")
def classify(is_json: bool, file: str | None) -> None:
    """Classify the stored posts that wait for it, or a file's posts, one JSON object a line."""
    if file is None:
        _tell(pipeline.run_stage("classify", as_of=pipeline.utc_now()), is_json)
        return
    problems = 0
    for line in pipeline.classify_lines(_lines(file), _settings()):
        problems += "error" in line
        click.echo(json.dumps(line, ensure_ascii=False))
    if problems:
        click.echo(f'monitor: {problems} lines could not be classified; see their "error"', err=True)
        raise SystemExit(1)


def _lines(file: str) -> Iterator[str]:
    if file == "-":
        yield from sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8", errors="replace") as lines:
            yield from lines
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error


@main.command()
@as_json
@_example("monitor detect")
def detect(is_json: bool) -> None:
    """Assess the quarter-hours that have become known; write spikes, events and alerts."""
    progress = _Progress()
    report = pipeline.run_stage("detect", as_of=pipeline.utc_now(), on_day=progress.day)
    progress.close()
    _tell(report, is_json)


@main.command()
@click.argument("alert_id", type=int, required=False)
@_example("monitor alert\nmonitor alert 3")
def alert(alert_id: int | None) -> None:
    """List the alerts that were written, or show one as the text of its mail."""
    for line in pipeline.alert_lines(_settings(), alert_id):
        click.echo(line)


@main.command()
@as_json
@_example("monitor mail")
def mail(is_json: bool) -> None:
    """Send the alerts that wait in the outbox."""
    _tell(pipeline.run_stage("mail", as_of=pipeline.utc_now()), is_json)


@main.command()
@as_json
@_example("monitor run\nMONITOR_SOURCE=replay monitor run")
def run(is_json: bool) -> None:
    """Run collect, classify, detect and mail once, one after the other."""
    for stage in ("collect", "classify", "detect", "mail"):
        _tell(pipeline.run_stage(stage, as_of=pipeline.utc_now()), is_json)


@main.command()
@as_json
@_example("monitor status\nmonitor status --json")
def status(is_json: bool) -> None:
    """Tell how things stand: coverage, backlog, quarantine, spikes, mails and the last run of each stage."""
    standing = pipeline.status(_settings())
    click.echo(json.dumps(standing, default=str, ensure_ascii=False) if is_json else "\n".join(_flat(standing)))


def _flat(standing: dict[str, Any]) -> Iterable[str]:
    for name, value in standing.items():
        if isinstance(value, dict):
            yield f"{name}:"
            yield from (f"  {key}: {item}" for key, item in value.items())
        else:
            yield f"{name}: {value}"


@main.command()
@_example("monitor digest > before.json")
def digest() -> None:
    """Print a hash of every table's content, to compare two databases."""
    click.echo(json.dumps(pipeline.digest(_settings()), indent=1))


@main.group()
def themes() -> None:
    """Look into the codebook."""


@themes.command()
@click.argument("text")
@_example('monitor themes explain "Верхний Ларс, стоим 20 часов"')
def explain(text: str) -> None:
    """Tell which words of TEXT hit which theme and place, and which were voided."""
    for line in pipeline.explain(_settings(), text):
        click.echo(line)


@main.command()
@_example("monitor settings")
def settings() -> None:
    """List the settings with their defaults and what they mean."""
    for setting in SETTINGS:
        default = f" [{setting.default}]" if setting.default else ""
        click.echo(f"{setting.name}{default}\n    {setting.doc}")


@main.command()
@click.option("--keep-running", is_flag=True, help="Stay up on the schedule until Ctrl-C, instead of stopping at the end.")
@_example("monitor demo\nmonitor demo --keep-running")
def demo(keep_running: bool) -> None:
    """Play September 2022 through the whole of Monitor on this machine: PostgreSQL, Airflow, SMTP, mails."""
    from monitor.demo import run as play  # imported late: nothing else needs it

    raise SystemExit(play(keep_running=keep_running))


if __name__ == "__main__":
    main()
