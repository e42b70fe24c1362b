"""Telegram through the unmodified client: who is refused, and every way it can fail."""

from __future__ import annotations

import pytest

from monitor.errors import ConfigError, TerminalError, TransientError
from monitor.model import Page
from monitor.sources.telegram import TelegramSource
from tests.peers.telegram import Fault, PeerChannel, TelegramPeer
from tests.telegram_desk import AS_OF, FIRST_AT, START, ids, read, source_of

PAGES = {"first_page": 0, "middle_page": 1, "last_page": 2}
each_page = pytest.mark.parametrize("good_pages", PAGES.values(), ids=PAGES)


def read_until_it_fails(source: TelegramSource) -> tuple[list[Page], Exception]:
    pages: list[Page] = []
    with pytest.raises(Exception) as failure:
        for page in source.pages("lars_live", START, as_of=AS_OF):
            pages.append(page)
    return pages, failure.value


def test_a_group_is_refused(peer: TelegramPeer) -> None:
    peer.channel("border_chat", is_broadcast=False)

    with source_of(peer, "border_chat") as source, pytest.raises(TerminalError, match=r"border_chat: not a public broadcast"):
        read(source, feed="border_chat")

    assert "messages.GetHistory" not in peer.calls


def test_an_unknown_name_is_refused_and_does_not_stop_the_others(peer: TelegramPeer, channel: PeerChannel) -> None:
    with source_of(peer, "nobody_here", "lars_live") as source:
        with pytest.raises(TerminalError, match="nobody_here"):
            read(source, feed="nobody_here")

        assert len(ids(read(source))) == 25


@pytest.mark.parametrize(
    "error", [(400, "CHANNEL_PRIVATE"), (406, "CHANNEL_PRIVATE"), (403, "CHAT_FORBIDDEN"), (400, "NEW_ERROR")]
)
def test_a_channel_that_refuses_us_is_named(
    peer: TelegramPeer, channel: PeerChannel, source: TelegramSource, error: tuple[int, str]
) -> None:
    peer.faults.append(Fault(error=error))

    with pytest.raises(TerminalError, match="lars_live"):
        read(source)


# --- what fails and comes back --------------------------------------------------------------------------------


@each_page
def test_a_flood_wait_says_how_long_and_loses_nothing(
    peer: TelegramPeer, channel: PeerChannel, source: TelegramSource, good_pages: int
) -> None:
    peer.faults.append(Fault(error=(420, "FLOOD_WAIT_333"), after_calls=good_pages))

    before, error = read_until_it_fails(source)
    with source_of(peer) as later:
        after = read(later, before[-1].cursor if before else None)

    assert isinstance(error, TransientError) and error.retry_after_s == 333
    assert len(before) == good_pages
    assert ids(before) + ids(after) == list(range(1, 26))


def test_after_a_flood_wait_no_other_channel_is_asked(peer: TelegramPeer, channel: PeerChannel) -> None:
    peer.channel("news_first").add("новость", FIRST_AT)
    peer.faults.append(Fault(error=(420, "FLOOD_WAIT_333")))
    with source_of(peer, "lars_live", "news_first") as source:
        read_until_it_fails(source)
        asked_count = peer.calls.count("messages.GetHistory")

        with pytest.raises(TransientError) as failure:
            read(source, feed="news_first")

    assert failure.value.retry_after_s == pytest.approx(333, abs=2)
    assert peer.calls.count("messages.GetHistory") == asked_count


def test_a_short_flood_wait_is_slept_through(peer: TelegramPeer, channel: PeerChannel) -> None:
    peer.faults.append(Fault(error=(420, "FLOOD_WAIT_1")))

    with source_of(peer, client_factory=None) as source:
        assert len(ids(read(source))) == 25


@each_page
def test_a_dropped_connection_is_made_again_without_loss(
    peer: TelegramPeer, channel: PeerChannel, source: TelegramSource, good_pages: int
) -> None:
    peer.faults.append(Fault(is_dropped=True, after_calls=good_pages))

    assert ids(read(source)) == list(range(1, 26))


@each_page
def test_silence_ends_after_the_timeout_and_the_next_run_goes_on(
    peer: TelegramPeer, channel: PeerChannel, good_pages: int
) -> None:
    peer.faults.append(Fault(is_silent=True, after_calls=good_pages))
    with source_of(peer, timeout_s=0.4) as source:
        before, error = read_until_it_fails(source)

        after = read(source, before[-1].cursor if before else None)

    assert isinstance(error, TransientError)
    assert ids(before) + ids(after) == list(range(1, 26))


def test_a_server_error_is_tried_again_later(peer: TelegramPeer, channel: PeerChannel, source: TelegramSource) -> None:
    peer.faults.append(Fault(error=(500, "INTERNAL")))

    with pytest.raises(TransientError, match="lars_live"):
        read(source)

    assert len(ids(read(source))) == 25


def test_a_server_that_is_away_is_tried_again_later() -> None:
    with TelegramPeer() as gone:
        source = source_of(gone)

    with source, pytest.raises(TransientError, match="no answer"):
        read(source)


# --- the account ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [(401, "SESSION_REVOKED"), (401, "AUTH_KEY_UNREGISTERED"), (406, "AUTH_KEY_DUPLICATED")])
def test_a_session_that_was_ended_asks_to_log_in_again(
    peer: TelegramPeer, channel: PeerChannel, source: TelegramSource, error: tuple[int, str]
) -> None:
    peer.faults.append(Fault(error=error))

    with pytest.raises(TerminalError, match="Log in again"):
        read(source)


def test_a_session_that_was_never_signed_in_asks_to_log_in(peer: TelegramPeer, channel: PeerChannel) -> None:
    with source_of(peer, session=peer.session(is_signed_in=False)) as source, pytest.raises(TerminalError, match="Log in again"):
        read(source)


@pytest.mark.parametrize("session", ["nonsense-secret", "1" + "secret" * 10, "1secret"])
def test_a_malformed_session_is_told_without_showing_it(peer: TelegramPeer, session: str) -> None:
    with source_of(peer, session=session) as source, pytest.raises(ConfigError, match="MONITOR_TELEGRAM_SESSION") as failure:
        read(source)

    assert "secret" not in str(failure.value)
    assert failure.value.__cause__ is None
