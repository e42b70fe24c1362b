"""Files of every format: what is recognised, what becomes a post, what is set aside with which reason, where a reading goes on."""

from __future__ import annotations

import gzip
import io
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.errors import BadRecord
from monitor.model import Cursor, Page
from monitor.normalise import normalise
from monitor.sources.files import FileSource
from monitor.sources.files.formats import format_of

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


@dataclass(frozen=True)
class Shape:
    """One format: how a record is made, how records become a file, and what its fields are called."""

    record: Callable[..., dict[str, Any]]
    file: Callable[[list[Any]], bytes]
    form: str
    post_id: str
    text: str
    undated: dict[str, Any]
    future: dict[str, Any]


FUTURE = "2022-10-21T06:00:00Z"
UNDATED = {"created_at": None, "edit_history_tweet_ids": None, "id": "1" * 20}
X_FIELDS = ("x", "id", "text", {"created_at": ""}, {"created_at": FUTURE})
EXPORT_FIELDS = ("telegram", "id", "text", {"date": None, "date_unixtime": None}, {"date_unixtime": str(2**31)})
SHAPES = {
    "own_lines": Shape(own, lines, "jsonl", "post_id", "text", {"posted_at": None}, {"posted_at": FUTURE}),
    "one_chat": Shape(message, lambda made: pretty(chat(made)), *EXPORT_FIELDS),
    "compact_chat": Shape(message, lambda made: json.dumps(chat(made), ensure_ascii=False).encode(), *EXPORT_FIELDS),
    "full_export": Shape(
        message,
        lambda made: pretty(
            {
                "about": "…",
                "personal_information": {"first_name": "Anna"},
                "contacts": {"list": [{"first_name": "Petr", "phone_number": "+7 900 000 00 17"}] * 50},
                "chats": {"about": "…", "list": [chat([message(7)], name="Петя", type="personal_chat", id=5), chat(made)]},
                "left_chats": {"about": "…", "list": []},
            }
        ),
        *EXPORT_FIELDS,
    ),
    "x_page_per_line": Shape(x_post, lambda made: lines([page(made[:2]), page(made[2:])]), *X_FIELDS),
    "x_page_per_file": Shape(x_post, lambda made: pretty(page(made)), *X_FIELDS),
    "twarc_flattened": Shape(x_post, lines, *X_FIELDS),
}
each_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


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


@each_shape
def test_every_format_is_recognised_and_gives_the_same_posts(shape: Shape) -> None:
    content = shape.file([shape.record(number) for number in (1, 2, 3, 4)])

    assert format_of(content[:65_536]) == shape.form
    assert outcome(content) == outcome(gzip.compress(content)) == ([1, 2, 3, 4], {})


BAD: dict[str, tuple[Callable[[Shape], dict[str, Any]], set[str]]] = {
    "undated": (lambda shape: shape.record(3, **shape.undated), {"undated"}),
    "future": (lambda shape: shape.record(3, **shape.future), {"future_dated"}),
    "empty": (lambda shape: shape.record(3, text=" \u200b "), {"empty"}),
    "textless": (lambda shape: shape.record(3, text=17), {"not_text"}),
    "long": (lambda shape: shape.record(3, text="Ларс " * 20_000), {"too_long", "overlong"}),
    "nul": (lambda shape: shape.record(3, text="Ларс\0очередь"), {"nul"}),
    "half_a_pair": (lambda shape: shape.record(3, text="Ларс @@HALF"), {"wrong_encoding"}),
    "wrong_bytes": (lambda shape: shape.record(3, text="Ларс @@BYTES"), {"wrong_encoding"}),
    "no_id": (lambda shape: {**shape.record(3), shape.post_id: None}, {"no_id"}),
    "words_for_id": (lambda shape: {**shape.record(3), shape.post_id: "first"}, {"no_id"}),
}


@each_shape
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_record_is_set_aside_with_its_reason_and_the_others_are_read(shape: Shape, bad: str) -> None:
    make, expected = BAD[bad]
    records = [shape.record(1), shape.record(2), make(shape), shape.record(4), shape.record(5)]
    content = shape.file(records).replace(b"@@HALF", b"\\ud83d").replace(b"@@BYTES", "очередь".encode("cp1251"))

    ids, reasons = outcome(content)

    is_whole_line = SHAPES["x_page_per_line"] is shape and bad in ("nul", "half_a_pair", "wrong_bytes")
    assert ids == ([1, 2] if is_whole_line else [1, 2, 4, 5])  # a line that cannot be decoded is lost as a whole
    assert sum(reasons.values()) == 1 and set(reasons) <= expected


