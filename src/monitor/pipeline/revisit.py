"""Ask for stored posts again: new counts, edits, and deletions carried through.

A deleted post is erased at once. Where a set share of a channel went together, the posts vanish from views and mails at once and
are erased a day later, unless a human keeps them: a channel may have been taken over, or its owner may be in danger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from monitor import store
from monitor.errors import BadRecord, ConfigError
from monitor.model import Cursor, PostKey, PseudonymisedPost, RawPost, ReadyPage, RunReport
from monitor.normalise import normalise
from monitor.pipeline.collect import Keep, may_keep
from monitor.pipeline.tools import author_keys
from monitor.privacy import pseudonymise
from monitor.settings import Settings

if TYPE_CHECKING:
    from monitor.sources.telegram import TelegramSource

AT_ONCE = 100
"""Posts Telegram gives in one answer."""
PAGES_A_ROUND = 10
"""Requests a channel may take in one round for posts that are due."""
SAMPLE_PAGES = 2
"""Pages of a channel's newest posts that are asked for to tell a few deletions from many."""
MASS_LEAST = 10
"""Fewer deletions than this are never a mass."""
NEWEST = 2**62
EDITS_EVERY, EDITS_WINDOW = timedelta(hours=1), timedelta(hours=24)
"""How often a channel is looked through for edits of posts that were not kept, and how far back."""
EDITS_SUFFIX = "/edits"
"""Behind a channel's handle: the cursor that says when it was last looked through."""
EDITS_PAGES = 5
"""Requests that may take: of a channel with more than some 500 posts a day the newest."""


@dataclass(slots=True, kw_only=True)
class Revisit:
    """One channel's stored posts, asked for again."""

    connection: store.Connection
    settings: Settings
    source: TelegramSource
    handle: str
    as_of: datetime
    totals: Counter[str]
    is_over: Callable[[], bool]
    keep: Keep | None = None

    def due(self) -> None:
        """Ask for the posts that it is time for."""
        for _ in range(PAGES_A_ROUND):
            keys = store.due_posts(self.connection, self.handle, as_of=self.as_of, limit=AT_ONCE)
            if not keys or self.is_over():
                return
            gone = self._ask(keys)
            if gone:
                self._settle(keys, gone)

    def edits(self) -> None:
        """Look through the last day for posts that were forgotten, and carry a theme since an edit."""
        feed, tail = self.handle + EDITS_SUFFIX, store.read_cursor(self.connection, "telegram", self.handle)
        before = store.read_cursor(self.connection, "telegram", feed)
        looked_at = before.read_until_at
        if looked_at is not None and self.as_of - looked_at < EDITS_EVERY:
            return
        if looked_at is not None:
            self._keep_edited(int(tail.position or 0), looked_at)
        cursor = Cursor(position=self.as_of.isoformat(), read_until_at=self.as_of)
        page = ReadyPage(feed=feed, cursor=cursor, kept=(), seen=(), coverage=(), quarantined=())
        store.write_page(self.connection, "telegram", page, expected=before)

    def _keep_edited(self, until_id: int, since_at: datetime) -> None:
        found = self.source.recent(
            self.handle, until_id=until_id, since_at=self.as_of - EDITS_WINDOW, as_of=self.as_of, most_pages=EDITS_PAGES
        )
        for raw in found:
            edited_at = raw.payload["edit_date"]
            if edited_at is None or edited_at < since_at:
                continue
            post = self._read(raw)
            if post is not None and self._is_kept(post):
                self.totals["kept since an edit"] += store.keep_late(self.connection, post)

    def everything(self) -> None:
        """Ask for every stored post: the channel seems to have been emptied."""
        asked, gone = self._walk(limit_pages=None)
        self._settle(asked, gone)

    def _settle(self, asked: Sequence[PostKey], gone: Sequence[PostKey]) -> None:
        """Erase deleted posts; where they are a mass, hide them and whatever else is missing, and tell the operator."""
        sample, missing = self._walk(limit_pages=SAMPLE_PAGES)
        gone = sorted({*gone, *missing})
        if not self._is_mass(len(gone), len({*asked, *sample})):
            for key in gone:
                self.totals["erased"] += store.erase_post(self.connection, key, as_of=self.as_of)
            return
        self._hold(gone)
        _, rest = self._walk(limit_pages=None)
        self._hold(rest)
        self._tell()

    def _is_mass(self, gone_count: int, asked_count: int) -> bool:
        """Tell whether so many deletions among so many posts are a mass, or belong to one that waits already."""
        if any(handle == self.handle for handle, *_ in store.held_deletions(self.connection)):
            return gone_count > 0
        return gone_count >= MASS_LEAST and gone_count * 100 > self.settings.mass_deletion_pct * asked_count

    def _hold(self, gone: Sequence[PostKey]) -> None:
        if gone:
            self.totals["withdrawn"] += store.hold_posts(self.connection, gone, as_of=self.as_of)

    def _tell(self) -> None:
        count, erase_at = next((n, at) for name, n, _, at in store.held_deletions(self.connection) if name == self.handle)
        message = (
            f"{count} posts of {self.handle} were deleted together. They are hidden and will be erased at "
            f"{erase_at:%d %b %H:%M} UTC. To decide: monitor deletions keep {self.handle}, or erase."
        )
        store.open_notice(self.connection, "mass_deletion", self.handle, message, as_of=self.as_of)

    def _walk(self, *, limit_pages: int | None) -> tuple[list[PostKey], list[PostKey]]:
        """Ask for stored posts from the newest on; give those asked for and those that are gone."""
        asked: list[PostKey] = []
        gone: list[PostKey] = []
        before_id, pages = NEWEST, 0
        while (limit_pages is None or pages < limit_pages) and not self.is_over():
            keys = store.newest_posts(self.connection, self.handle, before_id=before_id, limit=AT_ONCE)
            if not keys:
                break
            asked += keys
            gone += self._ask(keys)
            before_id, pages = min(key.post_id for key in keys), pages + 1
        return asked, gone

    def _ask(self, keys: Sequence[PostKey]) -> list[PostKey]:
        """Ask for one page of posts, write what has changed of those that are there, and give those that are not."""
        found = self.source.again(self.handle, [key.post_id for key in keys], as_of=self.as_of)
        texts = store.stored_texts(self.connection, keys)
        seen: dict[PostKey, PseudonymisedPost | None] = {}
        for key in keys:
            raw = found[key.post_id]
            if raw is not None:
                seen[key] = self._read(raw)
                self._take_edit(key, seen[key], texts.get(key.post_id))
        store.save_metrics(self.connection, seen, as_of=self.as_of)
        self.totals["asked again"] += len(keys)
        return [key for key in keys if found[key.post_id] is None]

    def _read(self, raw: RawPost) -> PseudonymisedPost | None:
        """Give the post as it is now; None when its new form cannot be used, and the old one stays."""
        try:
            return pseudonymise(normalise(raw, as_of=self.as_of), author_keys(self.settings))
        except BadRecord:
            self.totals["edits that cannot be used"] += 1
            return None

    def _take_edit(self, key: PostKey, post: PseudonymisedPost | None, stored: tuple[str, datetime | None] | None) -> None:
        if post is None or stored is None or post.text == stored[0]:
            return
        if self._is_kept(post):
            self.totals["edited"] += store.rewrite_post(self.connection, key, post)
        else:
            self.totals["erased"] += store.erase_post(self.connection, key, as_of=self.as_of)

    def _is_kept(self, post: PseudonymisedPost) -> bool:
        if self.keep:
            return self.keep(post.text)
        return may_keep(self.settings, post.source, post.text, store.approved_themes(self.connection, self.as_of.date()))


