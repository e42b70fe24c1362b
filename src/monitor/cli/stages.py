"""Commands that do something: prepare the database, run a stage, play the demo."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import click

from monitor import pipeline
from monitor.cli.frame import Progress, as_json, example, lines_of, main, read_settings, tell


@main.command()
@example("monitor migrate\nMONITOR_DATABASE_URL=postgresql://… monitor migrate")
def migrate() -> None:
    """Bring the database to this version's schema; safe to run at any time."""
    report = pipeline.migrate(read_settings())
    click.echo(
        f"migrate: {len(report.applied)} applied ({', '.join(report.applied) or 'none missing'}), {report.views_count} views"
    )


@main.command()
@as_json
@example("monitor seed")
def seed(is_json: bool) -> None:
    """Check every seeds file and write themes, places and channels into the database."""
    tell(pipeline.seed(read_settings()), is_json)


@main.command()
@as_json
@click.option("--x", "is_x", is_flag=True, help="Ask X for hourly counts, and for posts of open spikes, instead.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Read channels met for the first time back to this day (UTC).")
@example("monitor collect\nmonitor collect --since 2022-09-01\nMONITOR_SOURCE=replay monitor collect\nmonitor collect --x")
def collect(is_json: bool, is_x: bool, since: datetime | None) -> None:
    """Read new posts from the followed channels, or from the replay."""
    if is_x:
        tell(pipeline.run_stage("collect_x", as_of=pipeline.utc_now()), is_json)
        return
    progress = Progress()
    options: dict[str, Any] = {"since_at": since.replace(tzinfo=UTC)} if since else {}
    report = pipeline.run_stage("collect", as_of=pipeline.utc_now(), on_page=progress.page, **options)
    progress.close()
    tell(report, is_json)


@main.command()
@as_json
@click.option("--file", "file", help="Classify this file of JSON lines (- for standard input) without a database.")
@example("monitor classify\nmonitor classify --file posts.jsonl\ncat posts.jsonl | monitor classify --file -")
def classify(is_json: bool, file: str | None) -> None:
    """Classify the stored posts that wait for it, or a file's posts, one JSON object a line."""
    if file is None:
        tell(pipeline.run_stage("classify", as_of=pipeline.utc_now()), is_json)
        return
    problems = 0
    for line in pipeline.classify_lines(lines_of(file), read_settings()):
        problems += "error" in line
        click.echo(json.dumps(line, ensure_ascii=False))
    if problems:
        click.echo(f'monitor: {problems} lines could not be classified; see their "error"', err=True)
        raise SystemExit(1)


@main.command()
@as_json
@example("monitor detect")
def detect(is_json: bool) -> None:
    """Assess the quarter-hours that have become known; write spikes, events and alerts."""
    progress = Progress()
    report = pipeline.run_stage("detect", as_of=pipeline.utc_now(), on_day=progress.day)
    progress.close()
    tell(report, is_json)


@main.command()
@as_json
@example("monitor nowcast")
def nowcast(is_json: bool) -> None:
    """Estimate every queue at the crossings for now and for the hours whose reports have changed."""
    progress = Progress()
    report = pipeline.run_stage("nowcast", as_of=pipeline.utc_now(), on_queue=lambda name: progress.show(f"estimated {name}"))
    progress.close()
    tell(report, is_json)


@main.group(invoke_without_command=True)
@as_json
@click.pass_context
@example("monitor mail\nmonitor mail test desk@example.org")
def mail(context: click.Context, is_json: bool) -> None:
    """Send the alerts that wait in the outbox; `mail test` sends one mail that says it is a test."""
    if context.invoked_subcommand is None:
        tell(pipeline.run_stage("mail", as_of=pipeline.utc_now()), is_json)


@mail.command()
@click.argument("address")
@example("monitor mail test desk@example.org")
def test(address: str) -> None:
    """Send a mail that says it is a test to ADDRESS, by the server and login that alerts take."""
    click.echo(pipeline.test_mail(read_settings(), address, as_of=pipeline.utc_now()))


@main.command()
@as_json
@example("monitor maintain")
def maintain(is_json: bool) -> None:
    """Check charter, approvals, stages, deliveries, channels and sources; tell the operator what is wrong."""
    tell(pipeline.run_stage("maintain", as_of=pipeline.utc_now()), is_json)


@main.command()
@as_json
@example("monitor run\nMONITOR_SOURCE=replay monitor run")
def run(is_json: bool) -> None:
    """Run collect, classify, detect, nowcast and mail once, one after the other."""
    for stage in pipeline.ROUND:
        tell(pipeline.run_stage(stage, as_of=pipeline.utc_now()), is_json)


@main.command()
@click.option("--keep-running", is_flag=True, help="Stay up on the schedule until Ctrl-C, instead of stopping at the end.")
@example("monitor demo\nmonitor demo --keep-running")
def demo(keep_running: bool) -> None:
    """Play September 2022 through the whole of Monitor on this machine: PostgreSQL, Airflow, SMTP, mails."""
    from monitor.demo import run as play  # imported late: nothing else needs it

    raise SystemExit(play(keep_running=keep_running))
