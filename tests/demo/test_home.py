"""A demo's home: drawn once, private, and the only source of its processes' settings."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from monitor.demo.home import MARK, alone, environment, open_home
from monitor.errors import ConfigError

URL = "postgresql://monitor:pw@127.0.0.1:5555/monitor"


def test_secrets_are_drawn_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    first = open_home(tmp_path / "home", tmp_path)
    second = open_home(tmp_path / "home", tmp_path)

    assert first.secrets == second.secrets
    assert open_home(tmp_path / "other", tmp_path).secrets["password"] != first.secrets["password"]
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700
    for file in ("demo.json", "airflow/passwords.json"):
        assert (tmp_path / "home" / file).stat().st_mode & 0o777 == 0o600
    assert not [secret for secret in first.secrets.values() if secret in repr(first)]


def test_a_port_is_kept_and_exchanged_only_when_taken(tmp_path: Path) -> None:
    first = open_home(tmp_path / "home", tmp_path)
    assert open_home(tmp_path / "home", tmp_path).ports == first.ports

    with socket.create_server(("127.0.0.1", first.ports["airflow"])):
        second = open_home(tmp_path / "home", tmp_path)

    assert second.ports["airflow"] != first.ports["airflow"]
    assert second.ports["smtp"] == first.ports["smtp"]


def test_the_callers_settings_reach_no_process_of_the_demo(tmp_path: Path) -> None:
    home = open_home(tmp_path, tmp_path)
    caller = {
        "MONITOR_SOURCE": "live",
        "MONITOR_TELEGRAM_SESSION": "mine",
        "AIRFLOW__CORE__EXECUTOR": "CeleryExecutor",
        "PYTHONPATH": "/elsewhere",
        "PGPASSWORD": "mine",
        "LANG": "ka_GE.UTF-8",
        "MONITOR_HASH_KEY": "ab" * 32,
    }

    given = environment(home, URL, caller)

    assert given["MONITOR_SOURCE"] == "replay"
    assert given["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert not {"MONITOR_TELEGRAM_SESSION", "PYTHONPATH", "PGPASSWORD"} & set(given)
    assert given["LANG"] == "ka_GE.UTF-8"
    assert given["MONITOR_HASH_KEY"] == "ab" * 32
    assert given[MARK] == str(tmp_path)


def test_airflow_keeps_its_tables_beside_ours_and_listens_on_this_machine_only(tmp_path: Path) -> None:
    given = environment(open_home(tmp_path, tmp_path), URL, {})

    assert given["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] == "postgresql+psycopg://monitor:pw@127.0.0.1:5555/airflow"
    assert given["AIRFLOW__API__HOST"] == given["MONITOR_SMTP_HOST"] == "127.0.0.1"
    assert given["AIRFLOW__API__BASE_URL"].startswith("http://127.0.0.1:")


def test_two_demos_never_share_a_home(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(ConfigError, match="stop it first"), alone(tmp_path):
        pytest.fail("both entered")

    with alone(tmp_path):
        assert (tmp_path / "demo.lock").exists()
