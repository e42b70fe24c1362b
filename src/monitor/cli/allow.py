"""Commands about what a deployment may do: the policy of sources and themes, and its approvals."""

from __future__ import annotations

import json
from datetime import datetime

import click

from monitor import pipeline
from monitor.cli.frame import as_json, example, main, read_settings, table
from monitor.errors import ConfigError


@main.command()
@as_json
@example("monitor policy\nmonitor policy --json")
def policy(is_json: bool) -> None:
    """Show which theme may be asked of which source, with the approvals there are."""
    rows = pipeline.policy_table(read_settings(), as_of=pipeline.utc_now())
    if is_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for line in table(rows):
        click.echo(line)


@main.command()
@click.argument("source")
@click.argument("theme")
@click.option("--reference", help="Where the approval is filed: a letter, a contract, a ticket.")
@click.option("--by", required=True, help="Who records it.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day on which it holds.")
@click.option("--revoke", "is_revoked", is_flag=True, help="Take the approval back.")
@example(
    'monitor approve x protest --reference "X letter 2026-114" --by "A. Editor" --until 2027-03-31\n'
    'monitor approve x protest --revoke --by "A. Editor"'
)
def approve(source: str, theme: str, reference: str | None, by: str, until: datetime | None, is_revoked: bool) -> None:
    """Record that SOURCE has approved THEME, or that this is taken back. Nothing recorded is ever changed."""
    settings, as_of = read_settings(), pipeline.utc_now()
    if is_revoked:
        pipeline.revoke(settings, source, theme, reference=reference, by=by, as_of=as_of)
        click.echo(f"revoked: {source} × {theme}")
        return
    if reference is None or until is None:
        raise ConfigError("an approval needs --reference and --until (or --revoke takes one back).")
    pipeline.approve(settings, source, theme, reference=reference, by=by, until=until.date(), as_of=as_of)
    click.echo(f"approved: {source} × {theme} until {until:%Y-%m-%d}")
