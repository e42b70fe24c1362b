"""Tell a file's format from how it begins."""

from __future__ import annotations

import json
import re
from typing import Literal

from monitor.sources.files.lines import UTF8_BOM
from monitor.sources.files.records import Format

HEAD_BYTES = 65_536
X_KEYS = {"includes", "meta", "errors"}
POST_KEYS = {"author_id", "created_at", "edit_history_tweet_ids", "edit_history_post_ids", "conversation_id"}
_EXPORT = re.compile(r'\A\s*\{.*?"(?:messages|chats|left_chats|personal_information)"\s*:', re.DOTALL)
_PAGE = re.compile(r'\A\s*\{\s*"(?:data|includes|meta|errors)"\s*:')
_X_LINE = re.compile(r'"(?:author_id|edit_history_(?:tweet|post)_ids)"\s*:')

Layout = Literal["lines", "page"]


def format_of(head: bytes) -> Format:
    """Give the format of a file that begins with ``head``; what is no other is read as our own JSON lines."""
    first, text = _first_line(head), head.removeprefix(UTF8_BOM).decode("utf-8", "replace")
    if isinstance(first, dict):
        if "channel" in first:
            return "jsonl"
        if first.keys() & {"messages", "chats", "left_chats"}:
            return "telegram"
        return "x" if "data" in first or first.keys() & X_KEYS or ("id" in first and first.keys() & POST_KEYS) else "jsonl"
    if _PAGE.match(text):
        return "x"
    if _EXPORT.match(text):
        return "telegram"
    return "x" if _X_LINE.search(text) and '"channel"' not in text else "jsonl"


def layout_of(head: bytes) -> Layout:
    """Tell whether a file of X has a page or post a line, or is one page over many lines."""
    line, has_more, _ = head.removeprefix(UTF8_BOM).lstrip().partition(b"\n")
    return "page" if has_more and line.strip().endswith((b"[", b"{", b",")) and _first_line(head) is None else "lines"


def _first_line(head: bytes) -> object:
    line = head.removeprefix(UTF8_BOM).lstrip().split(b"\n", 1)[0]
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
