"""Read the gazetteer."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from monitor.errors import ConfigError
from monitor.model import Keyword, Place
from monitor.seeds.keywords import keyword
from monitor.seeds.node import SET_ROOT, distinct

PLACE_KINDS = ("crossing", "country", "region", "city")


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
    return distinct(places, lambda place: place.place_id)


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
