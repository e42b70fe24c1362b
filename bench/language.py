"""How often is the language of a short text told right?

    .venv/bin/python bench/language.py [--full] [--sentences DIR]

Sentences that no profile was built from, cropped to 15-140 characters: DIR holds a file of lines a language
(``ru.txt``, ``uk.txt`` …); without it a few written for this purpose are read. Prints each language's accuracy,
and as JSON the mean of all languages (``macro``), texts a second on one core, and the same for the baseline:
langdetect as it is shipped, seeded.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import langdetect

from monitor.classify.language import detect_language

SAMPLE = Path(__file__).with_name("language_sample.txt")
LANGUAGES = ("ru", "uk", "en", "ka", "kk", "be", "hy", "mn", "fi", "de", "az", "tt")
SHORTEST, LONGEST = 15, 140


def own_sample() -> dict[str, list[str]]:
    """Give the sentences kept beside this file: a language's code, then the sentence."""
    texts: dict[str, list[str]] = {}
    for line in SAMPLE.read_text(encoding="utf-8").splitlines():
        code, text = line.split(" ", 1)
        texts.setdefault(code, []).append(text)
    return texts


def sentences_in(folder: Path, most: int | None) -> dict[str, list[str]]:
    """Give the lines of each language's file that are long enough, at most ``most`` of each, evenly spaced."""
    texts = {}
    for code in LANGUAGES:
        file = folder / f"{code}.txt"
        if file.exists():
            lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines() if len(line.strip()) >= SHORTEST]
            texts[code] = lines[:: -(-len(lines) // most)] if most else lines
    return texts


def cropped(text: str, chance: random.Random) -> str:
    """Cut a text at a word's end, to a length drawn evenly from 15 to 140."""
    length = chance.randint(SHORTEST, LONGEST)
    if len(text) <= length:
        return text
    cut = text[:length].rsplit(" ", 1)[0]
    return cut if len(cut) >= SHORTEST else text[:length]


def ours(text: str) -> str | None:
    """Give our answer, without a channel's usual language to lean on."""
    return detect_language(text).code


def as_shipped(text: str) -> str | None:
    """Give langdetect's answer."""
    try:
        return str(langdetect.detect(text))
    except langdetect.LangDetectException:
        return None


def score(name: str, tell: Callable[[str], str | None], texts: Mapping[str, Sequence[str]]) -> dict[str, float]:
    """Print a detector's accuracy by language; give its mean and rate."""
    shares, begun_s = {}, time.process_time()
    for code, mine in texts.items():
        answers = Counter(tell(text) for text in mine)
        shares[code] = answers.pop(code, 0) / len(mine)
        print(f"{name:10} {code} {shares[code]:.4f}  taken for: {dict(answers.most_common(4))}")
    spent_s = time.process_time() - begun_s
    count = sum(map(len, texts.values()))
    return {f"{name}_macro": round(sum(shares.values()) / len(shares), 4), f"{name}_per_s": round(count / spent_s)}


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="all sentences instead of 200 a language")
    parser.add_argument("--sentences", type=Path, help="folder of xx.txt, one sentence a line")
    options = parser.parse_args()
    chance = random.Random(1)
    found = sentences_in(options.sentences, None if options.full else 200) if options.sentences else own_sample()
    texts = {code: [cropped(text, chance) for text in mine] for code, mine in found.items()}
    ours("раз, one")  # the profiles are read at first use
    langdetect.DetectorFactory.seed = 0
    as_shipped("warm up")
    figures = {**score("ours", ours, texts), **score("langdetect", as_shipped, texts)}
    print(json.dumps({"sentences": sum(map(len, texts.values())), "languages": len(texts), **figures}))


if __name__ == "__main__":
    main()