@each_shape
def test_a_record_that_is_no_object_is_set_aside(shape: Shape) -> None:
    ids, reasons = outcome(shape.file([shape.record(1), "a string", shape.record(3), shape.record(4)]))

    assert (ids, reasons) == ([1, 3, 4], {"not_an_object": 1})


@pytest.mark.parametrize("name", ["one_chat", "full_export", "x_page_per_file"])
@pytest.mark.parametrize("share", [0.35, 0.6, 0.9])
def test_a_file_cut_short_is_read_as_far_as_it_goes(name: str, share: float) -> None:
    content = SHAPES[name].file([SHAPES[name].record(number) for number in range(1, 60)])

    ids, reasons = outcome(content[: int(len(content) * share)])

    assert 0 < len(ids) < 60 and ids == list(range(1, len(ids) + 1))
    assert reasons == {"cut_short": 1}


@pytest.mark.parametrize("broken", ['{"id": 3, "text": "a" "b"}', "{broken}", "nonsense", '{"id": [}'])
def test_a_broken_message_is_set_aside_by_its_brackets(broken: str) -> None:
    content = pretty(chat([message(1), "@@", message(4)])).replace(b'"@@"', broken.encode())

    assert outcome(content) == ([1, 4], {"not_json": 1})


def test_a_message_of_many_megabytes_is_passed_over_without_being_held() -> None:
    assert outcome(pretty(chat([message(1), message(2, text='x"\\' * 2_000_000), message(3)]))) == ([1, 3], {"overlong": 1})


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("pages_read", range(4))
def test_a_stopped_reading_goes_on_where_it_stood(tmp_path: Path, name: str, pages_read: int) -> None:
    shape, path = SHAPES[name], tmp_path / "file"
    path.write_bytes(shape.file([shape.record(number) for number in range(1, 8)]))
    pages = read(FileSource(path, handles=HANDLES, page_posts=2))

    stopped = pages[: min(pages_read, len(pages))]
    rest = read(FileSource(path, handles=HANDLES, page_posts=2), stopped[-1].cursor if stopped else None)

    assert rest == pages[len(stopped) :]
    assert sum(len(found.posts) for found in pages) == 7


# --- Telegram Desktop -----------------------------------------------------------------------------------


def test_a_message_becomes_the_post_its_channel_gives_live() -> None:
    parts = ["Верхний Ларс, ", {"type": "bold", "text": "очередь"}, " ", {"type": "phone", "text": "+7 900 000 00 17"}]
    changes = {"text": parts, "edited_unixtime": str(int(POSTED_AT.timestamp()) + 60), "reply_to_message_id": 3, "author": "Anna"}
    ((raw,),) = (found.posts for found in read(source(pretty(chat([message(9, **changes)])))))

    post = normalise(raw, as_of=AS_OF)

    assert (post.source, post.channel, post.post_id, post.posted_at) == ("telegram", "lars_live", 9, POSTED_AT)
    assert post.text == "Верхний Ларс, очередь +7 900 000 00 17"
    assert (post.url, post.reply_to, post.author, post.is_forward) == ("https://t.me/lars_live/9", 3, "Anna", False)
    assert (post.edited_at - post.posted_at).total_seconds() == 60


@pytest.mark.parametrize("origin", [{"forwarded_from": "Ivan_Petrov"}, {"forwarded_from": None, "forwarded_from_id": "user77"}])
def test_of_a_forward_only_that_it_is_one_is_taken(origin: dict[str, Any]) -> None:
    ((raw,),) = (found.posts for found in read(source(pretty(chat([message(9) | origin])))))

    post = normalise(raw, as_of=AS_OF)

    assert (post.is_forward, post.forwarded_from) == (True, None)
    assert "Ivan" not in repr(raw.payload) and "user77" not in repr(raw.payload)


def test_service_messages_are_no_posts_and_a_picture_may_lack_words() -> None:
    messages = [message(1, type="service", action="pin_message"), message(2, text="", photo="photos/1.jpg")]

    assert outcome(pretty(chat(messages))) == ([2], {})


@pytest.mark.parametrize("kind", ["personal_chat", "private_group", "public_supergroup", "private_channel", "bot_chat", None])
def test_other_chats_are_refused_by_number_and_kind_never_by_name(kind: str | None) -> None:
    made = source(pretty(chat([message(1)], type=kind, name="Анна Петрова")))

    pages = read(made)

    assert [item.reason for found in pages for item in found.bad] == ["not_a_public_channel"]
    assert not any(found.posts for found in pages)
    (told,) = made.refusals
    assert told.startswith("chat 1 of the file is left out") and "Анна" not in told


