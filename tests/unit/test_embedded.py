"""Where the embedded PostgreSQL runs and as whom; no server is started here."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from monitor.embedded import place
from monitor.errors import ConfigError


def as_root(monkeypatch: pytest.MonkeyPatch, *, state_folder: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(place, "STATE_FOLDER", state_folder)


def test_an_ordinary_user_keeps_everything_in_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    chosen = place.choose_place(tmp_path, None)

    assert chosen.folder == tmp_path / "postgres"
    assert chosen.folder.stat().st_mode & 0o777 == 0o700
    assert (chosen.user, chosen.prefix) == (None, ())
    assert (chosen.pg_bin / "postgres").exists()


def test_root_gets_readable_copies_and_the_user_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_root(monkeypatch, state_folder=tmp_path)

    chosen = place.choose_place(tmp_path / "home", None)

    assert chosen.user is not None
    assert chosen.user.pw_name == "nobody"
    assert chosen.folder.parent == tmp_path
    assert chosen.pg_bin.is_relative_to(tmp_path)
    assert (chosen.pg_bin / "postgres").stat().st_mode & 0o005 == 0o005


def test_two_homes_of_root_never_share_a_folder(tmp_path: Path) -> None:
    assert place.state_folder(tmp_path / "a") != place.state_folder(tmp_path / "b")


def test_root_without_a_state_folder_uses_a_user_namespace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_root(monkeypatch, state_folder=tmp_path / "missing")
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")

    chosen = place.choose_place(tmp_path, None)

    assert chosen.prefix[:2] == ("/usr/bin/unshare", "--user")
    assert chosen.folder == tmp_path / "postgres"


def test_root_with_neither_is_told_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    as_root(monkeypatch, state_folder=tmp_path / "missing")
    monkeypatch.setattr(shutil, "which", lambda name: None)

    with pytest.raises(ConfigError, match=r"ordinary user.*MONITOR_DATABASE_URL"):
        place.choose_place(tmp_path, None)


def test_own_binaries_replace_the_packaged_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert place.choose_place(tmp_path, tmp_path / "bin").pg_bin == tmp_path / "bin"
