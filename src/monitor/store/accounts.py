"""Collecting accounts: who owns one at the moment, what it knows of channels, and what has become of these."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from monitor.model import ChannelState
from monitor.store.connection import Connection, connect

ASK_REFUSED_AGAIN = timedelta(hours=1)
"""A channel that cannot be read is visited this seldom, so that the others are not kept waiting."""

OWN_ACCOUNT = "SELECT pg_try_advisory_lock(hashtext('monitor.account'), hashtext(%s))"


@contextmanager
def own_account(database_url: str, account: str) -> Iterator[Connection | None]:
    """Own ``account`` while the block lasts, by a lock on a connection of its own; None when another collector, here or on
    another machine, owns it. ``is_owned`` tells whether the connection, and so the lock, still stands.
    """
    with connect(database_url) as connection:
        row = connection.execute(OWN_ACCOUNT, (f"telegram/{account}",)).fetchone()
        yield connection if row and row[0] else None


STILL_THERE = "SELECT 1"


def assert_owned(owner: Connection) -> None:
    """Make sure the owner's connection still stands; raises TransientError (through ``connect``) when it does not."""
    owner.execute(STILL_THERE)


READ_PEERS = "SELECT handle, telegram_id, access_hash FROM core.account_peer WHERE account = %s"


def account_peers(connection: Connection, account: str) -> dict[str, tuple[int, int]]:
    """Give (Telegram's id, access hash) of every handle this account has looked up."""
    return {handle: (telegram_id, access_hash) for handle, telegram_id, access_hash in connection.execute(READ_PEERS, (account,))}


SAVE_PEER = """
INSERT INTO core.account_peer (account, handle, telegram_id, access_hash, resolved_at)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (account, handle) DO UPDATE SET
    telegram_id = excluded.telegram_id, access_hash = excluded.access_hash, resolved_at = excluded.resolved_at
"""


def save_peer(connection: Connection, account: str, handle: str, peer: tuple[int, int], *, as_of: datetime) -> None:
    """Remember who ``handle`` is for this account."""
    connection.execute(SAVE_PEER, (account, handle, *peer, as_of))


VISITS = """
SELECT channel.handle, coalesce(state.state, 'ok'), state.visited_at
FROM core.channel AS channel
LEFT JOIN core.channel_state AS state USING (channel_id)
WHERE channel.source = 'telegram' AND channel.handle = ANY(%s)
ORDER BY state.visited_at NULLS FIRST, channel.handle
"""


def visit_order(connection: Connection, handles: list[str], *, as_of: datetime) -> list[str]:
    """Give the channels to visit, the longest unvisited first; one that could not be read waits ``ASK_REFUSED_AGAIN``."""
    return [
        handle
        for handle, state, visited_at in connection.execute(VISITS, (handles,))
        if state in ("ok", "empty") or as_of - visited_at >= ASK_REFUSED_AGAIN
    ]


SAVE_STATE = """
INSERT INTO core.channel_state AS known (channel_id, state, reason, since_at, visited_at)
SELECT channel_id, %(state)s, %(reason)s, %(as_of)s, %(as_of)s
FROM core.channel
WHERE source = 'telegram' AND handle = %(handle)s
ON CONFLICT (channel_id) DO UPDATE SET
    state = excluded.state,
    reason = excluded.reason,
    since_at = CASE WHEN known.state = excluded.state THEN known.since_at ELSE excluded.since_at END,
    visited_at = greatest(known.visited_at, excluded.visited_at)
"""


def save_channel_state(connection: Connection, handle: str, state: str, reason: str | None = None, *, as_of: datetime) -> None:
    """Note what has become of a Telegram channel at this visit; ``state`` is one of model.ChannelState."""
    connection.execute(SAVE_STATE, {"handle": handle, "state": state, "reason": reason, "as_of": as_of})


NOTE_VISIT = """
INSERT INTO core.channel_state AS known (channel_id, state, since_at, visited_at)
SELECT channel_id, 'ok', %(as_of)s, %(as_of)s
FROM core.channel
WHERE source = 'telegram' AND handle = %(handle)s
ON CONFLICT (channel_id) DO UPDATE SET visited_at = greatest(known.visited_at, excluded.visited_at)
"""


def note_visit(connection: Connection, handle: str, *, as_of: datetime) -> None:
    """Note that a channel was asked for in vain, so that the others come first next time."""
    connection.execute(NOTE_VISIT, {"handle": handle, "as_of": as_of})


STATES = """
SELECT channel.handle, state.state, state.reason, state.since_at
FROM core.channel_state AS state
JOIN core.channel AS channel USING (channel_id)
ORDER BY channel.handle
"""


def channel_states(connection: Connection) -> list[tuple[str, ChannelState, str | None, datetime]]:
    """Give (handle, state, reason, since when) of every channel that was visited."""
    return connection.execute(STATES).fetchall()


SAVE_VERIFICATION = """
INSERT INTO core.verification (channel_id, account, title, verified_at)
SELECT channel_id, %s, %s, %s
FROM core.channel
WHERE source = 'telegram' AND handle = %s
ON CONFLICT (channel_id) DO UPDATE SET
    account = excluded.account, title = excluded.title, verified_at = excluded.verified_at
"""
MARK_VERIFIED = "UPDATE core.channel SET is_verified = true WHERE source = 'telegram' AND handle = %s"


def save_verification(connection: Connection, account: str, handle: str, title: str, *, as_of: datetime) -> None:
    """Record that ``account`` has found ``handle`` to be a public broadcast channel; it is collected from now on."""
    with connection.transaction():
        connection.execute(SAVE_VERIFICATION, (account, title, as_of, handle))
        connection.execute(MARK_VERIFIED, (handle,))


VERIFIED = """
SELECT channel.handle
FROM core.verification
JOIN core.channel AS channel USING (channel_id)
WHERE channel.source = 'telegram'
"""


def verified_handles(connection: Connection) -> frozenset[str]:
    """Give the Telegram channels that a login has verified."""
    return frozenset(handle for (handle,) in connection.execute(VERIFIED))
