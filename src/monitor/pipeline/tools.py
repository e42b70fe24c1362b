"""What every stage needs, made once from the settings: codebook, matcher, keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from monitor import seeds
from monitor.classify import Units, read_units
from monitor.match import Matcher, compile_matcher
from monitor.model import Codebook
from monitor.privacy import AuthorKeys
from monitor.settings import Settings


@dataclass(frozen=True, slots=True)
class Reading:
    """A codebook, and the matcher and units compiled from it."""

    codebook: Codebook
    matcher: Matcher
    units: Units


@lru_cache(maxsize=2)
def _reading(seeds_dir: Path) -> Reading:
    codebook = seeds.load_codebook(seeds_dir)
    return Reading(codebook, compile_matcher(codebook), read_units(codebook.units))


def reading(settings: Settings) -> Reading:
    """Give the codebook of these seeds with its matcher, compiled once a process."""
    return _reading(settings.seeds)


def author_keys(settings: Settings) -> AuthorKeys:
    """Give the keys authors are hashed with; ConfigError when none is set."""
    return AuthorKeys(settings.hash_key_id, settings.require_hash_key())
