"""Start processes that never outlive the demo, see when one has died, and stop them in order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from monitor import tether
from monitor.demo.home import MARK
from monitor.errors import MonitorError

PATIENCE_S = 3.0
"""How long one may take to end by itself; all that counts is in the database, so nothing is lost by a kill."""


class ComponentDied(MonitorError):
    """A process of the demo has ended by itself."""


@dataclass(frozen=True, slots=True)
class Component:
    """A running process of the demo and its log."""

    name: str
    process: subprocess.Popen[bytes]
    log_file: Path

    def check(self) -> None:
        """Raise ComponentDied when it has ended."""
        code = self.process.poll()
        if code is not None:
            how = signal.Signals(-code).name if code < 0 else f"exit {code}"
            raise ComponentDied(f"{self.name} has ended ({how}); see {self.log_file}.")


@dataclass(frozen=True, slots=True)
class Components:
    """The processes of one demo, in the order in which they were started."""

    environment: Mapping[str, str]
    folder: Path
    logs: Path
    running: list[Component] = field(default_factory=list)

    def start(self, name: str, command: Sequence[str]) -> Component:
        """Start ``python command…`` in a session of its own: Ctrl-C reaches only the demo, which then stops it."""
        log_file = self.logs / f"{name}.log"
        tethered = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), str(int(signal.SIGTERM)), "-1", "-1"]
        with log_file.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own program and arguments
                [*tethered, sys.executable, *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=dict(self.environment),
                start_new_session=True,
            )
        component = Component(name, process, log_file)
        self.running.append(component)
        return component

    def check(self) -> None:
        """Raise ComponentDied when one has ended."""
        for component in self.running:
            component.check()

    def finish(self, component: Component) -> None:
        """Wait for a component that is meant to end; ComponentDied when it failed."""
        code = component.process.wait()
        if code != 0:
            component.check()
        self.running.remove(component)

    def stop(self, first: str) -> None:
        """Stop ``first``, then all others together; one that does not go by itself is killed."""
        leading = [component for component in self.running if component.name == first]
        following = [component for component in self.running if component.name != first]
        for group in (leading, following):
            _stop([component.process for component in group])
        self.running.clear()


def _stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    give_up_at = time.monotonic() + PATIENCE_S
    for process in processes:
        try:
            process.wait(timeout=max(0.0, give_up_at - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def end_leftovers(folder: Path) -> int:
    """Kill every process that still carries this home's mark and give their number: tasks and workers whose parent is gone."""
    left = [process for process in psutil.process_iter() if process.pid != os.getpid() and _is_marked(process, folder)]
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(left, timeout=5)
    return len(left)


def _is_marked(process: psutil.Process, folder: Path) -> bool:
    try:
        return bool(process.environ().get(MARK) == str(folder))
    except (psutil.Error, OSError):
        return False
