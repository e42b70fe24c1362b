"""Every way X can fail, on the first, a middle and the last page, through the stage: nothing lost, doubled or paid in secret."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import store
from monitor.errors import MonitorError, TerminalError, TransientError
from monitor.pipeline.collect_x import Endpoint, collect_x
from monitor.settings import Settings
from monitor.sources.x import XRefused
from tests.peers.x import Fault, XPeer
from tests.x_desk import QUERY, booked_usd, make_root, open_spike, posts_stored, settings_of

AS_OF = datetime(2022, 9, 23, 6, 3, tzinfo=UTC)
LATER = AS_OF + timedelta(minutes=16)
HTML = {"body": b"<html><body>Log in</body></html>", "headers": {"content-type": "text/html"}}
PAGES = {"first_page": 0, "middle_page": 1, "last_page": 2}


@dataclass(frozen=True)
class Case:
    """A fault and what becomes of it: the error the run ends with (None: it ends well), and whether its cost is known."""

    fault: Fault
    error: type[MonitorError] | None
    is_cost_known: bool = True


CASES = {
    "429 with reset": Case(Fault(status=429, reset_in_s=33), None),
    "429 without reset": Case(Fault(status=429), None),
    "429 with a reset that is past": Case(Fault(status=429, reset_in_s=-5), None),
    "429 as HTML": Case(Fault(status=429, **HTML), None),
    "429 monthly cap": Case(Fault(status=429, body=b'{"title": "UsageCapExceeded"}'), XRefused),
    "402": Case(Fault(status=402), XRefused),
    "401": Case(Fault(status=401), XRefused),
    "403": Case(Fault(status=403), XRefused),
    "404": Case(Fault(status=404), TerminalError),
    "500": Case(Fault(status=500), TransientError),
    "503": Case(Fault(status=503), TransientError),
    "503 as HTML": Case(Fault(status=503, **HTML), TransientError),
    "503 as a list": Case(Fault(status=503, body=b"[]"), TransientError),
    "503 cut": Case(Fault(status=503, is_cut=True), TransientError),
    "200 as HTML": Case(Fault(status=200, **HTML), TransientError, is_cost_known=False),
    "200 with cut JSON": Case(Fault(status=200, body=b'{"data": [{"id": "1", "te'), TransientError, is_cost_known=False),
    "200 without a result": Case(Fault(status=200, body=b'{"errors": []}'), TransientError, is_cost_known=False),
    "200 as a number": Case(Fault(status=200, body=b"5"), TransientError, is_cost_known=False),
    "cut in transfer": Case(Fault(is_answered=True, is_cut=True), TransientError, is_cost_known=False),
    "dropped before it was served": Case(Fault(is_dropped=True), TransientError, is_cost_known=False),
    "dropped after it was served": Case(Fault(is_answered=True, is_dropped=True), TransientError, is_cost_known=False),
    "stalled": Case(Fault(stall_s=0.8, is_dropped=True), TransientError, is_cost_known=False),
    "stalled after it was served": Case(Fault(stall_s=0.8, is_answered=True), TransientError, is_cost_known=False),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_root(tmp_path_factory.mktemp("desk") / "root", queries={"border_queue_own": QUERY})


@pytest.fixture(scope="module")
def root_of_two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_root(tmp_path_factory.mktemp("desk") / "root", queries={"one": QUERY, "two": "граница"})


@pytest.fixture
def settings(root: Path) -> Settings:
    return settings_of(root, XPeer.token)


@pytest.fixture
def peer() -> Iterator[XPeer]:
    """Give an X with 25 posts about a queue, three pages of them."""
    with XPeer(clock=lambda: AS_OF) as running:
        for number in range(25):
            running.add(f"Очередь на границе, стоим {number + 2} часа", AS_OF - timedelta(minutes=3 + 2 * number))
        yield running


def collect(connection: store.Connection, settings: Settings, peer: XPeer, as_of: datetime = AS_OF) -> dict[str, int]:
    """Run the stage; patient but where the peer is to be waited for in vain."""
    is_stalling = any(fault.stall_s for fault in peer.faults)
    endpoint = Endpoint(base_url=peer.url, page_size=10, timeout_s=0.5 if is_stalling else 10)
    return dict(collect_x(connection, settings, as_of=as_of, endpoint=endpoint).counts)


def ids_of(peer: XPeer) -> list[int]:
    return sorted(int(post["history"][0]) for post in peer._posts)


@pytest.mark.parametrize("good_pages", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("name", CASES)
def test_each_fault_on_each_page_ends_as_designed(
    connection: store.Connection, settings: Settings, peer: XPeer, name: str, good_pages: int
) -> None:
    case = CASES[name]
    open_spike(connection, "border_queue", AS_OF - timedelta(hours=2))
    peer.faults.append(Fault(**{**vars(case.fault), "after_calls": good_pages}))

    error = _error_of(connection, settings, peer)
    stored_before = len(posts_stored(connection))
    assert booked_usd(connection, AS_OF) >= sum(peer.served_usd.values())
    collect(connection, settings, peer, LATER)

    assert type(error) is (case.error or type(None)), error
    assert XPeer.token not in str(error)
    assert stored_before == 10 * good_pages
    assert posts_stored(connection) == ids_of(peer)
    booked, served = booked_usd(connection, AS_OF), sum(peer.served_usd.values())
    assert booked == served if case.is_cost_known else booked >= served


@pytest.mark.parametrize("name", CASES)
def test_a_count_that_fails_stops_no_other_and_is_asked_again(
    connection: store.Connection, root_of_two: Path, peer: XPeer, name: str
) -> None:
    case = CASES[name]
    settings = settings_of(root_of_two, peer.token)
    peer.faults.append(Fault(**{**vars(case.fault), "kind": "counts"}))

    error = _error_of(connection, settings, peer)
    collect(connection, settings, peer, LATER)

    noted = None if case.error is TerminalError else case.error
    assert type(error) is (noted or type(None)), error
    hours = connection.execute("SELECT query_name, sum(posts_count) FROM core.x_count GROUP BY query_name ORDER BY 1").fetchall()
    assert hours == [("one", 24), ("two", 0)]
    booked, served = booked_usd(connection, AS_OF), sum(peer.served_usd.values())
    assert booked == served if case.is_cost_known else booked >= served


def _error_of(connection: store.Connection, settings: Settings, peer: XPeer) -> MonitorError | None:
    try:
        collect(connection, settings, peer)
    except MonitorError as error:
        return error
    return None


def test_a_wrong_query_is_told_to_the_operator_and_its_token_asked_again(
    connection: store.Connection, settings: Settings, peer: XPeer
) -> None:
    open_spike(connection, "border_queue", AS_OF - timedelta(hours=2))
    peer.faults += [Fault(kind="counts", status=400), Fault(status=400, after_calls=1)]

    counts = collect(connection, settings, peer)

    assert counts["queries refused"] == 1
    assert posts_stored(connection) == ids_of(peer)
    assert ("x_query_refused", "border_queue_own") in _notices(connection)


@pytest.mark.parametrize("reset_in_s", [600, None], ids=["with reset", "without reset"])
def test_what_x_asks_not_to_use_is_not_used_by_the_next_run(
    connection: store.Connection, settings: Settings, peer: XPeer, reset_in_s: int | None
) -> None:
    open_spike(connection, "border_queue", AS_OF - timedelta(hours=2))
    peer.faults.append(Fault(status=429, reset_in_s=reset_in_s))
    collect(connection, settings, peer)
    peer.calls.clear()

    counts = collect(connection, settings, peer, AS_OF + timedelta(minutes=9))

    assert counts["methods paused"] == 1
    assert peer.calls == []


def test_a_refusal_is_noted_once_and_settled_when_it_is_over(
    connection: store.Connection, settings: Settings, peer: XPeer
) -> None:
    peer.faults += [Fault(kind="counts", status=402), Fault(kind="counts", status=402)]
    for _ in range(2):
        with pytest.raises(XRefused, match="credit"):
            collect(connection, settings, peer)
    open_before = _notices(connection)

    collect(connection, settings, peer)

    assert open_before == [("x_refused", "x")]
    assert _notices(connection) == []


def _notices(connection: store.Connection) -> list[tuple[str, str]]:
    return connection.execute("SELECT kind, subject FROM core.notice WHERE settled_at IS NULL ORDER BY 1, 2").fetchall()
