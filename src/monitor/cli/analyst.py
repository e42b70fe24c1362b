"""Commands that hand out the analysts' schema: logins and exports."""

from __future__ import annotations

import json
from pathlib import Path

import click

from monitor import pipeline
from monitor.cli.frame import as_json, example, main, read_settings


@main.group()
def analyst() -> None:
    """Hand out read-only access: logins that see the schema analyst and nothing else, and exports of a query."""


@analyst.command()
@as_json
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 730), default=180, show_default=True, help="Days until the password expires.")
@click.option("--connections", type=click.IntRange(1, 50), default=5, show_default=True, help="Connections at once.")
@example("monitor analyst add maria\nmonitor analyst add grafana --connections 20 --days 365")
def add(is_json: bool, name: str, days: int, connections: int) -> None:
    """Make the login NAME and print its password, once: only a verifier is sent to the server."""
    login, password = pipeline.add_analyst(
        read_settings(), name, days=days, connections_count=connections, as_of=pipeline.utc_now()
    )
    if is_json:
        click.echo(json.dumps({"login": login.login, "password": password, "expires_at": login.expires_at.isoformat()}))
        return
    click.echo(f"login     {login.login}\npassword  {password}\nuntil     {login.expires_at:%Y-%m-%d}")
    click.echo("The password is not stored and not shown again. docs/analyst.md tells how to connect.", err=True)


@analyst.command()
@click.argument("name")
@example("monitor analyst remove maria")
def remove(name: str) -> None:
    """Take the login NAME away at once and end its sessions."""
    ended = pipeline.remove_analyst(read_settings(), name, as_of=pipeline.utc_now())
    click.echo(f"removed {name}; {ended} sessions ended")


@analyst.command(name="list")
@as_json
@example("monitor analyst list")
def list_(is_json: bool) -> None:
    """List the logins, until when they hold and how many connections each may have."""
    logins = pipeline.analysts(read_settings())
    if is_json:
        click.echo(json.dumps([{"login": login.login, "expires_at": login.expires_at.isoformat()} for login in logins]))
        return
    for login in logins:
        click.echo(f"{login.login}: until {login.expires_at:%Y-%m-%d}, {login.connections_count} connections at once")
    if not logins:
        click.echo("no analyst has a login; make one with: monitor analyst add NAME")


@analyst.command()
@click.argument("query")
@click.option("--to", "file", required=True, type=click.Path(path_type=Path), help="File to write, .csv or .parquet.")
@example(
    "monitor analyst export 01_theme_by_day --to themes.csv\n"
    "monitor analyst export my_question.sql --to answer.parquet\n"
    "monitor analyst export 'SELECT * FROM spike' --to spikes.csv"
)
def export(query: str, file: Path) -> None:
    """Run QUERY (a name below sql/queries, a file, or SQL) with an analyst's rights and write its rows, with a README beside."""
    done = pipeline.export(read_settings(), query, file, as_of=pipeline.utc_now())
    click.echo(f"{done.rows_count} rows in {done.file}; what a reader must know in {done.readme}")


@analyst.command()
@example("monitor analyst dictionary > docs/dictionary.md")
def dictionary() -> None:
    """Print the data dictionary, views, columns and functions with their meaning, as Markdown."""
    for line in pipeline.dictionary_lines(read_settings()):
        click.echo(line)
