"""Commands that answer for the detector: what it found, and why, or why not."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from monitor import pipeline
from monitor.cli.frame import example, main, read_settings, table

AT = click.DateTime(["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"])


@main.group()
def spikes() -> None:
    """Look at what the detector found, and at what it did not."""


@spikes.command("list")
@click.argument("series", required=False)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many, newest first.")
@example(
    'monitor spikes list\nmonitor spikes list border_queue@verkhny_lars --limit 5\nmonitor spikes list "protest language=ka"'
)
def list_spikes(series: str | None, limit: int) -> None:
    """List spikes, newest first, of all series or of SERIES; the last columns tell whether it came to a mail."""
    found = pipeline.spike_lines(read_settings(), as_of=pipeline.utc_now(), limit=limit, series=series)
    rows = [
        {
            "spike": spike.spike_id,
            "event": spike.event_id,
            "series": spike.key.label() + (" (queue)" if spike.kind == "queue" else ""),
            "opened": f"{spike.opened_at:%Y-%m-%d %H:%M}",
            "closed": f"{spike.closed_at:%Y-%m-%d %H:%M}" if spike.closed_at else None,
            "observed": spike.observed,
            "expected": f"{spike.expected:.1f}",
            "hours": spike.window_hours,
            "score": f"{spike.score:.1f}",
            "severity": f"{spike.severity:.1f}",
            "fit for a mail": f"{spike.cleared_at:%m-%d %H:%M}" if spike.cleared_at else None,
            "alerts": spike.alerts_count,
        }
        for spike in found
    ]
    click.echo("\n".join(table(rows)) or "no spikes")


@spikes.command("explain")
@click.argument("series")
@click.option("--at", type=AT, help="UTC moment, as 2022-09-21T06:30; the newest one assessed when left out.")
@example(
    "monitor spikes explain mobilisation\n"
    "monitor spikes explain mobilisation --at 2022-09-21T06:30\n"
    "monitor spikes explain verkhny_lars\n"
    'monitor spikes explain "border_queue language=ka"'
)
def explain_spike(series: str, at: datetime | None) -> None:
    """Tell why SERIES was a spike at a moment, or why not: counts, expectation, every gate, and what held it back.

    SERIES is a theme, a place (@PLACE where a theme has its name), THEME@PLACE, or a theme with source=X or language=X.
    """
    moment = at.replace(tzinfo=UTC) if at else None
    for line in pipeline.explain_spike(read_settings(), series, at=moment, as_of=pipeline.utc_now()):
        click.echo(line)
