"""Files of every format: what is recognised, what becomes a post, what is set aside with which reason, where a reading goes on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.sources.files import FileSource
from monitor.sources.files.formats import format_of
from tests.file_records import HANDLES, chat, lines, message, outcome, own, page, pretty, read, source, x_post


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
