"""Posts of X as its API v2 gives them: pages with ``data``, a page a line or one in a file, or twarc's flattened posts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

from monitor.errors import BadRecord
from monitor.sources.files.lines import DAMAGES, NOTHING_LEFT, Line, Place, lines_of, record_of
from monitor.sources.files.records import Record
from monitor.sources.files.stream import BadValue, CutShort, JsonWalk

MOST_PAGE_BYTES = 8_000_000
MOST_POST = 100_000
X_EPOCH_MS = 1_288_834_974_657


def records(stream: BinaryIO, start: Place) -> Iterator[Record]:
    """Give the posts after ``start`` of a file with a page, or a post, a line; a post's place is its line's."""
    for line in lines_of(stream, start, most_bytes=MOST_PAGE_BYTES):
        found = list(_of_line(line))
        yield from found or [Record(end=line.end)]


def _of_line(line: Line) -> Iterator[Record]:
    try:
        page = record_of(line)
    except BadRecord as error:
        yield Record(end=line.end, raw=line.raw, fault=error.reason, is_end=line.end.offset == NOTHING_LEFT)
        return
    if "data" not in page and not page.keys() & {"includes", "meta", "errors"}:
        yield _record(page, line.end)
    posts = page.get("data", [])
    for post in posts if isinstance(posts, list) else [posts]:
        yield _record(post, line.end)


def page_records(stream: BinaryIO, start: Place) -> Iterator[Record]:
    """Give the posts of a file that is one page, or several after each other, however large; a post's place is its number."""
    walk, number = JsonWalk(stream), 0
    try:
        while walk.peek():
            for key in walk.fields():
                if key != "data" or walk.peek() != "[":
                    walk.skip()
                    continue
                for _ in walk.elements():
                    number += 1
                    yield _next(walk, Place(0, number))
    except (CutShort, *DAMAGES):
        yield Record(end=Place(NOTHING_LEFT, number + 1), fault="cut_short", is_end=True)


def _next(walk: JsonWalk, end: Place) -> Record:
    try:
        post, _ = walk.value(MOST_POST)
    except BadValue as bad:
        return Record(end=end, raw=bad.raw.encode("utf-8", "surrogateescape"), fault=bad.reason)
    return _record(post, end)


def _record(post: object, end: Place) -> Record:
    """Wrap a post; of its author only the number is taken along, of others' profiles nothing."""
    if not isinstance(post, dict):
        return Record(end=end, raw=json.dumps(post).encode(), fault="not_an_object")
    return Record(end=end, source="x", channel="x", payload=_dated(post), raw=b"")


def _dated(post: Mapping[str, Any]) -> Mapping[str, Any]:
    """Read the moment from the id where a page leaves it out."""
    post_id = str(post.get("id"))
    if "created_at" in post or not (post_id.isascii() and post_id.isdecimal() and len(post_id) <= 19):
        return post
    moment = datetime.fromtimestamp(((int(post_id) >> 22) + X_EPOCH_MS) / 1000, UTC)
    return {**post, "created_at": moment.isoformat()}
