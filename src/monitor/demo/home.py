"""What a demo keeps in its home folder: secrets, ports, and the environment of the processes it starts."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import secrets
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.errors import ConfigError

MARK = "MONITOR_DEMO_HOME"
"""Set for every process of a demo: what a killed demo left behind is found by it."""
USER = "admin"
PORTS = ("airflow", "smtp")
KEPT_FROM_CALLER = ("MONITOR_HASH_KEY", "MONITOR_HASH_KEY_ID", "MONITOR_REPLAY_FILE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A demo's folder with what was drawn for it once."""

    folder: Path
    root: Path
    ports: Mapping[str, int]
    secrets: Mapping[str, str] = field(repr=False)

    @property
    def logs(self) -> Path:
        """One file a process."""
        return self.folder / "logs"

    @property
    def mail(self) -> Path:
        """Where the SMTP catcher puts what it takes."""
        return self.folder / "mail"

    @property
    def airflow(self) -> Path:
        """Airflow's own folder."""
        return self.folder / "airflow"

    @property
    def airflow_address(self) -> str:
        """Where Airflow answers."""
        return f"http://127.0.0.1:{self.ports['airflow']}"


def open_home(folder: Path, root: Path) -> Home:
    """Give the home, made if it is new; a port that somebody else has taken meanwhile is exchanged."""
    for part in ("logs", "mail", "airflow"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    file = folder / "demo.json"
    known: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {"secrets": _draw(), "ports": {}}
    known["ports"] = {name: _free(known["ports"].get(name, 0)) for name in PORTS}
    write_private(file, json.dumps(known))
    write_private(folder / "airflow" / "passwords.json", json.dumps({USER: known["secrets"]["password"]}))
    return Home(folder=folder, root=root, ports=known["ports"], secrets=known["secrets"])


def environment(home: Home, database_url: str, caller: Mapping[str, str]) -> dict[str, str]:
    """Give the environment of every process of the demo: the caller's without its settings, ours added."""
    foreign = ("MONITOR_", "AIRFLOW", "PYTHON", "PG")
    kept = {name: value for name, value in caller.items() if not name.startswith(foreign) or name in KEPT_FROM_CALLER}
    kept.setdefault("MONITOR_HASH_KEY", home.secrets["hash_key"])
    ours = {
        MARK: str(home.folder),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{caller.get('PATH', os.defpath)}",
        "MONITOR_ROOT": str(home.root),
        "MONITOR_HOME": str(home.folder),
        "MONITOR_SOURCE": "replay",
        "MONITOR_CHARTER": str(home.root / "seeds" / "charter.demo.yml"),
        "MONITOR_DATABASE_URL": database_url,
        "MONITOR_SMTP_HOST": "127.0.0.1",
        "MONITOR_SMTP_PORT": str(home.ports["smtp"]),
        "MONITOR_SMTP_SECURITY": "none",
        "PYTHONUNBUFFERED": "1",
        "SPT_NOENV": "1",  # else Airflow's workers, in setting their title, overwrite the mark they are found by
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
    return {**kept, **ours, **_airflow(home, database_url)}


def _airflow(home: Home, database_url: str) -> dict[str, str]:
    """Settings of Airflow: all on 127.0.0.1, quick to see a change, and quick to see what was killed."""
    metadata = urlsplit(database_url)._replace(path="/airflow")
    settings = {
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DAGS_FOLDER": home.root / "dags",
        "CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "CORE__EXECUTION_API_SERVER_URL": f"{home.airflow_address}/execution/",
        "CORE__FERNET_KEY": home.secrets["fernet_key"],
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": home.airflow / "passwords.json",
        "DATABASE__SQL_ALCHEMY_CONN": metadata._replace(scheme="postgresql+psycopg").geturl(),
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": metadata._replace(scheme="postgresql+psycopg_async").geturl(),
        "API__HOST": "127.0.0.1",
        "API__PORT": home.ports["airflow"],
        "API__BASE_URL": home.airflow_address,
        "API__SECRET_KEY": home.secrets["api_key"],
        "API_AUTH__JWT_SECRET": home.secrets["jwt_key"],
        "WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "2",
        "SCHEDULER__SCHEDULER_HEALTH_CHECK_THRESHOLD": "10",
        "SCHEDULER__ORPHANED_TASKS_CHECK_INTERVAL": "10",
        "SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "20",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "60",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    return {"AIRFLOW_HOME": str(home.airflow), **{f"AIRFLOW__{name}": str(value) for name, value in settings.items()}}


def _draw() -> dict[str, str]:
    return {
        "hash_key": secrets.token_hex(32),
        "fernet_key": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "jwt_key": secrets.token_urlsafe(48),
        "api_key": secrets.token_urlsafe(32),
        "password": secrets.token_urlsafe(12),
    }


def _free(wanted: int) -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write_private(path: Path, text: str) -> None:
    """Replace ``path`` by a file that only its owner can read."""
    fresh = path.with_suffix(".fresh")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123 - needs the mode at birth
        file.write(text)
    fresh.replace(path)


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one demo at a time use a home."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "demo.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise ConfigError(f"process {file.read() or 'unknown'} runs a demo in {folder} already: stop it first.") from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
