"""Work on the codebook by hand: check its examples, see what it compiles to, look for terms it lacks. Needs no database."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor import seeds
from monitor.errors import ConfigError
from monitor.match import compile_matcher
from monitor.match.suggest import Suggestion, suggest
from monitor.privacy import mask
from monitor.settings import Settings

ORDINARY = Path("replay") / "texts" / "ordinary.yml"
"""Ordinary posts of the project's own, below the seeds: what telling terms are held against."""

STOP_WORDS = "stopwords.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How many examples were run, and what is wrong, each with its file and line."""

    examples_count: int
    problems: tuple[str, ...]


def check_themes(settings: Settings) -> Checked:
    """Read every theme and run every example; each fault is told, not only the first."""
    problems = [str(error) for error in seeds.theme_errors(settings.seeds)]
    if problems:
        return Checked(examples_count=0, problems=tuple(problems))
    codebook = seeds.load_codebook(settings.seeds)
    matcher = compile_matcher(codebook)
    examples = seeds.theme_examples(settings.seeds)
    for example in examples:
        found = {theme.theme_id for theme in matcher.match(mask(example.text)[0]).themes}
        if (example.theme_id in found) != example.is_match:
            what = "does not match" if example.is_match else "is not rejected"
            why = "; ".join(matcher.explain(mask(example.text)[0]))
            problems.append(f"{example.file}:{example.line}: {what}: «{example.text}» ({why})")
    return Checked(examples_count=len(examples), problems=tuple(problems))


def compile_themes(settings: Settings) -> list[str]:
    """Compile the codebook and tell its hash, how many terms, combinations and forms it holds, and how long that took."""
    started_s = time.perf_counter()
    codebook = seeds.load_codebook(settings.seeds)
    read_s = time.perf_counter()
    matcher = compile_matcher(codebook)
    compiled_s = time.perf_counter()
    lines = [
        f"{theme.theme_id:<16} {len(theme.terms):>5,} terms  {len(theme.combinations):>3} combinations  "
        f"{len(theme.matches):>3} matches  {len(theme.rejects):>3} rejects"
        for theme in codebook.themes
    ]
    return [
        *lines,
        f"{len(codebook.places):,} places, {sum(len((*p.spellings, *p.needs_context)) for p in codebook.places):,} spellings",
        f"{matcher.forms_count:,} word forms; codebook {codebook.digest}",
        f"read in {read_s - started_s:.1f} s, compiled in {compiled_s - read_s:.1f} s",
    ]


def suggest_terms(settings: Settings, files: Sequence[str]) -> list[Suggestion]:
    """Propose terms that the documents use and the codebook lacks."""
    documents = [_read(file) for file in files]
    ordinary = [text for texts in seeds.load_samples(settings.seeds / ORDINARY).values() for text in texts]
    stop_words = {line for line in _read(settings.seeds / STOP_WORDS).splitlines() if not line.startswith("#")}
    return suggest(documents, ordinary, seeds.load_codebook(settings.seeds), stop_words)


def _read(file: str | Path) -> str:
    try:
        return Path(file).read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is no UTF-8 text (byte {error.start}); save it as UTF-8.") from error
