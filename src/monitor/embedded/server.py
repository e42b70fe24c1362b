"""Start, find and stop the server of a home folder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from monitor import tether
from monitor.embedded.cluster import ANALYST, OWNER, PASSWORDS, initialise
from monitor.embedded.place import INSTEAD, Place, choose_place, clean_environment, state_folder
from monitor.errors import ConfigError

START_S = 30.0
STOP_S = 20.0
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
FAST_BUT_FORGETFUL = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
SSL_REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
"""What a client may say first; only PostgreSQL answers it with one letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedServer:
    """A running server; ``process`` is None when another process started it: that one stops it."""

    port: int
    process_id: int
    process: subprocess.Popen[bytes] | None = field(repr=False)
    password: str = field(repr=False)
    analyst_password: str = field(repr=False)

    @property
    def is_ours(self) -> bool:
        """True when this process started the server and has to stop it."""
        return self.process is not None

    @property
    def url(self) -> str:
        """Address of Monitor's own database."""
        return self.database_url("monitor")

    @property
    def analyst_url(self) -> str:
        """Address of the same database for a reader of the analysts' views."""
        return f"postgresql://{ANALYST}:{self.analyst_password}@127.0.0.1:{self.port}/monitor"

    def database_url(self, name: str) -> str:
        """Address of the database ``name`` on this server."""
        return f"postgresql://{OWNER}:{self.password}@127.0.0.1:{self.port}/{name}"

    def is_alive(self) -> bool:
        """True while the server's process runs."""
        return self.process.poll() is None if self.process else _is_running(self.process_id)

    def stop(self) -> None:
        """End every connection and the server, if it is ours; what was committed stays."""
        if self.process:
            _end(self.process_id, self.process)


def start(home: Path, *, pg_bin: Path | None = None, is_durable: bool = True) -> EmbeddedServer:
    """Give the server of ``home``, started if it does not run; its databases ``monitor`` and ``airflow`` exist.

    ``pg_bin`` is a folder with ``postgres`` and ``initdb`` instead of the packaged ones. ``is_durable`` False trades safety
    after a crash for speed (tests). A server whose postmaster was killed is started again once the kernel has cleaned up.
    ConfigError says what to do where none can run.
    """
    home.mkdir(parents=True, exist_ok=True)
    with _alone(home / "postgres.lock"):
        place = choose_place(home, pg_bin)
        if not place.data.exists():
            initialise(place, home)
        running = _find(place.data)
        process = None
        if running is None:
            process, port = _launch(place, home, SETTINGS if is_durable else {**SETTINGS, **FAST_BUT_FORGETFUL})
            running = process.pid, port
        password, analyst_password = (home / PASSWORDS).read_text().split()
        return EmbeddedServer(
            process_id=running[0], port=running[1], process=process, password=password, analyst_password=analyst_password
        )


def remove(home: Path) -> None:
    """End the server of ``home`` and delete its data for good."""
    for folder in (home / "postgres", state_folder(home)):
        found = _find(folder / "data")
        if found:
            _end(found[0])
        shutil.rmtree(folder, ignore_errors=True)
    for name in (PASSWORDS, "postgres.port"):
        (home / name).unlink(missing_ok=True)


def _find(data: Path) -> tuple[int, int] | None:
    """Give process and port of the server that already runs on this cluster."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 8 or lines[7].strip() != "ready" or not _is_running(int(lines[0])):
        return None
    return (int(lines[0]), int(lines[3])) if _answers(int(lines[3])) else None


def _launch(place: Place, home: Path, settings: dict[str, str]) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server; try again for some seconds while a killed one's shared memory or port is still held."""
    port_file = home / "postgres.port"
    port = int(port_file.read_text()) if port_file.exists() else _free_port()
    give_up_at = time.monotonic() + START_S
    while time.monotonic() < give_up_at:
        _reap_killed(place)
        if not _is_free(port):
            port = _free_port()
        process = _spawn(place, home / "postgres.log", {**settings, "port": str(port)})
        if _is_ready(place, process, give_up_at):
            port_file.write_text(str(port))
            return process, port
        time.sleep(0.25)
    last = (home / "postgres.log").read_text(errors="replace").strip().splitlines()[-1:]
    raise ConfigError(f"embedded PostgreSQL does not start; {home / 'postgres.log'} ends: {''.join(last)}. {INSTEAD}")


def _reap_killed(place: Place) -> None:
    """Let go of a postmaster of ours that was killed: while it is a zombie the next one takes it for running."""
    with contextlib.suppress(FileNotFoundError, ChildProcessError):
        os.waitpid(int((place.data / "postmaster.pid").read_text().splitlines()[0]), os.WNOHANG)


def _spawn(place: Place, log_file: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own, so that Ctrl-C reaches only us; it ends by itself when we are killed."""
    user = (place.user.pw_uid, place.user.pw_gid) if place.user else (-1, -1)
    library = place.pg_bin.parent / "lib" / "pg_stat_statements.so"
    if library.exists():
        settings = {**settings, "shared_preload_libraries": library.stem}
    tethered = [sys.executable, "-I", "-S", tether.__file__, *map(str, (os.getpid(), int(signal.SIGINT), *user))]
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log_file.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - our own program and arguments
            [*place.prefix, *tethered, str(place.pg_bin / "postgres"), "-D", str(place.data), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=place.folder,
            env=clean_environment(),
            start_new_session=True,
        )


def _is_ready(place: Place, process: subprocess.Popen[bytes], give_up_at: float) -> bool:
    while process.poll() is None and time.monotonic() < give_up_at:
        found = _find(place.data)
        if found and found[0] == process.pid:
            return True
        time.sleep(0.02)
    if process.poll() is None:
        _end(process.pid, process)
    return False


def _end(process_id: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Ask for a fast shutdown, then for an immediate one; both leave a cluster that starts again."""
    for wish in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process_id, wish)
        give_up_at = time.monotonic() + STOP_S
        while time.monotonic() < give_up_at:
            if process.poll() is not None if process else not _is_running(process_id):
                return
            time.sleep(0.02)


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(SSL_REQUEST)
            return connection.recv(1) in (b"S", b"N")
    except OSError:
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Let one process at a time start or make the server of a home."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
