"""Spikes and the events that group them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.model import Event, SeriesKey, Spike
from monitor.store.connection import Connection

REMEMBER = timedelta(hours=48)
"""Closed spikes this young are still looked at: a new episode may join them, a new spike their event."""

RECENT = """
SELECT
    spike.spike_id, spike.event_id, series.theme_id, series.place_id, series.source, series.language, series.channel_id,
    spike.onset_at, spike.opened_at, spike.peak_at, spike.last_high_at, spike.closed_at, spike.window_hours,
    spike.observed, spike.expected, spike.expected_low, spike.expected_high,
    spike.score, spike.severity, spike.exposure, spike.is_late, spike.status, spike.detector_version, spike.is_incomplete,
    spike.kind, spike.cleared_at
FROM core.spike AS spike
JOIN core.series AS series USING (series_id)
WHERE spike.detector_version = %s
    AND (spike.closed_at IS NULL OR spike.closed_at > %s OR spike.onset_at > %s)
    AND spike.status <> 'withdrawn'
ORDER BY spike.opened_at, spike.spike_id
"""


def recent_spikes(connection: Connection, version: str, as_of: datetime) -> list[Spike]:
    """Give the spikes that are open, or closed or begun less than ``REMEMBER`` before ``as_of``, oldest first."""
    rows = connection.execute(RECENT, (version, as_of - REMEMBER, as_of - REMEMBER))
    return [_spike(row) for row in rows]


def _spike(row: Sequence[Any]) -> Spike:
    spike_id, event_id, theme_id, place_id, source, language, channel_id, *rest = row
    onset_at, opened_at, peak_at, last_high_at, closed_at, window_hours, observed, expected, low, high = rest[:10]
    score, severity, exposure, is_late, status, detector_version, is_incomplete, kind, cleared_at = rest[10:]
    key = SeriesKey(theme_id=theme_id, place_id=place_id, source=source, language=language, channel_id=channel_id)
    return Spike(
        spike_id=spike_id,
        event_id=event_id,
        key=key,
        onset_at=onset_at,
        opened_at=opened_at,
        peak_at=peak_at,
        last_high_at=last_high_at,
        closed_at=closed_at,
        window_hours=window_hours,
        observed=observed,
        expected=expected,
        expected_low=low,
        expected_high=high,
        score=score,
        severity=severity,
        exposure=exposure,
        is_late=is_late,
        status=status,
        detector_version=detector_version,
        is_incomplete=is_incomplete,
        kind=kind,
        cleared_at=cleared_at,
    )


def events_of(spikes: Sequence[Spike], leads: dict[int, SeriesKey]) -> list[Event]:
    """Group stored spikes into their events; ``leads`` names each event's leading series."""
    grouped: dict[int, list[Spike]] = {}
    for spike in spikes:
        if spike.event_id is not None:
            grouped.setdefault(spike.event_id, []).append(spike)
    return [_event(event_id, members, leads.get(event_id)) for event_id, members in sorted(grouped.items())]


def _event(event_id: int, members: list[Spike], lead_key: SeriesKey | None) -> Event:
    lead = next((spike for spike in members if spike.key == lead_key), members[0])
    return Event(event_id=event_id, lead=lead, spikes=tuple(members), opened_at=min(s.opened_at for s in members))


EVENT_LEADS = """
SELECT event.event_id, series.theme_id, series.place_id, series.source, series.language, series.channel_id
FROM core.event AS event
JOIN core.series AS series ON series.series_id = event.lead_series_id
WHERE event.event_id = ANY(%s)
"""


def event_leads(connection: Connection, event_ids: Sequence[int]) -> dict[int, SeriesKey]:
    """Give the leading series of each event."""
    return {
        event_id: SeriesKey(theme_id=theme, place_id=place, source=source, language=language, channel_id=channel)
        for event_id, theme, place, source, language, channel in connection.execute(EVENT_LEADS, (list(event_ids),))
    }


