"""Public Telegram channels, read through Telethon; nothing else in Monitor knows it."""

from monitor.sources.telegram.connection import ClientFactory
from monitor.sources.telegram.source import Peer, TelegramSource, require_credentials

__all__ = ["ClientFactory", "Peer", "TelegramSource", "require_credentials"]
