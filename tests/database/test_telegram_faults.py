"""A table of what can go wrong between Telegram and us. Each row goes through the real client, a real socket and a real database.

Each is played on the first, a middle and the last page. Whatever happens, a later round without the fault leaves every post stored
once, with its text, and every quarter-hour observed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

import pytest
from telethon.tl import types

from monitor import store
from monitor.errors import MonitorError, TerminalError
from monitor.model import Channel, Page, ReadyPage
from monitor.pipeline import ahead
from monitor.pipeline.telegram import read_telegram
from monitor.settings import Settings
from monitor.sources.telegram import TelegramSource
from tests.database.test_telegram import AS_OF, FIRST_AT, KEY, PeerChannel, TelegramPeer, ids, notices
from tests.peers.mtproto.channels import filled
from tests.peers.telegram import Fault
from tests.telegram_desk import API_HASH, patient_client

Ending = Literal["read", "waits", "state", "away", "logged out"]
PAGES = {"first": 0, "middle": 2, "last": 4}
"""How many requests go well before the fault: the channel's tail takes one look at where it begins and four pages."""
POSTS = 25


@dataclass(frozen=True)
class Row:
    """A fault and how the round that meets it ends."""

    name: str
    fault: Fault
    ending: Ending
    timeout_s: float = 0.4


def error(code: int, message: str, **more: Any) -> Fault:
    return Fault(error=(code, message), **more)


ROWS = (
    Row("flood_wait_short", error(420, "FLOOD_WAIT_1"), "read", timeout_s=3),
    Row("flood_wait_long", error(420, "FLOOD_WAIT_3600"), "waits"),
    Row("flood_premium_wait", error(420, "FLOOD_PREMIUM_WAIT_600"), "waits"),
    Row("flood_without_seconds", error(420, "FLOOD"), "waits"),
    Row("internal_500", error(500, "INTERNAL"), "away"),
    Row("rpc_call_fail", error(500, "RPC_CALL_FAIL"), "away"),
    Row("mcget_fail", error(500, "RPC_MCGET_FAIL"), "away"),
    Row("minus_503_timeout", error(-503, "Timeout"), "away"),
    Row("interdc", error(500, "INTERDC_2_CALL_ERROR"), "away"),
    Row("silent", Fault(is_silent=True), "away"),
    Row("too_late", Fault(late_s=0.6), "away"),
    Row("a_little_late", Fault(late_s=0.1), "read"),
    Row("dropped_before_the_answer", Fault(is_dropped=True), "read"),
    Row("dropped_after_the_answer", Fault(is_dropped_after=True), "read"),
    Row("cut_answer", Fault(is_garbled=True), "away"),
    Row("unknown_type", Fault(is_unknown_type=True), "away"),
    Row("page_without_its_first", Fault(is_cut_at_start=True), "read"),
    Row("channel_private", error(400, "CHANNEL_PRIVATE"), "state"),
    Row("channel_banned", error(406, "CHANNEL_PRIVATE"), "state"),
    Row("chat_forbidden", error(403, "CHAT_FORBIDDEN"), "state"),
    Row("channel_invalid", error(400, "CHANNEL_INVALID"), "state"),
    Row("username_not_occupied", error(400, "USERNAME_NOT_OCCUPIED"), "state"),
    Row("peer_invalid", error(400, "PEER_ID_INVALID"), "state"),
    Row("never_seen_before", error(400, "SOMETHING_NEW"), "state"),
    Row("auth_key_unregistered", error(401, "AUTH_KEY_UNREGISTERED"), "logged out"),
    Row("auth_key_duplicated", error(406, "AUTH_KEY_DUPLICATED"), "logged out"),
    Row("session_revoked", error(401, "SESSION_REVOKED"), "logged out"),
    Row("session_expired", error(401, "SESSION_EXPIRED"), "logged out"),
    Row("user_deactivated", error(401, "USER_DEACTIVATED"), "logged out"),
    Row("user_banned", error(401, "USER_DEACTIVATED_BAN"), "logged out"),
)


def hasty_client(*arguments: Any) -> Any:
    """Make the client without the two seconds it rests after a server's error."""
    client = patient_client(*arguments)
    client._request_retries = 0
    return client


@pytest.fixture
def peer() -> Iterator[TelegramPeer]:
    with TelegramPeer() as running:
        yield running


@pytest.fixture
def channel(peer: TelegramPeer) -> PeerChannel:
    made = peer.channel("a_live")
    for number in range(POSTS):
        made.add(text_of(number + 1), AS_OF - timedelta(minutes=4) + timedelta(seconds=number))
    return made


def text_of(post_id: int) -> str:
    return f"Верхний Ларс, стоим {post_id} часов"


