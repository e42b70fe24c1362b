"""Collect: from a source's pages to stored posts, one transaction a page."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime

from monitor import policy, seeds, store
from monitor.errors import BadRecord, TerminalError
from monitor.model import (
    BadItem,
    MaskedText,
    Page,
    PseudonymisedPost,
    QuarantineEntry,
    RawPost,
    ReadyPage,
    RunReport,
    SeenCount,
    quarter_hour,
)
from monitor.normalise import normalise
from monitor.pipeline.tools import Approved, author_keys, charter_of, forbidden_themes, reading
from monitor.privacy import AuthorKeys, pseudonymise, record_hash
from monitor.settings import Settings
from monitor.sources import Source
from monitor.sources.replay import ReplaySource

OnPage = Callable[[Counter[str]], None]
OnWrite = Callable[[Page], None]
Keep = Callable[[str], bool]


def collect_replay(
    connection: store.Connection, settings: Settings, *, as_of: datetime, on_page: OnPage | None = None
) -> RunReport:
    """Read on in the replay, within the time budget."""
    store.enter_world(connection, "replay")
    source = ReplaySource(settings.replay_file, seeds.load_channels(settings.seeds / "channels" / "replay.yml"))
    return read_source(connection, settings, source, as_of=as_of, on_page=on_page)


def read_source(
    connection: store.Connection,
    settings: Settings,
    source: Source,
    *,
    as_of: datetime,
    on_page: OnPage | None = None,
    on_write: OnWrite | None = None,
) -> RunReport:
    """Read every feed of ``source`` from its cursor on, committing page by page, until its end or the end of the budget.

    A feed that is refused for good does not stop the others; when all are, the last refusal is raised. ``on_write`` is called
    in each page's transaction, after its rows.
    """
    store.save_channels(connection, source.channels())
    totals: Counter[str] = Counter({"read": 0, "kept": 0, "new": 0, "quarantined": 0})
    deadline_s = time.monotonic() + settings.collect_budget_s
    feeds, refusals = source.feeds(), []
    for feed in feeds:
        try:
            for seen in read_feed(connection, settings, source, feed, as_of=as_of, on_write=on_write):
                totals.update(seen)
                if on_page:
                    on_page(totals)
                if time.monotonic() > deadline_s:
                    return RunReport(stage="collect", counts=totals)
        except TerminalError as refusal:
            refusals.append(refusal)
            totals["feeds refused"] += 1
    if refusals and len(refusals) == len(feeds):
        raise refusals[-1]
    return RunReport(stage="collect", counts=totals)


def read_feed(
    connection: store.Connection,
    settings: Settings,
    source: Source,
    feed: str,
    *,
    as_of: datetime,
    on_write: OnWrite | None = None,
    keep: Keep | None = None,
) -> Iterator[dict[str, int]]:
    """Store a feed's pages one by one; yields what each held."""
    cursor = store.read_cursor(connection, source.name, feed)
    approved = store.approved_themes(connection, as_of.date())
    for page in source.pages(feed, cursor, as_of=as_of):
        ready = ready_page(feed, page, settings, as_of=as_of, approved=approved, keep=keep)
        with connection.transaction() if on_write else nullcontext():
            new = store.write_page(connection, source.name, ready, expected=cursor)
            if on_write:
                on_write(page)
        cursor = page.cursor
        yield {"read": len(page.posts), "kept": len(ready.kept), "new": new, "quarantined": len(ready.quarantined)}


def ready_page(
    feed: str,
    page: Page,
    settings: Settings,
    *,
    as_of: datetime,
    approved: Approved = frozenset(),
    keep: Keep | None = None,
) -> ReadyPage:
    """Normalise, mask and keep a page's posts, in that order; what cannot be used goes to quarantine.

    A post whose only themes may not be asked of its source is counted as seen and forgotten, as if it carried none.
    ``keep`` judges a masked text in the codebook's place; only tests and benchmarks have a reason to.
    """
    keys = author_keys(settings)
    kept: list[PseudonymisedPost] = []
    quarantined = [_set_aside(item, keys) for item in page.bad]
    seen: Counter[tuple[str, str, datetime, bool]] = Counter()
    for raw in page.posts:
        try:
            post = pseudonymise(normalise(raw, as_of=as_of), keys)
            is_kept = keep(post.text) if keep else may_keep(settings, post.source, post.text, approved)
        except BadRecord as error:
            quarantined.append(_set_aside(_bad_item(raw, error.reason), keys))
            continue
        except Exception as error:  # one post must not stop the batch: it is set aside and counted
            quarantined.append(_set_aside(_bad_item(raw, f"error_{type(error).__name__}"), keys))
            continue
        if is_kept:
            kept.append(post)
        seen[post.source, post.channel, quarter_hour(post.posted_at), is_kept] += 1
    return ReadyPage(
        feed=feed,
        cursor=page.cursor,
        kept=tuple(kept),
        seen=_seen_counts(seen),
        coverage=page.coverage,
        quarantined=tuple(quarantined),
        opens=page.opens,
    )


def _seen_counts(seen: Counter[tuple[str, str, datetime, bool]]) -> tuple[SeenCount, ...]:
    bins = sorted({(source, channel, bin_at) for source, channel, bin_at, _ in seen})
    return tuple(
        SeenCount(
            source=source,  # type: ignore[arg-type]  # a Post's source, read back from the counter
            channel=channel,
            bin_at=bin_at,
            seen_count=seen[source, channel, bin_at, True] + seen[source, channel, bin_at, False],
            kept_count=seen[source, channel, bin_at, True],
        )
        for source, channel, bin_at in bins
    )


def _bad_item(raw: RawPost, reason: str) -> BadItem:
    content = json.dumps(raw.payload, default=str, sort_keys=True).encode("utf-8", "backslashreplace")
    return BadItem(origin=raw.origin, stage="normalise", reason=reason, raw=content)


def _set_aside(item: BadItem, keys: AuthorKeys) -> QuarantineEntry:
    return QuarantineEntry(
        origin=item.origin,
        stage=item.stage,
        reason=item.reason,
        length_bytes=len(item.raw),
        record_hash=record_hash(item.raw, keys),
    )


def may_keep(settings: Settings, source: str, text: MaskedText, approved: Approved) -> bool:
    """Tell whether a masked text of ``source`` is stored: it carries a theme that may be asked of it, or names a checkpoint."""
    matcher, forbidden = reading(settings).matcher, forbidden_themes(settings, source, approved)
    return policy.keeps(matcher.match(text), forbidden) if forbidden else matcher.keep(text)


def check_charter(settings: Settings, as_of: datetime) -> None:
    """Raise ConfigError unless the deployment's charter allows live collection."""
    policy.check_charter(charter_of(settings), as_of=as_of.date(), is_live=True)
