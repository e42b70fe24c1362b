"""What the tests of Telegram stand on: a server, a channel of it, and the source that reads it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from monitor.sources.telegram import TelegramSource
from tests.peers.telegram import PeerChannel, TelegramPeer
from tests.telegram_desk import FIRST_AT, source_of


@pytest.fixture
def peer() -> Iterator[TelegramPeer]:
    with TelegramPeer() as running:
        yield running


@pytest.fixture
def channel(peer: TelegramPeer) -> PeerChannel:
    """Give a channel of 25 posts, three pages of ten."""
    made = peer.channel("lars_live")
    for number in range(25):
        made.add(f"машина {number}", FIRST_AT + timedelta(minutes=20 * number))
    return made


@pytest.fixture
def source(peer: TelegramPeer) -> Iterator[TelegramSource]:
    with source_of(peer) as made:
        yield made
