"""Keep the compiled codebook between processes: to make it takes seconds, most of them to look up the forms of words.

The file is named by all that decides what is compiled: the seeds, our code, the dictionaries, Python, whether our code is machine
code. It is a pickle behind its own checksum, and read only where nobody else can write it. One that is damaged, or cannot be
written, costs the time to compile anew and nothing else.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version
from itertools import chain
from pathlib import Path

from monitor import match, model, seeds, text
from monitor.compiled import is_compiled
from monitor.match import Compiled, compile_codebook
from monitor.model import Codebook

DICTIONARIES = ("pymorphy3", "pymorphy3-dicts-ru", "pymorphy3-dicts-uk")
Kept = tuple[Codebook, Compiled]
WRITABLE_BY_OTHERS = 0o022


def kept_codebook(seeds_dir: Path, folder: Path) -> Kept:
    """Give the codebook below ``seeds_dir``, as read and as compiled, from ``folder`` if it is there; else it is put there."""
    file = folder / f"codebook-{_digest(*_decided_by(seeds_dir))}"
    kept = _read(file)
    if kept is None:
        codebook = seeds.load_codebook(seeds_dir)
        kept = codebook, compile_codebook(codebook)
        with suppress(OSError):
            _write(file, kept)
    return kept


def _decided_by(seeds_dir: Path) -> Iterator[bytes]:
    for file in seeds.codebook_files(seeds_dir):
        yield file.name.encode()
        yield file.read_bytes()
    folders = [Path(str(package.__file__)).parent for package in (match, model, seeds)]
    for code in chain.from_iterable([sorted(folder.glob("*.py")) for folder in folders]):
        yield code.read_bytes()
    yield Path(str(text.__file__)).with_name("text.py").read_bytes()
    yield " ".join([sys.version, str(is_compiled(text)), *map(version, DICTIONARIES)]).encode()


def _digest(*contents: bytes) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for content in contents:
        digest.update(hashlib.blake2b(content).digest())
    return digest.hexdigest()


def _read(file: Path) -> Kept | None:
    """Give what a file holds; None where it is missing, damaged or not ours alone."""
    try:
        about = file.stat()
        if about.st_uid != os.getuid() or about.st_mode & WRITABLE_BY_OTHERS:
            return None
        checksum, content = file.read_bytes().split(b"\n", 1)
    except (OSError, ValueError):
        return None
    if checksum.decode(errors="replace") != _digest(content):
        return None
    kept: Kept = pickle.loads(content)  # noqa: S301 - written by us, and by nobody else
    return kept


def _write(file: Path, kept: Kept) -> None:
    """Write a file whole or not at all, and remove those of other codebooks."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    content = pickle.dumps(kept, protocol=pickle.HIGHEST_PROTOCOL)
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(_digest(content).encode() + b"\n" + content)
        Path(name).replace(file)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    for other in file.parent.glob("codebook-*"):
        if other != file:
            other.unlink(missing_ok=True)
