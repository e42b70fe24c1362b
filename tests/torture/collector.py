"""Collectors that can be killed: a process that has everything imported and forks a collector for every line it is given.

A line is a JSON object of ``Order``'s fields. It answers with the collector's process number, and when that has ended with its exit
status (9 for one that was killed). Everything a collector meets is kept: what is lost must be lost by us.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime

from monitor import store
from monitor.errors import TransientError
from monitor.model import Channel
from monitor.pipeline.telegram import read_telegram
from monitor.settings import Settings
from monitor.sources.telegram import TelegramSource

KEY = "5e" * 32
OWNED_ELSEWHERE, AWAY = 3, 75


@dataclass(frozen=True, kw_only=True)
class Order:
    """What one collector is to read, with whose account, as of when."""

    database_url: str
    session: str
    account: str
    channels: list[str]
    since_at: str
    as_of: str
    page_size: int


def collect(order: Order) -> int:
    """Read to the end; give the exit status."""
    settings = Settings.from_env(
        {"MONITOR_DATABASE_URL": order.database_url, "MONITOR_HASH_KEY": KEY, "MONITOR_TELEGRAM_ACCOUNT": order.account}
    )
    try:
        with store.connect(order.database_url) as connection, store.own_account(order.database_url, order.account) as owner:
            if owner is None:
                return OWNED_ELSEWHERE
            with source(connection, order) as telegram:
                report = read_telegram(
                    connection, settings, telegram, owner, as_of=datetime.fromisoformat(order.as_of), keep=lambda _: True
                )
    except TransientError:
        return AWAY
    return 1 if report.counts.get("feeds without answer") else 0


def source(connection: store.Connection, order: Order) -> TelegramSource:
    """Make the source of an order."""
    return TelegramSource(
        tuple(Channel(source="telegram", handle=name, title=name, is_verified=True) for name in order.channels),
        api_id=1,
        api_hash="0" * 32,
        session=order.session,
        page_size=order.page_size,
        pause_s=0,
        history_since=datetime.fromisoformat(order.since_at),
        peers=store.account_peers(connection, order.account),
    )


def main() -> None:
    """Fork a collector for every line, one after the other."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(collect(Order(**json.loads(line))))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)


if __name__ == "__main__":
    main()
