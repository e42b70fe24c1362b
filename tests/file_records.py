"""Records of every file format, files made of them, and what is read out of a file."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import UTC, datetime
from typing import Any

from monitor.errors import BadRecord
from monitor.model import Cursor, Page
from monitor.normalise import normalise
from monitor.sources.files import FileSource

AS_OF = datetime(2022, 9, 24, 12, tzinfo=UTC)
POSTED_AT = datetime(2022, 9, 21, 6, tzinfo=UTC)
TEXT = "Верхний Ларс: очередь 5 км"
HANDLES = {"1326203371": "lars_live"}


def message(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Make a message as Telegram Desktop exports it; a change to None takes the field away."""
    values = {
        "id": number,
        "type": "message",
        "date": "2022-09-21T09:00:00",
        "date_unixtime": str(int(POSTED_AT.timestamp())),
        "from": "Lars live",
        "from_id": "channel1326203371",
        "text": TEXT,
        "text_entities": [{"type": "plain", "text": TEXT}],
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def chat(messages: list[Any], **changes: Any) -> dict[str, Any]:
    return {"name": "Lars live", "type": "public_channel", "id": 1326203371, "messages": messages, **changes}


def x_post(number: int = 1, **changes: Any) -> dict[str, Any]:
    values = {
        "id": str(number),
        "text": TEXT,
        "created_at": POSTED_AT.isoformat().replace("+00:00", "Z"),
        "author_id": "99",
        "lang": "ru",
        "edit_history_tweet_ids": [str(number)],
        **changes,
    }
    return {name: value for name, value in values.items() if value is not None}


def own(number: int = 1, **changes: Any) -> dict[str, Any]:
    values = {"channel": "lars_live", "post_id": number, "posted_at": POSTED_AT.isoformat(), "text": TEXT, **changes}
    return {name: value for name, value in values.items() if value is not None}


def lines(records: list[Any]) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def pretty(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


def page(posts: list[Any]) -> dict[str, Any]:
    users = [{"id": "99", "name": "Anna Planted", "username": "anna_planted"}]
    return {"data": posts, "includes": {"users": users}, "meta": {"result_count": len(posts)}}


def source(content: bytes, **options: Any) -> FileSource:
    return FileSource(io.BytesIO(content), handles=HANDLES, **options)


def read(made: FileSource, cursor: Cursor | None = None) -> list[Page]:
    return list(made.pages(made.feeds()[0], cursor or Cursor(), as_of=AS_OF))


def outcome(content: bytes) -> tuple[list[int], Counter[str]]:
    """Give the ids of the posts that come out of it, and why the others did not."""
    ids, reasons = [], Counter[str]()
    for found in read(source(content)):
        reasons.update(item.reason for item in found.bad)
        for raw in found.posts:
            try:
                ids.append(normalise(raw, as_of=AS_OF).post_id)
            except BadRecord as bad:
                reasons[bad.reason] += 1
    reasons.pop("not_a_public_channel", None)
    return ids, reasons
