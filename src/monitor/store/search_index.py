"""Full-text indexes of the months of posts: live ones from their first day, backfilled ones once the backfill has ended."""

from __future__ import annotations

from datetime import datetime

from psycopg.pq import TransactionStatus

from monitor.model import month_of
from monitor.store.connection import Connection

MONTHS = """
SELECT child.relname, index.relname, coalesce(state.indisvalid, false)
FROM pg_inherits AS inheritance
JOIN pg_class AS child ON child.oid = inheritance.inhrelid
LEFT JOIN pg_class AS index ON index.relname = child.relname || '_search' AND index.relnamespace = child.relnamespace
LEFT JOIN pg_index AS state ON state.indexrelid = index.oid
WHERE inheritance.inhparent = 'core.post'::regclass AND NOT inheritance.inhdetachpending
ORDER BY child.relname DESC
"""
IS_IMPORTING = """
SELECT EXISTS (
    SELECT FROM core.pipeline_run WHERE stage = 'import' AND status = 'running' AND started_at > %s - interval '1 day'
)
"""
DROP_BROKEN = "DROP INDEX {how} IF EXISTS core.{name}_search"
MAKE = "CREATE INDEX {how} {name}_search ON core.{name} USING gin (to_tsvector('russian', text))"
LEARN = "ANALYZE core.{name}"


def index_texts(connection: Connection, *, as_of: datetime) -> int:
    """Make the full-text index of each month of posts that lacks it, beside its writers; return how many.

    Other months than that of ``as_of`` and later wait while an import runs: an index that is kept up costs ten times one that is
    made at the end. One that a killed run left broken is made again. Inside of a transaction, writers wait.
    """
    this_month = f"post_{month_of(as_of)[0]:%Y_%m}"
    is_importing = bool(connection.execute(IS_IMPORTING, (as_of,)).fetchall()[0][0])
    how = "CONCURRENTLY" if connection.info.transaction_status is TransactionStatus.IDLE else ""
    made_count = 0
    for name, index, is_valid in connection.execute(MONTHS).fetchall():
        if is_valid or (is_importing and name < this_month):
            continue
        if index:
            connection.execute(DROP_BROKEN.format(name=name, how=how).encode())
        connection.execute(MAKE.format(name=name, how=how).encode())
        connection.execute(LEARN.format(name=name).encode())
        made_count += 1
    return made_count
