"""The replay: a recorded month, played slice by slice in the order in which it was collected. Its clock is its cursor."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from monitor.errors import ConfigError
from monitor.model import BadItem, Channel, CoverageSpan, CoverageState, Cursor, Page, RawPost

SLICE = timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Outage:
    """When the collector was down, what became of that stretch, and since when that is known."""

    start_at: datetime
    end_at: datetime
    state: CoverageState
    known_at: datetime


@dataclass(frozen=True, slots=True)
class _Recording:
    start_at: datetime
    end_at: datetime
    handles: tuple[str, ...]
    outages: tuple[Outage, ...]
    posts: tuple[tuple[datetime, RawPost], ...]
    bad: tuple[BadItem, ...]


class ReplaySource:
    """Plays the recording in ``path``. ``channels`` are the seeds' entries for the channels in it."""

    name: Literal["replay"] = "replay"

    def __init__(self, path: Path, channels: Sequence[Channel], *, slice_length: timedelta = SLICE) -> None:
        self._path = path
        self._channels = tuple(channels)
        self._slice_length = slice_length

    def channels(self) -> tuple[Channel, ...]:
        """Give the fictional channels as the seeds describe them."""
        return self._channels

    def feeds(self) -> tuple[str, ...]:
        """The recording is one feed."""
        return (self._path.name.split(".")[0],)

    def pages(self, feed: str, cursor: Cursor, *, as_of: datetime) -> Iterator[Page]:
        """Give what was collected after ``cursor``, a page per slice of the recording's own time; ``as_of`` is not asked."""
        recording = _load(self._path)
        until_at = datetime.fromisoformat(cursor.position) if cursor.position else recording.start_at
        bad = recording.bad if not cursor.position else ()
        while until_at < recording.end_at:
            from_at, until_at = until_at, min(until_at + self._slice_length, recording.end_at)
            is_last = until_at == recording.end_at
            yield Page(
                posts=tuple(post for at, post in recording.posts if from_at <= at and (at < until_at or is_last)),
                cursor=Cursor(position=until_at.isoformat(), read_until_at=until_at),
                coverage=tuple(_coverage(recording, from_at, until_at)),
                bad=bad,
            )
            bad = ()


def replay_end(path: Path) -> datetime:
    """Give the moment at which the recording ends."""
    return _load(path).end_at


def _coverage(recording: _Recording, from_at: datetime, until_at: datetime) -> Iterator[CoverageSpan]:
    """What this slice makes known: its own time but for outages, and outages whose end became known in it."""
    for handle in recording.handles:
        for start_at, end_at in _without(recording.outages, from_at, until_at):
            yield _span(handle, start_at, end_at, "observed", start_at)  # read as it was published
        for outage in recording.outages:
            start_at, end_at = max(outage.start_at, from_at), min(outage.end_at, until_at)
            if start_at < end_at:
                yield _span(handle, start_at, end_at, "pending", end_at)
            if from_at < outage.known_at <= until_at:
                yield _span(handle, outage.start_at, outage.end_at, outage.state, outage.known_at)


def _span(handle: str, start_at: datetime, end_at: datetime, state: CoverageState, known_at: datetime) -> CoverageSpan:
    return CoverageSpan(source="replay", channel=handle, start_at=start_at, end_at=end_at, state=state, known_at=known_at)


def _without(outages: Sequence[Outage], from_at: datetime, until_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    for outage in sorted(outages, key=lambda outage: outage.start_at):
        if outage.end_at <= from_at or outage.start_at >= until_at:
            continue
        if from_at < outage.start_at:
            yield from_at, outage.start_at
        from_at = outage.end_at
    if from_at < until_at:
        yield from_at, until_at


@lru_cache(maxsize=1)
def _load(path: Path) -> _Recording:
    header: dict[str, Any] | None = None
    outages, posts, bad = [], [], []
    for number, raw in enumerate(_lines(path), 1):
        origin = f"{path.name}:{number}"
        try:
            line = json.loads(raw)
            if line["type"] == "replay":
                header = line
            elif line["type"] == "outage":
                outages.append(_outage(line))
            else:
                posts.append(_post(line, origin))
        except (ValueError, KeyError, TypeError):
            bad.append(BadItem(origin=origin, stage="read", reason="bad_json", raw=raw))
    if header is None:
        raise ConfigError(f"{path} is no replay: it lacks its first line. Make one with seeds/replay/make.py.")
    return _Recording(
        start_at=_moment(header["start_at"]),
        end_at=_moment(header["end_at"]),
        handles=tuple(header["channels"]),
        outages=tuple(outages),
        posts=tuple(sorted(posts, key=lambda item: item[0])),
        bad=tuple(bad),
    )


def _lines(path: Path) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as lines:
            yield from lines
    except (OSError, EOFError) as error:
        raise ConfigError(
            f"{path} cannot be read ({error}). Set MONITOR_REPLAY_FILE, or make one with seeds/replay/make.py."
        ) from error


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _outage(line: dict[str, Any]) -> Outage:
    return Outage(_moment(line["start_at"]), _moment(line["end_at"]), line["state"], _moment(line["known_at"]))


def _post(line: dict[str, Any], origin: str) -> tuple[datetime, RawPost]:
    collected_at = _moment(line["collected_at"])
    raw = RawPost(source="replay", channel=line["channel"], payload=line, collected_at=collected_at, origin=origin)
    return collected_at, raw
