"""How many posts a second does one core read?

    .venv/bin/python bench/classify.py [--full] [--posts FILE]

``themed_per_s``: posts that all carry a theme, masked, matched and annotated in full. ``mixed_per_s``: a mix through mask and
keep, as collect reads it: the replay's posts, or those in FILE (JSON lines with ``text``). Baseline, in the same run: taking the
mix's texts apart into words and nothing else (``tokenise_per_s``); ``match_ratio`` is what of that rate is left.
``*_chars`` is the mean length of a text, without which a rate says little. Best of three rounds (--full: of seven, after which
noise of a shared machine hardly counts); a first, uncounted round fills the caches as any running process has them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from monitor.classify import annotate
from monitor.pipeline.tools import Reading, reading
from monitor.privacy import mask
from monitor.settings import Settings
from monitor.text import tokenise

REPLAY = Path(__file__).resolve().parents[1] / "seeds" / "replay" / "september_2022.jsonl.gz"


def texts_of(lines: Iterable[str]) -> list[str]:
    """Give the texts of JSON lines; lines without one are passed over."""
    return [text for line in lines if (text := json.loads(line).get("text"))]


def read_posts(file: Path) -> list[str]:
    """Give the texts of a file, packed or not."""
    if file.suffix == ".gz":
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            return texts_of(lines)
    with file.open(encoding="utf-8") as lines:
        return texts_of(lines)


def per_s(read: Callable[[str], object], texts: Sequence[str], rounds: int) -> float:
    """Give texts a second of the fastest round, by this process's own CPU time."""
    spent_s = []
    for _ in range(rounds + 1):
        begun_s = time.process_time()
        for text in texts:
            read(text)
        spent_s.append(time.process_time() - begun_s)
    return len(texts) / min(spent_s[1:])


def read_in_full(text: str, tools: Reading) -> object:
    """Mask, match and annotate one text."""
    masked, _ = mask(text)
    return annotate(masked, tools.matcher.match(masked), language_hint=None, units=tools.units)


def measure(themed: Sequence[str], mixed: Sequence[str], tools: Reading, rounds: int) -> dict[str, float]:
    """Give the figures."""
    themed_per_s = per_s(lambda text: read_in_full(text, tools), themed, rounds)
    mixed_per_s = per_s(lambda text: tools.matcher.keep(mask(text)[0]), mixed, rounds)
    tokenise_per_s = per_s(tokenise, mixed, rounds)
    return {
        "themed_posts": len(themed),
        "themed_chars": round(sum(map(len, themed)) / len(themed)),
        "themed_per_s": round(themed_per_s),
        "mixed_posts": len(mixed),
        "mixed_chars": round(sum(map(len, mixed)) / len(mixed)),
        "mixed_per_s": round(mixed_per_s),
        "tokenise_per_s": round(tokenise_per_s),
        "match_ratio": round(mixed_per_s / tokenise_per_s, 3),
    }


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all texts and seven rounds instead of 1,500 texts and three")
    parser.add_argument("--posts", type=Path, help="JSON lines with text: the mix, instead of the replay")
    options = parser.parse_args()
    tools = reading(Settings.from_env({}))
    replay = read_posts(REPLAY)
    themed = [text for text in replay if tools.matcher.match(mask(text)[0]).themes]
    mixed = read_posts(options.posts) if options.posts else replay
    most, rounds = (None, 7) if options.full else (1_500, 3)
    print(json.dumps(measure(thinned(themed, most), thinned(mixed, most), tools, rounds)))


def thinned(texts: Sequence[str], most: int | None) -> Sequence[str]:
    """Give at most ``most`` texts, evenly spaced over all."""
    return texts[:: -(-len(texts) // most)] if most else texts


if __name__ == "__main__":
    main()
