"""A YAML file whose every value knows its line, so that an error can name it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import yaml

from monitor.errors import ConfigError

T = TypeVar("T")


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
        value = plain(node)
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


def plain(node: yaml.Node) -> Any:
    """Give a YAML node as plain values."""
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    finally:
        loader.dispose()


SET_ROOT = "Set MONITOR_ROOT to the folder that holds seeds/ and sql/"


def compose(file: Path, when_missing: str = SET_ROOT) -> yaml.Node:
    """Read a YAML file; a ConfigError tells what is wrong with it and where."""
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


def list_of(file: Path, read: Callable[[Node], T]) -> list[tuple[str, T]]:
    """Read every mapping of a list; each with where it stands, ``file:line``."""
    node = compose(file)
    if not isinstance(node, yaml.SequenceNode):
        raise ConfigError(f"{file}:{node.start_mark.line + 1}: expected a list.")
    return [(f"{file}:{item.start_mark.line + 1}", read(mapping(file, item))) for item in node.value]


def distinct(found: Iterable[tuple[str, T]], name: Callable[[T], str]) -> tuple[T, ...]:
    """Give what was found without where; the second of two with the same name is refused."""
    seen: set[str] = set()
    values = []
    for where, value in found:
        if name(value) in seen:
            raise ConfigError(f"{where}: {name(value)} is defined twice; give each an id of its own.")
        seen.add(name(value))
        values.append(value)
    return tuple(values)
