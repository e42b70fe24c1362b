"""Turn a payload as fetched into a Post: one small function per payload shape, the same checks for all.

What cannot be used raises BadRecord with one of these reasons:

=================  =====================================================================================
no_id              the id is missing or no positive number
no_channel         a line of a file does not say whose post it is
unknown_source     a line of a file names a source other than telegram or x
undated            the moment of posting is missing
bad_date           it is no ISO 8601 moment, has no time zone, or lies before such posts existed
future_dated       it lies more than ten minutes after the moment of reading
not_text           the text is missing or no string
empty              the text holds no visible character, and no picture came with it
nul                a NUL, which PostgreSQL cannot hold
wrong_encoding     halves of surrogate pairs, or too many replacement characters
too_long           more than 20,000 characters
=================  =====================================================================================
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.errors import BadRecord
from monitor.model import Post, RawPost, SourceName

MAX_CHARACTERS = 20_000
MAX_ID = 2**63 - 1
CLOCK_TOLERANCE = timedelta(minutes=10)
EARLIEST_AT = datetime(2006, 3, 21, tzinfo=UTC)
"""The day of the first tweet; Telegram is younger."""

REPLACEMENT_SHARE = 0.05
"""From this share of U+FFFD on (and two of them) the text was decoded wrongly; a single one is a text cut short."""

X_EDIT_WINDOW = timedelta(hours=1)
X_EPOCH_MS = 1_288_834_974_657

_CONTROLS = re.compile("[\x01-\x08\x0b-\x1f\x7f-\x9f]")
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_LANGUAGE = re.compile("[a-z]{2}")


def normalise(raw: RawPost, *, as_of: datetime) -> Post:
    """Give the post behind ``raw``; BadRecord says why there is none. ``as_of`` is now.

    The text is in NFC, its line ends are ``\\n``, invisible and control characters are gone: what is stored reads as it looks.
    """
    return _SHAPES[raw.source](raw, as_of)


def _telegram(raw: RawPost, as_of: datetime) -> Post:
    """Read what ``sources.telegram`` takes from a message. A picture without words is a post with an empty text."""
    payload = raw.payload
    post_id = _post_id(payload.get("id"))
    posted_at = _posted_at(payload.get("date"), raw, as_of)
    return Post(
        source="telegram",
        channel=raw.channel,
        post_id=post_id,
        posted_at=posted_at,
        collected_at=raw.collected_at,
        origin=raw.origin,
        text=_text(payload.get("message"), may_be_empty=bool(payload.get("has_media"))),
        edited_at=_later(payload.get("edit_date"), posted_at),
        author=_author(payload, "sender_id", "sender", "post_author"),
        url=f"https://t.me/{payload.get('username') or raw.channel}/{post_id}",
        is_forward=bool(payload.get("is_forward")),
        forwarded_from=_word(payload.get("fwd_from_channel")),
        forwarded_post_id=_number(payload.get("fwd_from_post")),
        reply_to=_number(payload.get("reply_to")),
        views_count=_number(payload.get("views")),
        forwards_count=_number(payload.get("forwards")),
    )


def _x(raw: RawPost, as_of: datetime) -> Post:
    """Read a post of X's API v2, in the field names of either dialect (tweet or post). An edit keeps its first id and moment."""
    payload = raw.payload
    newest_id = _post_id(payload.get("id"))
    post_id = min([newest_id, *map(_post_id, _list(payload, "edit_history_{}_ids"))])
    created_at = _posted_at(payload.get("created_at"), raw, as_of)
    is_edited = post_id != newest_id
    references = {str(_field(made, "type")): _number(_field(made, "id")) for made in _list(payload, "referenced_{}s")}
    metrics = payload.get("public_metrics")
    return Post(
        source="x",
        channel=raw.channel,
        post_id=post_id,
        posted_at=_first_posted_at(post_id, created_at) if is_edited else created_at,
        collected_at=raw.collected_at,
        origin=raw.origin,
        text=_text(_x_text(payload)),
        edited_at=created_at if is_edited else None,
        author=_author(payload, "author_id"),
        url=_word(payload.get("url")),
        is_forward=not references.keys().isdisjoint({"retweeted", "reposted"}),
        reply_to=references.get("replied_to"),
        language_hint=_language(payload.get("lang")),
        views_count=_number(_field(metrics, "impression_count")),
        forwards_count=_number(_either(metrics if isinstance(metrics, Mapping) else {}, "re{}_count")),
    )


def _jsonl(raw: RawPost, as_of: datetime) -> Post:
    """Read a line of our own format. It may carry posts of Telegram and of X; the replay's all belong to ``replay``.

    All of X is one channel: whatever else a line names there is a person, and becomes the author.
    """
    payload = raw.payload
    channel = _word(payload.get("channel"))
    source: SourceName = "replay" if raw.source == "replay" else _named_source(payload.get("source", "telegram"))
    if channel is None and source != "x":
        raise BadRecord("no_channel")
    posted_at = _posted_at(payload.get("posted_at"), raw, as_of)
    return Post(
        source=source,
        channel=channel if channel is not None and source != "x" else "x",
        post_id=_post_id(payload.get("post_id")),
        posted_at=posted_at,
        collected_at=_collected_at(payload.get("collected_at"), posted_at, raw, as_of),
        origin=raw.origin,
        text=_text(payload.get("text")),
        edited_at=_later(payload.get("edited_at"), posted_at),
        author=_author(payload, "author", "sender_id") or (channel if source == "x" else None),
        url=_word(payload.get("url")),
        is_forward=bool(payload.get("is_forward")) or payload.get("forwarded_from") is not None,
        forwarded_from=_word(payload.get("forwarded_from")),
        forwarded_post_id=_number(payload.get("forwarded_post_id")),
        reply_to=_number(payload.get("reply_to")),
        language_hint=_language(payload.get("lang")),
        views_count=_number(payload.get("views_count")),
        forwards_count=_number(payload.get("forwards_count")),
    )


