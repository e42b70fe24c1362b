"""Commands that only look: status, alerts, digest, settings, one text explained."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click

from monitor import pipeline
from monitor.cli.frame import as_json, example, main, read_settings, table
from monitor.settings import SETTINGS


@main.command()
@click.argument("alert_id", type=int, required=False)
@example("monitor alert\nmonitor alert 3")
def alert(alert_id: int | None) -> None:
    """List the alerts that were written, or show one as the text of its mail."""
    for line in pipeline.alert_lines(read_settings(), alert_id):
        click.echo(line)


@main.command()
@as_json
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="UTC day whose completeness is told; yesterday when left out.")
@example("monitor status\nmonitor status --day 2022-09-14\nmonitor status --json")
def status(is_json: bool, day: datetime | None) -> None:
    """Tell how things stand: how complete a day is, notices, backlog, quarantine, mails and the last run of each stage."""
    standing = pipeline.status(read_settings(), as_of=pipeline.utc_now(), day=day.date() if day else None)
    click.echo(json.dumps(standing, default=str, ensure_ascii=False) if is_json else "\n".join(_sections(standing)))


def _sections(standing: Mapping[str, Any]) -> Iterable[str]:
    """Lay out figures first met as ``name: value``, mappings and tables as sections of their own; what is empty says so."""
    for name, value in standing.items():
        if isinstance(value, Mapping | list):
            yield from ("", name, *(f"  {line}" for line in _section(value) or ["none"]))
        else:
            yield from ("", f"{name}  {'–' if value is None else value}")


def _section(value: Mapping[str, Any] | Sequence[Any]) -> list[str]:
    if isinstance(value, Mapping):
        return table([{"": key, " ": number} for key, number in value.items()])[1:]
    if value and isinstance(value[0], Mapping):
        return table(value)
    return [str(item) for item in value]


@main.command()
@as_json
@click.argument("checkpoint", required=False)
@example('monitor queue\nmonitor queue verkhny_lars\nmonitor queue "Verkhny Lars" --json')
def queue(checkpoint: str | None, is_json: bool) -> None:
    """Tell how long the queues are now at every crossing, or at CHECKPOINT, and how sure that is; 90 % intervals in brackets."""
    lines = pipeline.queue_lines(read_settings(), checkpoint)
    if is_json:
        click.echo(json.dumps([asdict(found) for found, _ in lines], default=str, ensure_ascii=False))
        return
    for _, line in lines:
        click.echo(line)
    if not lines:
        click.echo("no reports of queues in the last three days")


@main.command()
@example("monitor digest > before.json")
def digest() -> None:
    """Print a hash of every table's content, to compare two databases."""
    click.echo(json.dumps(pipeline.digest(read_settings()), indent=1))


@main.command()
@example("monitor settings")
def settings() -> None:
    """List the settings with their defaults and what they mean."""
    for setting in SETTINGS:
        default = f" [{setting.default}]" if setting.default else ""
        click.echo(f"{setting.name}{default}\n    {setting.doc}")
