"""What every source promises, whatever it reads: the same tests for each, against a real server or a real file.

A new source gets its tests by one more context manager in ``CASES``.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import Channel, Cursor, Page, RawPost, XQuery
from monitor.sources import Source
from monitor.sources.files import FileSource
from monitor.sources.replay import ReplaySource
from monitor.sources.telegram import TelegramSource
from monitor.sources.x import XSource
from tests.peers.telegram import TelegramPeer
from tests.peers.x import XPeer

FIRST_AT = datetime(2022, 9, 21, 6, tzinfo=UTC)
AS_OF = FIRST_AT + timedelta(hours=12)
TEXTS = tuple(f"очередь на границе, машина {number}" for number in range(25))
PAGE_SIZE = 10
NOTHING_READ = Cursor()


@dataclass(frozen=True)
class Case:
    """A source over ``TEXTS``, posted every 20 minutes from ``FIRST_AT`` on."""

    source: Source
    secrets: tuple[str, ...] = ()
    is_newest_page_first: bool = False
    start: Cursor = NOTHING_READ

    @property
    def feed(self) -> str:
        """Name the one feed."""
        return self.source.feeds()[0]


def posted_at(number: int) -> datetime:
    return FIRST_AT + timedelta(minutes=20 * number)


@contextmanager
def telegram(_: Path) -> Iterator[Case]:
    with TelegramPeer() as peer:
        channel = peer.channel("lars_live")
        for number, text in enumerate(TEXTS):
            channel.add(text, posted_at(number))
        session, api_hash = peer.session(), "0123456789abcdef" * 2
        channels = (Channel(source="telegram", handle="lars_live", title="Lars live"),)
        with TelegramSource(channels, api_id=1, api_hash=api_hash, session=session, page_size=PAGE_SIZE, pause_s=0) as source:
            yield Case(source, secrets=(session, api_hash), start=Cursor(position="0", read_until_at=FIRST_AT))


@contextmanager
def x(_: Path) -> Iterator[Case]:
    with XPeer(clock=lambda: AS_OF) as peer:
        for number, text in enumerate(TEXTS):
            peer.add(text, posted_at(number))
        query = XQuery(name="border_queue_1", theme_id="border_queue", text="очередь -is:retweet")
        source = XSource((query,), bearer_token=peer.token, base_url=peer.url, page_size=PAGE_SIZE)
        yield Case(source, secrets=(peer.token,), is_newest_page_first=True)


@contextmanager
def jsonl(folder: Path) -> Iterator[Case]:
    records = ({**record(number), "source": "telegram"} for number in range(len(TEXTS)))
    yield Case(FileSource(written(folder / "posts.jsonl", records), page_posts=PAGE_SIZE))


@contextmanager
def replay(folder: Path) -> Iterator[Case]:
    end_at = FIRST_AT + timedelta(hours=9)
    header = {"type": "replay", "start_at": FIRST_AT.isoformat(), "end_at": end_at.isoformat(), "channels": ["lars_live"]}
    posts = [
        {**record(number), "type": "post", "source": "replay", "collected_at": posted_at(number).isoformat()}
        for number in range(len(TEXTS))
    ]
    channels = (Channel(source="replay", handle="lars_live", title="Lars live"),)
    path = written(folder / "replay.jsonl", [header, *posts])
    yield Case(ReplaySource(path, channels, slice_length=timedelta(hours=2)))


def record(number: int) -> dict[str, object]:
    return {"channel": "lars_live", "post_id": number + 1, "posted_at": posted_at(number).isoformat(), "text": TEXTS[number]}


def written(path: Path, records: Iterable[object]) -> Path:
    path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    return path


CASES: tuple[Callable[[Path], AbstractContextManager[Case]], ...] = (telegram, x, jsonl, replay)


@pytest.fixture(params=CASES, ids=lambda case: case.__name__)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    with request.param(tmp_path) as made:
        yield made


def read(case: Case, cursor: Cursor | None = None) -> list[Page]:
    return list(case.source.pages(case.feed, cursor or case.start, as_of=AS_OF))


def texts(pages: list[Page]) -> list[str]:
    return [text(post) for page in pages for post in page.posts]


def text(post: RawPost) -> str:
    return str(post.payload.get("message") or post.payload["text"])


def in_order(case: Case, pages: list[Page]) -> list[str]:
    """Give the texts oldest first: X gives its newest page first."""
    return texts(pages[::-1] if case.is_newest_page_first else pages)


# --- the promises -----------------------------------------------------------------------------------------


def test_every_post_comes_exactly_once_and_in_order(case: Case) -> None:
    pages = read(case)

    assert in_order(case, pages) == list(TEXTS)


@pytest.mark.parametrize("stopped_after", [0.0, 0.5, 1.0], ids=["first_page", "middle_page", "last_page"])
def test_a_run_stopped_after_any_page_goes_on_where_it_stood(case: Case, stopped_after: float) -> None:
    pages = read(case)
    last = int(stopped_after * (len(pages) - 1))

    rest = read(case, pages[last].cursor)

    assert sorted(texts(pages[: last + 1]) + texts(rest)) == sorted(TEXTS)


def test_a_second_run_gives_no_post(case: Case) -> None:
    end = read(case)[-1].cursor

    assert texts(read(case, end)) == []


def test_every_page_with_posts_moves_the_cursor(case: Case) -> None:
    pages = [page for page in read(case) if page.posts]

    positions = [page.cursor.position for page in pages]

    assert None not in positions
    assert len(set(positions)) == len(pages) >= 3


def test_every_post_says_when_it_was_posted(case: Case) -> None:
    def moment(post: RawPost) -> datetime:
        value = next(post.payload[key] for key in ("date", "posted_at", "created_at") if key in post.payload)
        return value if isinstance(value, datetime) else datetime.fromisoformat(value)

    moments = [moment(post) for page in read(case) for post in page.posts]

    assert sorted(moments) == [posted_at(number) for number in range(len(TEXTS))]


def test_every_post_says_where_it_comes_from(case: Case) -> None:
    posts = [post for page in read(case) for post in page.posts]

    assert {post.source for post in posts} == {case.source.name}
    assert len({post.origin for post in posts}) == len(TEXTS)
    assert {post.channel for post in posts} <= {"lars_live", "x"}
    assert all(post.collected_at.utcoffset() == timedelta(0) for post in posts)


def test_coverage_is_of_known_channels_and_never_beyond_what_was_read(case: Case) -> None:
    pages = read(case)

    spans = [span for page in pages for span in page.coverage]

    known = {channel.handle for channel in case.source.channels()}
    assert bool(spans) == (case.source.name in ("telegram", "replay"))
    assert all(span.channel in known and span.start_at < span.end_at <= AS_OF for span in spans)


def test_no_secret_reaches_the_log_or_a_representation(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    pages = read(case)

    shown = caplog.text + repr(case.source) + repr([page.cursor for page in pages])
    assert [secret for secret in case.secrets if secret in shown] == []
    assert not any(post in caplog.text for post in TEXTS)
