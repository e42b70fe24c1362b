"""Commands for mass deletions: look, keep, erase."""

from __future__ import annotations

import click

from monitor import pipeline
from monitor.cli.frame import as_json, example, main, read_settings, tell


@main.group()
def deletions() -> None:
    """Decide about posts that a channel has deleted together; without a decision they are erased after a day."""


@deletions.command(name="list")
@example("monitor deletions list")
def list_() -> None:
    """List the deletions that wait for a decision."""
    for handle, count, found_at, erase_at in pipeline.deletions(read_settings()):
        click.echo(f"{handle}: {count} posts, found {found_at:%Y-%m-%d %H:%M}, erased {erase_at:%Y-%m-%d %H:%M} UTC")


@deletions.command()
@as_json
@click.argument("handle")
@example("monitor deletions keep lars_live")
def keep(is_json: bool, handle: str) -> None:
    """Show the hidden posts of channel HANDLE again and keep them."""
    tell(pipeline.decide_deletion(read_settings(), handle, is_kept=True, as_of=pipeline.utc_now()), is_json)


@deletions.command()
@as_json
@click.argument("handle")
@example("monitor deletions erase lars_live")
def erase(is_json: bool, handle: str) -> None:
    """Erase the hidden posts of channel HANDLE now."""
    tell(pipeline.decide_deletion(read_settings(), handle, is_kept=False, as_of=pipeline.utc_now()), is_json)
