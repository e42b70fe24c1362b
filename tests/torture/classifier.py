"""Classifiers that can be killed: a process that has everything imported and forks a classifying run for every line it is given.

A line is a JSON object: the settings, as_of and how many posts a transaction may hold. It answers with the run's process number,
and when that has ended with its exit status (9 for one that was killed).
"""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime

from monitor import store
from monitor.pipeline.classify import classify
from monitor.pipeline.tools import reading
from monitor.settings import Settings


def run(env: dict[str, str], as_of: str, chunk: int) -> int:
    """Classify what waits, and read anew what is old, to the end; give the exit status."""
    modules = sys.modules  # the package's ``classify`` is the function
    modules["monitor.pipeline.classify"].BATCH = modules["monitor.pipeline.reclassify"].CHUNK = chunk  # type: ignore[attr-defined]
    settings = Settings.from_env(env)
    with store.connect(settings.require_database_url()) as connection:
        classify(connection, settings, as_of=datetime.fromisoformat(as_of))
    return 0


def main() -> None:
    """Fork a run for every line, one after the other."""
    for line in sys.stdin:
        reading(Settings.from_env(json.loads(line)["env"]))  # compiled once, for all that are forked
        child = os.fork()
        if child == 0:
            os._exit(run(**json.loads(line)))
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status), flush=True)


if __name__ == "__main__":
    main()
