"""How many edited copies are led back to their origin, and how often is a text led to a wrong one?

    .venv/bin/python bench/copies.py [--full] [--posts FILE] [--seed N] [--show N]

Every post is made known; then posts drawn by lot come again: as they are, with one word changed, with a tenth of the words
changed (at least one), cut to a random contiguous 60 % of their words. New words are drawn from all posts. ``found`` is led to
its post or to what that post itself repeats; ``elsewhere`` is led to another. Baselines, on the same edits: equality of the
normalised text (``exact``) and simhash of its words in 64 bits, at most 3 of them different (``simhash``; Manku 2007).

Real posts are asked for too: ``real_near`` of them are no exact copy of an earlier post and led to one. Whether rightly no
program can tell: ``--show N`` prints N of them, to be read; ``--days`` looks no further back, as Monitor itself does (2).
``marks_us`` is what the marks of a text cost, ``tokenise_us`` its mere words in the same run.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from pathlib import Path

from monitor.classify import CopyMarks, Wording, copy_marks, is_long_enough, is_near_copy
from monitor.classify.copies import own_words
from monitor.pipeline.tools import reading
from monitor.privacy import mask
from monitor.settings import Settings
from monitor.text import tokenise

REPLAY = Path(__file__).resolve().parents[1] / "seeds" / "replay" / "september_2022.jsonl.gz"
WORD = re.compile(r"\S+")
SIMHASH_BITS = 3
Edit = Callable[[str], str]


@dataclass
class Known:
    """All posts, found again by what copies share; each is led to the first one of its kin."""

    wordings: list[Wording] = field(default_factory=list)
    moments: list[datetime] = field(default_factory=list)
    hashes: list[int] = field(default_factory=list)
    roots: list[int] = field(default_factory=list)
    by_key: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def origin(self, wording: Wording, marks: CopyMarks, at: datetime, within: timedelta) -> int | None:
        """Give the first post whose words ``wording`` repeats."""
        if not is_long_enough(wording.text):
            return None
        near = {post for key in marks.keys for post in self.by_key[key] if at - self.moments[post] <= within}
        copied = [post for post in near if self.hashes[post] == marks.hash]
        copied = copied or [post for post in near if is_near_copy(wording, self.wordings[post])]
        return self.roots[min(copied)] if copied else None

    def add(self, wording: Wording, marks: CopyMarks, at: datetime, root: int | None) -> None:
        """Remember a post."""
        number = len(self.wordings)
        self.wordings.append(wording)
        self.moments.append(at)
        self.hashes.append(marks.hash)
        self.roots.append(number if root is None else root)
        for key in marks.keys:
            self.by_key[key].append(number)


def one_word(text: str, lot: random.Random, words: Sequence[str], share: float = 0.0) -> str:
    """Change ``share`` of the words, at least one, for others."""
    found = list(WORD.finditer(text))
    chosen = lot.sample(found, min(len(found), max(1, round(share * len(found)))))
    for word in sorted(chosen, key=lambda word: -word.start()):
        text = text[: word.start()] + lot.choice(words) + text[word.end() :]
    return text


def cut(text: str, lot: random.Random, words: Sequence[str]) -> str:
    """Keep a contiguous 60 % of the words."""
    found = list(WORD.finditer(text))
    kept = max(1, round(0.6 * len(found)))
    start = lot.randrange(len(found) - kept + 1)
    return text[found[start].start() : found[start + kept - 1].end()]


EDITS = {"as_is": lambda text, lot, words: text, "one_word": one_word, "tenth": partial(one_word, share=0.1), "cut": cut}


def simhash(text: str) -> int:
    """Give the 64-bit simhash of a text's words (Charikar 2002)."""
    votes = Counter[int]()
    for word in own_words(text):
        number = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
        votes.update({bit: 1 if number >> bit & 1 else -1 for bit in range(64)})
    return sum(1 << bit for bit, vote in votes.items() if vote > 0)