_SHAPES: Mapping[SourceName, Callable[[RawPost, datetime], Post]] = {
    "telegram": _telegram,
    "x": _x,
    "jsonl": _jsonl,
    "replay": _jsonl,
}


# --- ids and names --------------------------------------------------------------------------------------


def _post_id(value: object) -> int:
    number = _number(value)
    if not number:
        raise BadRecord("no_id")
    return number


def _number(value: object) -> int | None:
    """Give a count or an id, written as number or as digits; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(MAX_ID)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ID:
        return None
    return value


def _author(payload: Mapping[str, Any], *keys: str) -> str | None:
    """Give the first of the fields that names an author, as a string."""
    found = next((payload[key] for key in keys if payload.get(key) not in (None, "")), None)
    return str(found) if isinstance(found, int) else _word(found)


def _word(value: object) -> str | None:
    """Give a one-line string as it can be stored; None for an empty one or none."""
    if not isinstance(value, str) or not value.strip():
        return None
    _check_characters(value)
    return value.strip()


def _named_source(value: object) -> SourceName:
    if value == "telegram":
        return "telegram"
    if value == "x":
        return "x"
    raise BadRecord("unknown_source")


def _language(value: object) -> str | None:
    """Give a two-letter language code; X's ``und``, ``qme`` and the like say nothing."""
    code = value.lower()[:2] if isinstance(value, str) and len(value.partition("-")[0]) == len("ru") else ""
    return code if _LANGUAGE.fullmatch(code) else None


def _either(payload: Mapping[str, Any], name: str) -> Any:
    """Give the field of an X post by its older name or, if it has none, by its newer one."""
    found = payload.get(name.format("tweet"))
    return payload.get(name.format("post")) if found is None else found


def _list(payload: Mapping[str, Any], name: str) -> list[Any]:
    found = _either(payload, name)
    return found if isinstance(found, list) else []


def _field(value: object, key: str) -> Any:
    """Give a field of a nested object; None where there is no such object."""
    return value.get(key) if isinstance(value, Mapping) else None


# --- moments --------------------------------------------------------------------------------------------


def _posted_at(value: object, raw: RawPost, as_of: datetime) -> datetime:
    if value is None or value == "":
        raise BadRecord("undated")
    moment = _moment(value)
    if moment is None or moment < EARLIEST_AT:
        raise BadRecord("bad_date")
    if moment > _latest_at(raw, as_of):
        raise BadRecord("future_dated")
    return moment


def _latest_at(raw: RawPost, as_of: datetime) -> datetime:
    return max(as_of, raw.collected_at) + CLOCK_TOLERANCE


def _moment(value: object) -> datetime | None:
    """Give an aware moment in UTC; None where there is none or its time zone is unknown."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC) if isinstance(moment, datetime) and moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _later(value: object, posted_at: datetime) -> datetime | None:
    """Give the moment of an edit; one before the post itself, or an unreadable one, is unknown."""
    moment = _moment(value)
    return moment if moment and moment >= posted_at else None


def _collected_at(value: object, posted_at: datetime, raw: RawPost, as_of: datetime) -> datetime:
    """Give when a file says the post was collected, if that can be; else when we read the file."""
    moment = _moment(value)
    return moment if moment and posted_at - CLOCK_TOLERANCE <= moment <= _latest_at(raw, as_of) else raw.collected_at


def _first_posted_at(post_id: int, edited_at: datetime) -> datetime:
    """Give when an edited X post was first made, which its id holds; the edit's moment where the id holds none."""
    first_at = datetime.fromtimestamp(min((post_id >> 22) + X_EPOCH_MS, 4e12) / 1000, UTC)
    return first_at if edited_at - X_EDIT_WINDOW <= first_at <= edited_at else edited_at


# --- text -----------------------------------------------------------------------------------------------


def _x_text(payload: Mapping[str, Any]) -> object:
    """Give a post's whole text: long ones are cut in ``text``, and ``&``, ``<``, ``>`` come escaped."""
    text = _field(_either(payload, "note_{}"), "text") or payload.get("text")
    return html.unescape(text) if isinstance(text, str) else text


def _text(value: object, *, may_be_empty: bool = False) -> str:
    if not isinstance(value, str):
        raise BadRecord("not_text")
    if len(value) > MAX_CHARACTERS:
        raise BadRecord("too_long")
    _check_characters(value)
    text = _plain(value)
    if not text and not may_be_empty:
        raise BadRecord("empty")
    return text


def _check_characters(value: str) -> None:
    if "\0" in value:
        raise BadRecord("nul")
    if _SURROGATE.search(value) or value.count("\ufffd") >= max(2, REPLACEMENT_SHARE * len(value)):
        raise BadRecord("wrong_encoding")


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _CONTROLS.sub(" ", _INVISIBLE.sub("", text)).strip()
