"""Hash the content of every table by natural keys, so that two databases can be compared."""

from __future__ import annotations

import hashlib

from monitor.store.connection import Connection

CHANNEL = "(SELECT source || ':' || handle FROM core.channel AS named WHERE named.channel_id = t.channel_id)"


def _series(column: str) -> str:
    return f"""(
        SELECT concat_ws(',', s.theme_id, '@' || s.place_id, 'source=' || s.source, 'language=' || s.language,
            'channel=' || (SELECT handle FROM core.channel AS named WHERE named.channel_id = s.channel_id))
        FROM core.series AS s WHERE s.series_id = t.{column}
    )"""


SPIKE_COLUMNS = """t.onset_at, t.opened_at, t.peak_at, t.closed_at, t.window_hours, t.observed, round(t.expected::numeric, 6),
    round(t.score::numeric, 6), round(t.severity::numeric, 6), round(t.exposure::numeric, 6), t.is_late,
    t.is_incomplete, t.status, t.kind, t.cleared_at"""

CONTENT: dict[str, str] = {
    "channel": "SELECT t.source, t.handle, t.title, t.is_listed FROM core.channel AS t",
    "approval": """
        SELECT t.source, t.theme_id, t.is_revoked, t.reference, t.decided_by, t.until_date FROM core.approval AS t""",
    "cursor": "SELECT t.source, t.feed, t.position, t.read_until_at FROM core.cursor AS t",
    "coverage": f"""
        SELECT {CHANNEL}, t.bin_at, t.state, t.known_at, t.seen_count, t.kept_count, t.is_history FROM core.coverage AS t""",
    "post": f"""
        SELECT {CHANNEL}, t.post_id, t.posted_at, t.collected_at, t.text, t.masked_count, t.author_key, t.key_id, t.url,
            t.is_forward, t.forwarded_from, t.forwarded_post_id, t.is_counted FROM core.post AS t""",
    "post_metric": f"SELECT {CHANNEL}, t.post_id, t.views_count, t.forwards_count FROM core.post_metric AS t",
    "withdrawn_post": f"SELECT {CHANNEL}, t.post_id, t.erase_at IS NULL FROM core.withdrawn_post AS t",
    "erased_post": f"SELECT {CHANNEL}, t.post_id FROM core.erased_post AS t",
    "backlog": f"SELECT {CHANNEL}, t.post_id FROM core.backlog AS t",
    "quarantine": "SELECT t.origin, t.stage, t.reason, t.length_bytes, t.record_hash FROM core.quarantine AS t",
    "post_annotation": f"""
        SELECT {CHANNEL}, t.post_id, t.language, t.language_confidence, t.language_method, t.post_kind, t.copy_hash,
            t.is_copy, t.is_origin, t.method FROM core.post_annotation AS t""",
    "post_origin": f"""
        SELECT {CHANNEL}, t.post_id, t.is_exact, t.origin_post_id,
            (SELECT source || ':' || handle FROM core.channel AS named WHERE named.channel_id = t.origin_channel_id)
        FROM core.post_origin AS t""",
    "post_theme": f"SELECT {CHANNEL}, t.post_id, t.theme_id, t.span_starts, t.span_ends, t.terms FROM core.post_theme AS t",
    "post_place": f"SELECT {CHANNEL}, t.post_id, t.place_id, t.span_start, t.span_end FROM core.post_place AS t",
    "post_quantity": f"""
        SELECT {CHANNEL}, t.post_id, t.kind, t.span_start, t.span_end, t.low, t.high, t.place_id,
            t.direction, t.mode, t.tense, t.is_hearsay
        FROM core.post_quantity AS t""",
    "queue_estimate": """
        SELECT t.place_id, t.kind, t.direction, t.mode, t.hour_at, round(t.value::numeric, 3), round(t.low::numeric, 3),
            round(t.high::numeric, 3), t.origin_count, t.channel_count, t.newest_at, t.is_conflicting
        FROM core.queue_estimate AS t""",
    "series_count": f"""
        SELECT {_series("series_id")}, t.bin_at, t.seen_at, t.posts_count, t.origin_count, t.withdrawn_count
        FROM core.series_count AS t""",
    "count_version": """
        SELECT t.bin_at, (SELECT digest FROM core.codebook AS c WHERE c.codebook_version = t.codebook_version), t.posts_count
        FROM core.count_version AS t WHERE t.posts_count > 0""",
    "stale_post": f"SELECT {CHANNEL}, t.post_id FROM core.stale_post AS t",
    "new_definition": "SELECT t.kind, t.definition_id FROM core.new_definition AS t",
    "query": "SELECT t.query_name, t.theme_id, t.text FROM core.query AS t",
    "x_count": "SELECT t.query_name, t.hour_at, t.posts_count FROM core.x_count AS t",
    "event": f"SELECT {_series('lead_series_id')}, t.opened_at FROM core.event AS t",
    "spike": f"SELECT {_series('series_id')}, {SPIKE_COLUMNS} FROM core.spike AS t",
    "spike_evidence": f"""
        SELECT {_series("series_id")}, t.opened_at, t.start_at, t.end_at, t.content ->> 'own_count',
            t.content ->> 'forward_count', t.content ->> 'copy_count', t.content -> 'neighbours', t.posts_count
        FROM (
            SELECT evidence.*, spike.series_id, spike.opened_at,
                (SELECT count(*) FROM core.spike_post AS shown WHERE shown.spike_id = evidence.spike_id) AS posts_count
            FROM core.spike_evidence AS evidence
            JOIN core.spike AS spike USING (spike_id)
        ) AS t""",
    "x_step": "SELECT t.theme_id, t.stepped_until_at FROM core.x_step AS t",
    "alert": """
        SELECT t.rule_id, t.reader, t.language, t.created_at, t.content #- '{0,spike_id}' #- '{0,event_id}'
        FROM core.alert AS t""",
    "delivery": "SELECT t.recipient, t.message_id, t.status FROM core.delivery AS t WHERE t.alert_id IS NOT NULL",
}


def digest(connection: Connection) -> dict[str, str]:
    """Give ``<rows>:<sha256>`` for each table's content: the same content gives the same digest in any database.

    Generated ids, run rows, attempts, notices to the operator and wall-clock columns do not count.
    """
    return {table: _digest_rows(connection, statement) for table, statement in CONTENT.items()}


def _digest_rows(connection: Connection, statement: str) -> str:
    rows = sorted(row[0] for row in connection.execute(f"SELECT (content.*)::text FROM ({statement}) AS content".encode()))
    return f"{len(rows)}:{hashlib.sha256(chr(10).join(rows).encode()).hexdigest()[:32]}"
