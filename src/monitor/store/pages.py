"""Write one page of posts: cursor, posts, coverage and quarantine in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from monitor.errors import CursorMoved
from monitor.model import Cursor, ReadyPage
from monitor.store.channels import channel_ids
from monitor.store.connection import Connection
from monitor.store.coverage import count_kept_again, count_seen, write_coverage
from monitor.store.posts import write_posts
from monitor.store.quarantine import write_quarantine

READ_CURSOR = "SELECT position, read_until_at FROM core.cursor WHERE source = %s AND feed = %s"


def read_cursor(connection: Connection, source: str, feed: str) -> Cursor:
    """Give how far ``feed`` has been read; an empty Cursor when it never was."""
    row = connection.execute(READ_CURSOR, (source, feed)).fetchone()
    return Cursor(position=row[0], read_until_at=row[1]) if row else Cursor()


def write_page(connection: Connection, source: str, page: ReadyPage, *, expected: Cursor) -> int:
    """Store ``page`` if the cursor still stands at ``expected``; return how many posts were new.

    Raises CursorMoved, having written nothing, when another writer was faster.
    """
    with connection.transaction():
        _move_cursor(connection, source, page, expected)
        ids = channel_ids(connection, _names(page))
        new_count = write_posts(connection, page.kept, ids)
        if page.is_reread:
            count_kept_again(connection, page.seen, ids)
        else:
            count_seen(connection, page.seen, ids, is_import=page.is_import)
        write_coverage(connection, page.coverage, ids)
        write_quarantine(connection, page.quarantined)
        _open_feeds(connection, source, page.opens)
    return new_count


def _names(page: ReadyPage) -> Iterator[tuple[str, str]]:
    for part in (page.kept, page.seen, page.coverage):
        yield from ((item.source, item.channel) for item in part)


MOVE_CURSOR = """
UPDATE core.cursor
SET position = %s, read_until_at = %s, moved_at = now()
WHERE source = %s AND feed = %s AND position = %s
"""
FIRST_CURSOR = """
INSERT INTO core.cursor (position, read_until_at, source, feed)
VALUES (%s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""


def _move_cursor(connection: Connection, source: str, page: ReadyPage, expected: Cursor) -> None:
    target = (page.cursor.position, page.cursor.read_until_at, source, page.feed)
    if expected.position is None:
        moved = connection.execute(FIRST_CURSOR, target)
    else:
        moved = connection.execute(MOVE_CURSOR, (*target, expected.position))
    if moved.rowcount != 1:
        raise CursorMoved(f"{source} {page.feed}: another collector has moved the cursor. The page will be read again.")


def _open_feeds(connection: Connection, source: str, opens: Iterable[tuple[str, Cursor]]) -> None:
    for feed, cursor in opens:
        connection.execute(FIRST_CURSOR, (cursor.position, cursor.read_until_at, source, feed))
