"""Public Telegram channels, read through Telethon; nothing else in Monitor knows it."""

from monitor.sources.telegram.account import ASK_AGAIN, LOOK_UP, READ
from monitor.sources.telegram.connection import ClientFactory
from monitor.sources.telegram.feeds import history_feed, is_stretch_read, reread_cursor, reread_feed
from monitor.sources.telegram.login import Login, WrongAnswer
from monitor.sources.telegram.requests import FoundChannel, Peer, broadcast
from monitor.sources.telegram.source import HISTORY, TelegramSource, require_credentials

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
