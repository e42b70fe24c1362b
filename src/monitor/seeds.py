"""Read the seeds folder: themes, places, units, channels, rules, queries, policy, charter. Every error names file and line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import available_timezones

import yaml

from monitor.errors import ConfigError
from monitor.match import content_digest
from monitor.model import (
    AlertRule,
    Channel,
    Charter,
    Codebook,
    Combination,
    Keyword,
    Place,
    Policy,
    SourceRule,
    Theme,
    XQuery,
)

T = TypeVar("T")
PLACE_KINDS = ("crossing", "country", "region", "city")
SOURCES = ("telegram", "x", "replay")
PLACE_WORDS = ("@crossing", "@country", "@region", "@city", "@place")
SHARED_GROUPS = "_groups.yml"


class Node:
    """A YAML mapping that knows the line of each of its keys."""

    def __init__(self, file: Path, node: yaml.MappingNode) -> None:
        self.file = file
        self.line = node.start_mark.line + 1
        self._values: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value in self._values:
                raise self.error(f"{key.value!r} stands twice; keep one", key)
            self._values[key.value] = value

    def error(self, problem: str, node: yaml.Node | None = None) -> ConfigError:
        """Give a ConfigError that names the file, the line and the problem."""
        line = node.start_mark.line + 1 if node is not None else self.line
        return ConfigError(f"{self.file}:{line}: {problem}.")

    def only(self, *names: str) -> None:
        """Refuse keys other than ``names``."""
        for name, value in self._values.items():
            if name not in names:
                raise self.error(f"unknown key {name!r}; known are {', '.join(names)}", value)

    def get(self, name: str, kind: type[T], default: T | None = None) -> T:
        """Give a value of the wanted type; ``default`` when it is absent, an error when there is none."""
        node = self._values.get(name)
        if node is None:
            if default is None:
                raise self.error(f"{name!r} is missing")
            return default
        value = _plain(node)
        if kind is float and isinstance(value, int):
            value = float(value)
        if not isinstance(value, kind):
            raise self.error(f"{name!r} must be {kind.__name__}, not {type(value).__name__}", node)
        return value

    def optional(self, name: str, kind: type[T]) -> T | None:
        """Give a value of the wanted type, or None when it is absent."""
        return self.get(name, kind) if name in self._values else None

    def nodes(self, name: str) -> list[Node]:
        """Give the mappings of a list."""
        node = self._values.get(name)
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            raise self.error(f"{name!r} must be a list", node)
        return [mapping(self.file, item) for item in node.value]

    def text(self, name: str) -> str:
        """Give a text that says something."""
        value = self.get(name, str).strip()
        if not value:
            raise self.error(f"{name!r} is empty", self.at(name))
        return value

    def words(self, name: str) -> tuple[str, ...]:
        """Give a list of texts; empty when it is absent."""
        values = self.get(name, list, [])
        if not all(isinstance(value, str) for value in values):
            raise self.error(f"{name!r} must be a list of texts", self.at(name))
        return tuple(values)

    def lines(self) -> dict[str, int]:
        """Give the line of each key."""
        return {name: value.start_mark.line + 1 for name, value in self._values.items()}

    def at(self, name: str) -> yaml.Node | None:
        """Give the raw node of a key, for an error's line."""
        return self._values.get(name)


def mapping(file: Path, node: yaml.Node) -> Node:
    """Give a YAML node as a mapping, or say where it is none."""
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{file}:{node.start_mark.line + 1}: expected `key: value` lines.")
    return Node(file, node)


