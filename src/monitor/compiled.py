"""Tell compiled modules (``setup.py``) from the sources beside them, so that no yesterday's code is run after ``git pull``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

LIST = "compiled.txt"
"""In the package's folder: a line for each source that was compiled, with its digest."""


def listed(package: Path, sources: Iterable[str]) -> str:
    """Give the list of compiled ``sources`` below ``package``."""
    return "".join(f"{_digest(package / source)} {source}\n" for source in sources)


def check(package: Path) -> None:
    """Raise ImportError where a source below ``package`` was changed after it was compiled."""
    try:
        lines = (package / LIST).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return
    changed = [name for digest, name in (line.split(" ", 1) for line in lines) if _digest(package / name) != digest]
    if changed:
        raise ImportError(f"compiled before these were changed: {', '.join(changed)}. Run `make compile`, or `make clean`.")


def is_compiled(module: ModuleType) -> bool:
    """Tell whether a module runs as machine code."""
    return not str(module.__file__).endswith(".py")


def _digest(source: Path) -> str:
    return hashlib.blake2b(source.read_bytes(), digest_size=16).hexdigest()
