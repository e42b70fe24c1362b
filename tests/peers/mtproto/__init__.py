"""MTProto 2.0 over TCP as Telegram speaks it, as far as Telethon listens: see ``tests/peers/telegram.py``."""
