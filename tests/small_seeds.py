"""A seeds folder small enough to compile in milliseconds: two themes, three places, as YAML that a test may change."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Sequence
from pathlib import Path

SEEDS = Path(__file__).parents[1] / "seeds"
PLACES = ("verkhny_lars", "georgia", "vladikavkaz")
THEME = """
id: {theme_id}
name: {name}
definition: For tests.
excludes: Nothing.
terms:
  ru: [{terms}]
combinations:
  - {{name: queue near crossing, near: [["ru:очередь", "ru:стоять"], ["@crossing"]], within: 12}}
matches: []
rejects: []
"""
POLICY = "- {source: telegram, why: For tests.}\n- {source: replay, why: For tests.}\n- {source: x, why: For tests.}\n"


def write_root(root: Path, *, queue: Sequence[str] = ("пробка на границе",), flights: Sequence[str] = ("авиабилет",)) -> Path:
    """Write ``root/seeds`` with these terms in its two themes; give ``root`` back."""
    themes = root / "seeds" / "themes"
    themes.mkdir(parents=True)
    for theme_id, terms in (("border_queue", queue), ("exit_transport", flights)):
        (themes / f"{theme_id}.yml").write_text(THEME.format(theme_id=theme_id, name=theme_id, terms=", ".join(terms)))
    with (SEEDS / "places.csv").open(encoding="utf-8", newline="") as lines, (root / "seeds" / "places.csv").open("w") as out:
        reader = csv.DictReader(lines)
        writer = csv.DictWriter(out, reader.fieldnames or ())
        writer.writeheader()
        writer.writerows(row for row in reader if row["place_id"] in PLACES)
    shutil.copy(SEEDS / "units.yml", root / "seeds" / "units.yml")
    (root / "seeds" / "policy.yml").write_text(POLICY)
    return root