def erase_due(connection: store.Connection, *, as_of: datetime) -> int:
    """Erase the hidden posts nobody has decided to keep within a day; return how many."""
    return _erase(connection, store.held_posts(connection, until_at=as_of), as_of)


def _erase(connection: store.Connection, keys: Sequence[PostKey], as_of: datetime) -> int:
    count = sum(store.erase_post(connection, key, as_of=as_of) for key in keys)
    settle_deletions(connection, as_of=as_of)
    return count


def settle_deletions(connection: store.Connection, *, as_of: datetime) -> None:
    """Say of mass deletions that nothing of them waits any more."""
    waiting = {handle for handle, *_ in store.held_deletions(connection)}
    for kind, subject, _, _ in store.open_notices(connection):
        if kind == "mass_deletion" and subject not in waiting:
            store.settle_notice(connection, kind, subject, as_of=as_of)


def deletions(settings: Settings) -> list[tuple[str, int, datetime, datetime]]:
    """List the mass deletions that wait for a decision: channel, posts, found at, erased at."""
    with store.connect(settings.require_database_url()) as connection:
        return store.held_deletions(connection)


def decide_deletion(settings: Settings, handle: str, *, is_kept: bool, as_of: datetime) -> RunReport:
    """Keep a channel's hidden posts, or erase them now."""
    with store.connect(settings.require_database_url()) as connection:
        if not any(name == handle for name, *_ in store.held_deletions(connection)):
            raise ConfigError(f"no deletion of {handle!r} waits for a decision; `monitor deletions list` shows those that do")
        if is_kept:
            counts = {"kept": store.keep_posts(connection, handle)}
        else:
            far = datetime.max.replace(tzinfo=as_of.tzinfo)
            counts = {"erased": _erase(connection, store.held_posts(connection, until_at=far, handle=handle), as_of)}
        settle_deletions(connection, as_of=as_of)
        return RunReport(stage="deletions", counts=counts)