def read_posts(file: Path) -> list[tuple[datetime, str]]:
    """Give moment and masked text of every post of at least a word, in the order of their moments."""
    lines = (gzip.open if file.suffix == ".gz" else open)(file, "rt", encoding="utf-8")
    with lines:
        records = [record for record in map(json.loads, lines) if WORD.search(record.get("text") or "")]
    return sorted((datetime.fromisoformat(r["posted_at"]), mask(r["text"])[0]) for r in records)


def learn(posts: Iterable[tuple[datetime, str]], within: timedelta) -> tuple[Known, list[tuple[int, int]]]:
    """Make all posts known; give those that are near copies of earlier ones, and whose."""
    known, near = Known(), []
    matcher = reading(Settings.from_env({})).matcher
    for at, text in posts:
        wording = Wording(text, frozenset(place.place_id for place in matcher.match(text).places))  # type: ignore[arg-type]
        marks = copy_marks(text)
        root = known.origin(wording, marks, at, within)
        if root is not None and known.hashes[root] != marks.hash:
            near.append((len(known.wordings), root))
        known.add(wording, marks, at, root)
    return known, near


def ask(known: Known, edit: Edit, chosen: Sequence[int]) -> dict[str, float]:
    """Give the shares of edited posts that were found, found elsewhere, and found by the baselines, in percent."""
    counts = Counter[str]()
    for number in chosen:
        text = known.wordings[number].text
        edited = edit(text)
        root = known.origin(Wording(edited), copy_marks(edited), known.moments[number], timedelta.max)
        counts["found"] += root == known.roots[number]
        counts["elsewhere"] += root is not None and root != known.roots[number]
        counts["exact"] += copy_marks(edited).hash == known.hashes[number]
        counts["simhash"] += (simhash(text) ^ simhash(edited)).bit_count() <= SIMHASH_BITS
    return {name: round(100 * counts[name] / len(chosen), 2) for name in ("found", "elsewhere", "exact", "simhash")}


def cost_us(read: Callable[[str], object], texts: Sequence[str]) -> float:
    """Give microseconds a text, of the fastest of three rounds after one that fills the caches."""
    spent_s = []
    for _ in range(4):
        begun_s = time.process_time()
        for text in texts:
            read(text)
        spent_s.append(time.process_time() - begun_s)
    return round(min(spent_s[1:]) / len(texts) * 1e6, 1)


def show(known: Known, near: Sequence[tuple[int, int]]) -> None:
    """Print near copies beside what they were led to, for a human to judge."""
    for copy, root in near:
        for name, number in (("copy", copy), ("origin", root)):
            print(f"{name:7}{known.moments[number]:%Y-%m-%d %H:%M}  {' '.join(known.wordings[number].text.split())[:400]}")
        print()


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all posts as queries instead of 500")
    parser.add_argument("--posts", type=Path, default=REPLAY, help="JSON lines with posted_at and text, instead of the replay")
    parser.add_argument("--seed", type=int, default=1, help="which words are changed, which parts kept")
    parser.add_argument("--days", type=float, help="how far back copies are looked for; default: without end")
    parser.add_argument("--show", type=int, default=0, help="print so many of the real near copies")
    options = parser.parse_args()
    lot = random.Random(options.seed)
    posts = read_posts(options.posts)
    known, near = learn(posts, timedelta(days=options.days) if options.days else timedelta.max)
    show(known, lot.sample(near, min(len(near), options.show)))
    texts = [text for _, text in posts]
    words = [word for text in texts for word in WORD.findall(text)]
    chosen = list(range(len(posts))) if options.full else lot.sample(range(len(posts)), min(len(posts), 500))
    figures = {name: ask(known, partial(edit, lot=lot, words=words), chosen) for name, edit in EDITS.items()}
    told = {"posts": len(posts), "queries": len(chosen), "mean_chars": round(sum(map(len, texts)) / len(texts)), **figures}
    told |= {"real_near": len(near), "real_copies": sum(root != number for number, root in enumerate(known.roots))}
    print(json.dumps(told | {"marks_us": cost_us(copy_marks, texts), "tokenise_us": cost_us(tokenise, texts)}))


if __name__ == "__main__":
    main()
