"""Make a cluster with its owner and databases, the first time."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from monitor.embedded.place import Place

OWNER = "monitor"
ANALYST = "analyst_demo"
DATABASES = ("monitor", "airflow")
WALLS = Path(__file__).resolve().parents[3] / "sql/admin/walls.sql"
"""What an operator's superuser runs once; here it is part of the template every database is made from."""
PASSWORDS = "postgres.passwords"
"""File of the home folder, for its owner only: the owner's password, then the analyst's."""


def initialise(place: Place, home: Path) -> None:
    """Make the cluster, its owner and its databases aside, and move them into place when they are complete."""
    password, analyst_password = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    unfinished = place.folder / "data-unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    place.own(unfinished)
    with _password_file(place, password) as password_file:
        place.run(
            *("initdb", "-D", str(unfinished), "-U", "postgres", "-E", "UTF8", "--locale-provider=builtin", "--locale=C.UTF-8"),
            *("--auth=scram-sha-256", f"--pwfile={password_file}"),
        )
    make = [
        f"CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB PASSWORD '{password}'",
        f"CREATE ROLE analyst NOLOGIN ADMIN {OWNER}",
        f"CREATE ROLE {ANALYST} LOGIN IN ROLE analyst PASSWORD '{analyst_password}'",
    ]
    _as_superuser(place, unfinished, "postgres", "".join(f"{line};\n\n" for line in make))
    _as_superuser(place, unfinished, "template1", f"SET monitor.owner = {OWNER};\n\n{WALLS.read_text(encoding='utf-8')}")
    databases = [f"CREATE DATABASE {name} OWNER {OWNER};\n\n" for name in DATABASES]
    _as_superuser(place, unfinished, "postgres", "".join(databases))
    _write_private(home / PASSWORDS, f"{password}\n{analyst_password}\n")
    unfinished.rename(place.data)


def _as_superuser(place: Place, data: Path, database: str, statements: str) -> None:
    """Run statements, each ended by an empty line, on a cluster that does not run."""
    place.run("postgres", "--single", "-j", "-D", str(data), database, text=statements)


@contextlib.contextmanager
def _password_file(place: Place, password: str) -> Iterator[Path]:
    path = place.folder / "initdb.password"
    _write_private(path, password)
    place.own(path)
    try:
        yield path
    finally:
        path.unlink()


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - needs the mode at birth
        file.write(text)
