"""Commands about X: what it is asked, and what that costs."""

from __future__ import annotations

import click

from monitor import pipeline
from monitor.cli.frame import example, main, read_settings


@main.group()
def x() -> None:
    """See what X is asked and what that costs; nothing here asks X. Themes that need an approval take part once it has one."""


@x.command(name="compile")
@click.option("--theme", "theme_id", help="Only this theme.")
@example("monitor x compile\nmonitor x compile --theme border_queue")
def compile_(theme_id: str | None) -> None:
    """Print each theme's queries with their length, and which forms were left out and why."""
    for line in pipeline.compile_lines(read_settings(), theme_id, as_of=pipeline.utc_now()):
        click.echo(line)


@x.command()
@example("monitor x estimate\nMONITOR_X_CAP_USD=50 monitor x estimate")
def estimate() -> None:
    """Say what the schedule costs this month, before it runs."""
    for line in pipeline.estimate_lines(read_settings(), as_of=pipeline.utc_now()):
        click.echo(line)