@dataclass
class Collector:
    peer: TelegramPeer
    connection: store.Connection

    def round(self, *, later: timedelta = timedelta(0), timeout_s: float = 0.4) -> MonitorError | None:
        """Collect once; give what the round failed with, if it did."""
        settings = Settings.from_env({"MONITOR_HASH_KEY": KEY})
        known = store.account_peers(self.connection, "main")
        channels = (Channel(source="telegram", handle="a_live", title="a", is_verified=True),)
        options: dict[str, Any] = {
            "client_factory": hasty_client if timeout_s < 1 else None,
            "page_size": 7,
            "timeout_s": timeout_s,
            "pause_s": 0,
        }
        with TelegramSource(
            channels, api_id=1, api_hash=API_HASH, session=self.peer.session(), peers=known, history_since=FIRST_AT, **options
        ) as source:
            try:
                read_telegram(self.connection, settings, source, self.connection, as_of=AS_OF + later)
            except MonitorError as failure:
                return failure
        return None

    def stored(self) -> dict[int, str]:
        return dict(self.connection.execute("SELECT post_id, text FROM core.post").fetchall())

    def waits(self) -> int:
        return len(store.pauses(self.connection, as_of=AS_OF))


@pytest.fixture
def collector(peer: TelegramPeer, channel: PeerChannel, connection: store.Connection) -> Collector:
    return Collector(peer, connection)


@pytest.mark.parametrize("good_calls", PAGES.values(), ids=PAGES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_fault_ends_as_designed_and_loses_nothing(peer, connection, collector, row, good_calls):
    peer.faults.append(replace(row.fault, after_calls=good_calls))

    failure = collector.round(timeout_s=row.timeout_s)

    state = {state for _, state, _, _ in store.channel_states(connection)} - {"ok"}
    ended = {
        "read": failure is None and not state and len(collector.stored()) == POSTS,
        "waits": failure is None and not state and collector.waits() == 1,
        "state": failure is None and len(state) == 1 and notices(connection) == [("channel_gone", "a_live")],
        "away": failure is None and not state and len(collector.stored()) < POSTS,
        "logged out": isinstance(failure, TerminalError) and notices(connection) == [("session_lost", "main")],
    }
    assert ended[row.ending], (failure, state, len(collector.stored()), collector.waits(), notices(connection))

    assert collector.round(later=timedelta(hours=2)) is None
    assert collector.stored() == {number: text_of(number) for number in range(1, POSTS + 1)}
    assert connection.execute("SELECT max(seen_count), sum(seen_count) FROM core.coverage").fetchone() == (POSTS, POSTS)
    assert set(store.coverage_totals(connection)) == {"observed"}
    assert notices(connection) == []


# --- what a message can be ------------------------------------------------------------------------------------


def service(channel: PeerChannel, post_id: int) -> None:
    channel.messages[post_id] = filled(
        type(channel.messages[channel.add_service(AS_OF)]),
        id=post_id,
        peer_id=types.PeerChannel(channel.channel_id),
        date=AS_OF,
        action=types.MessageActionPinMessage(),
    )
    del channel.messages[max(channel.messages)]


def empty(channel: PeerChannel, post_id: int) -> None:
    channel.messages[post_id] = filled(types.MessageEmpty, id=post_id, peer_id=types.PeerChannel(channel.channel_id))


def changed(**fields: Any) -> Any:
    def change(channel: PeerChannel, post_id: int) -> None:
        for name, value in fields.items():
            setattr(channel.messages[post_id], name, value)

    return change


BAD = {
    "service": (service, None),
    "empty": (empty, None),
    "deleted": (lambda channel, post_id: channel.messages.pop(post_id), None),
    "nul": (changed(message="Верхний Ларс\0"), "nul"),
    "huge": (changed(message="Ларс " * 20_000), "too_long"),
    "future": (changed(date=AS_OF + timedelta(days=300)), "future_dated"),
    "no_words": (changed(message="  "), "empty"),
}


@pytest.mark.parametrize("post_id", [1, 12, POSTS], ids=PAGES)
@pytest.mark.parametrize("kind", BAD)
def test_a_message_that_cannot_be_used_is_set_aside_and_the_others_are_stored(connection, collector, channel, kind, post_id):
    spoil, reason = BAD[kind]
    spoil(channel, post_id)

    assert collector.round() is None
    assert collector.round(later=timedelta(hours=2)) is None

    assert sorted(collector.stored()) == [number for number in range(1, POSTS + 1) if number != post_id]
    assert [r for _, r, _ in store.quarantine_totals(connection)] == ([reason] if reason else [])
    assert set(store.coverage_totals(connection)) == {"observed"}


def test_a_rename_in_the_middle_of_reading_loses_nothing(peer, connection, collector, monkeypatch):
    made_ready, read = ahead.ready_page, []

    def rename(feed: str, page: Page, *arguments: Any, **options: Any) -> ReadyPage:
        read.extend(page.posts)
        if "a_live" in peer.names and len(read) > 7:
            peer.rename("a_live", "a_today")
        return made_ready(feed, page, *arguments, **options)

    monkeypatch.setattr(ahead, "ready_page", rename)
    assert collector.round() is None

    assert ids(connection, "a_live") == list(range(1, POSTS + 1))
    assert peer.names == ["a_today"]


def test_a_channel_that_became_a_group_is_refused_at_the_next_look_up(peer, connection, collector, channel):
    channel.is_broadcast = False

    assert collector.round() is None

    assert [(state, reason) for _, state, reason, _ in store.channel_states(connection)] == [("refused", "NotBroadcast")]
    assert collector.stored() == {}
