"""Where posts come from: the one protocol every source keeps, and a file for each source.

A source is added by writing one file here and one line in ``tests/contract/test_sources.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from monitor.model import Channel, Cursor, Page, SourceName


class Source(Protocol):
    """Something posts are read from, feed by feed, page by page.

    A feed is what is read with one cursor: a Telegram channel, an X query, a file, the replay.
    """

    @property
    def name(self) -> SourceName:
        """Name the source as ``core.channel.source`` does."""
        ...

    def channels(self) -> tuple[Channel, ...]:
        """Give the channels known before anything is read; posts may bring others."""
        ...

    def feeds(self) -> tuple[str, ...]:
        """Name the feeds, each with a cursor of its own."""
        ...

    def pages(self, feed: str, cursor: Cursor, *, as_of: datetime) -> Iterator[Page]:
        """Give what ``feed`` holds after ``cursor``, oldest first, each page with the cursor that follows it.

        The caller stores a page with its cursor before it asks for the next, and may stop after any page; reading again from
        a stored cursor gives what is left, no post twice. ``as_of`` is now. Coverage holds only what a page newly knows.
        Raises TransientError, TerminalError or ConfigError, never the platform's own errors.
        """
        ...
