"""Delete everything a demo has made: ``python -m monitor.demo.clean``."""

from __future__ import annotations

import os
import shutil
import sys

from monitor import embedded
from monitor.demo.home import alone
from monitor.demo.processes import end_leftovers
from monitor.errors import MonitorError
from monitor.settings import Settings


def clean() -> None:
    """End what is left of a demo, its PostgreSQL, and delete their data; ConfigError while a demo runs."""
    folder = Settings.from_env(os.environ).home
    with alone(folder):
        end_leftovers(folder)
        embedded.remove(folder)
    shutil.rmtree(folder)


if __name__ == "__main__":
    try:
        clean()
    except MonitorError as error:
        sys.exit(f"monitor: {error}")
