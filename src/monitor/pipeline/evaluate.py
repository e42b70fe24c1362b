"""Measure what ships: labelled posts go the way of ``monitor classify --file``, and what it says is scored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from monitor.classify.scoring import Scores, score
from monitor.model import PostKind, QuantityKind
from monitor.pipeline.views import classify_lines
from monitor.settings import Settings

LISTS = ("themes", "places", "measures")
EXCERPT_LENGTH = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The scores, the masked beginnings of the posts by id, and the lines that are no labelled post, with their numbers."""

    scores: Scores
    excerpts: dict[str, str]
    bad_lines: tuple[tuple[int, str], ...]


def evaluate(lines: Iterable[str], settings: Settings) -> Evaluation:
    """Classify labelled JSON lines and compare; a line that is no labelled post is told and left out."""
    labelled, bad_lines = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            labelled.append(_labelled(line, number))
        except ValueError as error:
            bad_lines.append((number, str(error)))
    unlabelled = (json.dumps({"id": record["id"], "text": record["text"]}) for record in labelled)
    got = list(classify_lines(unlabelled, settings))
    return Evaluation(
        scores=score(zip(labelled, got, strict=True)),
        excerpts={str(record["id"]): _excerpt(record["text"]) for record in got},
        bad_lines=tuple(bad_lines),
    )


def _excerpt(masked: str) -> str:
    flat = " ".join(masked.split())
    return flat if len(flat) <= EXCERPT_LENGTH else flat[: EXCERPT_LENGTH - 1] + "…"


def _labelled(line: str, number: int) -> dict[str, Any]:
    """Read one labelled post; ValueError says what is wrong with it, without its text."""
    try:
        record = json.loads(line)
    except ValueError:
        raise ValueError("not JSON") from None
    if not isinstance(record, dict):
        raise ValueError("not an object")
    for name in ("text", "lang", "kind"):
        if not isinstance(record.get(name), str):
            raise ValueError(f"{name!r} is missing or no text")
    for name in LISTS:
        if not isinstance(record.get(name), list):
            raise ValueError(f"{name!r} is missing or no list")
    if record["kind"] not in get_args(PostKind):
        raise ValueError(f"kind {record['kind']!r} is none of {', '.join(get_args(PostKind))}")
    _check_items(record)
    return {"pii": [], **record, "id": record.get("id", f"line {number}")}


def _check_items(record: dict[str, Any]) -> None:
    if not _are_texts([*record["themes"], *record["places"], *record.get("pii", [])]):
        raise ValueError("'themes', 'places' and 'pii' hold texts only")
    for measure in record["measures"]:
        if not isinstance(measure, dict) or {"kind", "low", "high", "place"} - measure.keys():
            raise ValueError("a measure needs kind, low, high and place")
        if measure["kind"] not in get_args(QuantityKind):
            raise ValueError(f"measure {measure['kind']!r} is none of {', '.join(get_args(QuantityKind))}")
        if not all(bound is None or isinstance(bound, int | float) for bound in (measure["low"], measure["high"])):
            raise ValueError("a measure's low and high are numbers or null")


def _are_texts(values: Sequence[object]) -> bool:
    return all(isinstance(value, str) for value in values)