def _plain(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


SET_ROOT = "Set MONITOR_ROOT to the folder that holds seeds/ and sql/"


def _compose(file: Path, when_missing: str = SET_ROOT) -> yaml.Node:
    try:
        node = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise ConfigError(f"{file} is missing. {when_missing}.") from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ConfigError(f"{file}:{line}: not valid YAML ({getattr(error, 'problem', error)}).") from None
    if node is None:
        raise ConfigError(f"{file}:1: the file is empty.")
    return node


def _list_of(file: Path, read: Callable[[Node], T]) -> list[tuple[str, T]]:
    """Read every mapping of a list; each with where it stands, ``file:line``."""
    node = _compose(file)
    if not isinstance(node, yaml.SequenceNode):
        raise ConfigError(f"{file}:{node.start_mark.line + 1}: expected a list.")
    return [(f"{file}:{item.start_mark.line + 1}", read(mapping(file, item))) for item in node.value]


def _distinct(found: Iterable[tuple[str, T]], name: Callable[[T], str]) -> tuple[T, ...]:
    """Give what was found without where; the second of two with the same name is refused."""
    seen: set[str] = set()
    values = []
    for where, value in found:
        if name(value) in seen:
            raise ConfigError(f"{where}: {name(value)} is defined twice; give each an id of its own.")
        seen.add(name(value))
        values.append(value)
    return tuple(values)


# --- codebook -------------------------------------------------------------------------------------------


def load_codebook(seeds_dir: Path) -> Codebook:
    """Read themes, places and units below ``seeds_dir``; the digest is the hash of what decides what is matched."""
    theme_files = sorted((seeds_dir / "themes").glob("*.yml"))
    places_file, units_file = seeds_dir / "places.csv", seeds_dir / "units.yml"
    if not theme_files:
        raise ConfigError(f"{seeds_dir / 'themes'} holds no theme. Set MONITOR_ROOT to the folder that holds seeds/ and sql/.")
    groups = _groups(seeds_dir / "themes" / SHARED_GROUPS)
    themes = tuple(_theme(mapping(file, _compose(file)), groups) for file in theme_files if file.name != SHARED_GROUPS)
    codebook = Codebook(
        digest="",
        themes=themes,
        places=load_places(places_file),
        units=_plain(_compose(units_file)),
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
        groups = _groups(seeds_dir / "themes" / SHARED_GROUPS)
    except ConfigError:
        return found
    for file in sorted((seeds_dir / "themes").glob("*.yml")):
        try:
            if file.name != SHARED_GROUPS:
                _theme(mapping(file, _compose(file)), groups)
        except ConfigError as error:
            found.append(error)
    return list({str(error): error for error in found}.values())


def theme_examples(seeds_dir: Path) -> list[Example]:
    """Give every example of every theme with its file and line."""
    found = []
    for file in sorted((seeds_dir / "themes").glob("*.yml")):
        node = mapping(file, _compose(file))
        for name in ("matches", "rejects") if file.name != SHARED_GROUPS else ():
            listed = node.at(name)
            for item in listed.value if isinstance(listed, yaml.SequenceNode) else ():
                line, text = item.start_mark.line + 1, str(_plain(item))
                found.append(Example(file=file, line=line, theme_id=file.stem, text=text, is_match=name == "matches"))
    return found


def load_samples(file: Path) -> dict[str, list[str]]:
    """Read texts by language: ``{ru: [...], en: [...]}``."""
    node = mapping(file, _compose(file))
    return {language: list(node.words(language)) for language in node.lines()}


def keyword(text: str, language: str) -> Keyword:
    """Read one term; a leading ``=`` says that it is not inflected."""
    return Keyword(text=text.removeprefix("=").strip(), language=language, is_exact=text.startswith("="))


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
    return _named_groups(mapping(file, _compose(file)))


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
            found.append(keyword(text, language or "*"))
    return tuple(found)


def load_places(file: Path) -> tuple[Place, ...]:
    """Read the gazetteer."""
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            places = [(f"{file}:{reader.line_num}", _place(file, reader.line_num, row)) for row in reader]
    except FileNotFoundError:
        raise ConfigError(f"{file} is missing. {SET_ROOT}.") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}:{_line_of_byte(file, error.start)}: not UTF-8. Save the file as UTF-8.") from None
    return _distinct(places, lambda place: place.place_id)


def _line_of_byte(file: Path, offset: int) -> int:
    return file.read_bytes()[:offset].count(b"\n") + 1


def _place(file: Path, line: int, row: Mapping[str, str]) -> Place:
    try:
        kind = row["kind"]
        if kind not in PLACE_KINDS:
            raise ValueError(f"kind {kind!r} is none of {', '.join(PLACE_KINDS)}")
        return Place(
            place_id=row["place_id"],
            kind=kind,  # type: ignore[arg-type]  # held to PLACE_KINDS just above
            name=row["name"],
            lat_deg=_degrees(row["lat_deg"], 90),
            lon_deg=_degrees(row["lon_deg"], 180),
            country=row["country"] or None,
            spellings=_spellings(row["spellings"]),
            needs_context=_spellings(row["needs_context"]),
            source=row["source"],
        )
    except (KeyError, ValueError, AttributeError) as error:
        raise ConfigError(f"{file}:{line}: {error}. Correct the row.") from None


def _degrees(text: str, most: float) -> float:
    value = float(text)
    if abs(value) > most:
        raise ValueError(f"{text} degrees is outside ±{most:g}")
    return value


def _spellings(cell: str) -> tuple[Keyword, ...]:
    found = []
    for entry in filter(None, (part.strip() for part in cell.split("|"))):
        language, separator, text = entry.partition(":")
        if not separator:
            raise ValueError(f"spelling {entry!r} lacks its language (write ru:{entry})")
        found.append(keyword(text, language))
    return tuple(found)


# --- what a deployment follows and who is told ----------------------------------------------------------


def load_channels(path: Path) -> tuple[Channel, ...]:
    """Read channels from one file, or from every file of a folder."""
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    found = [channel for file in files for channel in _list_of(file, _channel)]
    return _distinct(found, lambda channel: f"{channel.source}/{channel.handle}")


def _channel(node: Node) -> Channel:
    node.only(
        "source",
        "handle",
        "title",
        "languages",
        "region",
        "why",
        "named_by",
        "since",
        "expected_posts_per_day",
        "is_listed",
        "is_verified",
    )
    expected = node.optional("expected_posts_per_day", float)
    if expected is not None and expected <= 0:
        raise node.error("expected_posts_per_day must be above 0; leave it out when unknown", node.at("expected_posts_per_day"))
    return Channel(
        source=_source(node),  # type: ignore[arg-type]  # held to SOURCES
        handle=_handle(node),
        title=node.text("title"),
        languages=node.words("languages"),
        region=node.optional("region", str),
        why=node.text("why"),
        named_by=node.optional("named_by", str),
        since_date=node.optional("since", date),
        is_listed=node.get("is_listed", bool, True),
        is_verified=bool(node.optional("is_verified", bool)),
        expected_posts_per_day=expected,
    )


def _handle(node: Node) -> str:
    handle = node.text("handle")
    if node.get("source", str) == "telegram" and not re.fullmatch(r"[A-Za-z]\w{3,31}", handle, re.ASCII):
        raise node.error(f"handle {handle!r} is no public name: letters, digits and _ only, without @ or link", node.at("handle"))
    return handle


def _source(node: Node) -> str:
    source = node.get("source", str)
    if source not in SOURCES:
        raise node.error(f"source {source!r} is none of {', '.join(SOURCES)}", node.at("source"))
    return source


def load_alert_rules(file: Path) -> tuple[AlertRule, ...]:
    """Read who is told of what."""
    return _distinct(_list_of(file, _alert_rule), lambda rule: rule.rule_id)


def _alert_rule(node: Node) -> AlertRule:
    node.only(*RULE_FIELDS)
    recipients = tuple(node.get("recipients", list))
    if not recipients or not all(isinstance(r, str) and "@" in r for r in recipients):
        raise node.error("recipients must be e-mail addresses", node.at("recipients"))
    return AlertRule(
        rule_id=node.get("rule_id", str),
        reader=node.get("reader", str),
        recipients=recipients,
        themes=node.words("themes"),
        places=node.words("places"),
        min_severity=node.optional("min_severity", float) or 0.0,
        sources=node.words("sources"),
        language=_one_of(node, "language", ("en", "ru")),
        delivery="digest" if _one_of(node, "delivery", ("immediate", "digest")) == "digest" else "immediate",
        digest_hour=_hour(node, "digest_hour", node.get("digest_hour", int, 8)),
        quiet_hours=_quiet_hours(node),
        time_zone=_time_zone(node),
        most_per_hour=_positive(node, "most_per_hour", node.get("most_per_hour", int, 6)),
    )


RULE_FIELDS = (
    *("rule_id", "reader", "recipients", "themes", "places", "sources", "min_severity", "language"),
    *("delivery", "digest_hour", "quiet_hours", "time_zone", "most_per_hour"),
)


def _one_of(node: Node, name: str, allowed: tuple[str, ...]) -> str:
    value = node.get(name, str, allowed[0])
    if value not in allowed:
        raise node.error(f"{name} is {' or '.join(allowed)}, not {value!r}", node.at(name))
    return value


def _hour(node: Node, name: str, value: int) -> int:
    if not 0 <= value <= 23:
        raise node.error(f"{name} is an hour from 0 to 23, not {value}", node.at(name))
    return value


def _positive(node: Node, name: str, value: int) -> int:
    if value < 1:
        raise node.error(f"{name} must be 1 or more, not {value}", node.at(name))
    return value


def _quiet_hours(node: Node) -> tuple[int, int] | None:
    text = node.optional("quiet_hours", str)
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,2})-(\d{1,2})", text)
    if found is None or found[1] == found[2]:
        raise node.error(f'quiet_hours are two hours, such as "23-07", not {text!r}', node.at("quiet_hours"))
    return _hour(node, "quiet_hours", int(found[1])), _hour(node, "quiet_hours", int(found[2]))


