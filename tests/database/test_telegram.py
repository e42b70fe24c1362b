"""Telegram into the database: a loopback server, the unmodified client, a real PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from monitor import store
from monitor.errors import TerminalError, TransientError
from monitor.model import Channel, RunReport
from monitor.pipeline import ahead
from monitor.pipeline.telegram import read_telegram
from monitor.settings import Settings
from monitor.sources.telegram import TelegramSource
from tests.peers.telegram import Fault, PeerChannel, TelegramPeer
from tests.telegram_desk import API_HASH, patient_client

FIRST_AT = datetime(2022, 9, 21, 6, tzinfo=UTC)
AS_OF = FIRST_AT + timedelta(hours=12)
LATER = timedelta(minutes=5)
KEY = "5e" * 32


@pytest.fixture
def peer() -> Iterator[TelegramPeer]:
    with TelegramPeer() as running:
        yield running


def post(channel: PeerChannel, number: int, *, at: datetime | None = None) -> int:
    return channel.add(f"Верхний Ларс, стоим {number} часов", at or FIRST_AT + timedelta(minutes=20 * number))


def busy(peer: TelegramPeer, name: str, posts: int = 25) -> PeerChannel:
    made = peer.channel(name)
    for number in range(posts):
        post(made, number)
    return made


def settings(**changes: str) -> Settings:
    return Settings.from_env({"MONITOR_HASH_KEY": KEY, **changes})


Collect = Callable[..., RunReport]


@pytest.fixture
def collect(peer: TelegramPeer, connection: store.Connection) -> Collect:
    session = peer.session()

    def run(*handles: str, as_of: datetime = AS_OF, env: dict[str, str] | None = None, **options: Any) -> RunReport:
        using = settings(**(env or {}))
        channels = tuple(Channel(source="telegram", handle=name, title=name, is_verified=True) for name in handles)
        given = {"session": session, "client_factory": patient_client, "page_size": 10, "timeout_s": 5, "pause_s": 0}
        known = store.account_peers(connection, using.telegram_account)
        source = TelegramSource(channels, api_id=1, api_hash=API_HASH, peers=known, **{**given, **options})
        with source:
            return read_telegram(connection, using, source, connection, as_of=as_of)

    return run


def ids(connection: store.Connection, handle: str) -> list[int]:
    return [
        post_id
        for (post_id,) in connection.execute(
            "SELECT post_id FROM core.post JOIN core.channel USING (channel_id) WHERE handle = %s ORDER BY 1", (handle,)
        )
    ]


def states(connection: store.Connection) -> dict[str, str]:
    return {handle: state for handle, state, _, _ in store.channel_states(connection)}


def notices(connection: store.Connection) -> list[tuple[str, str]]:
    return [(kind, subject) for kind, subject, _, _ in store.open_notices(connection)]


# --- tails and histories ------------------------------------------------------------------------------------


def test_tails_of_all_channels_come_before_any_history(peer, connection, collect):
    for name in ("a_live", "b_live"):
        busy(peer, name)
    read: list[str] = []
    seen = store.write_page

    def spy(*args: Any, **options: Any) -> int:
        read.append(args[2].feed)
        return seen(*args, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "write_page", spy)
        report = collect("a_live", "b_live", as_of=FIRST_AT + timedelta(hours=8, minutes=1))

    first_history = read.index("a_live/history")
    assert {"a_live", "b_live"} <= set(read[:first_history])
    assert report.counts["new"] == 50
    assert ids(connection, "a_live") == ids(connection, "b_live") == list(range(1, 26))


def test_history_is_pending_until_it_is_read_and_marked_as_history(peer, connection, collect):
    busy(peer, "a_live")
    peer.faults.append(Fault(error=(420, "FLOOD_WAIT_3600"), after_calls=2))

    collect("a_live", history_since=FIRST_AT)
    before = store.coverage_totals(connection)
    collect("a_live", as_of=AS_OF + timedelta(hours=2))

    after = connection.execute("SELECT state, is_history, count(*) FROM core.coverage GROUP BY 1, 2 ORDER BY 2").fetchall()
    assert before == {"pending": 48}
    assert after == [("observed", False, 8), ("observed", True, 48)]
    assert ids(connection, "a_live") == list(range(1, 26))


def test_the_channel_that_was_not_visited_for_longest_comes_first(peer, connection, collect):
    for name in ("a_live", "b_live", "c_live"):
        busy(peer, name, 1)
    collect("a_live", "b_live")

    collect("a_live", "b_live", "c_live", as_of=AS_OF + LATER)

    order = store.visit_order(connection, ["a_live", "b_live", "c_live"], as_of=AS_OF)
    store.note_visit(connection, "a_live", as_of=AS_OF + 2 * LATER)
    assert order == ["a_live", "b_live", "c_live"]
    assert store.visit_order(connection, ["a_live", "b_live", "c_live"], as_of=AS_OF) == ["b_live", "c_live", "a_live"]


def test_a_budget_that_is_spent_ends_the_run_and_the_next_goes_on(peer, connection, collect):
    busy(peer, "a_live")

    runs = [collect("a_live", as_of=AS_OF + n * LATER, env={"MONITOR_COLLECT_BUDGET_S": "0.000001"}) for n in range(6)]
    collect("a_live", as_of=AS_OF + 7 * LATER)

    assert all(run.counts["new"] == 0 for run in runs)
    assert ids(connection, "a_live") == list(range(1, 26))


def test_a_write_that_fails_leaves_no_gap_behind_it(peer, connection, collect, monkeypatch):
    busy(peer, "a_live")
    monkeypatch.setattr(ahead, "GROUP_PAGES", 1)
    written, pages = store.write_page, []

    def fail_once(*args: Any, **options: Any) -> int:
        pages.append(args[2])
        if len([page for page in pages if page.kept]) == 2:
            time.sleep(0.1)  # the pages after it are read and wait
            raise TransientError("the database went away")
        return written(*args, **options)

    with monkeypatch.context() as patch:
        patch.setattr(store, "write_page", fail_once)
        collect("a_live", history_since=FIRST_AT)
    assert ids(connection, "a_live") == list(range(1, 11))

    collect("a_live", as_of=AS_OF + LATER)

    assert ids(connection, "a_live") == list(range(1, 26))


# --- channels that cannot be read ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ((400, "CHANNEL_PRIVATE"), "private"),
        ((406, "CHANNEL_PRIVATE"), "private"),
        ((403, "CHAT_FORBIDDEN"), "private"),
        ((400, "PEER_ID_INVALID"), "refused"),
    ],
)
def test_a_channel_that_cannot_be_read_is_told_once_and_the_others_go_on(peer, connection, collect, error, state):
    busy(peer, "a_live", 3), busy(peer, "b_live", 3)
    collect("a_live", "b_live")
    peer.faults.append(Fault(error=error))

    report = collect("a_live", "b_live", as_of=AS_OF + LATER)
    collect("a_live", "b_live", as_of=AS_OF + 2 * LATER)

    assert report.counts["channels refused"] == 1
    assert states(connection) == {"a_live": state, "b_live": "ok"}
    assert notices(connection) == [("channel_gone", "a_live")]

    collect("a_live", "b_live", as_of=AS_OF + timedelta(hours=2))

    assert states(connection) == {"a_live": "ok", "b_live": "ok"}
    assert notices(connection) == []


def test_a_name_nobody_has_a_group_and_an_emptied_channel_get_their_states(peer, connection, collect):
    peer.channel("border_chat", is_broadcast=False)
    emptied = busy(peer, "emptied", 3)
    busy(peer, "a_live", 3)
    everyone = ("nobody_here", "border_chat", "emptied", "a_live")
    collect(*everyone)
    emptied.messages.clear()

    collect(*everyone, as_of=AS_OF + LATER)

    assert states(connection) == {"nobody_here": "gone", "border_chat": "refused", "emptied": "empty", "a_live": "ok"}
    assert sorted(notices(connection)) == [("channel_gone", name) for name in ("border_chat", "emptied", "nobody_here")]
    assert ids(connection, "a_live") == [1, 2, 3]


def test_a_renamed_channel_is_read_on_by_its_id_in_a_later_run(peer, connection, collect):
    channel = busy(peer, "a_live", 3)
    collect("a_live")
    peer.rename("a_live", "a_today")
    post(channel, 4, at=AS_OF)

    collect("a_live", as_of=AS_OF + LATER)

    assert ids(connection, "a_live") == [1, 2, 3, 4]
    assert peer.calls.count("contacts.ResolveUsername") == 1
    urls = connection.execute("SELECT url FROM core.post WHERE post_id = 4").fetchall()
    assert urls == [("https://t.me/a_today/4",)]


def test_another_account_under_the_same_name_looks_its_channels_up_anew(peer, connection, collect):
    busy(peer, "a_live", 3)
    store.save_peer(connection, "main", "a_live", (1000, 42), as_of=AS_OF)

    collect("a_live")

    assert ids(connection, "a_live") == [1, 2, 3]
    assert store.account_peers(connection, "main")["a_live"] == (1000, 1000 * 7919 + 1)


def test_a_name_that_belongs_to_another_channel_by_now_is_not_followed(peer, connection, collect):
    busy(peer, "a_live", 3)
    store.save_peer(connection, "main", "a_live", (77, 42), as_of=AS_OF)

    collect("a_live")

    assert states(connection) == {"a_live": "gone"}
    assert ids(connection, "a_live") == []


# --- waits, troubles and the account -------------------------------------------------------------------------


def test_a_flood_wait_is_kept_and_the_run_ends_cleanly(peer, connection, collect):
    for name in ("a_live", "b_live"):
        busy(peer, name, 3)
    peer.faults.append(Fault(error=(420, "FLOOD_WAIT_7200")))

    report = collect("a_live", "b_live")
    asked = peer.calls.count("messages.GetHistory")
    collect("a_live", "b_live", as_of=AS_OF + timedelta(hours=1))

    assert report.counts["seconds to leave history alone"] == 7200
    assert peer.calls.count("messages.GetHistory") == asked == 1
    assert notices(connection) == [("flood_wait", "main history")]

    collect("a_live", "b_live", as_of=AS_OF + timedelta(hours=3))

    assert ids(connection, "a_live") == ids(connection, "b_live") == [1, 2, 3]
    assert notices(connection) == []


def test_a_flood_wait_of_the_look_up_leaves_known_channels_to_be_read(peer, connection, collect):
    busy(peer, "a_live", 3)
    collect("a_live")
    busy(peer, "b_live", 3)
    peer.faults.append(Fault(method="contacts.ResolveUsername", error=(420, "FLOOD_WAIT_7200")))
    post(peer.find("a_live"), 4, at=AS_OF)

    collect("b_live", "a_live", as_of=AS_OF + LATER)
    collect("b_live", "a_live", as_of=AS_OF + 2 * LATER)

    assert ids(connection, "a_live") == [1, 2, 3, 4]
    assert peer.calls.count("contacts.ResolveUsername") == 2


def test_one_silent_channel_does_not_stop_the_others(peer, connection, collect):
    for name in ("a_live", "b_live"):
        busy(peer, name, 3)
    peer.faults.append(Fault(is_silent=True))

    report = collect("a_live", "b_live", timeout_s=0.4)

    assert report.counts["feeds without answer"] == 1
    assert ids(connection, "b_live") == [1, 2, 3]


def test_when_telegram_is_away_the_run_fails_soon_and_can_be_tried_again(peer, connection, collect):
    names = tuple(f"channel_{n}" for n in range(6))
    for name in names:
        busy(peer, name, 1)
    peer.faults.append(Fault(is_silent=True, times=3))

    with pytest.raises(TransientError):
        collect(*names, timeout_s=0.2)

    assert peer.calls.count("messages.GetHistory") == 3


@pytest.mark.parametrize(
    "error",
    [(401, "SESSION_REVOKED"), (401, "AUTH_KEY_UNREGISTERED"), (406, "AUTH_KEY_DUPLICATED"), (401, "USER_DEACTIVATED_BAN")],
)
def test_a_lost_session_stops_the_run_and_is_told_until_a_new_one_reads(peer, connection, collect, error):
    for name in ("a_live", "b_live"):
        busy(peer, name, 1)
    peer.faults.append(Fault(error=error))

    with pytest.raises(TerminalError, match="Log in again"):
        collect("a_live", "b_live")

    assert notices(connection) == [("session_lost", "main")]
    assert peer.calls.count("messages.GetHistory") == 1

    collect("a_live", "b_live", as_of=AS_OF + LATER)

    assert notices(connection) == []


def test_one_collector_at_a_time_owns_an_account(database_url):
    with store.own_account(database_url, "main") as first, store.own_account(database_url, "main") as second:
        with store.own_account(database_url, "other") as third:
            assert (first is None, second is None, third is None) == (False, True, False)

    with store.own_account(database_url, "main") as later:
        assert later is not None


def test_what_a_login_has_verified_stays_verified_when_the_seeds_are_written_again(connection):
    listed = (Channel(source="telegram", handle="a_live", title="A", is_verified=False),)
    store.save_channels(connection, listed)

    store.save_verification(connection, "main", "a_live", "A live", as_of=AS_OF)
    store.save_channels(connection, listed)

    assert store.verified_handles(connection) == {"a_live"}
    assert connection.execute("SELECT is_verified FROM core.channel").fetchall() == [(True,)]