ADD_EVENT = """
INSERT INTO core.event (lead_series_id, opened_at) VALUES (%s, %s)
ON CONFLICT (lead_series_id, opened_at) DO UPDATE SET opened_at = excluded.opened_at
RETURNING event_id
"""


def add_event(connection: Connection, lead_series_id: int, opened_at: datetime) -> int:
    """Open an event led by a series; give its id. One that an older detector opened just there is gone on with."""
    row = connection.execute(ADD_EVENT, (lead_series_id, opened_at)).fetchone()
    if row is None:
        raise RuntimeError("core.event gave no id")
    return int(row[0])


LEAD_EVENT = "UPDATE core.event SET lead_series_id = %s WHERE event_id = %s AND lead_series_id <> %s"


def lead_event(connection: Connection, event_id: int, lead_series_id: int) -> None:
    """Let a series stand for an event, from now on."""
    connection.execute(LEAD_EVENT, (lead_series_id, event_id, lead_series_id))


SAVE_SPIKE = """
INSERT INTO core.spike AS spike (
    series_id, event_id, onset_at, opened_at, peak_at, last_high_at, closed_at, window_hours, observed, expected,
    expected_low, expected_high, score, severity, exposure, is_late, status, detector_version, is_incomplete,
    kind, cleared_at
)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (series_id, opened_at, detector_version) DO UPDATE SET
    event_id = excluded.event_id, peak_at = excluded.peak_at, last_high_at = excluded.last_high_at,
    closed_at = excluded.closed_at,
    window_hours = excluded.window_hours, observed = excluded.observed, expected = excluded.expected,
    expected_low = excluded.expected_low, expected_high = excluded.expected_high, score = excluded.score,
    severity = excluded.severity, exposure = excluded.exposure, is_late = excluded.is_late, status = excluded.status,
    is_incomplete = excluded.is_incomplete, cleared_at = excluded.cleared_at
RETURNING spike_id
"""


def save_spike(connection: Connection, spike: Spike, series_id: int) -> int:
    """Write a spike, or what has become of it; give its id. It must have its event."""
    values = (
        (series_id, spike.event_id, spike.onset_at, spike.opened_at, spike.peak_at, spike.last_high_at, spike.closed_at)
        + (spike.window_hours, spike.observed, spike.expected, spike.expected_low, spike.expected_high)
        + (spike.score, spike.severity, spike.exposure, spike.is_late, spike.status, spike.detector_version, spike.is_incomplete)
        + (spike.kind, spike.cleared_at)
    )
    row = connection.execute(SAVE_SPIKE, values).fetchone()
    if row is None:
        raise RuntimeError("core.spike gave no id")
    return int(row[0])


CLOSE_OTHERS = """
UPDATE core.spike SET status = 'closed', closed_at = greatest(opened_at, %s)
WHERE closed_at IS NULL AND detector_version <> ALL(%s)
"""


def close_other_versions(connection: Connection, versions: Sequence[str], at: datetime) -> int:
    """Close what detectors of other versions left open: nobody looks at it any more; give how many there were."""
    return connection.execute(CLOSE_OTHERS, (at, list(versions))).rowcount


THEMES_OPEN = """
SELECT DISTINCT ON (series.theme_id) series.theme_id, spike.onset_at, spike.opened_at
FROM core.spike AS spike
JOIN core.series AS series USING (series_id)
WHERE series.theme_id IS NOT NULL
    AND spike.status <> 'withdrawn'
    AND spike.opened_at <= %(as_of)s
    AND (spike.closed_at IS NULL OR spike.closed_at > %(as_of)s)
ORDER BY series.theme_id, spike.opened_at, spike.onset_at
"""


def themes_open(connection: Connection, *, as_of: datetime) -> list[tuple[str, datetime, datetime]]:
    """Give (theme, onset, opening) of the spike that has been open longest, for each theme that has one."""
    return connection.execute(THEMES_OPEN, {"as_of": as_of}).fetchall()