def _time_zone(node: Node) -> str:
    name = node.get("time_zone", str, "UTC")
    if name not in available_timezones():
        raise node.error(f"time_zone is none that is known, such as Europe/Tbilisi: {name!r}", node.at("time_zone"))
    return name


MOST_QUERY_CHARACTERS = 1024
"""What X takes at most, of its full-archive customers; a deployment's own limit is a setting."""


def load_queries(file: Path, *, length: int = 512) -> tuple[XQuery, ...]:
    """Read X searches written by hand, of at most ``length`` characters, two a theme; none where there is no such file."""
    if not file.exists():
        return ()
    found = _list_of(file, partial(_query, length=length))
    themes: list[str] = []
    for where, query in found:
        if themes.count(query.theme_id) == 2:
            raise ConfigError(f"{where}: more than two queries for {query.theme_id}; X is counted with at most two a theme.")
        themes.append(query.theme_id)
    return _distinct(found, lambda query: query.name)


def _query(node: Node, *, length: int) -> XQuery:
    node.only("name", "theme", "text")
    text = node.get("text", str)
    if len(text) > length:
        raise node.error(f"the query has {len(text)} characters; X takes {length}", node.at("text"))
    return XQuery(name=node.get("name", str), theme_id=node.get("theme", str), text=text)


