"""Refuse seeds that name what the codebook lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from pathlib import Path

from monitor.errors import ConfigError
from monitor.model import Codebook
from monitor.seeds.node import list_of
from monitor.seeds.queries import MOST_QUERY_CHARACTERS, query_of
from monitor.seeds.rules import alert_rule


def check_references(seeds_dir: Path, codebook: Codebook) -> None:
    """Refuse a rule or query that names a theme or place the codebook lacks: it would be silent for ever."""
    themes = {theme.theme_id for theme in codebook.themes}
    places = {place.place_id for place in codebook.places}
    for where, rule in list_of(seeds_dir / "alert_rules.yml", alert_rule):
        _refuse_unknown(where, "theme", rule.themes, themes)
        _refuse_unknown(where, "place", rule.places, places)
    queries = seeds_dir / "queries.yml"
    for where, query in list_of(queries, partial(query_of, length=MOST_QUERY_CHARACTERS)) if queries.exists() else ():
        _refuse_unknown(where, "theme", (query.theme_id,), themes)


def _refuse_unknown(where: str, noun: str, named: Iterable[str], known: Collection[str]) -> None:
    unknown = [name for name in named if name not in known]
    if unknown:
        raise ConfigError(f"{where}: no {noun} named {', '.join(unknown)}; correct it, or add it to the codebook.")