def test_a_channel_whose_handle_nobody_says_is_refused_with_what_to_give() -> None:
    made = FileSource(io.BytesIO(pretty(chat([message(1)]))))

    read(made)

    assert "--channel 1326203371=HANDLE" in made.refusals[0]


@pytest.mark.parametrize("handles", [{"1326203371": "a"}, {"Lars live": "a"}, {"*": "a"}])
def test_a_channel_is_known_by_number_by_title_or_as_the_only_one(handles: dict[str, str]) -> None:
    (found,) = read(FileSource(io.BytesIO(pretty(chat([message(1)]))), handles=handles))

    assert found.posts[0].channel == "a"


def test_an_old_export_without_its_zone_is_set_aside_with_what_to_give() -> None:
    source = FileSource(
        io.BytesIO(pretty(chat([message(1, date_unixtime=None), message(2, date_unixtime=None)]))), handles=HANDLES
    )

    pages = list(source.pages("f", Cursor(), as_of=AS_OF))

    assert [item.reason for page in pages for item in page.bad] == ["no_time_zone", "no_time_zone"]
    (told,) = source.refusals
    assert "--time-zone" in told


def test_an_old_export_is_read_in_the_zone_it_was_made_in() -> None:
    edited = message(1, date_unixtime=None, edited="2022-09-21T09:30:00")
    source = FileSource(io.BytesIO(pretty(chat([edited]))), handles=HANDLES, time_zone=ZoneInfo("Europe/Moscow"))

    (raw,) = [raw for page in source.pages("f", Cursor(), as_of=AS_OF) for raw in page.posts]

    post = normalise(raw, as_of=AS_OF)
    assert (post.posted_at, post.edited_at) == (POSTED_AT, POSTED_AT + timedelta(minutes=30))


def test_an_export_is_another_feed_once_its_zone_is_given(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_bytes(pretty(chat([message(1, date_unixtime=None)])))

    assert FileSource(file).feeds() != FileSource(file, time_zone=ZoneInfo("Europe/Moscow")).feeds()


# --- X --------------------------------------------------------------------------------------------------


def test_either_dialect_of_x_is_read_and_an_edit_keeps_its_first_id() -> None:
    posts = [
        x_post(5, edit_history_tweet_ids=["4", "5"]),
        x_post(9, edit_history_tweet_ids=None, edit_history_post_ids=["8", "9"]),
    ]

    assert outcome(lines([page(posts)])) == ([4, 8], {})


def test_a_page_without_posts_gives_none() -> None:
    assert outcome(lines([{"meta": {"result_count": 0}}, page([x_post(1)])])) == ([1], {})


def test_posts_of_x_in_our_own_lines_are_of_one_channel_and_their_author_is_no_channel() -> None:
    ((raw,),) = (found.posts for found in read(source(lines([own(1, source="x", channel="anna_planted")]))))

    post = normalise(raw, as_of=AS_OF)

    assert (post.source, post.channel, post.author) == ("x", "x", "anna_planted")


# --- completeness ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("pages_read", range(3))
def test_only_the_last_page_of_a_complete_file_covers_its_channels_even_after_a_stop(tmp_path: Path, pages_read: int) -> None:
    path, stretch = tmp_path / "posts.jsonl", (datetime(2022, 9, 1, tzinfo=UTC), datetime(2022, 9, 22, tzinfo=UTC))
    path.write_bytes(lines([own(1, channel="first"), own(2), own(3), own(4)]))
    pages = read(FileSource(path, complete=stretch, page_posts=2))

    rest = read(FileSource(path, complete=stretch, page_posts=2), pages[pages_read - 1].cursor if pages_read else None)

    assert rest == pages[pages_read:]
    assert [(span.channel, span.start_at, span.end_at) for span in rest[-1].coverage] == [
        ("first", *stretch),
        ("lars_live", *stretch),
    ]
    assert not any(found.coverage for found in pages[:-1])


def test_a_file_cut_short_is_not_complete() -> None:
    stretch = (datetime(2022, 9, 1, tzinfo=UTC), datetime(2022, 9, 22, tzinfo=UTC))
    content = pretty(chat([message(1), message(2)]))

    assert any(found.coverage for found in read(source(content, complete=stretch)))
    assert not any(found.coverage for found in read(source(content[:-40], complete=stretch)))
