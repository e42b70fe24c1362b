"""What every stage needs, made once from the settings: codebook, matcher, keys."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from monitor import seeds
from monitor.classify import Units, read_units
from monitor.match import Matcher
from monitor.model import Charter, Codebook, Policy
from monitor.pipeline.kept_codebook import kept_codebook
from monitor.privacy import AuthorKeys
from monitor.settings import Settings

YOUNG_OBJECTS = 50_000
"""New objects after which Python's garbage collector looks for cycles; it would at 700."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A codebook, and the matcher and units compiled from it."""

    codebook: Codebook
    matcher: Matcher
    units: Units


@lru_cache(maxsize=2)
def _reading(seeds_dir: Path, cache: Path) -> Reading:
    gc.disable()  # nothing of what is made here is garbage, and to look for it takes half of the time
    try:
        codebook, compiled = kept_codebook(seeds_dir, cache)
        made = Reading(codebook, Matcher(compiled), read_units(codebook.units))
    finally:
        gc.enable()
    gc.freeze()  # it lives as long as the process: the collector need not walk through it again and again
    gc.set_threshold(YOUNG_OBJECTS)  # what is remembered of words is no garbage, and posts leave none that only it could find
    return made


def reading(settings: Settings) -> Reading:
    """Give the codebook of these seeds with its matcher, compiled once a process."""
    return _reading(settings.seeds, settings.home / "cache")


def author_keys(settings: Settings) -> AuthorKeys:
    """Give the keys authors are hashed with; ConfigError when none is set."""
    return AuthorKeys(settings.hash_key_id, settings.require_hash_key())


@lru_cache(maxsize=2)
def _policy(seeds_dir: Path) -> Policy:
    return seeds.load_policy(seeds_dir)


def policy_of(settings: Settings) -> Policy:
    """Give which theme may be asked of which source, read once a process."""
    return _policy(settings.seeds)


Approved = frozenset[tuple[str, str]]
"""(source, theme) of the approvals that hold."""


def forbidden_themes(settings: Settings, source: str, approved: Approved = frozenset()) -> frozenset[str]:
    """Give the themes that may not be asked of ``source``; without ``approved``, all that need an approval."""
    needy = policy_of(settings).needs_approval(source)
    return frozenset(theme_id for theme_id in needy if (source, theme_id) not in approved)


def charter_of(settings: Settings) -> Charter | None:
    """Give this deployment's charter, from MONITOR_CHARTER or ``seeds/charter.yml``; None when there is none."""
    file = settings.charter or settings.seeds / "charter.yml"
    return seeds.load_charter(file) if settings.charter or file.exists() else None
