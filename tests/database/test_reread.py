"""A theme comes to include more: channels are read again in silence, and until that is done its series are on a new definition."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import store
from monitor.pipeline.classify import classify
from monitor.pipeline.telegram import read_telegram
from monitor.settings import Settings
from tests.database.test_revisit import World
from tests.database.test_telegram import AS_OF, FIRST_AT, KEY, TelegramPeer, ids
from tests.peers.telegram import Fault
from tests.recount import miscounts
from tests.small_seeds import write_root

HOUR = timedelta(hours=1)
DAY = 24 * HOUR


class Desk(World):
    """Channels on a loopback Telegram, collected and classified with a codebook that can be changed."""

    def with_codebook(self, root) -> Desk:
        self.settings = Settings.from_env({"MONITOR_HASH_KEY": KEY, "MONITOR_ROOT": str(root)})
        return self

    def version(self):
        return self.one("SELECT max(codebook_version) FROM core.codebook")

    def new(self):
        return {new.definition_id for new in store.new_definitions(self.connection)}

    def coverage(self):
        return self.connection.execute(
            "SELECT sum(seen_count)::int, sum(kept_count)::int, count(*) FILTER (WHERE state = 'observed') FROM core.coverage"
        ).fetchone()


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    old = write_root(tmp_path_factory.mktemp("old"))
    return old, write_root(tmp_path_factory.mktemp("new"), queue=("пробка на границе", "затор на границе"))


@pytest.fixture
def peer():
    with TelegramPeer() as running:
        yield running


@pytest.fixture
def desk(peer, connection, roots):
    """Two channels with twelve posts each, of which the codebook keeps every third and would come to keep another."""
    for name in ("a_live", "b_live"):
        made = peer.channel(name)
        for number in range(12):
            text = ("Пробка на границе", "Затор на границе", "Погода хорошая")[number % 3]
            made.add(f"{text} {number}", FIRST_AT + number * HOUR)
    store.enter_world(connection, "live")
    desk = Desk(peer, connection).with_codebook(roots[0])
    desk.run(AS_OF, "a_live", "b_live")
    connection.execute("UPDATE core.channel SET is_listed = true")
    return desk


def test_what_was_not_kept_is_kept_and_nothing_is_seen_twice(desk, connection, roots):
    assert ids(connection, "a_live") == [1, 4, 7, 10]
    before = desk.coverage()

    desk.with_codebook(roots[1])
    classify(connection, desk.settings, as_of=AS_OF + HOUR)
    assert desk.new() >= {"border_queue"}
    desk.run(AS_OF + 2 * HOUR, "a_live", "b_live")

    assert ids(connection, "a_live") == ids(connection, "b_live") == [1, 2, 4, 5, 7, 8, 10, 11]
    seen, kept, _ = desk.coverage()
    assert (seen, kept) == (before[0], 16) and before[1] == 8
    assert desk.new() == set()
    assert store.counts_basis(connection) == 2
    assert miscounts(connection) == []


def test_the_definition_stays_new_until_every_channel_has_been_read_again(desk, connection, roots):
    desk.with_codebook(roots[1])
    classify(connection, desk.settings, as_of=AS_OF + HOUR)
    assert store.rereads_left(connection) == 2
    desk.peer.faults.append(Fault(error=(420, "FLOOD_WAIT_3600"), after_calls=5))

    desk.run(AS_OF + 2 * HOUR, "a_live", "b_live")

    assert 0 < store.rereads_left(connection) <= 2
    assert "border_queue" in desk.new()
    desk.run(AS_OF + 4 * HOUR, "a_live", "b_live")
    assert store.rereads_left(connection) == 0
    assert desk.new() == set()


def test_a_channel_that_has_been_closed_is_not_waited_for(desk, connection, roots):
    desk.with_codebook(roots[1])
    classify(connection, desk.settings, as_of=AS_OF + HOUR)
    store.save_channel_state(connection, "b_live", "private", "ChannelPrivate", as_of=AS_OF + HOUR)

    desk.run(AS_OF + 2 * HOUR, "a_live")

    assert desk.new() == set()


def test_a_channel_met_after_the_change_is_read_once(desk, connection, roots, peer):
    peer.channel("c_live").add("Затор на границе", FIRST_AT)
    desk.with_codebook(roots[1])
    classify(connection, desk.settings, as_of=AS_OF + HOUR)

    desk.run(AS_OF + 2 * HOUR, "a_live", "b_live", "c_live")

    feeds = [feed for (feed,) in connection.execute("SELECT feed FROM core.cursor ORDER BY feed")]
    assert [feed for feed in feeds if "reread" in feed] == [f"{name}_live/reread/{desk.version()}" for name in "ab"]
    assert desk.new() == set()


def test_a_narrowed_codebook_reads_no_channel_again(desk, connection, roots):
    for hours in (1, 2):
        desk.with_codebook(roots[1]).run(AS_OF + hours * HOUR, "a_live", "b_live")
    version = desk.version()
    assert desk.new() == set()

    desk.with_codebook(roots[0]).run(AS_OF + 3 * HOUR, "a_live", "b_live")

    assert desk.version() == version + 1
    assert desk.new() == set()
    assert store.reread_wanted(connection) is None
    assert store.rereads_left(connection) == 0


def test_in_a_replay_a_definition_is_new_for_28_days(desk, connection, roots):
    connection.execute("UPDATE core.world SET world = 'replay'")
    desk.with_codebook(roots[1])

    classify(connection, desk.settings, as_of=AS_OF)
    classify(connection, desk.settings, as_of=AS_OF + 27 * DAY)
    assert "border_queue" in desk.new()
    classify(connection, desk.settings, as_of=AS_OF + 28 * DAY)

    assert desk.new() == set()


def test_a_collector_with_other_seeds_reads_nothing_again(desk, connection, roots):
    desk.with_codebook(roots[1])
    classify(connection, desk.settings, as_of=AS_OF + HOUR)
    desk.with_codebook(roots[0])
    source = desk.source("a_live")

    with source:
        read_telegram(connection, desk.settings, source, connection, as_of=AS_OF + 2 * HOUR)

    assert store.rereads_left(connection) == 2
