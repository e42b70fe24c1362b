"""How each series stands with the detector, and what has become of spikes, for people who ask why there was none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.model import SeriesKey, SeriesState, SpikeLine
from monitor.store.connection import Connection
from monitor.store.lines import numbers

SAVE_STATES = """
INSERT INTO core.series_state AS standing (series_id, state, since_at, observed_days)
SELECT series_id, state, %s, observed_days
FROM unnest(%s::integer[], %s::text[], %s::double precision[]) AS found (series_id, state, observed_days)
ON CONFLICT (series_id) DO UPDATE SET
    state = excluded.state,
    since_at = CASE WHEN standing.state = excluded.state THEN standing.since_at ELSE excluded.since_at END,
    observed_days = excluded.observed_days
WHERE (standing.state, standing.observed_days) IS DISTINCT FROM (excluded.state, excluded.observed_days)
"""


def save_series_states(
    connection: Connection, series_ids: Sequence[int], states: Sequence[SeriesState], days: Sequence[float], *, as_of: datetime
) -> None:
    """Note how each series stands; a state that lasts keeps the moment it began."""
    connection.execute(SAVE_STATES, (as_of, numbers(series_ids), list(states), list(days)))


STATE_OF = "SELECT state, since_at FROM core.series_state WHERE series_id = %s"


def series_state(connection: Connection, series_id: int) -> tuple[SeriesState, datetime] | None:
    """Give how a series stands and since when; None before the detector's first step with it."""
    row = connection.execute(STATE_OF, (series_id,)).fetchone()
    return (row[0], row[1]) if row else None


SPIKE_LINES = """
SELECT
    spike.spike_id, spike.event_id, series.theme_id, series.place_id, series.source, series.language, spike.kind, spike.opened_at,
    spike.closed_at, spike.observed, spike.expected, spike.window_hours, spike.score, spike.severity, spike.status,
    spike.cleared_at,
    (SELECT count(*) FROM core.alert AS alert WHERE alert.event_id = spike.event_id) AS alerts_count
FROM core.spike AS spike
JOIN core.series AS series USING (series_id)
WHERE series.channel_id IS NULL
    AND (%(series_id)s::integer IS NULL OR spike.series_id = %(series_id)s)
    AND spike.opened_at <= %(as_of)s
ORDER BY spike.opened_at DESC, spike.spike_id DESC
LIMIT %(limit)s
"""


def spike_lines(connection: Connection, *, as_of: datetime, limit: int, series_id: int | None = None) -> list[SpikeLine]:
    """Give the newest spikes opened by ``as_of``, of one series or of all, newest first."""
    rows = connection.execute(SPIKE_LINES, {"as_of": as_of, "limit": limit, "series_id": series_id})
    return [
        SpikeLine(
            spike_id=spike_id,
            event_id=event_id,
            key=SeriesKey(theme_id=theme, place_id=place, source=source, language=language),
            kind=kind,
            opened_at=opened_at,
            closed_at=closed_at,
            observed=observed,
            expected=expected,
            window_hours=hours,
            score=score,
            severity=severity,
            status=status,
            cleared_at=cleared_at,
            alerts_count=alerts,
        )
        for (
            spike_id, event_id, theme, place, source, language, kind, opened_at,
            closed_at, observed, expected, hours, score, severity, status, cleared_at, alerts,
        ) in rows
    ]  # fmt: skip
