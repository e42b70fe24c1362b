"""Public Telegram channels, read through Telethon; nothing else in Monitor knows it."""

from monitor.sources.telegram.connection import ClientFactory
from monitor.sources.telegram.login import Login, WrongAnswer
from monitor.sources.telegram.messages import last_id
from monitor.sources.telegram.source import (
    ASK_AGAIN,
    HISTORY,
    LOOK_UP,
    READ,
    FoundChannel,
    Peer,
    TelegramSource,
    broadcast,
    edits_feed,
    history_feed,
    is_stretch_read,
    require_credentials,
    reread_cursor,
    reread_feed,
)

__all__ = [
    "ASK_AGAIN",
    "HISTORY",
    "LOOK_UP",
    "READ",
    "ClientFactory",
    "FoundChannel",
    "Login",
    "Peer",
    "TelegramSource",
    "WrongAnswer",
    "broadcast",
    "edits_feed",
    "history_feed",
    "is_stretch_read",
    "last_id",
    "require_credentials",
    "reread_cursor",
    "reread_feed",
]
