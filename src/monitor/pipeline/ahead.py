"""Read a feed while what was read before is written: pages that meet meanwhile share a transaction, the cursor's move too.

A page is read again whole after a kill, as ever; only how many of them lie between two commits depends on how fast they come.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from types import TracebackType

from monitor import store
from monitor.model import Cursor, ReadyPage, SeenCount
from monitor.pipeline.collect import Keep, ready_page
from monitor.settings import Settings
from monitor.sources import Source

GROUP_PAGES = 6
"""Pages that are written together at most."""
GATHER_S = 0.05
"""How long a page waits for others to be written with."""
WAITING_PAGES = 4 * GROUP_PAGES
"""So many pages may be ready and not written before reading waits."""

PageCounts = dict[str, int]


def read_ahead(
    connection: store.Connection,
    settings: Settings,
    source: Source,
    feed: str,
    *,
    as_of: datetime,
    keep: Keep | None = None,
    is_over: Callable[[], bool] = lambda: False,
    is_reread: bool = False,
) -> Iterator[PageCounts]:
    """Store a feed's pages until its end or ``is_over``; yields what each transaction held.

    ``is_reread`` says that the feed goes over what was read before, with a newer codebook: it says nothing new of coverage.

    ``source`` must not use the connection, nor may the caller before the end: it is the writer's meanwhile. What was read
    before a failure of the source is written before that is raised.
    """
    cursor = store.read_cursor(connection, source.name, feed)
    approved = store.approved_themes(connection, as_of.date())
    pages = source.pages(feed, cursor, as_of=as_of)
    failure: Exception | None = None
    with _Writer(connection, source.name, cursor) as writer:
        while not is_over():
            try:
                page = next(pages, None)
            except Exception as error:
                failure = error
                break
            if page is None:
                break
            ready = ready_page(feed, page, settings, as_of=as_of, approved=approved, keep=keep)
            writer.add(replace(ready, coverage=(), is_reread=True) if is_reread else ready, len(page.posts))
            yield from writer.written(at_most_waiting=WAITING_PAGES)
        yield from writer.written(at_most_waiting=0)
    if failure is not None:
        raise failure


class _Writer:
    """Writes ready pages of one feed in their order, in a thread of its own."""

    def __init__(self, connection: store.Connection, source_name: str, cursor: Cursor) -> None:
        self._connection = connection
        self._source_name = source_name
        self._cursor = cursor
        self._waiting: deque[tuple[ReadyPage, int]] = deque()
        self._writing: deque[Future[PageCounts | None]] = deque()
        self._is_pressed = threading.Event()
        self._is_ending = False
        self._has_failed = False
        self._pool = ThreadPoolExecutor(1, "writer")

    def __enter__(self) -> _Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._press_on()
        self._pool.shutdown(cancel_futures=True)

    def add(self, page: ReadyPage, read_count: int) -> None:
        """Let a page be written; ``read_count`` posts were read for it."""
        self._waiting.append((page, read_count))
        if len(self._waiting) >= GROUP_PAGES:
            self._is_pressed.set()
        self._writing.append(self._pool.submit(self._write_waiting))

    def written(self, *, at_most_waiting: int) -> Iterator[PageCounts]:
        """Give what was written since; waits while more pages than that are waiting. Raises what went wrong."""
        if at_most_waiting == 0:
            self._press_on()
        while self._writing and (len(self._writing) > at_most_waiting or self._writing[0].done()):
            counts = self._writing.popleft().result()
            if counts is not None:
                yield counts

    def _press_on(self) -> None:
        self._is_ending = True
        self._is_pressed.set()

    def _write_waiting(self) -> PageCounts | None:
        """Write all pages that wait, and those that come within a moment; None when another call has done so.

        After a failure nothing more is written: what follows would leave a gap behind it.
        """
        if self._has_failed or not self._waiting:
            return None
        self._is_pressed.wait(GATHER_S)
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_PAGES))]
        if len(self._waiting) < GROUP_PAGES and not self._is_ending:
            self._is_pressed.clear()
        page = joined([page for page, _ in group])
        self._has_failed = True
        new = store.write_page(self._connection, self._source_name, page, expected=self._cursor)
        self._has_failed, self._cursor = False, page.cursor
        read_count = sum(count for _, count in group)
        return {"read": read_count, "kept": len(page.kept), "new": new, "quarantined": len(page.quarantined)}


def joined(pages: Sequence[ReadyPage]) -> ReadyPage:
    """Make one page of pages that follow each other."""
    if len(pages) == 1:
        return pages[0]
    return replace(
        pages[-1],
        kept=tuple(post for page in pages for post in page.kept),
        seen=_joined_counts([count for page in pages for count in page.seen]),
        coverage=tuple(span for page in pages for span in page.coverage),
        quarantined=tuple(entry for page in pages for entry in page.quarantined),
        opens=tuple(opened for page in pages for opened in page.opens),
    )


def _joined_counts(counts: Sequence[SeenCount]) -> tuple[SeenCount, ...]:
    """Give one count a quarter-hour: the first of a page may be the last of the one before."""
    seen: Counter[tuple[str, str, datetime]] = Counter()
    kept: Counter[tuple[str, str, datetime]] = Counter()
    first = {(count.source, count.channel, count.bin_at): count for count in reversed(counts)}
    for count in counts:
        seen[count.source, count.channel, count.bin_at] += count.seen_count
        kept[count.source, count.channel, count.bin_at] += count.kept_count
    return tuple(replace(first[key], seen_count=seen[key], kept_count=kept[key]) for key in sorted(first))
