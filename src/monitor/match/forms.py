"""Expand a word to the forms it is written in: paradigms for Russian and Ukrainian, plain suffixes for English."""

from __future__ import annotations

from functools import cache
from typing import Any

from monitor.text import fold, words

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


# --- forms in the order of their use, for those who cannot list them all ---------------------------------

_CASES = {"nomn": 0, "gent": 1, "accs": 2, "loct": 3, "ablt": 4, "datv": 5}
"""How often Slavic nouns stand in each case, most often first."""
_INFINITIVE = frozenset({"INFN", "inf"})
_RARE = frozenset({"PRTF", "PRTS", "GRND", "ADJS", "COMP", "impr", "1per", "2per", "neut", "voct", "gen2", "loc2"})
_LEAST_HEAD = 4
"""Letters of the shortest word that is taken for the head of a phrase; shorter ones are too often something else."""


@cache
def ranked_forms(phrase: str, language: str) -> tuple[str, ...]:
    """Give the forms of a folded word or phrase, most used first; of a phrase its head is inflected, with its adjectives.

    >>> ranked_forms("очередь на границе", "ru")[:3]
    ('очередь на границе', 'очереди на границе', 'очередей на границе')
    >>> ranked_forms("закрыть границы", "ru")[:2]
    ('закрыли границы', 'закрыл границы')
    """
    parts = words(phrase)
    if language == "en":
        return (phrase,) if len(parts) > 1 or phrase.endswith(("s", "ed", "ing")) else (phrase, _plural(phrase))
    if language not in ("ru", "uk") or " ".join(parts) != phrase:
        return (phrase,)
    return tuple(dict.fromkeys([*_inflected(parts, language), phrase]))


def _plural(word: str) -> str:
    if word.endswith("y") and word[-2:-1] not in VOWELS:
        return word[:-1] + "ies"
    return word + ("es" if word.endswith(("x", "ch", "sh")) else "s")


def _inflected(parts: list[str], language: str) -> list[str]:
    """Inflect the first noun or infinitive that stands in its base form, if but adjectives and particles stand before it."""
    first = [_analyser(language).parse(part)[0] for part in parts]
    for index, head in enumerate(first):
        if _is_head(head, parts[index]):
            before, after = first[:index], parts[index + 1 :]
            forms = sorted(head.lexeme, key=lambda form: _rarity(form.tag))
            agreed = ((_agreed(before, form.tag), form.word) for form in forms)
            return [fold(" ".join([*opening, word, *after])) for opening, word in agreed if opening is not None]
        if not _marks(head.tag) & {"ADJF", "ADJ", "PRCL"}:
            return []
    is_alone = len(parts) == 1 and fold(first[0].normal_form) == parts[0]
    return [fold(form.word) for form in sorted(first[0].lexeme, key=lambda form: _rarity(form.tag))] if is_alone else []


def _is_head(parse: Any, written: str) -> bool:
    is_head = bool(_marks(parse.tag) & (_INFINITIVE | {"NOUN"})) and len(written) >= _LEAST_HEAD
    return is_head and fold(parse.normal_form) == written


def _agreed(before: list[Any], tag: Any) -> list[str] | None:
    """Give what stands before a noun in its case, number and gender; None where an adjective has no such form."""
    marks = _marks(tag)
    wanted = {mark for mark in (tag.case, tag.number, None if "plur" in marks else tag.gender) if mark}
    forms = [parse if "PRCL" in _marks(parse.tag) else parse.inflect(wanted) for parse in before]
    return None if any(form is None for form in forms) else [form.word for form in forms]


def _rarity(tag: Any) -> int:
    """Order forms by use: cases as nouns stand in them; of a verb the past and the third person before all else."""
    marks = _marks(tag)
    rare = 20 * len(marks & _RARE)
    if marks & _INFINITIVE:
        return rare + 4
    is_verb = "VERB" in marks
    many = ("plur" not in marks) if is_verb else ("plur" in marks)
    present = 2 if is_verb and "past" not in marks else 0
    return rare + 2 * _CASES.get(str(tag.case), 0) + many + present + (2 if "femn" in marks and is_verb else 0)


def _marks(tag: Any) -> frozenset[str]:
    """Give a tag's grammemes; the dictionaries of the two languages do not know the same ones."""
    return frozenset(str(tag).replace(" ", ",").split(","))
