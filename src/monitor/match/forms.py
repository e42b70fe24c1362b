"""Expand a word to the forms it is written in: paradigms for Russian and Ukrainian, plain suffixes for English."""

from __future__ import annotations

from functools import cache
from typing import Any

from monitor.text import fold

VOWELS = "aeiou"


def word_forms(word: str, language: str) -> frozenset[str]:
    """Give every folded form of a folded word, itself included; languages without rules are taken as written.

    >>> sorted(word_forms("queue", "en"))
    ['queue', "queue's", 'queued', 'queueing', 'queues', 'queuing']
    """
    if language in ("ru", "uk"):
        return _paradigm(word, language)
    if language == "en":
        return frozenset(_english(word))
    return frozenset([word])


def _english(word: str) -> set[str]:
    if len(word) < 3 or not word.isascii() or not word.isalpha():
        return {word}
    forms = {word, word + "'s", word + ("es" if word.endswith(("s", "x", "ch", "sh")) else "s")}
    if word.endswith("y") and word[-2] not in VOWELS:
        forms |= {word[:-1] + "ies", word[:-1] + "ied", word + "ing"}
    elif word.endswith("e"):
        forms |= {word + "d", word[:-1] + "ing", word + "ing"}
    else:
        forms |= {word + "ed", word + "ing", word + word[-1] + "ed", word + word[-1] + "ing"}
    return forms


@cache
def _analyser(language: str) -> Any:
    import pymorphy3  # imported late: its dictionaries take a third of a second

    return pymorphy3.MorphAnalyzer(lang=language)


@cache
def _paradigm(word: str, language: str) -> frozenset[str]:
    parses = _analyser(language).parse(word)
    own = [parse for parse in parses if fold(parse.normal_form) == word] or parses[:1]
    return frozenset([word, *(fold(form.word) for parse in own for form in parse.lexeme)])
