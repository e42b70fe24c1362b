"""X's query language, as far as our queries use it: words, "phrases", #tags, OR, negation, brackets, lang: and -is:retweet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Post = Mapping[str, Any]
Test = Callable[[Post], bool]
TOKEN = re.compile(r'-?"[^"]+"|-?\(|\)|[^\s()]+')


def compile_query(query: str) -> Test:
    """Give the test whether a post fits ``query``; words match whole words, whatever their case."""
    tokens = TOKEN.findall(query)
    test, rest = _either(tokens)
    if rest:
        raise ValueError(f"query has a bracket too many: {query}")
    return test


def _either(tokens: list[str]) -> tuple[Test, list[str]]:
    """Read alternatives up to the end or a closing bracket."""
    choices: list[Test] = []
    while True:
        test, tokens = _all(tokens)
        choices.append(test)
        if not tokens or tokens[0] != "OR":
            return lambda post: any(choice(post) for choice in choices), tokens
        tokens = tokens[1:]


def _all(tokens: list[str]) -> tuple[Test, list[str]]:
    """Read what must hold together up to OR, the end or a closing bracket."""
    parts: list[Test] = []
    while tokens and tokens[0] not in ("OR", ")"):
        word, tokens = tokens[0], tokens[1:]
        if word in ("(", "-("):
            inner, tokens = _either(tokens)
            parts.append(_negated(inner) if word == "-(" else inner)
            tokens = tokens[1:]
        else:
            test = _term(word.removeprefix("-").lower())
            parts.append(_negated(test) if word.startswith("-") else test)
    return lambda post: all(part(post) for part in parts), tokens


def _negated(test: Test) -> Test:
    return lambda post: not test(post)


def _term(word: str) -> Test:
    if word.startswith('"'):
        return lambda post: word.strip('"') in post["text"].lower()
    if word.startswith("lang:"):
        return lambda post: post.get("lang") == word.removeprefix("lang:")
    if word == "is:retweet":
        return lambda post: post["text"].startswith("RT @")
    if word.startswith("#"):
        return lambda post: re.search(re.escape(word) + r"(?!\w)", post["text"].lower()) is not None
    return lambda post: word in re.findall(r"\w+", post["text"].lower())