def load_policy(seeds_dir: Path) -> Policy:
    """Read which theme may be asked of which source; a theme there is no file of is refused, lest a slip of the pen allow it."""
    file = seeds_dir / "policy.yml"
    theme_ids = tuple(sorted(found.stem for found in (seeds_dir / "themes").glob("*.yml") if found.name != SHARED_GROUPS))
    rules = _list_of(file, lambda node: _source_rule(node, theme_ids))
    return Policy(rules=_distinct(rules, lambda rule: rule.source), theme_ids=theme_ids)


def _source_rule(node: Node, theme_ids: Sequence[str]) -> SourceRule:
    node.only("source", "why", "needs_approval")
    themes = node.words("needs_approval")
    unknown = [theme for theme in themes if theme not in theme_ids]
    if unknown:
        raise node.error(f"no theme named {', '.join(unknown)} in themes/", node.at("needs_approval"))
    return SourceRule(source=_source(node), why=node.text("why"), needs_approval=frozenset(themes))


def load_charter(file: Path) -> Charter:
    """Read who runs this deployment and on what ground; an empty field stays empty for ``policy`` to name."""
    node = mapping(file, _compose(file, "Copy seeds/charter.example.yml there and fill it in, or correct MONITOR_CHARTER"))
    fields = ("operator", "purpose", "legal_basis", "assessment_reference", "contact")
    node.only(*fields, "recipients", "expires_date", "is_demo")
    texts = {name: node.optional(name, str) or "" for name in fields}
    return Charter(
        **texts,
        recipients=node.words("recipients"),
        expires_date=node.get("expires_date", date),
        is_demo=bool(node.optional("is_demo", bool)),
        file=str(file),
        lines=node.lines(),
    )


# --- what refers to what --------------------------------------------------------------------------------


def check_references(seeds_dir: Path, codebook: Codebook) -> None:
    """Refuse a rule or query that names a theme or place the codebook lacks: it would be silent for ever."""
    themes = {theme.theme_id for theme in codebook.themes}
    places = {place.place_id for place in codebook.places}
    for where, rule in _list_of(seeds_dir / "alert_rules.yml", _alert_rule):
        _refuse_unknown(where, "theme", rule.themes, themes)
        _refuse_unknown(where, "place", rule.places, places)
    queries = seeds_dir / "queries.yml"
    for where, query in _list_of(queries, partial(_query, length=MOST_QUERY_CHARACTERS)) if queries.exists() else ():
        _refuse_unknown(where, "theme", (query.theme_id,), themes)


def _refuse_unknown(where: str, noun: str, named: Iterable[str], known: Collection[str]) -> None:
    unknown = [name for name in named if name not in known]
    if unknown:
        raise ConfigError(f"{where}: no {noun} named {', '.join(unknown)}; correct it, or add it to the codebook.")
