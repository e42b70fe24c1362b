"""The evidence of spikes, stored with them: figures and names as they were, posts by their keys alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

from pydantic import TypeAdapter

from monitor.model import QUARTER_HOUR, Evidence, LastTime, PostKey, Spike, SpikeRecord
from monitor.store.connection import Connection

HOUR = timedelta(hours=1)


@cache
def _content() -> TypeAdapter[Evidence]:
    return TypeAdapter(Evidence)


SAVE_RECORD = """
INSERT INTO core.spike_evidence (spike_id, taken_at, start_at, end_at, content, parameters, gates)
VALUES (%s, %s, %s, %s, %s::jsonb, %s::jsonb, %s::jsonb)
ON CONFLICT (spike_id) DO UPDATE SET
    taken_at = excluded.taken_at, start_at = excluded.start_at, end_at = excluded.end_at,
    content = excluded.content, parameters = excluded.parameters, gates = excluded.gates
"""
DROP_POSTS = "DELETE FROM core.spike_post WHERE spike_id = %s"
ADD_POST = """
INSERT INTO core.spike_post (spike_id, place_number, channel_id, post_id, posted_at)
VALUES (%s, %s, %s, %s, %s)
"""


def save_spike_record(connection: Connection, spike_id: int, record: SpikeRecord) -> None:
    """Write a spike's evidence in place of what was taken before; texts and chart are left out."""
    content = _content().dump_json(replace(record.evidence, posts=(), chart=())).decode()
    packed = (content, json.dumps(record.parameters), json.dumps(record.gates))
    connection.execute(SAVE_RECORD, (spike_id, record.taken_at, record.start_at, record.end_at, *packed))
    connection.execute(DROP_POSTS, (spike_id,))
    with connection.cursor() as cursor:
        cursor.executemany(ADD_POST, [_row(spike_id, number, key) for number, key in enumerate(record.post_keys, 1)])


def _row(spike_id: int, number: int, key: PostKey) -> tuple[object, ...]:
    return (spike_id, number, key.channel_id, key.post_id, key.posted_at)


READ_RECORD = """
SELECT evidence.taken_at, evidence.start_at, evidence.end_at, evidence.content::text, evidence.parameters, evidence.gates,
    (SELECT count(*) FROM core.spike_post AS shown
     JOIN core.erased_post AS gone USING (channel_id, post_id)
     WHERE shown.spike_id = evidence.spike_id) AS withdrawn_count
FROM core.spike_evidence AS evidence
WHERE evidence.spike_id = %s
"""
READ_POSTS = """
SELECT channel_id, post_id, posted_at
FROM core.spike_post
WHERE spike_id = %s
ORDER BY place_number
"""


def spike_record(connection: Connection, spike_id: int) -> SpikeRecord | None:
    """Give the evidence stored with a spike; None where it was found by a version that kept none."""
    row = connection.execute(READ_RECORD, (spike_id,)).fetchone()
    if row is None:
        return None
    taken_at, start_at, end_at, content, parameters, gates, withdrawn_count = row
    keys = connection.execute(READ_POSTS, (spike_id,)).fetchall()
    return SpikeRecord(
        taken_at=taken_at,
        start_at=start_at,
        end_at=end_at,
        evidence=replace(_content().validate_json(content), withdrawn_count=withdrawn_count),
        post_keys=tuple(PostKey(channel_id=c, post_id=p, posted_at=at) for c, p, at in keys),
        parameters=parameters,
        gates=tuple(gates),
    )


LAST_POSTS = """
WITH bin AS (
    SELECT counted.bin_at, sum(counted.origin_count) AS origin_count
    FROM core.series_count AS counted
    WHERE counted.series_id = %(series)s AND counted.bin_at < %(before)s AND counted.seen_at <= %(known)s
    GROUP BY counted.bin_at
), reached AS (
    SELECT bin_at, sum(origin_count) OVER (ORDER BY bin_at RANGE BETWEEN %(reach)s PRECEDING AND CURRENT ROW) AS origin_count
    FROM bin
)
SELECT bin_at + interval '15 minutes', origin_count::integer
FROM reached
WHERE origin_count >= %(observed)s
ORDER BY bin_at DESC
LIMIT 1
"""
LAST_QUEUE = """
SELECT peak_at, observed
FROM core.spike
WHERE series_id = %(series)s AND kind = 'queue' AND status <> 'withdrawn' AND observed >= %(observed)s AND peak_at < %(before)s
ORDER BY peak_at DESC
LIMIT 1
"""
LAST_X = """
WITH hour AS (
    SELECT counted.hour_at, sum(counted.posts_count) AS posts_count
    FROM core.x_count AS counted
    JOIN core.query AS query USING (query_name)
    WHERE query.theme_id = %(theme)s AND query.is_asked AND counted.hour_at >= query.counted_since_at
        AND counted.hour_at < %(before)s
    GROUP BY counted.hour_at
), reached AS (
    SELECT hour_at, sum(posts_count) OVER (ORDER BY hour_at RANGE BETWEEN %(reach)s PRECEDING AND CURRENT ROW) AS posts_count
    FROM hour
)
SELECT hour_at + interval '1 hour', posts_count::integer
FROM reached
WHERE posts_count >= %(observed)s
ORDER BY hour_at DESC
LIMIT 1
"""


def last_time(connection: Connection, spike: Spike, series_id: int, *, known_at: datetime, days_on_record: float) -> LastTime:
    """Give when the series, before this rise, last had as many posts in a window as long, or people last waited as long."""
    hours = timedelta(hours=spike.window_hours)
    statement, grain = (LAST_X, HOUR) if spike.key.source == "x" else (LAST_POSTS, QUARTER_HOUR)
    where = {
        "series": series_id,
        "theme": spike.key.theme_id,
        "before": spike.onset_at,
        "known": known_at,
        "reach": hours - grain,
        "observed": spike.observed,
    }
    row = connection.execute((LAST_QUEUE if spike.kind == "queue" else statement).encode(), where).fetchone()
    ended_at, observed = row or (None, None)
    return LastTime(days_on_record=days_on_record, ended_at=ended_at, observed=observed)
