"""How many posts a second does one core read?

    .venv/bin/python bench/classify.py [--full] [--posts FILE]

``themed_per_s``: posts of ordinary length that all carry a theme, masked, matched and annotated in full. ``mixed_per_s``: a mix
through mask and keep, as collect reads it: the replay's posts, or those in FILE (JSON lines with ``text``). ``match_per_s``: the
mix, masked before, through a matcher of 2,000 terms and nothing else; ``keep_per_s`` the same, asking only whether to keep.
Baseline, in the same run: taking the same texts apart into words and nothing else (``tokenise_per_s``); ``match_ratio`` and
``keep_ratio`` are what of that rate is left. ``stages_us``: what each stage takes of a themed post. ``*_letters`` is the mean
length of a text, without which a rate says little. ``cold_start_s``: seeds to a matcher, and the memory then taken.

Best of three rounds (--full: of seven, after which noise of a shared machine hardly counts); a first, uncounted round fills the
caches as any running process has them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice, pairwise
from pathlib import Path

from classify_lab.posts import themed_posts

from monitor.classify import annotate
from monitor.classify.copies import copy_marks
from monitor.classify.kind import find_kind
from monitor.classify.language import detect_language
from monitor.classify.quantities import find_quantities
from monitor.match import Matcher, compile_matcher
from monitor.model import Codebook, Keyword, MaskedText, Matches
from monitor.pipeline.tools import Reading, reading
from monitor.privacy import mask
from monitor.settings import Settings
from monitor.text import tokenise

TERMS = 2_000
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


def widened(codebook: Codebook, texts: Iterable[str]) -> tuple[Matcher, int]:
    """Give a matcher of at least 2,000 terms, filled up with words of the texts, two by two; and how many it has."""
    themes = codebook.themes
    own = sum(len(theme.terms) + sum(len(group) for c in theme.combinations for group in c.near) for theme in themes)
    pairs = {" ".join(pair) for text in texts for pair in pairwise(tokenise(text).texts)}
    more = tuple(Keyword(text=pair, language="ru") for pair in islice(sorted(pairs), 0, None, max(len(pairs) // TERMS, 1)))
    more = more[: max(TERMS - own, 0)]
    wide = replace(codebook, themes=(replace(themes[0], terms=(*themes[0].terms, *more)), *themes[1:]))
    return compile_matcher(wide), own + len(more)


def stages_us(texts: Sequence[str], tools: Reading, rounds: int) -> dict[str, float]:
    """Give how long each stage takes of a text, in microseconds; the first to need its words takes it apart."""
    read = {masked: tools.matcher.match(masked) for masked in (mask(text)[0] for text in texts)}

    def quantities(text: MaskedText) -> object:
        found: Matches = read[text]
        themes = frozenset(theme.theme_id for theme in found.themes)
        return find_quantities(text, themes=themes, places=found.places, units=tools.units)

    stages: dict[str, Callable[[MaskedText], object]] = {
        "match": tools.matcher.match,
        "language": detect_language,
        "quantities": quantities,
        "kind": lambda text: find_kind(text, themes=frozenset(theme.theme_id for theme in read[text].themes)),
        "copies": copy_marks,
    }
    spent = {"mask": per_s(mask, texts, rounds)} | {name: per_s(stage, list(read), rounds) for name, stage in stages.items()}
    return {name: round(1e6 / rate, 1) for name, rate in spent.items()}


def measure(themed: Sequence[str], mixed: Sequence[str], tools: Reading, rounds: int) -> dict[str, object]:
    """Give the figures."""
    masked = [mask(text)[0] for text in mixed]
    wide, terms = widened(tools.codebook, masked)
    themed_per_s = per_s(lambda text: read_in_full(text, tools), themed, rounds)
    mixed_per_s = per_s(lambda text: tools.matcher.keep(mask(text)[0]), mixed, rounds)
    tokenise_per_s = per_s(tokenise, masked, rounds)
    match_per_s, keep_per_s = per_s(wide.match, masked, rounds), per_s(wide.keep, masked, rounds)
    return {
        "themed_posts": len(themed),
        "themed_letters": round(sum(map(len, themed)) / len(themed)),
        "themed_per_s": round(themed_per_s),
        "mixed_posts": len(mixed),
        "mixed_letters": round(sum(map(len, mixed)) / len(mixed)),
        "mixed_per_s": round(mixed_per_s),
        "terms": terms,
        "tokenise_per_s": round(tokenise_per_s),
        "match_per_s": round(match_per_s),
        "match_ratio": round(match_per_s / tokenise_per_s, 3),
        "keep_per_s": round(keep_per_s),
        "keep_ratio": round(keep_per_s / tokenise_per_s, 3),
        "stages_us": stages_us(themed, tools, rounds),
    }


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all texts and seven rounds instead of 1,500 texts and three")
    parser.add_argument("--posts", type=Path, help="JSON lines with text: the mix, instead of the replay")
    options = parser.parse_args()
    begun_s = time.process_time()
    tools = reading(Settings.from_env({}))
    cold_start_s = round(time.process_time() - begun_s, 2)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    mixed = read_posts(options.posts or REPLAY)
    most, rounds = (None, 7) if options.full else (1_500, 3)
    themed = [text for text in themed_posts(most or 5_000) if tools.matcher.match(mask(text)[0]).themes]
    figures = measure(themed, thinned(mixed, most), tools, rounds)
    print(json.dumps({**figures, "cold_start_s": cold_start_s, "memory_mb": memory_mb}))


def thinned(texts: Sequence[str], most: int | None) -> Sequence[str]:
    """Give at most ``most`` texts, evenly spaced over all."""
    return texts[:: -(-len(texts) // most)] if most else texts


if __name__ == "__main__":
    main()
