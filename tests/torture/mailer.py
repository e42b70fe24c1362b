"""One run of the stage mail, to be killed at any moment."""

from __future__ import annotations

from collections.abc import Mapping

from monitor import pipeline
from monitor.settings import Settings
from tests.builders import NOON


def send(env: Mapping[str, str]) -> None:
    """Run the stage once with the settings in ``env``."""
    pipeline.run_stage("mail", as_of=NOON, settings=Settings.from_env(env))
