"""Gather what a spike rests on: what drives it, how complete the data is, what stands beside it and when it was so before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from monitor import store
from monitor.detect import MAIL, PARAMETERS, QUEUE_THEME, Gate, gates, parameters_of
from monitor.model import GRACE, ChartPoint, Evidence, Neighbour, QueueWait, SeriesKey, Spike, SpikeRecord, quarter_hour
from monitor.pipeline.nowcast import standing

MOST_WAITS = 3
Names = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What the detector knows around a spike: its series' last days, its neighbours, how long it was watched, who is silent.

    ``needed_score`` is what a mail needs of a series of its level; ``coverage_share`` overrules what the channels tell.
    """

    chart: tuple[ChartPoint, ...]
    neighbours: tuple[Neighbour, ...] | None
    days_on_record: float
    needed_score: float
    channels_silent: tuple[str, ...] = ()
    coverage_share: float | None = None


def keep_evidence(connection: store.Connection, spike: Spike, series_id: int, around: Around, *, known_at: datetime) -> Evidence:
    """Take a stored spike's evidence, store it with the spike, and give it, for a mail.

    Neighbours are remembered for some days only: those of a longer episode stay as they were taken before.
    """
    if spike.spike_id is None:
        raise ValueError("evidence is kept of stored spikes")
    if around.neighbours is None:
        before = store.spike_record(connection, spike.spike_id)
        around = replace(around, neighbours=before.evidence.neighbours if before else None)
    record = record_of(connection, spike, series_id, around, known_at=known_at)
    store.save_spike_record(connection, spike.spike_id, record)
    return record.evidence


def record_of(connection: store.Connection, spike: Spike, series_id: int, around: Around, *, known_at: datetime) -> SpikeRecord:
    """Describe the window behind ``spike`` by what was collected by ``known_at``.

    The quarter-hour that is still running belongs to the posts, and not to what must have been read.
    """
    key = spike.key
    start_at = spike.peak_at - timedelta(hours=spike.window_hours)
    driven = store.drivers(connection, key, start_at=start_at, end_at=spike.peak_at, known_at=known_at)
    complete = _completeness(connection, spike, start_at, around, known_at)
    names = store.display_names(connection)
    evidence = Evidence(
        series_label=key.label(),
        theme_names=(names.get(("theme", key.theme_id), key.theme_id),) if key.theme_id else (),
        place_names=(names.get(("place", key.place_id), key.place_id),) if key.place_id else (),
        chart=around.chart,
        own_count=driven.own_count,
        forward_count=driven.forward_count,
        copy_count=driven.copy_count,
        top_channels=driven.top_channels,
        languages=driven.languages,
        terms=driven.terms,
        places=driven.places,
        place_ids=driven.place_ids,
        quantities=driven.quantities,
        posts=driven.posts,
        coverage_share=complete.share,
        channels_count=complete.channels_count,
        channels_missing=complete.channels_missing,
        channels_silent=around.channels_silent,
        query=analyst_query(key, spike),
        neighbours=_named(around.neighbours, names),
        last_time=store.last_time(connection, spike, series_id, known_at=known_at, days_on_record=around.days_on_record),
        waits=_waits(connection, key, known_at),
    )
    return SpikeRecord(
        taken_at=known_at,
        start_at=start_at,
        end_at=spike.peak_at,
        evidence=evidence,
        post_keys=driven.post_keys,
        parameters=parameters_of(spike),
        gates=tuple(asdict(gate) for gate in _gates(spike, driven, around.needed_score)),
    )


def _completeness(
    connection: store.Connection, spike: Spike, start_at: datetime, around: Around, known_at: datetime
) -> store.Completeness:
    if around.coverage_share is not None:
        return store.Completeness(share=around.coverage_share, channels_count=0, channels_missing=())
    read_until_at = quarter_hour(min(spike.peak_at, known_at - GRACE))
    return store.completeness(connection, start_at=quarter_hour(start_at), end_at=read_until_at, known_at=known_at - GRACE)


def _named(neighbours: tuple[Neighbour, ...] | None, names: Names) -> tuple[Neighbour, ...] | None:
    if neighbours is None:
        return None
    places = [names.get(("place", other.key.place_id or "")) for other in neighbours]
    return tuple(replace(other, place_name=place) for other, place in zip(neighbours, places, strict=True))


def _waits(connection: store.Connection, key: SeriesKey, known_at: datetime) -> tuple[QueueWait, ...] | None:
    """Give how long people wait at a checkpoint, the queues with most reports first; None where it is about no queue."""
    if key.theme_id not in (None, QUEUE_THEME) or key.place_id not in store.crossing_names(connection):
        return None
    found = [queue for _, queue in standing(connection, key.place_id or "", as_of=known_at, kinds=("wait_hours",))]
    waits = [
        QueueWait(
            direction=queue.direction,
            mode=queue.mode,
            low=queue.nowcast.low,
            high=queue.nowcast.high,
            origin_count=queue.nowcast.origin_count,
            newest_at=queue.nowcast.newest_at,
            is_conflicting=bool(queue.nowcast.is_conflicting),
        )
        for queue in found
        if queue.direction == "out" and queue.nowcast.newest_at is not None
    ]
    return tuple(sorted(waits, key=lambda wait: (-wait.origin_count, wait.mode))[:MOST_WAITS])


def _gates(spike: Spike, driven: store.Drivers, needed_score: float) -> Iterator[Gate]:
    """Give every gate of a spike and of a mail, as the spike stands with what is known of its window."""
    if spike.kind == "queue":  # opens at its level alone, which two channels must have told
        return
    score, needed = f"{spike.score:.1f}", f"{PARAMETERS.threshold:.1f}"
    yield Gate(name="score of a spike", is_passed=spike.score >= PARAMETERS.threshold, found=score, needed=needed)
    is_x = spike.key.source == "x"  # X counts, and tells neither posts nor who wrote them
    excess = (spike.observed if is_x else driven.own_count) - spike.expected
    channels = MAIL.min_channels if is_x else driven.channel_count
    for gate in gates(spike.key, score=spike.score, needed_score=needed_score, excess=excess, channels=channels):
        if not (is_x and gate.name == "channels"):
            yield replace(gate, name=f"{gate.name} of a mail")


def analyst_query(key: SeriesKey, spike: Spike) -> str:
    """Give the SQL that shows the spike's series around it, for an analyst to paste."""
    since_at = spike.onset_at - timedelta(days=2)
    if key.source == "x":
        return "\n".join(
            [
                "SELECT hour_at, sum(posts_count) AS posts_count",
                "FROM analyst.x_count_hour",
                f"WHERE theme_id = '{key.theme_id}' AND is_same_text",
                f"    AND hour_at >= '{since_at:%Y-%m-%d %H:%M}+00'",
                "GROUP BY hour_at",
                "ORDER BY hour_at;",
            ]
        )
    parts = {"theme_id": key.theme_id, "place_id": key.place_id, "source": key.source, "language": key.language}
    conditions = [f"{name} = '{value}'" if value else f"{name} IS NULL" for name, value in parts.items()]
    return "\n".join(
        [
            "SELECT hour_at, posts_count, origin_count, observed_share",
            "FROM analyst.count_hour",
            f"WHERE {' AND '.join(conditions)} AND channel_id IS NULL",
            f"    AND hour_at >= '{since_at:%Y-%m-%d %H:%M}+00'",
            "ORDER BY hour_at;",
        ]
    )
