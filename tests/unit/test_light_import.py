"""What a process pays for: Telethon only where a channel is read."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["monitor.cli", "monitor.pipeline"])
def test_who_reads_no_channel_does_not_load_telethon(module):
    told = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print('telethon' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert told.stdout == "False\n"


def test_the_login_is_there_when_it_is_asked_for():
    from monitor import pipeline

    assert callable(pipeline.verify)
    assert callable(pipeline.start_login)
    assert issubclass(pipeline.WrongAnswer, Exception)
