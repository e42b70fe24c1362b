"""How much of PostgreSQL's plain COPY rate is left when posts are stored exactly once, annotated and counted?

    .venv/bin/python bench/store.py [--full]

Baseline, in the same run: a text COPY of the same post rows, a page a transaction, into a twin table with nothing but its primary
key. ``copy_per_s`` sends lines that are ready; ``copy_rows_per_s`` has the client format each row first, as the store must.
Ratios are against ``copy_per_s``: ``ratio_new`` is write_page of 10,000 new posts, ``ratio_known`` the same pages again,
``ratio_all`` write_page, claim_backlog and write_annotations (with counts) together: the two transactions a post goes through in
collect and in classify. Every index is in place, and commits wait for the disk. Pages take turns, so that a busy machine slows
all alike; the first page warms up and is not counted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import embedded, store
from monitor.migrate import migrate
from monitor.model import Annotations, Cursor, PseudonymisedPost, ReadyPage, SeenCount, quarter_hour
from monitor.pipeline.classify import annotate_text
from monitor.pipeline.copies import link_copies
from monitor.pipeline.tools import Reading, reading
from monitor.privacy import mask
from monitor.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
REPLAY = ROOT / "seeds" / "replay" / "september_2022.jsonl.gz"
START_AT = datetime(2022, 9, 1, tzinfo=UTC)
FEED = "bench"
PAGE_POSTS = 10_000
POSTS_PER_MINUTE = 10
CHANNELS = 50
COLUMNS = (
    "channel_id, post_id, posted_at, collected_at, edited_at, text, masked_count, author_key, key_id, "
    "url, is_forward, forwarded_from, reply_to, language_hint"
)
COPY_LINES = f"COPY bench.post ({COLUMNS}) FROM STDIN".encode()
COPY_ROWS = f"COPY bench.row ({COLUMNS}) FROM STDIN".encode()
MAKE_TWINS = """
CREATE SCHEMA bench;
CREATE TABLE bench.post (LIKE core.post INCLUDING DEFAULTS, PRIMARY KEY (channel_id, post_id, posted_at));
CREATE TABLE bench.row (LIKE core.post INCLUDING DEFAULTS, PRIMARY KEY (channel_id, post_id, posted_at))
"""
STORED_ROWS = f"""
SELECT {COLUMNS} FROM core.post WHERE posted_at BETWEEN %s AND %s ORDER BY channel_id, post_id
"""


class Clock:
    """Seconds and posts by way."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.posts: Counter[str] = Counter()

    @contextmanager
    def measure(self, way: str, posts: int) -> Iterator[None]:
        """Add what the block takes to ``way``."""
        begun_s = time.perf_counter()
        yield
        self.seconds[way] += time.perf_counter() - begun_s
        self.posts[way] += posts

    def per_s(self, *ways: str) -> float:
        """Give posts a second when the same posts go all ``ways`` one after the other."""
        return self.posts[ways[0]] / sum(self.seconds[way] for way in ways)


def annotated_texts(tools: Reading) -> list[tuple[str, Annotations]]:
    """Mask and annotate the replay's texts that a collector would keep; not part of what is measured."""
    with gzip.open(REPLAY, "rt", encoding="utf-8") as lines:
        texts = [mask(record["text"])[0] for record in map(json.loads, lines) if record["type"] == "post"]
    return [(text, annotate_text(text, tools, language_hint=None)) for text in texts if tools.matcher.keep(text)]


def make_page(number: int, texts: list[tuple[str, Annotations]]) -> ReadyPage:
    """Make a page of new posts that carry the replay's texts in turn, spread over many channels as live pages are."""
    numbers = range(number * PAGE_POSTS, (number + 1) * PAGE_POSTS)
    posts = tuple(make_post(n, texts[n % len(texts)][0]) for n in numbers)
    bins = Counter((post.channel, quarter_hour(post.posted_at)) for post in posts)
    seen = [
        SeenCount(source="telegram", channel=channel, bin_at=at, seen_count=n, kept_count=n)
        for (channel, at), n in sorted(bins.items())
    ]
    cursor = Cursor(position=str(number), read_until_at=posts[-1].posted_at)
    return ReadyPage(feed=FEED, cursor=cursor, kept=posts, seen=tuple(seen), coverage=(), quarantined=())


