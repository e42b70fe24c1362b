"""Read the X queries that a deployment writes itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from monitor.errors import ConfigError
from monitor.model import XQuery
from monitor.seeds.node import Node, distinct, list_of

MOST_QUERY_CHARACTERS = 1024
"""What X takes at most, of its full-archive customers; a deployment's own limit is a setting."""


def load_queries(file: Path, *, length: int = 512) -> tuple[XQuery, ...]:
    """Read X searches written by hand, of at most ``length`` characters, two a theme; none where there is no such file."""
    if not file.exists():
        return ()
    found = list_of(file, partial(query_of, length=length))
    themes: list[str] = []
    for where, query in found:
        if themes.count(query.theme_id) == 2:
            raise ConfigError(f"{where}: more than two queries for {query.theme_id}; X is counted with at most two a theme.")
        themes.append(query.theme_id)
    return distinct(found, lambda query: query.name)


def query_of(node: Node, *, length: int) -> XQuery:
    """Read one query."""
    node.only("name", "theme", "text")
    text = node.get("text", str)
    if len(text) > length:
        raise node.error(f"the query has {len(text)} characters; X takes {length}", node.at("text"))
    return XQuery(name=node.get("name", str), theme_id=node.get("theme", str), text=text)
