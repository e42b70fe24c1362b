"""What a file holds, one record after the other, whatever its format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from monitor.model import SourceName
from monitor.sources.files.lines import Place

Format = Literal["jsonl", "telegram", "x"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: the payload of a post, or why there is none, and where in the file the next one starts.

    Neither a payload nor a fault means a record that is no post and is passed over, such as a message about a pinned message.
    """

    end: Place
    raw: bytes = field(repr=False, default=b"")
    source: SourceName = "jsonl"
    channel: str = "?"
    payload: Mapping[str, Any] | None = field(repr=False, default=None)
    fault: str | None = None
    is_end: bool = False
    """True where the file breaks off: nothing after this can be read."""
