"""Hand out the analysts' schema: logins, and exports with what a reader must know beside them."""

from __future__ import annotations

import csv
import json
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor import store
from monitor.errors import ConfigError
from monitor.model import AnalystLogin
from monitor.settings import Settings

LOGIN = re.compile(r"[a-z][a-z0-9_]{2,30}")
LONGEST_STATEMENT = timedelta(seconds=60)
"""How long an analyst's statement may run before the watchdog cancels it."""
LONGEST_EXPORT = timedelta(minutes=10)
EXPORT_FORMATS = (".csv", ".parquet")


def add_analyst(settings: Settings, name: str, *, days: int, connections_count: int, as_of: datetime) -> tuple[AnalystLogin, str]:
    """Make a login that reads the views for ``days`` days; return it with its password, which is shown once and kept nowhere."""
    if not LOGIN.fullmatch(name):
        raise ConfigError(f"{name!r} is no login: 3 to 31 small letters, digits and underscores, a letter first.")
    login = AnalystLogin(login=name, added_at=as_of, expires_at=as_of + timedelta(days=days), connections_count=connections_count)
    password = secrets.token_urlsafe(24)
    with store.connect(settings.require_database_url()) as connection:
        store.add_analyst(connection, login, password)
    return login, password


def remove_analyst(settings: Settings, name: str, *, as_of: datetime) -> int:
    """Take a login away at once; return how many of its sessions were ended."""
    with store.connect(settings.require_database_url()) as connection:
        return store.remove_analyst(connection, name, as_of=as_of)


def analysts(settings: Settings) -> list[AnalystLogin]:
    """Give the logins that read the views."""
    with store.connect(settings.require_database_url()) as connection:
        return store.analysts(connection)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """What was written: where, and how many rows."""

    file: Path
    readme: Path
    rows_count: int


def export(settings: Settings, query: str, file: Path, *, as_of: datetime) -> Export:
    """Run one query with an analyst's rights and write its rows to ``file`` (.csv or .parquet), with a README beside it.

    ``query`` is a file, the name of one below sql/queries, or SQL. ConfigError for another ending or a query that fails.
    """
    if file.suffix not in EXPORT_FORMATS:
        raise ConfigError(f"{file}: an export ends in {' or '.join(EXPORT_FORMATS)}.")
    name, text = _query_text(settings, query)
    with store.connect(settings.require_database_url()) as connection:
        with store.as_reader(connection, longest=LONGEST_EXPORT):
            standing = store.export_standing(connection)
            columns, rows = store.read_as_analyst(connection, text)
            rows_count = (_write_csv if file.suffix == ".csv" else _write_parquet)(file, columns, rows)
        readme = file.with_name(f"{file.name}.README.md")
        readme.write_text(_readme(name, text, standing, file=file, rows_count=rows_count, as_of=as_of), encoding="utf-8")
        store.note_audit(connection, "export.written", name, {"rows": rows_count, "format": file.suffix[1:]}, as_of=as_of)
    return Export(file=file, readme=readme, rows_count=rows_count)


def _query_text(settings: Settings, query: str) -> tuple[str, str]:
    folder = settings.root / "sql" / "queries"
    for file in (Path(query), folder / query, folder / f"{query}.sql"):
        if file.suffix == ".sql" and file.is_file():
            return file.stem, file.read_text(encoding="utf-8")
    if not re.search(r"\s", query):
        known = ", ".join(sorted(path.stem for path in folder.glob("*.sql")))
        raise ConfigError(f"{query}: no such query. Give a file, SQL, or one of: {known}.")
    return "a query of its own", query


def _write_csv(file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    rows_count = 0
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_cell(value) for value in row])
            rows_count += 1
    return rows_count


def _cell(value: Any) -> Any:
    """Write moments in ISO 8601 and lists as JSON; unknown stays empty, zero stays 0."""
    if isinstance(value, datetime):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else value


def _write_parquet(file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ConfigError("Parquet needs pyarrow: pip install pyarrow. Or export to a .csv file.") from error
    values: list[list[Any]] = [[] for _ in columns]
    for row in rows:
        for column, value in zip(values, row, strict=True):
            column.append(float(value) if type(value).__name__ == "Decimal" else value)
    pyarrow.parquet.write_table(pyarrow.table(dict(zip(columns, values, strict=True))), file)
    return len(values[0]) if values else 0


def _readme(name: str, text: str, standing: store.ExportStanding, *, file: Path, rows_count: int, as_of: datetime) -> str:
    share = "unknown" if standing.observed_share is None else f"{standing.observed_share:.1%}"
    return "\n".join(
        (
            f"# {file.name}",
            f"{rows_count} rows, written {as_of:%Y-%m-%d %H:%M} UTC by Monitor from {name}.",
            "",
            f"- Codebook version: {standing.codebook_version or 'none yet'}",
            f"- Completeness of the last seven days: {share} of the quarter-hours of the listed channels were read",
            "- An hour without a row had no post only if it was read: see analyst.coverage_hour. Missing is not zero.",
            "- Figures are claims of posts, not measurements; compare original posts, not copies.",
            "- Texts are masked by rules: names in running text remain. Do not publish texts of private persons, do not try to",
            "  find out who wrote them, and delete this file when its purpose is served. Posts withdrawn since are still in it.",
            "",
            "```sql",
            text.strip(),
            "```",
            "",
        )
    )


def dictionary_lines(settings: Settings) -> list[str]:
    """Lay out the data dictionary as Markdown, from the comments that stand in the database."""
    with store.connect(settings.require_database_url()) as connection:
        views, functions = store.dictionary(connection)
    lines = [
        "# Data dictionary",
        "Made by `monitor analyst dictionary` from the database's comments; every moment is in UTC.",
    ]
    for view in views:
        lines += ["", f"## {view.name}", view.meaning, "", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{name}` | {kind} | {meaning} |" for name, kind, meaning in view.columns]
    lines += ["", "# Functions"]
    for function in functions:
        lines += ["", f"## {function.name.split('(')[0]}", f"`{function.name}`", "", function.meaning]
    return lines
