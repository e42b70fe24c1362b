"""What has lived its time goes: texts and annotations by the month, keys, logs and the register by the day. Counts stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from monitor.store.connection import Connection

TEXTS = ("post", "post_metric")
ANNOTATIONS = ("post_annotation", "post_theme", "post_place", "post_quantity")

ENSURE_PARTITION = "SELECT core.ensure_post_partition(%s)"


def make_partitions_ahead(connection: Connection, moments: Sequence[datetime]) -> None:
    """Make the partitions of the months that hold ``moments``, so that no collector has to."""
    for moment in moments:
        connection.execute(ENSURE_PARTITION, (moment,))


PARTITIONS = """
WITH partition AS MATERIALIZED (
    SELECT child.relname, inheritance.inhdetachpending
    FROM pg_inherits AS inheritance
    JOIN pg_class AS child ON child.oid = inheritance.inhrelid
    WHERE inheritance.inhparent = ('core.' || %s)::regclass
)
SELECT relname, inhdetachpending
FROM partition
WHERE to_date(right(relname, 7), 'YYYY_MM') + interval '1 month' <= %s
ORDER BY relname
"""
IS_FRESH = "SELECT EXISTS (SELECT FROM core.{post} WHERE collected_at > %s)"
HAS_POSTS = "SELECT to_regclass('core.{post}') IS NOT NULL"
DETACH = "ALTER TABLE core.{parent} DETACH PARTITION core.{child} {how}"
DROP = "DROP TABLE core.{child}"


def drop_expired_months(connection: Connection, tables: Sequence[str], *, before_at: datetime) -> int:
    """Drop the partitions of ``tables`` whose month ended before ``before_at``; return how many.

    A month in which a post was collected since stays: what an import has just brought has not lived its time. Detached first,
    beside readers, who are not made to wait; one that was broken off is finished. Needs a connection outside of a transaction.
    """
    dropped_count = 0
    for parent in tables:
        for child, is_pending in connection.execute(PARTITIONS, (parent, before_at)).fetchall():
            if _is_fresh(connection, f"post{child[-8:]}", before_at):
                continue
            how = "FINALIZE" if is_pending else "CONCURRENTLY"
            connection.execute(DETACH.format(parent=parent, child=child, how=how).encode())
            connection.execute(DROP.format(child=child).encode())
            dropped_count += 1
    return dropped_count


def _is_fresh(connection: Connection, post: str, before_at: datetime) -> bool:
    """Tell whether a month of posts holds one collected since; a month whose texts are gone already does not."""
    if not connection.execute(HAS_POSTS.format(post=post).encode()).fetchall()[0][0]:
        return False
    return bool(connection.execute(IS_FRESH.format(post=post).encode(), (before_at,)).fetchall()[0][0])


DETACHED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'core'::regnamespace AND relkind = 'r' AND NOT relispartition
    AND relname ~ ('^(' || array_to_string(core.monthly_tables(), '|') || ')_[0-9]{4}_[0-9]{2}$')
"""


def drop_detached(connection: Connection) -> int:
    """Drop months that were detached by a run that was killed before it could drop them; return how many."""
    names = [row[0] for row in connection.execute(DETACHED).fetchall()]
    for child in names:
        connection.execute(DROP.format(child=child).encode())
    return len(names)


UNQUOTE_OLD = """
UPDATE core.alert
SET content = jsonb_set(content, '{1,posts}', '[]')
WHERE created_at < %s AND content #> '{1,posts}' <> '[]'
"""


def unquote_old_mails(connection: Connection, *, before_at: datetime) -> int:
    """Take the posts out of mails written before ``before_at``: a quote lives no longer than its post. Return how many mails."""
    return connection.execute(UNQUOTE_OLD, (before_at,)).rowcount


FORGET_AUTHORS = """
UPDATE core.post SET author_key = NULL, key_id = NULL
WHERE author_key IS NOT NULL AND collected_at < %s
"""


def forget_authors(connection: Connection, *, before_at: datetime) -> int:
    """Forget who wrote the posts collected before ``before_at``: the keyed hashes go. Return of how many posts."""
    return connection.execute(FORGET_AUTHORS, (before_at,)).rowcount


OLD_RUNS = """
DELETE FROM core.pipeline_run
WHERE started_at < %s AND run_id <> ALL (SELECT max(run_id) FROM core.pipeline_run GROUP BY stage)
"""
OLD_LOGS = (
    OLD_RUNS,
    "DELETE FROM core.quarantine WHERE met_at < %s",
    "DELETE FROM core.notice WHERE settled_at < %s",
)


def forget_logs(connection: Connection, *, before_at: datetime) -> int:
    """Delete runs, quarantined records and settled notices older than ``before_at``; each stage keeps its last run."""
    return sum(connection.execute(statement.encode(), (before_at,)).rowcount for statement in OLD_LOGS)


OLD_AUDIT = ("DELETE FROM core.audit WHERE noted_at < %s", "DELETE FROM core.analyst_statement WHERE sampled_at < %s")


def forget_audit(connection: Connection, *, before_at: datetime) -> int:
    """Delete entries of the register and sampled statements older than ``before_at``; return how many."""
    return sum(connection.execute(statement.encode(), (before_at,)).rowcount for statement in OLD_AUDIT)


def expired_months(connection: Connection, tables: Sequence[str], *, before_at: datetime) -> list[str]:
    """Name the partitions that should have been dropped by ``before_at``."""
    return [
        child
        for parent in tables
        for child, _ in connection.execute(PARTITIONS, (parent, before_at)).fetchall()
        if not _is_fresh(connection, f"post{child[-8:]}", before_at)
    ]


LATE_AUTHORS = "SELECT count(*) FROM core.post WHERE author_key IS NOT NULL AND collected_at < %s"


def late_authors(connection: Connection, *, before_at: datetime) -> int:
    """Count the posts collected before ``before_at`` that still carry their author's hash."""
    return int(connection.execute(LATE_AUTHORS, (before_at,)).fetchall()[0][0])
