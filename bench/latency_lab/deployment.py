"""A quiet deployment, the bursts that come to it, and who commits them as the collector does."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from monitor import store
from monitor.model import CoverageSpan, Cursor, MaskedText, PseudonymisedPost, ReadyPage, SeenCount, quarter_hour
from monitor.pipeline.classify import annotate_text
from monitor.pipeline.tools import reading
from monitor.seeds import load_codebook
from monitor.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
HISTORY = timedelta(days=9)
ROUND = timedelta(minutes=5)
CHANNELS = tuple(f"bench_{number}" for number in range(1, 9))
TELLERS, POSTS = 5, 24


@dataclass(slots=True)
class Burst:
    """One burst at one crossing: when it was committed, and when the server took the mail on it."""

    place_id: str
    spelling: str
    committed_at: datetime | None = None
    taken_at: datetime | None = None

    @property
    def reader(self) -> str:
        """The address that is told of this crossing alone."""
        return f"{self.place_id}@bench.example"

    @property
    def seconds(self) -> float | None:
        """From commit to 250; None while either is missing."""
        if self.committed_at is None or self.taken_at is None:
            return None
        return (self.taken_at - self.committed_at).total_seconds()


def now() -> datetime:
    """Give the wall clock's moment."""
    return datetime.now(UTC)


def make_root(folder: Path, bursts: Sequence[Burst]) -> Path:
    """Make a deployment's folder: this repository's, with a rule for each burst's crossing."""
    (folder / "seeds").mkdir(parents=True)
    for name in ("sql", "dags", "src"):
        (folder / name).symlink_to(ROOT / name)
    for path in (ROOT / "seeds").iterdir():
        if path.name != "alert_rules.yml":
            (folder / "seeds" / path.name).symlink_to(path)
    rules = [
        {"rule_id": burst.place_id, "reader": burst.place_id, "recipients": [burst.reader], "places": [burst.place_id]}
        for burst in bursts
    ]
    (folder / "seeds" / "alert_rules.yml").write_text(yaml.safe_dump([{**rule, "most_per_hour": 100} for rule in rules]))
    return folder


def crossings(number: int) -> list[Burst]:
    """Give crossings whose Russian spelling is read as just them."""
    tools = reading(Settings.from_env({"MONITOR_ROOT": str(ROOT)}))
    found = []
    for place in load_codebook(ROOT / "seeds").places:
        spelling = next((word.text for word in place.spellings if word.language == "ru" and not word.is_exact), None)
        if place.kind == "crossing" and spelling and len(found) < number:
            named = annotate_text(MaskedText(text_of(spelling, 7)), tools, language_hint=None).places
            if {mention.place_id for mention in named} == {place.place_id}:
                found.append(Burst(place.place_id, spelling))
    if len(found) < number:
        raise SystemExit(f"only {len(found)} crossings can be told apart by one spelling")
    return found


def text_of(spelling: str, number: int) -> str:
    """Give a post about a queue; another figure makes it another report."""
    return f"Пункт пропуска {spelling}, очередь на границе {number} км, едем дальше"


class Writer:
    """Commits posts and coverage as the collector does, one transaction a page."""

    def __init__(self, database_url: str) -> None:
        self._url = database_url
        self._numbers = dict.fromkeys(CHANNELS, 0)
        self._lock = threading.Lock()
        self._read_until_at = quarter_hour(now() - HISTORY)

    def live_through(self, bursts: Sequence[Burst], dice: random.Random) -> None:
        """Commit nine days in which every crossing is named about once a day, as if each post had been read within a minute."""
        start_at, end_at = self._read_until_at, now()
        posts = [
            (dice.choice(CHANNELS), start_at + HISTORY * dice.random(), text_of(burst.spelling, day + 1))
            for burst in bursts
            for day in range(HISTORY.days)
        ]
        posts = sorted((post for post in posts if post[1] < end_at - ROUND), key=lambda post: post[1])
        self._commit(posts, until_at=end_at, known_at=start_at)

    def read_round(self) -> None:
        """Commit that every channel was read until now, and had nothing."""
        self._commit([], until_at=now(), known_at=now())

    def burst(self, burst: Burst, dice: random.Random) -> datetime:
        """Commit a burst whose posts were published in the last five minutes; give the moment after the commit."""
        at = now()
        posts = [
            (CHANNELS[number % TELLERS], at - ROUND * dice.random(), text_of(burst.spelling, 20 + number))
            for number in range(POSTS)
        ]
        self._commit(sorted(posts, key=lambda post: post[1]), until_at=at, known_at=at)
        return now()

    def _commit(self, posts: Sequence[tuple[str, datetime, str]], *, until_at: datetime, known_at: datetime) -> None:
        with self._lock, store.connect(self._url) as connection:
            cursor = store.read_cursor(connection, "telegram", "bench")
            kept = tuple(self._post(channel, at, text, max(at + timedelta(seconds=1), known_at)) for channel, at, text in posts)
            places = Counter((post.channel, quarter_hour(post.posted_at)) for post in kept)
            page = ReadyPage(
                feed="bench",
                cursor=Cursor(position=f"{until_at.timestamp():.3f}", read_until_at=until_at),
                kept=kept,
                seen=tuple(
                    SeenCount(source="telegram", channel=channel, bin_at=bin_at, seen_count=count, kept_count=count)
                    for (channel, bin_at), count in sorted(places.items())
                ),
                coverage=tuple(self._span(channel, until_at, known_at) for channel in CHANNELS),
                quarantined=(),
            )
            store.write_page(connection, "telegram", page, expected=cursor)
            self._read_until_at = max(self._read_until_at, until_at)

    def _span(self, channel: str, until_at: datetime, known_at: datetime) -> CoverageSpan:
        start_at = self._read_until_at
        return CoverageSpan(
            source="telegram", channel=channel, start_at=start_at, end_at=until_at, state="observed", known_at=known_at
        )

    def _post(self, channel: str, at: datetime, text: str, collected_at: datetime) -> PseudonymisedPost:
        self._numbers[channel] += 1
        return PseudonymisedPost(
            source="telegram",
            channel=channel,
            post_id=self._numbers[channel],
            posted_at=at,
            collected_at=collected_at,
            text=MaskedText(text),
            masked_count=0,
            url=f"https://t.me/{channel}/{self._numbers[channel]}",
        )
