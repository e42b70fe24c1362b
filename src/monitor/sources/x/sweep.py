"""Where a sweep stands, and how far back X lets it go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import XQuery

KEPT_BY_X = timedelta(days=7)
MARGIN = timedelta(minutes=1)
"""Kept from both ends of X's window: it refuses moments older than its seven days and younger than ten seconds."""
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Where a sweep stands. ``since_id`` is the newest post of the last finished sweep, the others belong to this one."""

    since_id: str | None = None
    newest_id: str | None = None
    oldest_id: str | None = None
    next_token: str | None = None

    @classmethod
    def parse(cls, position: str | None) -> Sweep:
        """Read a cursor's position, the other way round of ``position``."""
        return cls(**json.loads(position)) if position else cls()

    def position(self) -> str:
        """Give the sweep as a cursor keeps it."""
        return json.dumps({key: value for key, value in asdict(self).items() if value is not None})

    def reachable(self, as_of: datetime) -> Sweep:
        """Forget ids X has let go: it answers 400 to those older than seven days."""
        if self.next_token and not _is_kept(self.oldest_id, as_of):
            return Sweep(since_id=self.newest_id).reachable(as_of)
        return self if _is_kept(self.since_id, as_of) else replace(self, since_id=None)

    def after(self, meta: Mapping[str, Any]) -> Sweep:
        """Give the sweep after a page: its last page makes the newest post the next sweep's mark."""
        newest_id = self.newest_id or meta.get("newest_id")
        if meta.get("next_token") is None:
            return Sweep(since_id=newest_id or self.since_id)
        return replace(self, newest_id=newest_id, oldest_id=meta.get("oldest_id"), next_token=meta["next_token"])


def posted_at(post_id: str) -> datetime:
    """Give the moment an X post was made, which its id holds (Twitter, "Announcing Snowflake", 2010).

    >>> posted_at("1572465647416246272").isoformat(timespec="seconds")
    '2022-09-21T06:00:00+00:00'
    """
    return datetime.fromtimestamp(((int(post_id) >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, UTC)


def read_back_to(query: XQuery, sweep: Sweep, as_of: datetime) -> datetime | None:
    """Give the moment to read back to; None where an id bounds the sweep, or X's own seven days do."""
    if sweep.since_id or query.since_at is None or query.since_at <= as_of - KEPT_BY_X + MARGIN:
        return None
    return query.since_at


def _is_kept(post_id: str | None, as_of: datetime) -> bool:
    return post_id is not None and posted_at(post_id) > as_of - KEPT_BY_X + MARGIN
