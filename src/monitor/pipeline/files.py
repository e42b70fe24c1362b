"""Import: from a file's records to stored posts. What a file brings never alerts, and is counted only where it is complete."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor import seeds, store
from monitor.errors import ConfigError
from monitor.model import QUARTER_HOUR, Cursor, Page, PseudonymisedPost, ReadyPage, RunReport, quarter_hour
from monitor.pipeline.collect import ready_page
from monitor.pipeline.helper import ready_in_order
from monitor.pipeline.tools import Approved
from monitor.settings import Settings
from monitor.sources.files import FileSource, Format

MIN_AGE = timedelta(hours=48)
"""What the detector takes into account without a word: a file may be declared complete only for what is older."""
PAGE_POSTS = 1_500
"""Posts a transaction: what a kill costs is read again within a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileToImport:
    """A file (``-`` for standard input) and what whoever imports it knows of it.

    ``handles`` gives the public handle of a Telegram export's channels by their number, or of all under ``*``.
    ``complete`` is the stretch of which the file holds every post of its channels; an old export was made in ``time_zone``.
    """

    file: str = field(repr=False)
    form: Format | None = None
    handles: Mapping[str, str] = field(default_factory=dict)
    complete: tuple[datetime, datetime] | None = None
    time_zone: ZoneInfo | None = None


OnPage = Callable[[Counter[str], FileSource], None]


def import_file(
    connection: store.Connection, settings: Settings, wanted: FileToImport, *, as_of: datetime, on_page: OnPage | None = None
) -> RunReport:
    """Read a file to its end, from where an earlier import of the same content stopped."""
    complete = _whole_quarter_hours(wanted.complete, as_of)
    source = FileSource(
        Path(wanted.file) if wanted.file != "-" else wanted.file,
        form=wanted.form,
        handles={**_listed_handles(settings), **wanted.handles},
        complete=complete,
        time_zone=wanted.time_zone,
        page_posts=PAGE_POSTS,
    )
    totals: Counter[str] = Counter({"read": 0, "kept": 0, "new": 0, "quarantined": 0})
    for feed in source.feeds():
        ready = _ready_pages(connection, settings, source, feed, complete, as_of)
        for seen in _written(connection, source.name, ready):
            totals.update(seen)
            if on_page:
                on_page(totals, source)
    return RunReport(stage="import", counts=totals)


def _ready_pages(
    connection: store.Connection,
    settings: Settings,
    source: FileSource,
    feed: str,
    complete: tuple[datetime, datetime] | None,
    as_of: datetime,
) -> Iterator[tuple[Cursor, Page, ReadyPage]]:
    """Give each page after the feed's cursor as it came and as it is stored, with the cursor it must follow."""
    cursor = store.read_cursor(connection, source.name, feed)
    approved = store.approved_themes(connection, as_of.date())
    make_ready = partial(_ready_page, feed, settings, approved, complete, as_of)
    for page, ready in ready_in_order(source.pages(feed, cursor, as_of=as_of), make_ready, settings):
        yield cursor, page, ready
        cursor = page.cursor


def _ready_page(
    feed: str, settings: Settings, approved: Approved, complete: tuple[datetime, datetime] | None, as_of: datetime, page: Page
) -> ReadyPage:
    return _of_file(ready_page(feed, page, settings, as_of=as_of, approved=approved), complete)


def _written(
    connection: store.Connection, source_name: str, pages: Iterable[tuple[Cursor, Page, ReadyPage]]
) -> Iterator[dict[str, int]]:
    """Store pages one after the other, each while the next is made ready; yields what each held."""
    with ThreadPoolExecutor(1, "import") as writer:
        last: Future[dict[str, int]] | None = None
        for cursor, page, ready in pages:
            if last is not None:
                yield last.result()
            last = writer.submit(_write, connection, source_name, cursor, page, ready)
        if last is not None:
            yield last.result()


def _write(connection: store.Connection, source_name: str, expected: Cursor, page: Page, ready: ReadyPage) -> dict[str, int]:
    new = store.write_page(connection, source_name, ready, expected=expected)
    return {"read": len(page.posts), "kept": len(ready.kept), "new": new, "quarantined": len(ready.quarantined)}


def _of_file(page: ReadyPage, complete: tuple[datetime, datetime] | None) -> ReadyPage:
    """Count only what lies in the stretch that was declared complete; elsewhere a file says nothing of what it left out."""

    def is_counted(moment: datetime) -> bool:
        return complete is not None and complete[0] <= moment < complete[1]

    kept = tuple(_of_nobody(post, is_counted=is_counted(post.posted_at)) for post in page.kept)
    seen = tuple(count for count in page.seen if count.source != "x" and is_counted(count.bin_at))
    coverage = tuple(span for span in page.coverage if span.source != "x")
    return replace(page, kept=kept, seen=seen, coverage=coverage, is_import=True)


def _of_nobody(post: PseudonymisedPost, *, is_counted: bool) -> PseudonymisedPost:
    """Drop what nobody can vouch for: an address that is not the post's own, and where a forward is said to come from."""
    is_own = post.url is not None and post.url.startswith(f"https://t.me/{post.channel}/")
    return replace(post, url=post.url if is_own else None, forwarded_from=None, forwarded_post_id=None, is_counted=is_counted)


def _whole_quarter_hours(complete: tuple[datetime, datetime] | None, as_of: datetime) -> tuple[datetime, datetime] | None:
    if complete is None:
        return None
    start_at, end_at = complete
    first_at = quarter_hour(start_at)
    first_at, last_at = (first_at if first_at == start_at else first_at + QUARTER_HOUR), quarter_hour(end_at)
    if first_at >= last_at:
        raise ConfigError("--complete FROM TO: FROM must lie at least a quarter-hour before TO.")
    if last_at > as_of - MIN_AGE:
        raise ConfigError(
            f"--complete FROM TO: TO must lie at least 48 hours back, before {as_of - MIN_AGE:%Y-%m-%d %H:%M} UTC: "
            "what is younger is the business of live collection."
        )
    return first_at, last_at


def _listed_handles(settings: Settings) -> dict[str, str]:
    """Give the handles of listed Telegram channels by their titles, for exports that name no more; none for a title of two."""
    listed = [channel for channel in seeds.load_channels(settings.seeds / "channels") if channel.source == "telegram"]
    titles = Counter(channel.title for channel in listed)
    return {channel.title: channel.handle for channel in listed if titles[channel.title] == 1}
