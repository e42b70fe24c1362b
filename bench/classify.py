"""How many posts a second does one core read?

    .venv/bin/python bench/classify.py [--full] [--posts FILE]

``themed_per_s``: posts of ordinary length that all carry a theme, masked, matched and annotated in full; they also hold sentences
of the mix, so that their words are various. ``mixed_per_s``: a mix through mask and keep, as collect reads it: the posts in FILE
(JSON lines with ``text``), or the replay's, short ones joined. ``match_ratio``: the mix, masked before, through a matcher of
2,000 terms and nothing else, against taking the same texts apart into words (``tokenise_per_s``, in the same run);
``match_all_ratio`` with all terms of the codebook, ``keep_all_ratio`` the same, asking only whether to keep. ``stages_us``: what
each stage takes of a themed post. ``*_letters`` is the mean length of a text, without which a rate says little. ``cold_start_s``:
what a new process takes to make its matcher, the codebook compiled by an earlier one; ``memory_mb``: the most it takes while it
then reads the themed posts.

Every text is read once by each measure: the first, uncounted parts fill the caches as any running process has them; of the other
parts the fastest counts, as whatever else runs on the machine only makes a part slower. What is set against taking texts apart
has met their words before: it asks about matching, not meeting.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import re
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from classify_lab.posts import themed_posts

from monitor import text as text_module
from monitor.classify import annotate
from monitor.classify.copies import copy_marks
from monitor.classify.kind import find_kind
from monitor.classify.language import detect_language
from monitor.classify.quantities import find_quantities
from monitor.compiled import is_compiled
from monitor.match import compile_matcher
from monitor.model import Codebook, MaskedText, Matches
from monitor.pipeline.tools import Reading, reading
from monitor.privacy import mask
from monitor.settings import Settings
from monitor.text import tokenise

TERMS = 2_000
LEAST_LETTERS = 170
PARTS, FIRST_PARTS = 25, 5
"""Of how many parts the first so many are not counted."""
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


def per_s(read: Callable[[str], object], texts: Sequence[str], met: Sequence[str] = ()) -> float:
    """Give texts a second of the fastest part but the first few, by this process's own CPU time; ``met`` are read before."""
    for text in met:
        read(text)
    rates = []
    for part in (texts[start::PARTS] for start in range(PARTS)):
        begun_s = time.process_time()
        for text in part:
            read(text)
        rates.append(len(part) / (time.process_time() - begun_s))
    return max(rates[FIRST_PARTS:])


def read_in_full(text: str, tools: Reading) -> object:
    """Mask, match and annotate one text."""
    masked, _ = mask(text)
    return annotate(masked, tools.matcher.match(masked), language_hint=None, units=tools.units)


def terms_of(codebook: Codebook) -> int:
    """Count the terms of a codebook's themes."""
    return sum(len(t.terms) + sum(len(group) for c in t.combinations for group in c.near) for t in codebook.themes)


