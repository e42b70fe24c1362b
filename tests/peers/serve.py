"""Run a loopback Telegram in a process of its own: twelve channels, posts of our own, and those of a file if one is named.

    python -m tests.peers.serve --own 20000 [--file posts.jsonl]

Prints one JSON line (a session per account, the channels, first and last moment), and serves until its standard input ends.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.peers.telegram import TelegramPeer

CHANNELS = tuple(f"channel_{number:02}" for number in range(12))
ACCOUNTS = 4
START_AT = datetime(2024, 12, 1, tzinfo=UTC)
LENGTH = timedelta(days=5)
REPLAY = Path(__file__).parents[2] / "seeds" / "replay" / "september_2022.jsonl.gz"


def posts(own: int, file: Path | None) -> Iterator[tuple[datetime, str, str]]:
    """Give (moment, channel, text): our own (the replay's texts in turn, numbered), then the file's."""
    dice = random.Random(7)
    with gzip.open(REPLAY, "rt", encoding="utf-8") as lines:
        texts = [record["text"] for record in map(json.loads, lines) if record["type"] == "post"]
    for number in range(own):
        text = f"{texts[number % len(texts)]} №{number}"
        yield (START_AT + LENGTH * dice.random()).replace(microsecond=0), CHANNELS[dice.randrange(len(CHANNELS))], text
    for line in file.open(encoding="utf-8") if file else ():
        record = json.loads(line)
        yield datetime.fromisoformat(record["posted_at"]), CHANNELS[place_of(record["channel"])], record["text"]


def place_of(name: str) -> int:
    """Give the number of the channel that a name of the file falls to."""
    return sum(name.encode()) % len(CHANNELS)


def main() -> None:
    """Serve until nobody listens."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--own", type=int, default=2000)
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    with TelegramPeer() as peer:
        channels = {name: peer.channel(name) for name in CHANNELS}
        moments = []
        for posted_at, name, text in sorted(posts(given.own, given.file)):
            channels[name].add(text, posted_at, views=1)
            moments.append(posted_at)
        told = {
            "sessions": [peer.session() for _ in range(ACCOUNTS)],
            "channels": CHANNELS,
            "first_at": moments[0].isoformat(),
            "last_at": moments[-1].isoformat(),
            "posts": len(moments),
        }
        print(json.dumps(told), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
