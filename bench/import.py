"""How fast is a whole import, against masking and keeping alone?

    .venv/bin/python bench/import.py [--full] [--posts FILE]

Baseline, in the same run, on one core: the same posts' texts through mask and keep and nothing else (``mask_keep_per_s``).
``import_per_s`` is ``monitor import`` from files to committed rows: reading, checking, masking, keeping, storing; ``ratio`` is
what of the baseline is left. Both are wall time. The import uses a second core where there is one: a helper process makes every
other page ready once a file has some thousand posts, and PostgreSQL (a server of our own, every index in place, commits
that wait for the disk) writes a page while the next is made. Two files of 10,000 posts (--full: 100,000) take turns with their
baseline, so that a busy machine slows both alike; a smaller one warms up and is not counted.

The posts carry the replay's texts, or those of FILE (JSON lines with ``text``), in turn. ``kept`` is the share that is stored.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import embedded, pipeline
from monitor.migrate import migrate
from monitor.pipeline.tools import reading
from monitor.privacy import mask
from monitor.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
REPLAY = ROOT / "seeds" / "replay" / "september_2022.jsonl.gz"
START_AT = datetime(2022, 9, 1, tzinfo=UTC)
AS_OF = datetime(2022, 12, 1, tzinfo=UTC)
CHANNELS = 50
PARTS = 2


def read_texts(file: Path) -> list[str]:
    """Give the texts of a file of JSON lines, packed or not."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        return [text for line in lines if (text := json.loads(line).get("text"))]


def write_posts(file: Path, texts: Sequence[str], first: int, count: int) -> list[str]:
    """Write ``count`` posts from number ``first`` on; give their texts."""
    written = [texts[number % len(texts)] for number in range(first, first + count)]
    with file.open("w", encoding="utf-8") as lines:
        for number, text in enumerate(written, first):
            at = START_AT + timedelta(seconds=6) * number
            record = {"channel": f"bench_{number % CHANNELS}", "post_id": number + 1, "posted_at": at.isoformat(), "text": text}
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
    return written


def mask_and_keep_s(texts: Sequence[str], settings: Settings) -> float:
    """Give the seconds it takes to mask the texts and ask which are kept."""
    keep = reading(settings).matcher.keep
    begun_s = time.perf_counter()
    for text in texts:
        keep(mask(text)[0])
    return time.perf_counter() - begun_s


def import_s(file: Path, settings: Settings) -> tuple[float, int]:
    """Give the seconds an import of ``file`` takes, and how many posts it stored."""
    begun_s = time.perf_counter()
    report = pipeline.import_posts(pipeline.FileToImport(file=str(file)), as_of=AS_OF, settings=settings)
    return time.perf_counter() - begun_s, report.counts["new"]


def measure(folder: Path, settings: Settings, texts: Sequence[str], size: int) -> dict[str, float]:
    """Import ``PARTS`` files of ``size`` posts after a tenth of one that is not counted, each beside its baseline."""
    baseline_s = imported_s = stored = 0.0
    for part in range(PARTS + 1):
        file = folder / f"part-{part}.jsonl"
        written = write_posts(file, texts, part * size, size if part else size // 10)
        baseline, (spent, new) = mask_and_keep_s(written, settings), import_s(file, settings)
        if part:
            baseline_s, imported_s, stored = baseline_s + baseline, imported_s + spent, stored + new
    posts = PARTS * size
    return {
        "posts": posts,
        "kept": round(stored / posts, 3),
        "mask_keep_per_s": round(posts / baseline_s),
        "import_per_s": round(posts / imported_s),
        "ratio": round(baseline_s / imported_s, 3),
    }


def main() -> None:
    """Measure on a server of our own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="200,000 posts instead of 20,000")
    parser.add_argument("--posts", type=Path, help="JSON lines with text: the mix, instead of the replay")
    options = parser.parse_args()
    texts = read_texts(options.posts or REPLAY)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            server = embedded.start(folder, is_durable=True)
            migrate(server.url, ROOT / "sql")
            settings = Settings.from_env({"MONITOR_DATABASE_URL": server.url, "MONITOR_HASH_KEY": "5e" * 32})
            figures = measure(folder, settings, texts, 100_000 if options.full else 10_000)
            server.stop()
        finally:
            embedded.remove(folder)
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
