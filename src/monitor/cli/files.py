"""The command that imports files: how far it is, what it left out, and why."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import click

from monitor import pipeline
from monitor.cli.frame import Progress, as_json, example, main, tell
from monitor.errors import ConfigError
from monitor.model import RunReport
from monitor.sources.files import FileSource, Format

BAR_WIDTH = 24
MEGABYTE = 1_000_000


@main.command(name="import")
@as_json
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--format", "form", type=click.Choice(get_args(Format)), help="The files' format; without it, it is recognised.")
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="[ID=]HANDLE",
    help="Public name of the channel of a Telegram export, or of the one with number ID; exports do not say it.",
)
@click.option(
    "--complete",
    nargs=2,
    metavar="FROM TO",
    help="The files hold every post of their channels from FROM until before TO (days or moments, UTC); only so they count.",
)
@click.option(
    "--time-zone",
    "zone",
    metavar="ZONE",
    help="Time zone (such as Europe/Moscow) of the machine an old Telegram export was made on: it does not say it.",
)
@example(
    "monitor import posts.jsonl posts-2.jsonl.gz\n"
    "monitor import result.json --channel lars_live\n"
    "monitor import result.json --channel 1326203371=lars_live --complete 2022-08-01 2022-10-01\n"
    "twarc2 search очередь | monitor import --format x -"
)
def import_(
    is_json: bool,
    files: tuple[str, ...],
    form: Format | None,
    channels: tuple[str, ...],
    complete: tuple[str, str] | None,
    zone: str | None,
) -> None:
    """Import posts from files; they never alert.

    A FILE is a Telegram Desktop export (result.json, of public channels), pages of X's API v2 or twarc's lines, or JSON lines of
    our own; gzip too; - is standard input. A stopped import goes on where it stood when it is given again.
    """
    stretch, time_zone, is_refused = _stretch(complete) if complete else None, _zone(zone) if zone else None, False
    for number, file in enumerate(files, 1):
        bar = _Bar(f"{number}/{len(files)} " if len(files) > 1 else "")
        wanted = pipeline.FileToImport(file=file, form=form, handles=_handles(channels), complete=stretch, time_zone=time_zone)
        report = pipeline.import_posts(wanted, as_of=pipeline.utc_now(), on_page=bar.page)
        bar.close()
        _tell(report, bar, file, is_json, is_one=len(files) == 1)
        is_refused = is_refused or bool(bar.refusals and not report.counts["read"])
    if is_refused:
        raise SystemExit(ConfigError.exit_code)


def _tell(report: RunReport, bar: _Bar, file: str, is_json: bool, *, is_one: bool) -> None:
    if not is_json and not is_one:
        click.echo(f"{Path(file).name}: ", nl=False)
    tell(report, is_json)
    for refusal in bar.refusals:
        click.echo(f"monitor: {refusal}", err=True)


def _handles(channels: tuple[str, ...]) -> dict[str, str]:
    pairs = (name.rpartition("=") for name in channels)
    return {(number.removeprefix("-100") or "*"): handle.removeprefix("@") for number, _, handle in pairs}


def _stretch(complete: tuple[str, str]) -> tuple[datetime, datetime]:
    return _moment(complete[0]), _moment(complete[1])


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ConfigError(f"--time-zone {name!r} is none: write Europe/Moscow, Asia/Tbilisi or UTC.") from None


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"--complete {text!r} is no moment: write 2022-09-21 or 2022-09-21T06:00.") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


class _Bar:
    """How much of a file is read, how much is left and for how long; on a terminal only."""

    def __init__(self, head: str) -> None:
        self._line = Progress()
        self._head = head
        self._begun_s = time.monotonic()
        self._from_bytes: int | None = None
        self.refusals: tuple[str, ...] = ()

    def page(self, totals: Counter[str], source: FileSource) -> None:
        """Show where the file's reading stands."""
        self.refusals = source.refusals
        self._line.show(f"{self._head}{self._progress(source)}  {totals['read']:,} read, {totals['kept']:,} kept")

    def close(self) -> None:
        """Leave the line."""
        self._line.close()

    def _progress(self, source: FileSource) -> str:
        done, whole = source.read_bytes, source.size_bytes
        if not whole:
            return f"{done / MEGABYTE:,.1f} MB"
        share = min(done / whole, 1.0)
        filled = round(share * BAR_WIDTH)
        bar = "█" * filled + "░" * (BAR_WIDTH - filled)
        return f"{bar} {share:4.0%} of {whole / MEGABYTE:,.1f} MB, {self._left(done, whole)}"

    def _left(self, done: int, whole: int) -> str:
        """Tell how long the rest takes at the pace since the first page; what was skipped on a resume does not count."""
        if self._from_bytes is None:
            self._from_bytes, self._begun_s = done, time.monotonic()
            return "-:-- left"
        pace = (done - self._from_bytes) / max(time.monotonic() - self._begun_s, 1e-3)
        left_s = round((whole - done) / pace) if pace > 0 else 0
        return f"{left_s // 60}:{left_s % 60:02} left"
