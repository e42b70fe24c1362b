"""Pages of ready posts, and how long they take to be stored and annotated."""

from __future__ import annotations

import gzip
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor import store
from monitor.model import Annotations, Cursor, PseudonymisedPost, ReadyPage, SeenCount, quarter_hour
from monitor.pipeline.classify import annotate_text
from monitor.pipeline.copies import link_copies
from monitor.pipeline.tools import Reading
from monitor.privacy import mask

ROOT = Path(__file__).resolve().parents[2]
REPLAY = ROOT / "seeds" / "replay" / "september_2022.jsonl.gz"
START_AT = datetime(2022, 9, 1, tzinfo=UTC)
FEED = "bench"
PAGE_POSTS = 10_000
POSTS_PER_MINUTE = 10
CHANNELS = 50


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


def make_page(
    number: int, texts: list[tuple[str, Annotations]], start_at: datetime = START_AT, *, size: int = PAGE_POSTS
) -> ReadyPage:
    """Make a page of ``size`` new posts that carry the replay's texts in turn, spread over many channels as live pages are."""
    numbers = range(number * size, (number + 1) * size)
    return page_of(number, tuple(make_post(n, texts[n % len(texts)][0], start_at) for n in numbers))


def page_of(number: int, posts: tuple[PseudonymisedPost, ...]) -> ReadyPage:
    """Make the page with this number out of its posts."""
    bins = Counter((post.channel, quarter_hour(post.posted_at)) for post in posts)
    seen = [
        SeenCount(source="telegram", channel=channel, bin_at=at, seen_count=n, kept_count=n)
        for (channel, at), n in sorted(bins.items())
    ]
    cursor = Cursor(position=str(number), read_until_at=posts[-1].posted_at)
    return ReadyPage(feed=FEED, cursor=cursor, kept=posts, seen=tuple(seen), coverage=(), quarantined=())


def make_post(number: int, text: str, start_at: datetime) -> PseudonymisedPost:
    """Make the post with this number; its id grows within its channel, its moment over all."""
    at = start_at + timedelta(minutes=1) * (number / POSTS_PER_MINUTE)
    channel = f"store_{number % CHANNELS}"
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
