"""The embedded PostgreSQL: private, idempotent, and back after a kill -9."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from monitor import embedded
from monitor.errors import ConfigError


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("embedded")
    yield home
    embedded.remove(home)


@pytest.fixture
def server(home: Path) -> Iterator[embedded.EmbeddedServer]:
    server = embedded.start(home)
    yield server
    server.stop()


def ask(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
    return row[0] if row else None


def test_both_databases_exist_and_fold_cyrillic(server: embedded.EmbeddedServer) -> None:
    for name in ("monitor", "airflow"):
        assert ask(server.database_url(name), "SELECT lower('ПРИВЕТ')") == "привет"
    assert ask(server.url, "SELECT to_tsvector('russian', 'Очереди')::text") == "'очеред':1"


def test_what_is_committed_is_on_disk_before_the_answer(server: embedded.EmbeddedServer) -> None:
    assert ask(server.url, "SHOW fsync") == "on"
    assert ask(server.url, "SHOW synchronous_commit") == "on"


def test_nobody_enters_without_the_password(server: embedded.EmbeddedServer, home: Path) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgresql://monitor:wrong@127.0.0.1:{server.port}/monitor")

    assert (home / "postgres.passwords").stat().st_mode & 0o777 == 0o600
    assert ask(server.url, "SHOW listen_addresses") == "127.0.0.1"
    assert not list(Path("/tmp").glob(f".s.PGSQL.{server.port}*"))
    assert server.password not in repr(server)


def test_the_analyst_has_a_login_of_its_own_that_tells_nothing_of_the_owners(server: embedded.EmbeddedServer) -> None:
    assert ask(server.analyst_url, "SELECT pg_has_role('analyst', 'member')") is True
    assert ask(server.analyst_url, "SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user") is False
    assert server.password not in server.analyst_url


def test_the_server_never_runs_as_root(server: embedded.EmbeddedServer) -> None:
    status = Path(f"/proc/{server.process_id}/status")
    if not status.exists():
        pytest.skip("needs /proc")
    user_id = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("Uid:"))
    assert user_id != "0"


def test_a_second_start_attaches_and_leaves_the_server_to_its_owner(server: embedded.EmbeddedServer, home: Path) -> None:
    second = embedded.start(home)

    second.stop()

    assert (second.port, second.is_ours) == (server.port, False)
    assert ask(server.url, "SELECT 1") == 1


def test_after_kill_9_it_starts_again_with_what_was_committed(home: Path) -> None:
    server = embedded.start(home)
    with psycopg.connect(server.url) as connection:
        connection.execute("CREATE TABLE kept (id int)")
    busy = psycopg.connect(server.url)
    busy.execute("SELECT 1")

    os.kill(server.process_id, signal.SIGKILL)
    again = embedded.start(home)

    assert again.process_id != server.process_id
    assert ask(again.url, "SELECT count(*) FROM kept") == 0
    busy.close()
    again.stop()
    assert not again.is_alive()


def test_it_ends_when_the_process_that_started_it_is_killed(home: Path) -> None:
    starter = "import sys; from pathlib import Path; from monitor import embedded; import os, signal; "
    starter += "s = embedded.start(Path(sys.argv[1])); print(s.process_id, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    told = subprocess.run([sys.executable, "-c", starter, str(home)], stdout=subprocess.PIPE, text=True, check=False)

    if sys.platform != "linux":
        embedded.remove(home)
        pytest.skip("only Linux tells a child that its parent died")
    assert is_gone(int(told.stdout), within_s=10)


def is_gone(process_id: int, *, within_s: float) -> bool:
    give_up_at = time.monotonic() + within_s
    while time.monotonic() < give_up_at:
        status = Path(f"/proc/{process_id}/status")
        if not status.exists() or "State:\tZ" in status.read_text():
            return True
        time.sleep(0.05)
    return False


THIEF = """
import socket, sys, time
held = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print(flush=True)
time.sleep(60)
"""


def test_a_taken_port_is_exchanged_for_a_free_one(home: Path) -> None:
    first = embedded.start(home)
    first.stop()
    thief = subprocess.Popen([sys.executable, "-c", THIEF, str(first.port)], stdout=subprocess.PIPE)
    assert thief.stdout is not None
    thief.stdout.readline()

    second = embedded.start(home)

    assert second.port != first.port
    assert ask(second.url, "SELECT 1") == 1
    second.stop()
    thief.kill()
    thief.wait()
    thief.stdout.close()


@pytest.mark.parametrize("mode", [0o755, 0o644])
def test_wrong_binaries_are_one_clear_line(tmp_path: Path, mode: int) -> None:
    (tmp_path / "initdb").write_text("#!/bin/sh\necho broken >&2\nexit 3\n")
    (tmp_path / "initdb").chmod(mode)

    with pytest.raises(ConfigError, match=r"initdb.*MONITOR_DATABASE_URL"):
        embedded.start(tmp_path / "home", pg_bin=tmp_path)

    embedded.remove(tmp_path / "home")
