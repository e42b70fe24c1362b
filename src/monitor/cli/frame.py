"""What every command shares: the group that turns errors into one line, examples in the help, reports and progress."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from monitor.errors import ConfigError, MonitorError
from monitor.model import RunReport
from monitor.settings import Settings

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


def example(text: str) -> Callable[[F], F]:
    """Put examples below a command's help."""

    def decorate(function: F) -> F:
        function.__doc__ = f"{function.__doc__}\n\n\b\nExamples:\n" + "\n".join(f"  {line}" for line in text.splitlines())
        return function

    return decorate


as_json = click.option("--json", "is_json", is_flag=True, help="Print one JSON object instead of a line.")


def read_settings() -> Settings:
    return Settings.from_env(os.environ)


def lines_of(file: str) -> Iterator[str]:
    """Give the lines of a file, or of standard input for ``-``."""
    if file == "-":
        yield from sys.stdin
        return
    try:
        with Path(file).open(encoding="utf-8", errors="replace") as lines:
            yield from lines
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error


def tell(report: RunReport, is_json: bool) -> None:
    click.echo(json.dumps({"stage": report.stage, **report.counts}) if is_json else report.line())


def table(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Lay rows out in aligned columns under the names of their keys; unknown is a dash, never a zero."""
    if not rows:
        return []
    names = list(rows[0])
    cells = [[name.replace("_", " ") for name in names], *([_cell(row[name]) for name in names] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(names))]
    is_number = [all(isinstance(row[name], int | float | None) for row in rows) for name in names]
    return [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(line, widths, is_number, strict=True)
        ).rstrip()
        for line in cells
    ]


def _cell(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)


class Progress:
    """One line on standard error that is written over; silent where nobody watches."""

    def __init__(self) -> None:
        self._is_shown = sys.stderr.isatty()

    def show(self, text: str) -> None:
        if self._is_shown:
            click.echo(f"\r\033[K{text}", err=True, nl=False)

    def page(self, totals: Counter[str]) -> None:
        self.show(", ".join(f"{number:,} {name}" for name, number in totals.items()))

    def step(self, done: int, of: int) -> None:
        self.show(f"{done:,} of {of:,}")

    def day(self, moment: datetime) -> None:
        self.show(f"assessed until {moment:%d %b %Y %H:%M} UTC")

    def close(self) -> None:
        if self._is_shown:
            click.echo(err=True)
