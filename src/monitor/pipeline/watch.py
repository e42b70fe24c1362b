"""The dead-man check: look at every hour once for channels and sources that fell silent, and tell the operator."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor import store
from monitor.detect import Silence, Verdict, Watch

HOUR = timedelta(hours=1)
REMEMBER = timedelta(days=32)
"""Four weeks of a channel's rhythm and the longest window after it."""
GIVE_UP = timedelta(hours=48)
"""What is still open this long after a source fell silent is told as open; the next days may still read it back."""


def watch_over(connection: store.Connection, first_at: datetime, until_at: datetime) -> Watch:
    """Give the watch over hours in ``[first_at, until_at)`` with the history its tests need."""
    channels = store.watched_channels(connection)
    first_at = _hour(first_at) - REMEMBER
    hours = store.channel_hours(connection, [c.channel_id for c in channels], first_at, until_at)
    return Watch(channels, hours, first_at=first_at, until_at=until_at)


def watch(connection: store.Connection, *, until_at: datetime) -> int:
    """Look at every hour since the last look up to ``until_at``; returns how many notices were opened.

    Silences are judged hour by hour as they were known then, so that an outage is told however seldom this runs.
    """
    until_at = _hour(until_at)
    covered_at = store.first_covered_at(connection)
    if covered_at is None:
        return 0
    from_at = max(store.watched_until(connection) or covered_at, until_at - REMEMBER)
    with connection.transaction():
        seen = watch_over(connection, from_at, until_at)
        opened, hour_at = 0, _hour(from_at) + HOUR
        while hour_at <= until_at:
            verdict = seen.look(hour_at)
            opened += _tell_sources(connection, verdict, hour_at) + _tell_channels(connection, verdict, hour_at)
            hour_at += HOUR
        store.save_watched(connection, max(until_at, from_at))
    return opened


def _tell_sources(connection: store.Connection, verdict: Verdict, as_of: datetime) -> int:
    opened = 0
    for source, since_at in verdict.silent_sources.items():
        opened += store.open_notice(connection, "source_silent", source, _source_message(source, since_at), as_of=as_of)
    for source, silent_at in store.open_subjects(connection, "source_silent").items():
        if source != "x" and source not in verdict.silent_sources:
            _settle_source(connection, source, silent_at, as_of)
    return opened


def _source_message(source: str, since_at: datetime) -> str:
    return (
        f"Nothing was read of {source} since {_minute(since_at)}. See the last runs in `monitor status` and the collector's log; "
        "what was published meanwhile counts as unknown, not as zero."
    )


def _settle_source(connection: store.Connection, source: str, silent_at: datetime, as_of: datetime) -> None:
    """Call it over once all that was missed is read back or lost, or after ``GIVE_UP``."""
    found = store.missed(connection, source, silent_at=silent_at, until_at=as_of - HOUR, known_at=as_of)
    if found.open_count and as_of - silent_at < GIVE_UP:
        return
    outcome = (
        f"Missed since {_minute(found.since_at)}: {found.read_back_count} quarter-hours of channels were read back, "
        f"{found.lost_count} can no longer be read, {found.open_count} are still open."
    )
    store.settle_notice(connection, "source_silent", source, as_of=as_of, outcome=outcome)


def _tell_channels(connection: store.Connection, verdict: Verdict, as_of: datetime) -> int:
    opened = 0
    for silence in verdict.silences:
        message = _channel_message(silence)
        opened += store.open_notice(connection, "channel_silent", silence.channel.handle, message, as_of=as_of)
    for handle in store.open_subjects(connection, "channel_silent"):
        if handle in verdict.calm:
            store.settle_notice(connection, "channel_silent", handle, as_of=as_of, outcome="It is read and writes again.")
        elif handle not in verdict.watched:
            store.settle_notice(connection, "channel_silent", handle, as_of=as_of, outcome="It is no longer followed.")
    return opened


def _channel_message(silence: Silence) -> str:
    if silence.seen is None:
        return (
            f"Nothing was read of it since {_minute(silence.since_at)}, though other channels are. See `monitor status` and the "
            "collector's log; take it off the list if it is gone."
        )
    hours = int((silence.until_at - silence.since_at) / HOUR)
    return (
        f"{silence.seen} posts in the {hours} hours before {_minute(silence.until_at)}, usual are about {silence.expected:.0f}. "
        "See whether it has moved, closed or changed its rhythm; spikes meanwhile are marked as incomplete."
    )


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _minute(moment: datetime) -> str:
    return f"{moment:%d %b %Y %H:%M} UTC"
