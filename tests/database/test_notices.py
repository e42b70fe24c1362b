"""Notices: once per trouble, again when it comes back."""

from monitor import store
from tests.builders import HOUR, NOON


def test_a_trouble_is_news_once_and_again_after_it_was_over(connection):
    def tell(moment):
        return store.open_notice(connection, "channel_gone", "baza", "gone", as_of=moment)

    assert (tell(NOON), tell(NOON + HOUR)) == (True, False)
    assert store.open_notices(connection) == [("channel_gone", "baza", "gone", NOON)]

    assert store.settle_notice(connection, "channel_gone", "baza", as_of=NOON + 2 * HOUR)
    assert store.open_notices(connection) == []
    assert not store.settle_notice(connection, "channel_gone", "baza", as_of=NOON + 2 * HOUR)
    assert tell(NOON + 3 * HOUR)