def make_post(number: int, text: str) -> PseudonymisedPost:
    """Make the post with this number; its id grows within its channel, its moment over all."""
    at = START_AT + timedelta(minutes=1) * (number / POSTS_PER_MINUTE)
    channel = f"bench_{number % CHANNELS}"
    return PseudonymisedPost(
        source="telegram",
        channel=channel,
        post_id=number // CHANNELS + 1,
        posted_at=at,
        collected_at=at + timedelta(seconds=60),
        text=text,  # type: ignore[arg-type]  # masked by annotated_texts
        masked_count=0,
        author_key=f"{number % 997:064x}",  # type: ignore[arg-type]
        key_id="k1",
        url=f"https://t.me/{channel}/{number // CHANNELS + 1}",
        views_count=number % 5000,
    )


def store_page(connection: store.Connection, page: ReadyPage, clock: Clock, *, is_known: bool) -> None:
    """Write the page through the store, as collect does."""
    expected = page.cursor if is_known else store.read_cursor(connection, "telegram", FEED)
    with clock.measure("known" if is_known else "new", len(page.kept)):
        new_count = store.write_page(connection, "telegram", page, expected=expected)
    assert new_count == (0 if is_known else len(page.kept))


def copy_page(connection: store.Connection, page: ReadyPage, clock: Clock) -> None:
    """Copy the page's stored rows into the twins: as lines that are ready, and row by row."""
    moments = (page.kept[0].posted_at, page.kept[-1].posted_at)
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY ({STORED_ROWS}) TO STDOUT".encode(), moments) as copy:
            lines = b"".join(bytes(block) for block in copy)
        rows = cursor.execute(STORED_ROWS.encode(), moments).fetchall()
        assert len(rows) == len(page.kept)
        with clock.measure("copy", len(rows)), cursor.copy(COPY_LINES) as copy:
            copy.write(lines)
        with clock.measure("copy_rows", len(rows)), cursor.copy(COPY_ROWS) as copy:
            for row in rows:
                copy.write_row(row)


def marks_of_its_own(at: datetime) -> dict[str, object]:
    """Give the copy marks of a text that nobody else has."""
    lot = random.Random(at.isoformat())
    return {"copy_hash": lot.getrandbits(63), "copy_keys": tuple(sorted(lot.getrandbits(30) for _ in range(4)))}


def annotate_page(connection: store.Connection, page: ReadyPage, known: dict[str, Annotations], clock: Clock) -> None:
    """Claim the page's posts and write prepared annotations and counts, as classify does but for the reading of texts.

    Each post gets copy marks of its own: the replay's texts come round more often than real ones.
    """
    prepared = {post.posted_at: replace(known[post.text], **marks_of_its_own(post.posted_at)) for post in page.kept}
    with clock.measure("annotate", len(page.kept)), connection.transaction():
        claimed = store.claim_backlog(connection, as_of=page.kept[-1].collected_at, limit=len(page.kept))
        batch = link_copies(connection, [(post, prepared[post.key.posted_at]) for post in claimed])
        store.write_annotations(connection, batch, 1)
    assert len(claimed) == len(page.kept)


def measure(connection: store.Connection, pages: int) -> Clock:
    """Send ``pages`` pages all ways, after one that is not counted."""
    tools = reading(Settings.from_env({}))
    texts = annotated_texts(tools)
    store.save_codebook(connection, tools.codebook, as_of=START_AT)
    clock = Clock()
    for number in range(pages + 1):
        page = make_page(number, texts)
        clock = Clock() if number == 1 else clock
        store_page(connection, page, clock, is_known=False)
        copy_page(connection, page, clock)
        store_page(connection, page, clock, is_known=True)
        annotate_page(connection, page, dict(texts), clock)
    return clock


def figures(clock: Clock) -> dict[str, float]:
    """Give rates and ratios as they are printed."""
    ways = {"copy": ("copy",), "copy_rows": ("copy_rows",), "new": ("new",), "known": ("known",), "all": ("new", "annotate")}
    rates = {name: clock.per_s(*parts) for name, parts in ways.items()}
    ratios = {f"ratio_{name}": round(rates[name] / rates["copy"], 3) for name in ("new", "known", "all")}
    return {**{f"{name}_per_s": round(rate) for name, rate in rates.items()}, **ratios}


def main() -> None:
    """Measure on a server of our own and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="20 pages instead of 4")
    pages = 20 if parser.parse_args().full else 4
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        try:
            server = embedded.start(home, is_durable=True)
            migrate(server.url, ROOT / "sql")
            with store.connect(server.url) as connection:
                connection.execute(MAKE_TWINS)
                clock = measure(connection, pages)
            server.stop()
        finally:
            embedded.remove(home)
    print(json.dumps({"page_posts": PAGE_POSTS, "pages": pages, **figures(clock)}))


if __name__ == "__main__":
    main()
