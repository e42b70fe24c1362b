"""How much of bare reading is left when Telegram's posts are normalised, masked, matched and stored exactly once?

    .venv/bin/python bench/collect.py [--full] [--posts FILE]

Baseline, in the same run: Telethon's own ``iter_messages`` over the same channels, oldest first, without its pauses, storing
nothing. Both read from a loopback Telegram in a process of its own and take turns channel by channel, so that a busy machine
slows both alike. Every post is kept (after the codebook was asked), and commits wait for the disk.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from telethon import TelegramClient
from telethon.sessions import StringSession

from monitor import embedded, store
from monitor.migrate import migrate
from monitor.model import Channel, Cursor, ReadyPage
from monitor.pipeline.ahead import read_ahead
from monitor.pipeline.tools import reading
from monitor.settings import Settings
from monitor.sources.telegram import TelegramSource

ROOT = Path(__file__).resolve().parents[1]
API_HASH = "0" * 32


@contextmanager
def loopback(own: int, file: Path | None) -> Iterator[dict[str, Any]]:
    """Run the loopback Telegram of the tests; give what it says of itself."""
    more = ["--file", str(file)] if file else []
    command = [sys.executable, "-m", "tests.peers.serve", "--own", str(own), *more]
    with subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin and process.stdout
        yield json.loads(process.stdout.readline())
        process.stdin.close()


async def read_bare(client: TelegramClient, handle: str) -> int:
    """Read a channel as Telethon does by itself; return how many posts."""
    return len([None async for _ in client.iter_messages(handle, reverse=True, wait_time=0)])


async def hang_up(client: TelegramClient) -> None:
    """Disconnect on the loop the client lives on."""
    await client.disconnect()


def start_tail(connection: store.Connection, handle: str, first_at: datetime) -> None:
    """Let a channel's tail begin before its first post."""
    cursor = Cursor(position="0", read_until_at=first_at)
    page = ReadyPage(feed=handle, cursor=cursor, kept=(), seen=(), coverage=(), quarantined=())
    store.write_page(connection, "telegram", page, expected=Cursor())


def measure(connection: store.Connection, told: dict[str, Any]) -> dict[str, float]:
    """Read every channel both ways, in turn; the first channel warms up and is not counted."""
    settings = Settings.from_env({"MONITOR_HASH_KEY": "5e" * 32})
    matcher = reading(settings).matcher
    as_of = datetime.fromisoformat(told["last_at"]) + timedelta(hours=1)
    channels = tuple(Channel(source="telegram", handle=name, title=name) for name in told["channels"])
    store.save_channels(connection, channels)
    loop = asyncio.new_event_loop()
    client = TelegramClient(StringSession(told["sessions"][0]), 1, API_HASH, receive_updates=False, loop=loop)
    loop.run_until_complete(client.connect())
    bare_s = ours_s = 0.0
    bare_posts = stored_posts = 0
    with TelegramSource(channels, api_id=1, api_hash=API_HASH, session=told["sessions"][1], pause_s=0) as source:
        for number, channel in enumerate(channels):
            start_tail(connection, channel.handle, datetime.fromisoformat(told["first_at"]))
            begun_s = time.perf_counter()
            bare = loop.run_until_complete(read_bare(client, channel.handle))
            half_s = time.perf_counter()
            pages = read_ahead(
                connection, settings, source, channel.handle, as_of=as_of, keep=lambda text: matcher.keep(text) or True
            )
            stored = sum(page["new"] + page["quarantined"] for page in pages)
            done_s = time.perf_counter()
            assert stored == bare, (stored, bare)
            if number:
                bare_s, ours_s = bare_s + half_s - begun_s, ours_s + done_s - half_s
                bare_posts, stored_posts = bare_posts + bare, stored_posts + stored
    loop.run_until_complete(hang_up(client))
    loop.close()
    bare_rate, rate = bare_posts / bare_s, stored_posts / ours_s
    return {"bare_per_s": round(bare_rate), "collect_per_s": round(rate), "ratio": round(rate / bare_rate, 3)}


def main() -> None:
    """Measure on servers of our own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="20,000 posts instead of 6,000")
    parser.add_argument("--posts", type=Path, help="file of posts (JSON lines) to read as well")
    given = parser.parse_args()
    own = 20_000 if given.full else 6_000
    with tempfile.TemporaryDirectory() as folder, loopback(own, given.posts) as told:
        home = Path(folder)
        try:
            server = embedded.start(home, is_durable=True)
            migrate(server.url, ROOT / "sql")
            with store.connect(server.url) as connection:
                figures = measure(connection, told)
            server.stop()
        finally:
            embedded.remove(home)
    print(json.dumps({"posts": told["posts"], **figures}))


if __name__ == "__main__":
    main()
