"""Commands that only look: status, alerts, digest, settings, one text explained."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import click

from monitor import pipeline
from monitor.cli.frame import as_json, example, main, read_settings
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
@example("monitor status\nmonitor status --json")
def status(is_json: bool) -> None:
    """Tell how things stand: coverage, backlog, quarantine, spikes, mails and the last run of each stage."""
    standing = pipeline.status(read_settings(), as_of=pipeline.utc_now())
    click.echo(json.dumps(standing, default=str, ensure_ascii=False) if is_json else "\n".join(_flat(standing)))


def _flat(standing: dict[str, Any]) -> Iterable[str]:
    for name, value in standing.items():
        if isinstance(value, dict):
            yield f"{name}:"
            yield from (f"  {key}: {item}" for key, item in value.items())
        else:
            yield f"{name}: {value}"


@main.command()
@example("monitor digest > before.json")
def digest() -> None:
    """Print a hash of every table's content, to compare two databases."""
    click.echo(json.dumps(pipeline.digest(read_settings()), indent=1))


@main.group()
def themes() -> None:
    """Look into the codebook."""


@themes.command()
@click.argument("text")
@example('monitor themes explain "Верхний Ларс, стоим 20 часов"')
def explain(text: str) -> None:
    """Tell which words of TEXT hit which theme and place, and which were voided."""
    for line in pipeline.explain(read_settings(), text):
        click.echo(line)


@main.command()
@example("monitor settings")
def settings() -> None:
    """List the settings with their defaults and what they mean."""
    for setting in SETTINGS:
        default = f" [{setting.default}]" if setting.default else ""
        click.echo(f"{setting.name}{default}\n    {setting.doc}")
