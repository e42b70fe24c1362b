"""Public Telegram channels, read through Telethon; nothing else in Monitor knows it."""

from monitor.sources.telegram.connection import ClientFactory
from monitor.sources.telegram.login import Login, WrongAnswer
from monitor.sources.telegram.source import (
    ASK_AGAIN,
    HISTORY,
    LOOK_UP,
    READ,
    FoundChannel,
    Peer,
    TelegramSource,
    broadcast,
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
    "history_feed",
    "is_stretch_read",
    "require_credentials",
    "reread_cursor",
    "reread_feed",
]
