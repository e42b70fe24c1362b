"""Commands for readers' verdicts, and for trying the way a mail takes."""

from __future__ import annotations

import click

from monitor import pipeline
from monitor.cli.frame import example, main, read_settings
from monitor.errors import ConfigError


@main.command()
@click.argument("token")
@click.argument("verdict", type=click.Choice(["useful", "false-alarm", "snooze"]))
@click.option("--for", "pause", metavar="24h", help="How long to snooze: 24h, 3d; a day when left out.")
@example(
    "monitor feedback mf-abcdefghij2345672345 useful\n"
    "monitor feedback mf-abcdefghij2345672345 false-alarm\n"
    "monitor feedback mf-abcdefghij2345672345 snooze --for 3d"
)
def feedback(token: str, verdict: str, pause: str | None) -> None:
    """Say of the mail with TOKEN, which stands at its end, that it was useful or a false alarm, or snooze its series."""
    if pause and verdict != "snooze":
        raise ConfigError("--for goes with snooze alone.")
    pipeline.give_feedback(read_settings(), token, verdict, pause=pause, as_of=pipeline.utc_now())
    click.echo("noted")
