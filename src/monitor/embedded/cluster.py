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
    make += [f"CREATE DATABASE {name} OWNER {OWNER}" for name in DATABASES]
    place.run("postgres", "--single", "-D", str(unfinished), "postgres", text="".join(f"{line};\n" for line in make))
    _write_private(home / PASSWORDS, f"{password}\n{analyst_password}\n")
    unfinished.rename(place.data)


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
