"""Telegram through the unmodified client: what is read, and what a post holds."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from telethon.sessions import StringSession
from telethon.tl import types

from monitor.errors import ConfigError
from monitor.model import Cursor
from monitor.sources.telegram import TelegramSource, require_credentials
from tests.peers.mtproto.channels import filled
from tests.peers.telegram import DC_ID, LOGIN_CODE, Fault, PeerChannel, ServerKey, TelegramPeer, known_to_telethon
from tests.telegram_desk import API_HASH, AS_OF, FIRST_AT, ids, patient_client, read, source_of


def test_at_first_contact_the_tail_begins_now_and_leaves_the_past_to_the_history(
    peer: TelegramPeer, channel: PeerChannel
) -> None:
    now = FIRST_AT + timedelta(hours=5, minutes=7)
    with source_of(peer, history_since=FIRST_AT + timedelta(hours=1)) as source:
        tail = list(source.pages("lars_live", Cursor(), as_of=now))
        (opened, start), *_ = tail[0].opens
        history = list(source.pages(opened, start, as_of=now))

        assert list(source.pages(opened, history[-1].cursor, as_of=now)) == []

    assert (ids(tail), ids(history)) == (list(range(16, 26)), list(range(4, 16)))
    assert [(span.state, span.start_at, span.end_at) for span in tail[0].coverage] == [
        ("pending", FIRST_AT + timedelta(hours=1), FIRST_AT + timedelta(hours=5))
    ]
    spans = [span for page in history for span in page.coverage]
    assert (spans[0].start_at, spans[-1].end_at) == (FIRST_AT + timedelta(hours=1), FIRST_AT + timedelta(hours=5))
    assert all(span.is_history and span.state == "observed" for span in spans)
    assert not any(span.is_history for page in tail[1:] for span in page.coverage)


def test_a_history_stopped_after_any_page_goes_on_where_it_stood(peer: TelegramPeer, channel: PeerChannel) -> None:
    with source_of(peer, history_since=FIRST_AT, page_size=7) as source:
        (opened, start), *_ = next(iter(source.pages("lars_live", Cursor(), as_of=AS_OF))).opens
        pages = list(source.pages(opened, start, as_of=AS_OF))

        rests = [ids(list(source.pages(opened, page.cursor, as_of=AS_OF))) for page in pages]

    assert len(pages) == 4
    assert rests == [list(range(1 + min(7 * n, 25), 26)) for n in range(1, 5)]


def test_the_past_of_a_quiet_channel_is_never_read(peer: TelegramPeer) -> None:
    quiet = peer.channel("lars_live")
    quiet.add("давно", FIRST_AT - timedelta(days=300))
    with source_of(peer, history_since=FIRST_AT) as source:
        first = list(source.pages("lars_live", Cursor(), as_of=AS_OF))
        (opened, start), *_ = first[0].opens
        history = list(source.pages(opened, start, as_of=AS_OF))
        quiet.add("сегодня", AS_OF)

        second = read(source, first[-1].cursor)

    assert (ids(first), ids(history), ids(second)) == ([], [], [2])
    assert [(span.start_at, span.end_at) for page in history for span in page.coverage] == [(FIRST_AT, AS_OF)]


def test_a_page_that_does_not_go_on_where_the_last_one_ended_is_asked_for_again(
    peer: TelegramPeer, channel: PeerChannel, source: TelegramSource
) -> None:
    peer.faults.append(Fault(is_cut_at_start=True, after_calls=1))

    assert ids(read(source)) == list(range(1, 26))


def test_a_future_date_covers_no_time_that_was_not_read(peer: TelegramPeer, channel: PeerChannel, source: TelegramSource) -> None:
    channel.messages[10].date = AS_OF + timedelta(days=400)

    first, *_ = read(source)

    assert first.cursor.read_until_at == channel.messages[9].date


def test_an_empty_answer_within_a_page_is_not_taken_for_the_end(
    peer: TelegramPeer, channel: PeerChannel, source: TelegramSource
) -> None:
    for number in (3, 4, 12):
        channel.messages[number] = filled(types.MessageEmpty, id=number, peer_id=types.PeerChannel(channel.channel_id))

    assert ids(read(source)) == [number for number in range(1, 26) if number not in (3, 4, 12)]


def test_a_renamed_channel_is_read_on_and_linked_by_its_new_name(peer: TelegramPeer, channel: PeerChannel) -> None:
    peers = {"lars_live": (channel.channel_id, channel.access_hash)}
    peer.rename("lars_live", "lars_today")
    with source_of(peer, peers=peers) as source:
        posts = [post.payload for page in read(source) for post in page.posts]

    assert len(posts) == 25
    assert {post["username"] for post in posts} == {"lars_today"}
    assert "contacts.ResolveUsername" not in peer.calls


def test_posts_are_asked_for_again_by_their_ids(channel: PeerChannel, source: TelegramSource) -> None:
    channel.edit(3, "теперь 7 км", AS_OF, views=900)
    del channel.messages[4]

    found = source.again("lars_live", [2, 3, 4], as_of=AS_OF)

    assert found[4] is None and found[2] is not None and found[3] is not None
    assert (found[3].payload["message"], found[3].payload["views"], found[3].payload["edit_date"]) == ("теперь 7 км", 900, AS_OF)


def test_an_empty_channel_is_covered_and_asked_again(peer: TelegramPeer) -> None:
    peer.channel("lars_live")
    with source_of(peer) as source:
        (page,) = read(source)

        assert source.total("lars_live") == 0

    assert page.cursor == Cursor(position="0", read_until_at=AS_OF)
    assert [(span.start_at, span.end_at, span.state) for span in page.coverage] == [(FIRST_AT, AS_OF, "observed")]


def test_coverage_of_the_pages_joins_without_gaps(peer: TelegramPeer, channel: PeerChannel) -> None:
    with source_of(peer, history_since=FIRST_AT) as source:
        spans = [span for page in read(source) for span in page.coverage]

    assert [span.start_at for span in spans] == [FIRST_AT] + [span.end_at for span in spans[:-1]]
    assert spans[-1].end_at == AS_OF


def test_a_pin_is_no_post_but_moves_the_cursor(peer: TelegramPeer, channel: PeerChannel, source: TelegramSource) -> None:
    pin = channel.add_service(AS_OF - timedelta(hours=1))

    pages = read(source)

    assert pin not in ids(pages)
    assert pages[-1].cursor.position == str(pin)


def test_a_deleted_post_leaves_no_hole_in_the_reading(channel: PeerChannel, source: TelegramSource) -> None:
    for gone in (3, 4, 12, 25):
        del channel.messages[gone]

    assert ids(read(source)) == sorted(channel.messages)


def test_a_forward_names_a_public_channel_and_never_a_person(peer: TelegramPeer, source: TelegramSource) -> None:
    public, channel = peer.channel("news_first"), peer.channel("lars_live")
    of_channel = filled(types.MessageFwdHeader, date=FIRST_AT, from_id=types.PeerChannel(public.channel_id), channel_post=7)
    of_person = filled(types.MessageFwdHeader, date=FIRST_AT, from_name="Иван Иванов")
    channel.add("из канала", FIRST_AT, fwd_from=of_channel)
    channel.add("от человека", FIRST_AT, fwd_from=of_person)
    channel.add("своё", FIRST_AT, views=70, forwards=2, post_author="Редакция")

    posts = [post.payload for page in read(source) for post in page.posts]

    assert [(post["is_forward"], post["fwd_from_channel"], post["fwd_from_post"]) for post in posts] == [
        (True, "news_first", 7),
        (True, None, None),
        (False, None, None),
    ]
    assert "Иван" not in str(posts)
    assert (posts[2]["views"], posts[2]["forwards"], posts[2]["post_author"]) == (70, 2, "Редакция")


def test_a_handle_is_looked_up_once_and_a_known_one_never(peer: TelegramPeer, channel: PeerChannel) -> None:
    peers: dict[str, tuple[int, int]] = {}
    with source_of(peer, peers=peers) as source:
        read(source)
        read(source)
    with source_of(peer, peers=peers) as source:
        read(source)

    assert peers == {"lars_live": (channel.channel_id, channel.access_hash)}
    assert peer.calls.count("contacts.ResolveUsername") == 1


def test_missing_credentials_are_named() -> None:
    with pytest.raises(ConfigError, match="set MONITOR_TELEGRAM_API_HASH, MONITOR_TELEGRAM_SESSION"):
        require_credentials(1, None, "")

    assert require_credentials(1, "hash", "session") == (1, "hash", "session")


@pytest.fixture(scope="session")
def server_key() -> ServerKey:
    return ServerKey.generate()


def test_an_account_that_signs_in_from_nothing_can_read(server_key: ServerKey) -> None:
    async def sign_in(peer: TelegramPeer) -> str:
        session = StringSession()
        session.set_dc(DC_ID, peer.host, peer.port)
        client = patient_client(session, 1, API_HASH)
        await client.connect()
        await client.send_code_request("+79990000001")
        await client.sign_in("+79990000001", LOGIN_CODE)
        await client.disconnect()
        return str(session.save())

    with TelegramPeer(server_key) as peer, known_to_telethon(server_key):
        peer.channel("lars_live").add("первый", FIRST_AT)
        session = asyncio.run(sign_in(peer))

        with source_of(peer, session=session) as source:
            assert ids(read(source)) == [1]
