"""Read themes, places and units below seeds/, and the examples that themes are tried by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from monitor.errors import ConfigError
from monitor.match import content_digest
from monitor.model import FIGURES, Codebook, Combination, Keyword, Theme
from monitor.seeds.keywords import keyword
from monitor.seeds.node import Node, compose, mapping, plain
from monitor.seeds.places import load_places

SHARED_GROUPS = "_groups.yml"


def theme_files(seeds_dir: Path) -> list[Path]:
    """Give the file of each theme, in the order of their ids."""
    return sorted(file for file in (seeds_dir / "themes").glob("*.yml") if file.name != SHARED_GROUPS)


def codebook_files(seeds_dir: Path) -> list[Path]:
    """Give the files that a codebook is read from, those that are there."""
    files = [*theme_files(seeds_dir), _groups_file(seeds_dir), seeds_dir / "places.csv", seeds_dir / "units.yml"]
    return [file for file in files if file.exists()]


def load_codebook(seeds_dir: Path) -> Codebook:
    """Read themes, places and units below ``seeds_dir``; the digest is the hash of what decides what is matched."""
    files = theme_files(seeds_dir)
    if not files:
        raise ConfigError(f"{seeds_dir / 'themes'} holds no theme. Set MONITOR_ROOT to the folder that holds seeds/ and sql/.")
    groups = _groups(_groups_file(seeds_dir))
    codebook = Codebook(
        digest="",
        themes=tuple(_theme(mapping(file, compose(file)), groups) for file in files),
        places=load_places(seeds_dir / "places.csv"),
        units=plain(compose(seeds_dir / "units.yml")),
        place_context=groups.get("place_context", ()),
    )
    return replace(codebook, digest=content_digest(codebook))


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text that a theme says it matches or rejects, and where it says so."""

    file: Path
    line: int
    theme_id: str
    text: str
    is_match: bool


def theme_errors(seeds_dir: Path) -> list[ConfigError]:
    """Read each theme by itself and give what is wrong with it, so that one fault does not hide another."""
    found: list[ConfigError] = []
    try:
        load_codebook(seeds_dir)
        return []
    except ConfigError as error:
        found.append(error)
    try:
        groups = _groups(_groups_file(seeds_dir))
    except ConfigError:
        return found
    for file in theme_files(seeds_dir):
        try:
            _theme(mapping(file, compose(file)), groups)
        except ConfigError as error:
            found.append(error)
    return list({str(error): error for error in found}.values())


def theme_examples(seeds_dir: Path) -> list[Example]:
    """Give every example of every theme with its file and line."""
    found = []
    for file in theme_files(seeds_dir):
        node = mapping(file, compose(file))
        for name in ("matches", "rejects"):
            listed = node.at(name)
            for item in listed.value if isinstance(listed, yaml.SequenceNode) else ():
                line, text = item.start_mark.line + 1, str(plain(item))
                found.append(Example(file=file, line=line, theme_id=file.stem, text=text, is_match=name == "matches"))
    return found


def load_samples(file: Path) -> dict[str, list[str]]:
    """Read texts by language: ``{ru: [...], en: [...]}``."""
    node = mapping(file, compose(file))
    return {language: list(node.words(language)) for language in node.lines()}


def _groups_file(seeds_dir: Path) -> Path:
    return seeds_dir / "themes" / SHARED_GROUPS


def _keywords(node: Node, name: str) -> tuple[Keyword, ...]:
    """Read ``{ru: [...], en: [...]}``."""
    by_language = node.get(name, dict, {})
    found = []
    for language, terms in by_language.items():
        if not isinstance(terms, list):
            raise node.error(f"{name}.{language} must be a list of words", node.at(name))
        found += [keyword(str(term), str(language)) for term in terms]
    return tuple(found)


Groups = Mapping[str, tuple[Keyword, ...]]


def _groups(file: Path) -> Groups:
    if not file.exists():
        return {}
    return _named_groups(mapping(file, compose(file)))


def _named_groups(node: Node) -> Groups:
    return {name: _keywords(node, name) for name in node._values}


def _theme(node: Node, shared: Groups) -> Theme:
    node.only(
        "id",
        "name",
        "definition",
        "excludes",
        "facts",
        "groups",
        "terms",
        "combinations",
        "without",
        "void_by",
        "matches",
        "rejects",
    )
    groups_node = node.at("groups")
    groups = {**shared, **(_named_groups(mapping(node.file, groups_node)) if groups_node is not None else {})}
    if node.get("id", str) != node.file.stem:
        raise node.error(f"id {node.get('id', str)!r} differs from the file's name", node.at("id"))
    return Theme(
        theme_id=node.get("id", str),
        name=node.get("name", str),
        definition=" ".join(node.get("definition", str).split()),
        excludes=" ".join(node.get("excludes", str).split()),
        terms=_keywords(node, "terms"),
        combinations=tuple(_combination(item, groups) for item in node.nodes("combinations")),
        without=_members(node, node.get("without", list, []), groups),
        void_by=_members(node, node.get("void_by", list, []), groups),
        matches=tuple(node.get("matches", list, [])),
        rejects=tuple(node.get("rejects", list, [])),
    )


def _combination(node: Node, groups: Groups) -> Combination:
    node.only("name", "near", "within", "without")
    near = node.get("near", list)
    within = node.get("within", int, 8)
    if len(near) < 2 or not all(isinstance(group, list) for group in near) or within < 1:
        raise node.error("a combination needs two or more lists of words in `near`, and `within` of at least 1")
    return Combination(
        name=node.get("name", str),
        near=tuple(_members(node, group, groups) for group in near),
        within=within,
        without=_members(node, node.get("without", list, []), groups),
    )


def _members(node: Node, members: list[Any], groups: Groups) -> tuple[Keyword, ...]:
    """Read ``["$group", "@crossing", "ru:слово", "слово"]``; a member without a language counts in any."""
    found: list[Keyword] = []
    for member in map(str, members):
        if member.startswith("$"):
            if member[1:] not in groups:
                raise node.error(f"no group named {member!r}; define it under groups or in {SHARED_GROUPS}")
            found += groups[member[1:]]
        elif member.startswith("@"):
            found.append(Keyword(text=member, language="*", is_exact=True))
        else:
            language, _, text = member.rpartition(":")
            unknown = [word for word in text.split() if word.startswith("#") and word not in FIGURES]
            if unknown:
                raise node.error(f"{unknown[0]!r} stands for no figure; there are {', '.join(FIGURES)}")
            found.append(keyword(text, language or "*"))
    return tuple(found)
