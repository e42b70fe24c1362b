"""Gather what a mail shows for a spike: what drives it, how complete the data is, and the query an analyst would run."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor import store
from monitor.model import GRACE, ChartPoint, Evidence, SeriesKey, Spike, quarter_hour


def evidence_of(
    connection: store.Connection,
    spike: Spike,
    *,
    known_at: datetime,
    chart: tuple[ChartPoint, ...],
    channels_silent: tuple[str, ...] = (),
) -> Evidence:
    """Describe the window behind ``spike`` by what was collected by ``known_at``.

    The quarter-hour that is still running belongs to the posts, and not to what must have been read.
    """
    start_at = spike.peak_at - timedelta(hours=spike.window_hours)
    driven = store.drivers(connection, spike.key, start_at=start_at, end_at=spike.peak_at, known_at=known_at)
    read_until_at = quarter_hour(min(spike.peak_at, known_at - GRACE))
    complete = store.completeness(connection, start_at=quarter_hour(start_at), end_at=read_until_at, known_at=known_at - GRACE)
    names = store.display_names(connection)
    key = spike.key
    return Evidence(
        series_label=key.label(),
        theme_names=(names.get(("theme", key.theme_id), key.theme_id),) if key.theme_id else (),
        place_names=(names.get(("place", key.place_id), key.place_id),) if key.place_id else (),
        chart=chart,
        own_count=driven.own_count,
        forward_count=driven.forward_count,
        copy_count=driven.copy_count,
        top_channels=driven.top_channels,
        languages=driven.languages,
        terms=driven.terms,
        places=driven.places,
        quantities=driven.quantities,
        posts=driven.posts,
        coverage_share=complete.share,
        channels_count=complete.channels_count,
        channels_missing=complete.channels_missing,
        channels_silent=channels_silent,
        query=analyst_query(key, spike),
    )


def analyst_query(key: SeriesKey, spike: Spike) -> str:
    """Give the SQL that shows the spike's series around it, for an analyst to paste."""
    parts = {"theme_id": key.theme_id, "place_id": key.place_id, "source": key.source, "language": key.language}
    conditions = [f"{name} = '{value}'" if value else f"{name} IS NULL" for name, value in parts.items()]
    since_at = spike.onset_at - timedelta(days=2)
    return "\n".join(
        [
            "SELECT hour_at, posts_count, origin_count, observed_share",
            "FROM analyst.count_hour",
            f"WHERE {' AND '.join(conditions)} AND channel_id IS NULL",
            f"    AND hour_at >= '{since_at:%Y-%m-%d %H:%M}+00'",
            "ORDER BY hour_at;",
        ]
    )
