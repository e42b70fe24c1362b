"""Keep the forms of words between processes: to look them up is most of what a process does before it reads its first post.

The file is named by all that decides a word's forms: our rules, the dictionaries, Python. It is JSON behind its own checksum; one
that is damaged, or cannot be written, costs the time to look the forms up and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.metadata import version
from pathlib import Path

from monitor import text
from monitor.match import forms

DICTIONARIES = ("pymorphy3", "pymorphy3-dicts-ru", "pymorphy3-dicts-uk")
Forms = Mapping[str, list[str]]
"""«ru очередь» to the forms of the word."""


@contextmanager
def known_forms(folder: Path) -> Iterator[Callable[[str, str], Collection[str]]]:
    """Give ``word_forms`` with a memory in ``folder``; words that are new to it are kept there afterwards."""
    file = folder / f"forms-{_digest(_decided_by())}.json"
    kept = _read(file)
    used: dict[str, list[str]] = {}

    def word_forms(word: str, language: str) -> Collection[str]:
        key = f"{language} {word}"
        used[key] = kept.get(key) or sorted(forms.word_forms(word, language))
        return used[key]

    yield word_forms
    if not used.keys() <= kept.keys():
        with suppress(OSError):
            _write(file, {**kept, **used})


def _decided_by() -> bytes:
    rules = b"".join(Path(str(module.__file__)).read_bytes() for module in (forms, text))
    return rules + " ".join([sys.version, *map(version, DICTIONARIES)]).encode()


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _read(file: Path) -> Forms:
    """Give what a file holds; nothing where it is missing, damaged or of another shape."""
    try:
        checksum, content = file.read_bytes().split(b"\n", 1)
        if checksum.decode() != _digest(content):
            return {}
        kept = json.loads(content)
    except (OSError, ValueError):
        return {}
    is_whole = isinstance(kept, dict) and all(isinstance(each, list) and all(map(_is_text, each)) for each in kept.values())
    return kept if is_whole else {}


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _write(file: Path, kept: Forms) -> None:
    """Write a file whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = json.dumps(kept, ensure_ascii=False).encode()
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(_digest(content).encode() + b"\n" + content)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
