"""Texts as they come: most of them various, a fourth copies, some of what everybody copies. Post n's is always the same."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache

from monitor.model import Annotations, Span
from monitor.pipeline.classify import annotate_text
from monitor.pipeline.tools import Reading
from monitor.privacy import mask
from store_lab.pages import ROOT, annotated_texts

LABELLED = ROOT / "tests" / "labelled"

COPIES_SHARE = 0.25
EXACT_SHARE = 0.6
"""Of the copies; the others have a word changed, an end cut off or a signature."""
MEAN_LAG_POSTS = 2_000
"""How many posts lie between a text and its copy, on average; copies of what everybody copies come at any time."""
GATHERED = (1,) * 14 + (50,) * 4 + (1_000, 20_000)
"""Of so many posts one is what the copies in a stretch repeat."""
WORD = re.compile(r"[^\W\d_]{2,}|\d+")
SIGNATURE = "\n\nПодписаться на канал"


class Wordings:
    """Makes texts out of the words of others in the same language; what a theme, place or figure is found by stays in them."""

    def __init__(self, tools: Reading) -> None:
        texts = [*annotated_texts(tools), *_labelled(tools)]
        self.frames = [(found.language.code, list(_parts(text, found))) for text, found in texts]
        telling = {part.lower() for _, parts in self.frames for part, is_free in parts if not is_free}
        free: dict[str | None, set[str]] = defaultdict(set)
        for language, parts in self.frames:
            free[language] |= {part.lower() for part, is_free in parts if is_free and part.isalpha()}
        self.words = {language: sorted(words - telling) or sorted(words) for language, words in free.items()}
        self.text_of = lru_cache(maxsize=8_192)(self._text_of)

    def _text_of(self, number: int) -> str:
        lot = random.Random(number)
        if number and lot.random() < COPIES_SHARE:
            return self._copy_of(self._copied(number, lot), lot)
        language, parts = lot.choice(self.frames)
        words = self.words[language]
        sentences = [_sentence(words, lot) for _ in range(lot.randrange(6))]
        telling = "".join(_other(part, words, lot) if is_free else part for part, is_free in parts)
        sentences.insert(lot.randrange(len(sentences) + 1), telling)
        return " ".join(sentences)

    def _copied(self, number: int, lot: random.Random) -> int:
        """Choose the post that this one repeats."""
        stretch = lot.choice(GATHERED)
        before = number - 1 - (int(lot.expovariate(1 / MEAN_LAG_POSTS)) % number if stretch == 1 else 0)
        return before - before % stretch

    def _copy_of(self, source: int, lot: random.Random) -> str:
        text = self.text_of(source)
        if lot.random() < EXACT_SHARE:
            return text
        words = text.split()
        edit = lot.randrange(3)
        if edit == 0:
            words[lot.randrange(len(words))] = lot.choice(self.words["ru"])
            return " ".join(words)
        return " ".join(words[: max(1, round(0.8 * len(words)))]) if edit == 1 else text + SIGNATURE


def _labelled(tools: Reading) -> list[tuple[str, Annotations]]:
    lines = [line for file in sorted(LABELLED.glob("*.jsonl")) for line in file.read_text(encoding="utf-8").splitlines()]
    texts = [mask(record["text"])[0] for record in map(json.loads, lines) if "text" in record]
    return [(text, annotate_text(text, tools, language_hint=None)) for text in texts if tools.matcher.keep(text)]


def _other(part: str, words: Sequence[str], lot: random.Random) -> str:
    """Give another number, or as often as not another word."""
    if part.isdecimal():
        return str(lot.randrange(1, 10 ** len(part)))
    return lot.choice(words) if part.isalpha() and lot.random() < 0.5 else part


def _sentence(words: Sequence[str], lot: random.Random) -> str:
    return " ".join(lot.choices(words, k=lot.randrange(4, 13))).capitalize() + "."


def _parts(text: str, found: Annotations) -> Iterator[tuple[str, bool]]:
    """Give the text in pieces, and which of them are numbers, or words that no theme, place or figure was found by."""
    done, spans = 0, _spans(found)
    for match in WORD.finditer(text):
        if match.start() > done:
            yield text[done : match.start()], False
        is_told = any(start < match.end() and match.start() < end for start, end in spans)
        yield match[0], match[0].isdecimal() or not is_told
        done = match.end()
    yield text[done:], False


def _spans(found: Annotations) -> list[Span]:
    told = [span for theme in found.themes for span in theme.spans] + [place.span for place in found.places]
    return told + [figure.span for figure in found.quantities]
