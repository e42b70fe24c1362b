"""X through the unmodified client: counts, sweeps that were stopped, and every way it can fail."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest

from monitor.errors import ConfigError, TerminalError, TransientError
from monitor.model import Cursor, Page, XQuery
from monitor.sources.x import XSource, require_bearer_token
from tests.peers.x import Fault, XPeer

AS_OF = datetime(2022, 9, 23, 6, 3, tzinfo=UTC)
QUERY = XQuery(name="border_queue_1", theme_id="border_queue", text='(очередь OR "верхний ларс") -is:retweet')
HTML = b"<html><body>Log in</body></html>"
CUT_JSON = b'{"data": [{"id": "1", "text": "\xd0'
PAGES = {"first_page": 0, "middle_page": 1, "last_page": 2}
each_page = pytest.mark.parametrize("good_pages", PAGES.values(), ids=PAGES)

PASSING = {
    "429 with reset": Fault(status=429, reset_in_s=33),
    "429 without reset": Fault(status=429),
    "503": Fault(status=503),
    "503 as HTML": Fault(status=503, body=HTML, headers={"content-type": "text/html"}),
    "503 as a list": Fault(status=503, body=b"[]"),
    "200 as HTML": Fault(status=200, body=HTML, headers={"content-type": "text/html"}),
    "200 with cut JSON": Fault(status=200, body=CUT_JSON),
    "200 without a result": Fault(status=200, body=b'{"errors": []}'),
    "cut transfer": Fault(status=200, body=b'{"meta": {}}', is_cut=True),
    "dropped": Fault(is_dropped=True),
    "stalled": Fault(stall_s=0.6, is_dropped=True),
}
LASTING = {
    "401": (Fault(status=401), "MONITOR_X_BEARER_TOKEN"),
    "402": (Fault(status=402), "credit"),
    "403": (Fault(status=403), "MONITOR_X_BEARER_TOKEN"),
    "400": (Fault(status=400), "border_queue_1"),
    "404": (Fault(status=404), "border_queue_1"),
    "monthly cap": (Fault(status=429, body=b'{"title": "UsageCapExceeded"}'), "monthly cap"),
}


@pytest.fixture
def peer() -> Iterator[XPeer]:
    """Give an X with 25 posts that fit the query, two an hour, and some that do not."""
    with XPeer(clock=lambda: AS_OF) as running:
        fill(running)
        yield running


def fill(peer: XPeer) -> None:
    for number in range(25):
        peer.add(f"очередь {number}", AS_OF - timedelta(minutes=3 + 30 * number))
        peer.add(f"RT @someone: очередь {number}", AS_OF - timedelta(minutes=4 + 30 * number))


def source_of(peer: XPeer, *, token: str | None = None) -> XSource:
    return XSource((QUERY,), bearer_token=token or peer.token, base_url=peer.url, page_size=10, timeout_s=0.3)


def read(source: XSource, cursor: Cursor | None = None) -> list[Page]:
    return list(source.pages(QUERY.name, cursor or Cursor(), as_of=AS_OF))


def texts(pages: list[Page]) -> list[str]:
    return [post.payload["text"] for page in pages for post in page.posts]


def read_until_it_fails(source: XSource) -> tuple[list[Page], Exception]:
    pages: list[Page] = []
    with pytest.raises(Exception) as failure:
        for page in source.pages(QUERY.name, Cursor(), as_of=AS_OF):
            pages.append(page)
    return pages, failure.value


def all_of_it() -> list[str]:
    return sorted(f"очередь {number}" for number in range(25))


# --- failures -------------------------------------------------------------------------------------------------


@each_page
@pytest.mark.parametrize("name", PASSING)
def test_what_passes_is_tried_again_and_loses_nothing(peer: XPeer, name: str, good_pages: int) -> None:
    fault = PASSING[name]
    peer.faults.append(Fault(**{**vars(fault), "after_calls": good_pages}))

    before, error = read_until_it_fails(source_of(peer))
    after = read(source_of(peer), before[-1].cursor if before else None)

    assert isinstance(error, TransientError) and peer.token not in str(error)
    assert len(before) == good_pages
    assert sorted(texts(before) + texts(after)) == all_of_it()


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_needs_a_human_and_says_what_for(peer: XPeer, name: str) -> None:
    fault, hint = LASTING[name]
    peer.faults.append(Fault(**vars(fault)))

    _, error = read_until_it_fails(source_of(peer))

    assert isinstance(error, TerminalError) and hint in str(error)


def test_a_wrong_token_is_not_shown(peer: XPeer) -> None:
    _, error = read_until_it_fails(source_of(peer, token="wrong-token"))

    assert isinstance(error, TerminalError) and "wrong-token" not in str(error)


@pytest.mark.parametrize(("reset_in_s", "wait_s"), [(33, 33), (None, 900), (-5, 1)], ids=["named", "not named", "past"])
def test_a_rate_limit_says_how_long_to_wait(peer: XPeer, reset_in_s: int | None, wait_s: int) -> None:
    peer.faults.append(Fault(status=429, reset_in_s=reset_in_s))

    _, error = read_until_it_fails(source_of(peer))

    assert isinstance(error, TransientError) and error.retry_after_s == pytest.approx(wait_s, abs=1)


def test_a_used_up_window_is_a_rate_limit() -> None:
    with XPeer(clock=lambda: AS_OF, limit=1) as peer:
        fill(peer)

        before, error = read_until_it_fails(source_of(peer))

    assert len(before) == 1 and isinstance(error, TransientError)


# --- sweeps ---------------------------------------------------------------------------------------------------


def test_the_next_sweep_asks_only_for_what_is_newer(peer: XPeer) -> None:
    end = read(source_of(peer))[-1].cursor
    peer.add("очередь новая", AS_OF - timedelta(minutes=1))
    peer.calls.clear()

    assert texts(read(source_of(peer), end)) == ["очередь новая"]
    assert len(peer.calls) == 1 and "since_id" in peer.calls[0][1]


def test_posts_that_come_during_a_stopped_sweep_are_read_by_the_next(peer: XPeer) -> None:
    first = next(source_of(peer).pages(QUERY.name, Cursor(), as_of=AS_OF))
    peer.add("очередь новая", AS_OF - timedelta(minutes=1))

    rest = read(source_of(peer), first.cursor)
    later = read(source_of(peer), rest[-1].cursor)

    assert sorted(texts([first, *rest])) == all_of_it()
    assert texts(later) == ["очередь новая"]


def test_a_page_token_x_has_forgotten_is_replaced(peer: XPeer) -> None:
    peer.faults.append(Fault(status=400, after_calls=1))

    assert sorted(texts(read(source_of(peer)))) == all_of_it()


def test_a_mark_older_than_seven_days_falls_back_to_all_that_x_keeps(peer: XPeer) -> None:
    old_id = peer.add("очередь старая", AS_OF - timedelta(days=8))

    assert sorted(texts(read(source_of(peer), Cursor(position=f'{{"since_id": "{old_id}"}}')))) == all_of_it()


def test_a_sweep_stopped_more_than_seven_days_ago_begins_anew(peer: XPeer) -> None:
    old_id = peer.add("очередь старая", AS_OF - timedelta(days=8))
    stopped = f'{{"newest_id": "{old_id}", "oldest_id": "{old_id}", "next_token": "mfrgg"}}'

    assert sorted(texts(read(source_of(peer), Cursor(position=stopped)))) == all_of_it()


@pytest.mark.parametrize("dialect", ["tweet", "post"])
def test_both_dialects_are_understood(dialect: Literal["tweet", "post"]) -> None:
    with XPeer(clock=lambda: AS_OF, dialect=dialect) as peer:
        fill(peer)
        source = source_of(peer)

        posts = [post.payload for page in read(source) for post in page.posts]
        counted = sum(count for _, count in source.counts(QUERY.name, as_of=AS_OF))

    assert len(posts) == 25 and counted == 24
    assert {datetime.fromisoformat(post["created_at"]).minute for post in posts} == {0, 30}


# --- counts ---------------------------------------------------------------------------------------------------


def test_counts_give_every_whole_hour_in_one_request(peer: XPeer) -> None:
    counts = source_of(peer).counts(QUERY.name, as_of=AS_OF)

    hours = [hour_at for hour_at, _ in counts]
    assert hours == [AS_OF.replace(minute=0) - timedelta(hours=number) for number in range(len(hours), 0, -1)]
    assert (len(hours), sum(count for _, count in counts), counts[-1][1], counts[0][1]) == (167, 24, 2, 0)
    assert [kind for kind, _ in peer.calls] == ["counts"]


def test_counts_begin_where_they_are_asked_to(peer: XPeer) -> None:
    start_at = AS_OF.replace(minute=0) - timedelta(hours=2)

    assert source_of(peer).counts(QUERY.name, as_of=AS_OF, start_at=start_at) == (
        (start_at, 2),
        (start_at + timedelta(hours=1), 2),
    )


def test_counts_of_no_whole_hour_cost_nothing(peer: XPeer) -> None:
    assert source_of(peer).counts(QUERY.name, as_of=AS_OF, start_at=AS_OF.replace(minute=0)) == ()
    assert peer.calls == []


def test_counts_that_fail_are_tried_again(peer: XPeer) -> None:
    peer.faults.append(Fault(kind="counts", status=429, reset_in_s=60))

    with pytest.raises(TransientError) as failure:
        source_of(peer).counts(QUERY.name, as_of=AS_OF)

    assert failure.value.retry_after_s == pytest.approx(60, abs=1)


# --- secrets --------------------------------------------------------------------------------------------------


def test_the_token_stays_out_of_the_log_even_when_everything_is_logged(peer: XPeer, caplog: pytest.LogCaptureFixture) -> None:
    source = source_of(peer)
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="tweepy.client")

    read(source)

    assert peer.token not in caplog.text


def test_a_missing_token_is_named() -> None:
    with pytest.raises(ConfigError, match="MONITOR_X_BEARER_TOKEN"):
        require_bearer_token("")
