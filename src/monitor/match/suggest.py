"""Propose terms a codebook lacks: words and phrases that documents use more than ordinary texts do, for a human to accept."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from monitor.match.forms import word_forms
from monitor.model import Codebook, Keyword
from monitor.text import fold, words

LONGEST_PHRASE = 3
LEAST_COUNT = 2
LEAST_LETTERS = 4
CONTEXT_LETTERS = 60
LEAST_LINE_WORDS = 5
"""A line of fewer words that ends no sentence is a heading, a button or a caption's rest."""

FURNITURE = re.compile(
    r"cookie|subscribe|sign up|log ?in\b|newsletter|share (?:this|on)|follow us|read more|advert|privacy policy"
    r"|terms of (?:use|service)"
    r"|all rights reserved|©|image credit|getty|screenshot|start the conversation|skip to|view original"
    r"|is a (?:writer|journalist|reporter)"
    r"|подпис(?:аться|ывайтесь)|поделиться|реклама|читайте также|войти|все права защищены|підписатися|поділитися",
    re.IGNORECASE,
)
"""What pages carry around their text: navigation, cookies, sharing, credits, who wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A word or phrase, how often it stands in how many documents, how telling it is, and one place where it stands."""

    term: str
    count: int
    documents_count: int
    keyness: float
    context: str


def suggest(
    documents: Sequence[str], ordinary: Iterable[str], codebook: Codebook, stop_words: Collection[str]
) -> list[Suggestion]:
    """Give the terms ``codebook`` does not cover, the most telling first.

    Keyness is the log-likelihood ratio (Dunning 1993) of a term's share in the documents against its share in ``ordinary`` texts,
    as many times over as the term has words. A term counts when it stands at least twice, begins and ends with no stop word, and
    has a word that no term of a theme holds.
    """
    bodies = [body(document, [other for other in documents if other is not document]) for document in documents]
    here = [_phrases(text, stop_words) for text in bodies]
    counts = sum(here, Counter[str]())
    usual = sum((_phrases(text, stop_words) for text in ordinary), Counter[str]())
    covered = _covered_words(codebook)
    found = [
        Suggestion(
            term=term,
            count=count,
            documents_count=sum(term in phrases for phrases in here),
            keyness=_keyness(count, counts.total(), usual[term], usual.total()) * (1 + term.count(" ")),
            context=_context(term, bodies),
        )
        for term, count in counts.items()
        if count >= LEAST_COUNT and not all(word in covered for word in term.split())
    ]
    found.sort(key=lambda one: (-one.keyness, one.term))
    return _without_parts(found)


def body(document: str, others: Sequence[str] = ()) -> str:
    """Strip a document of furniture, headings, buttons, and lines that other documents hold too."""
    elsewhere = {line.strip() for other in others for line in other.splitlines()}
    return "\n".join(line for line in document.splitlines() if _is_text(line.strip()) and line.strip() not in elsewhere)


def _is_text(line: str) -> bool:
    is_sentence = line.rstrip("”»\"'’)").endswith((".", "!", "?", "…", ":"))
    return bool(line) and not FURNITURE.search(line) and (is_sentence or len(line.split()) > LEAST_LINE_WORDS)


def _phrases(text: str, stop_words: Collection[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for sentence in re.split(r"[.!?;:,()«»“”\"\n—–]", fold(text)):
        found = [word.removesuffix("'s") for word in words(sentence)]
        for length in range(1, LONGEST_PHRASE + 1):
            for first in range(len(found) - length + 1):
                phrase = found[first : first + length]
                if _is_term(phrase, stop_words):
                    counts[" ".join(phrase)] += 1
    return counts


def _is_term(phrase: Sequence[str], stop_words: Collection[str]) -> bool:
    ends = (phrase[0], phrase[-1])
    return not any(word in stop_words or word.isdigit() for word in ends) and all(len(word) >= LEAST_LETTERS for word in ends)


def _covered_words(codebook: Codebook) -> frozenset[str]:
    """Give every form of every word that a theme or a place is told by."""
    keywords: list[Keyword] = [spelling for place in codebook.places for spelling in (*place.spellings, *place.needs_context)]
    for theme in codebook.themes:
        keywords += [*theme.terms, *(word for combination in theme.combinations for group in combination.near for word in group)]
    covered: set[str] = set()
    for keyword in keywords:
        for word in words(fold(keyword.text)):
            covered |= {word} if keyword.is_exact else word_forms(word, keyword.language)
    return frozenset(covered)


def _keyness(count: int, total: int, usual: int, usual_total: int) -> float:
    """Give the log-likelihood ratio; 0 where the term is not more frequent here.

    >>> round(_keyness(10, 1000, 1, 1000), 1)
    8.5
    """
    share = (count + usual) / max(total + usual_total, 1)
    expected, usual_expected = share * total, share * usual_total
    if count <= expected:
        return 0.0
    return 2 * (count * math.log(count / expected) + (usual * math.log(usual / usual_expected) if usual else 0.0))


def _context(term: str, bodies: Sequence[str]) -> str:
    pattern = re.compile(r"\b" + r"\W+".join(map(re.escape, term.split())) + r"\b")
    for text in bodies:
        if found := pattern.search(fold(text)):
            start, end = max(found.start() - CONTEXT_LETTERS, 0), found.end() + CONTEXT_LETTERS
            return "…" + " ".join(text[start:end].split()) + "…"
    return ""


def _without_parts(found: Sequence[Suggestion]) -> list[Suggestion]:
    """Drop a term that stands nowhere but in a longer one that is proposed too."""
    kept = {(f" {one.term} ", one.count) for one in found}
    return [
        one
        for one in found
        if not any(f" {one.term} " in longer and f" {one.term} " != longer and count >= one.count for longer, count in kept)
    ]
