"""How much memory does an import take, and does it grow with the file?

    .venv/bin/python bench/memory.py [--full] [--posts COUNT]

Posts are made on the fly and piped into ``monitor import -`` as a process of its own; its resident memory is read four times
a second. ``peak_mb`` is the highest, ``first_mb`` and ``last_mb`` the highest of the first and of the last quarter of the time
after the codebook was read; ``ratio`` is last against first: 1 means flat. ``helper_mb`` is the highest of the process that makes
every other page ready. --full pipes 1,000,000 posts instead of 20,000.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from monitor import embedded
from monitor.migrate import migrate

ROOT = Path(__file__).resolve().parents[1]
REPLAY = ROOT / "seeds" / "replay" / "september_2022.jsonl.gz"
START_AT = datetime(2022, 1, 1, tzinfo=UTC)
CHANNELS = 50
SAMPLE_S = 0.25


def feed(process: subprocess.Popen[bytes], count: int) -> None:
    """Write ``count`` posts into the process, as fast as it takes them."""
    with gzip.open(REPLAY, "rt", encoding="utf-8") as lines:
        texts = [text for line in lines if (text := json.loads(line).get("text"))]
    assert process.stdin is not None
    with process.stdin as pipe:
        for number in range(count):
            at = START_AT + timedelta(seconds=20) * number
            record = {"channel": f"bench_{number % CHANNELS}", "post_id": number + 1, "posted_at": at.isoformat()}
            text = f"{texts[number % len(texts)]} {number}"
            pipe.write(json.dumps({**record, "text": text}, ensure_ascii=False).encode() + b"\n")


def samples_mb(process: subprocess.Popen[bytes]) -> list[tuple[float, float]]:
    """Read the resident memory of the process and of the largest it has started, until it ends."""
    seen, watched = [], psutil.Process(process.pid)
    while process.poll() is None:
        try:
            helpers = [helper.memory_info().rss / 1e6 for helper in watched.children()]
            seen.append((watched.memory_info().rss / 1e6, max(helpers, default=0.0)))
        except psutil.NoSuchProcess:
            break
        time.sleep(SAMPLE_S)
    return seen


def measure(database_url: str, count: int) -> dict[str, float]:
    """Import ``count`` posts and give the figures."""
    env = {**os.environ, "MONITOR_DATABASE_URL": database_url, "MONITOR_HASH_KEY": "5e" * 32}
    command = [sys.executable, "-m", "monitor.cli", "import", "--json", "-"]
    begun_s = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=ROOT)
    writer = threading.Thread(target=feed, args=(process, count), daemon=True)
    writer.start()
    seen = samples_mb(process)
    spent_s = time.perf_counter() - begun_s
    assert process.stdout is not None
    told = json.loads(process.stdout.read())
    assert told["read"] == count, told
    own = [own_mb for own_mb, _ in seen]
    warm = own[len(own) // 8 :]
    quarter = max(len(warm) // 4, 1)
    first_mb, last_mb = max(warm[:quarter]), max(warm[-quarter:])
    return {
        "posts": count,
        "posts_per_s": round(count / spent_s),
        "peak_mb": round(max(own)),
        "helper_mb": round(max(helper_mb for _, helper_mb in seen)),
        "first_mb": round(first_mb),
        "last_mb": round(last_mb),
        "ratio": round(last_mb / first_mb, 3),
    }


def main() -> None:
    """Measure on a server of our own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="1,000,000 posts instead of 20,000")
    parser.add_argument("--posts", type=int, help="how many posts instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        try:
            server = embedded.start(home, is_durable=True)
            migrate(server.url, ROOT / "sql")
            figures = measure(server.url, options.posts or (1_000_000 if options.full else 20_000))
            server.stop()
        finally:
            embedded.remove(home)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
