"""What has become of a Telegram channel, and how the operator is told."""

from __future__ import annotations

from datetime import datetime

from monitor import store

STATES_TOLD = {
    "private": "has been closed or banned: nothing new can be read",
    "gone": "does not exist any more, or its name belongs to nobody",
    "empty": "holds no post any more",
    "refused": "is not a public broadcast channel, or Telegram refuses it",
}


def note_state(connection: store.Connection, handle: str, state: str, reason: str | None = None, *, as_of: datetime) -> None:
    """Note what has become of a channel; tell the operator when it can no longer be read, and when it can again."""
    store.save_channel_state(connection, handle, state, reason, as_of=as_of)
    told = STATES_TOLD.get(state)
    if told is None:
        store.settle_notice(connection, "channel_gone", handle, as_of=as_of)
        return
    why = f" ({reason})" if reason else ""
    message = f"{handle} {told}{why}. It is asked again every hour; take it out of seeds/channels when it stays so."
    store.open_notice(connection, "channel_gone", handle, message, as_of=as_of)
