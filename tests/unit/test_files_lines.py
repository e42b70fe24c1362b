"""Files of JSON lines: what is set aside and why, where a reading goes on, and how little memory it takes."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.model import Cursor, Page
from monitor.sources.files import FileSource
from monitor.sources.files.lines import MAX_LINE_BYTES

AS_OF = datetime(2022, 9, 21, 12, tzinfo=UTC)
GOOD = {
    "source": "telegram",
    "channel": "Москва - новостная",
    "post_id": 27212,
    "posted_at": "2022-09-21T08:50:24+00:00",
    "text": "Верхний Ларс: очередь 5 км",
    "lang": "ru",
    "url": None,
    "sender_id": -1001326203371,
}


def line(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}, ensure_ascii=False).encode() + b"\n"


def numbered(count: int) -> bytes:
    return b"".join(line(post_id=number) for number in range(1, count + 1))


def read(source: FileSource, cursor: Cursor | None = None) -> list[Page]:
    return list(source.pages(source.feeds()[0], cursor or Cursor(), as_of=AS_OF))


def ids(pages: list[Page]) -> list[int]:
    return [post.payload["post_id"] for page in pages for post in page.posts]


def place(origin: str) -> int:
    return int(origin.rpartition(":")[2])


def written(folder: Path, content: bytes, name: str = "posts.jsonl") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_line_becomes_a_post_that_keeps_all_its_fields(tmp_path: Path) -> None:
    (page,) = read(FileSource(written(tmp_path, line())))

    (post,) = page.posts
    assert (post.source, post.channel, place(post.origin), post.collected_at) == ("jsonl", GOOD["channel"], 1, AS_OF)
    assert post.payload == GOOD
    assert page.coverage == ()


@pytest.mark.parametrize("channel", [None, "", 17])
def test_a_post_without_a_channel_is_of_channel_question_mark(tmp_path: Path, channel: object) -> None:
    (page,) = read(FileSource(written(tmp_path, line(channel=channel))))

    assert page.posts[0].channel == "?"


BAD = {
    "not_json": b'{"text": "cut\n',
    "not_an_object": b'["a", "list"]\n',
    "nul": b'{"text": "a\0b"}\n',
    "wrong_encoding": '{"text": "очередь"}\n'.encode("cp1251"),
    "overlong": b'{"text": "' + b"a" * MAX_LINE_BYTES + b'"}\n',
}


@pytest.mark.parametrize("reason", BAD)
def test_a_bad_line_is_set_aside_with_its_reason_and_the_rest_is_read(tmp_path: Path, reason: str) -> None:
    path = written(tmp_path, line(post_id=1) + BAD[reason] + line(post_id=2))

    pages = read(FileSource(path))

    (bad,) = (item for page in pages for item in page.bad)
    assert ids(pages) == [1, 2]
    assert (place(bad.origin), bad.stage, bad.reason) == (2, "read", reason)
    assert BAD[reason].startswith(bad.raw)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"text": "a\\u0000b"}', "nul"),
        (b'{"tags": [{"a\\u0000": 1}]}', "nul"),
        (b'{"text": "\\ud83d"}', "wrong_encoding"),
        (b"[" * 50_000, "not_json"),
        (b"9" * 5_000, "not_json"),
    ],
    ids=["escaped NUL", "NUL in a key", "half a pair", "too deep", "too long a number"],
)
def test_what_postgresql_or_python_cannot_hold_is_set_aside(tmp_path: Path, content: bytes, reason: str) -> None:
    (page,) = read(FileSource(written(tmp_path, content)))

    assert (page.posts, [item.reason for item in page.bad]) == ((), [reason])


def test_escaped_emoji_and_a_written_backslash_u_are_ordinary_text(tmp_path: Path) -> None:
    content = b'{"text": "\\ud83d\\ude00"}\n{"text": "\\\\u0000"}\n'

    (page,) = read(FileSource(written(tmp_path, content)))

    assert [post.payload["text"] for post in page.posts] == ["😀", "\\u0000"]


def test_blank_lines_and_a_byte_order_mark_are_passed_over(tmp_path: Path) -> None:
    (page,) = read(FileSource(written(tmp_path, b"\xef\xbb\xbf" + line() + b"\n  \n" + line(post_id=2))))

    assert [place(post.origin) for post in page.posts] == [1, 4]
    assert page.bad == ()


def test_a_last_line_without_its_end_is_read(tmp_path: Path) -> None:
    assert ids(read(FileSource(written(tmp_path, numbered(2).rstrip())))) == [1, 2]


@pytest.mark.parametrize("pages_read", range(5))
@pytest.mark.parametrize("is_packed", [False, True], ids=["plain", "gzip"])
def test_a_stopped_reading_goes_on_at_the_next_line(tmp_path: Path, pages_read: int, is_packed: bool) -> None:
    content = numbered(6) + BAD["overlong"] + b"\n" + line(post_id=7) + BAD["not_json"]
    path = written(tmp_path, gzip.compress(content) if is_packed else content)
    pages = read(FileSource(path, page_posts=2))
    cursor = pages[pages_read - 1].cursor if pages_read else Cursor()

    rest = read(FileSource(path, page_posts=2), cursor)

    assert rest == pages[pages_read:]
    assert [place(item.origin) for page in pages for item in page.bad] == [7, 10]


def test_a_damaged_archive_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    content = b"".join(line(post_id=number, text=f"{number * 7919 % 104729}" * 40) for number in range(500))
    packed = gzip.compress(content)
    source = FileSource(written(tmp_path, packed[: len(packed) // 2]))

    pages = read(source)

    assert 0 < len(ids(pages)) < 500
    assert [item.reason for page in pages for item in page.bad] == ["damaged_gzip"]
    assert read(source, pages[-1].cursor) == []


def test_standard_input_and_open_files_are_read_from_their_start(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO(gzip.compress(numbered(3)))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(numbered(3))))
    later = Cursor(position="100:1")

    assert ids(read(FileSource("-"), later)) == [1, 2, 3]
    assert ids(read(FileSource(packed), later)) == [1, 2, 3]
    assert FileSource("-").feeds() == ("stdin",)


def test_a_changed_file_is_another_feed_and_a_moved_one_is_not(tmp_path: Path) -> None:
    first = FileSource(written(tmp_path, numbered(3))).feeds()
    (tmp_path / "elsewhere").mkdir()

    moved = FileSource(written(tmp_path / "elsewhere", numbered(3))).feeds()
    grown = FileSource(written(tmp_path, numbered(4))).feeds()
    other = FileSource(written(tmp_path, numbered(3).replace(b"5", b"6"))).feeds()

    assert first == moved
    assert len({first, grown, other}) == 3


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot read") as failure:
        read(FileSource(tmp_path / name))

    assert "\n" not in str(failure.value)


def test_memory_stays_flat_whatever_the_length_of_a_file_or_a_line(tmp_path: Path) -> None:
    path = written(tmp_path, numbered(20_000) + b"x" * 20_000_000 + b"\n" + line())
    source = FileSource(path, page_posts=100)
    tracemalloc.start()

    read_count = sum(len(page.posts) for page in source.pages(source.feeds()[0], Cursor(), as_of=AS_OF))

    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert read_count == 20_001
    assert peak_bytes < 2_000_000
