"""Pauses: the later moment holds, for one method of one account, until it has passed."""

from monitor import store
from tests.builders import HOUR, NOON


def test_of_two_pauses_the_later_one_holds(connection):
    store.pause_until(connection, "telegram", "main", "history", NOON + 2 * HOUR)
    store.pause_until(connection, "telegram", "main", "history", NOON + HOUR)

    assert store.paused_until(connection, "telegram", "main", "history", as_of=NOON) == NOON + 2 * HOUR
    assert store.pauses(connection, as_of=NOON) == [("telegram", "main", "history", NOON + 2 * HOUR)]


def test_a_pause_ends_by_itself_and_holds_for_nothing_else(connection):
    store.pause_until(connection, "telegram", "main", "history", NOON + HOUR)

    assert store.paused_until(connection, "telegram", "main", "history", as_of=NOON + HOUR) is None
    assert store.paused_until(connection, "telegram", "main", "look-up", as_of=NOON) is None
    assert store.paused_until(connection, "telegram", "other", "history", as_of=NOON) is None
    assert store.paused_until(connection, "x", "main", "history", as_of=NOON) is None