def thinned_codebook(codebook: Codebook) -> Codebook:
    """Give a codebook of about 2,000 terms: of every list of words the same share, at least one; all combinations and places."""
    step = -(-terms_of(codebook) // TERMS)
    themes = (
        replace(
            theme,
            terms=theme.terms[::step],
            combinations=tuple(replace(c, near=tuple(group[::step] for group in c.near)) for c in theme.combinations),
        )
        for theme in codebook.themes
    )
    return replace(codebook, themes=tuple(themes))


def stages_us(texts: Sequence[str], tools: Reading) -> dict[str, float]:
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
    spent = {"mask": per_s(mask, texts)} | {name: per_s(stage, list(read)) for name, stage in stages.items()}
    return {name: round(1e6 / rate, 1) for name, rate in spent.items()}


def measure(themed: Sequence[str], mixed: Sequence[str], tools: Reading) -> dict[str, object]:
    """Give the figures."""
    masked = [mask(text)[0] for text in mixed]
    thin = thinned_codebook(tools.codebook)
    themed_per_s = per_s(lambda text: read_in_full(text, tools), themed)
    mixed_per_s = per_s(lambda text: tools.matcher.keep(mask(text)[0]), mixed)
    tokenise_per_s = per_s(tokenise, masked)
    thin_matcher = compile_matcher(thin)
    gc.freeze()  # as the pipeline does with its own
    match_per_s, match_all_per_s, keep_all_per_s = (
        per_s(read, masked, met=masked) for read in (thin_matcher.match, tools.matcher.match, tools.matcher.keep)
    )
    return {
        "compiled": is_compiled(text_module),
        "themed_posts": len(themed),
        "themed_letters": round(sum(map(len, themed)) / len(themed)),
        "themed_per_s": round(themed_per_s),
        "mixed_posts": len(mixed),
        "mixed_letters": round(sum(map(len, mixed)) / len(mixed)),
        "mixed_per_s": round(mixed_per_s),
        "tokenise_per_s": round(tokenise_per_s),
        "terms": terms_of(thin),
        "match_per_s": round(match_per_s),
        "match_ratio": round(match_per_s / tokenise_per_s, 3),
        "all_terms": terms_of(tools.codebook),
        "match_all_ratio": round(match_all_per_s / tokenise_per_s, 3),
        "keep_all_ratio": round(keep_all_per_s / tokenise_per_s, 3),
        "stages_us": stages_us(themed, tools),
    }


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all texts instead of 4,000")
    parser.add_argument("--posts", type=Path, help="JSON lines with text: the mix, instead of the replay")
    options = parser.parse_args()
    with TemporaryDirectory() as home:
        tools = reading(settings_of(home))
        mixed = read_posts(options.posts) if options.posts else lengthened(read_posts(REPLAY))
        most = None if options.full else 4_000
        posts = themed_posts(most or 20_000, sentences(mixed))
        themed = [text for text in posts if tools.matcher.match(mask(text)[0]).themes]
        with ProcessPoolExecutor(1, get_context("spawn")) as another:
            cold_start_s, memory_mb = another.submit(start_and_read, home, themed).result()
    figures = measure(themed, thinned(mixed, most), tools)
    print(json.dumps({**figures, "cold_start_s": round(cold_start_s, 2), "memory_mb": memory_mb}))


def settings_of(home: str) -> Settings:
    """Give the settings of a process with this home."""
    return Settings.from_env({"MONITOR_HOME": home})


def start_and_read(home: str, texts: Sequence[str]) -> tuple[float, int]:
    """Give the CPU seconds a new process takes to make its matcher, and the most MB it takes to read ``texts`` in full."""
    begun_s = time.process_time()
    tools = reading(settings_of(home))
    took_s = time.process_time() - begun_s
    for text in texts:
        read_in_full(text, tools)
    return took_s, most_mb()


def most_mb() -> int:
    """Give the most MB this process has held; ``getrusage`` of a new process counts what the one that started it held, too."""
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
    except FileNotFoundError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def lengthened(texts: Iterable[str]) -> list[str]:
    """Join texts, one after the other, to such of 170 letters and more."""
    joined, parts = [], []
    for text in texts:
        parts.append(text)
        if sum(map(len, parts)) >= LEAST_LETTERS:
            joined.append("\n".join(parts))
            parts = []
    return joined


def sentences(texts: Iterable[str]) -> list[str]:
    """Give the sentences of ordinary length that posts hold."""
    parts = (part.strip() for text in texts for part in re.split(r"(?<=[.!?])\s|\n", text))
    return [part for part in parts if 30 <= len(part) <= 120]


def thinned(texts: Sequence[str], most: int | None) -> Sequence[str]:
    """Give at most ``most`` texts, evenly spaced over all."""
    return texts[:: -(-len(texts) // most)] if most else texts


if __name__ == "__main__":
    main()
