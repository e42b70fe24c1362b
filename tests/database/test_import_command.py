"""The import command: several files, what is refused, a bar on a terminal, and a kill in the middle."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from click.testing import CliRunner, Result

from monitor.cli import main
from tests.database.test_cli import KEY, ROOT

TEXT = "Верхний Ларс, очередь {} км, стоим на границе"


def env_of(database_url: str) -> dict[str, str]:
    return {"MONITOR_DATABASE_URL": database_url, "MONITOR_HASH_KEY": KEY}


def run(database_url: str, *arguments: str) -> Result:
    """Give the command in this process, where the codebook is compiled already."""
    return CliRunner().invoke(main, ["import", *arguments], env=env_of(database_url))


def write_lines(path: Path, count: int) -> Path:
    good = {"channel": "lars", "posted_at": "2022-09-22T10:00:00+00:00"}
    lines = [json.dumps({**good, "post_id": number, "text": TEXT.format(number)}) + "\n" for number in range(1, count + 1)]
    path.write_text("".join(lines), encoding="utf-8")
    return path


def write_export(path: Path, kind: str) -> Path:
    message = {"id": 1, "type": "message", "date_unixtime": "1663840800", "text": TEXT.format(3)}
    chat = {"name": "Анна Петрова", "type": kind, "id": 77, "messages": [message]}
    path.write_text(json.dumps(chat, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def stored(database_url: str) -> tuple[int, int]:
    with psycopg.connect(database_url) as connection:
        return connection.execute("SELECT count(*), count(DISTINCT (channel_id, post_id)) FROM core.post").fetchone()


def test_several_files_are_imported_and_told_one_by_one(database_url: str, tmp_path: Path) -> None:
    files = [write_lines(tmp_path / "posts.jsonl", 3), write_export(tmp_path / "result.json", "public_channel")]

    told = run(database_url, *map(str, files), "--channel", "lars")

    assert told.exit_code == 0, told.stderr
    assert told.stdout.splitlines()[0].startswith("posts.jsonl: import: 3 read")
    assert told.stdout.splitlines()[1].startswith("result.json: import: 1 read")
    assert stored(database_url) == (3, 3)  # the export's one post is of the same channel, with the same id


def test_a_private_chat_is_refused_with_exit_2_and_without_its_name(database_url: str, tmp_path: Path) -> None:
    told = run(database_url, str(write_export(tmp_path / "result.json", "personal_chat")))

    assert told.exit_code == 2
    assert "chat 1 of the file is left out: it is personal_chat" in told.stderr
    assert "Анна" not in told.stderr + told.stdout


def test_a_stretch_that_cannot_be_complete_is_refused(database_url: str, tmp_path: Path) -> None:
    file = str(write_lines(tmp_path / "posts.jsonl", 1))

    for stretch, words in ((("2022-09-01", "2999-01-01"), "48 hours"), (("soon", "later"), "is no moment")):
        told = run(database_url, file, "--complete", *stretch)
        assert told.exit_code == 2 and words in told.stderr, told.stderr
    assert stored(database_url) == (0, 0)


def test_on_a_terminal_a_bar_shows_share_size_and_time_left(database_url: str, tmp_path: Path) -> None:
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "monitor.cli", "import", str(write_lines(tmp_path / "posts.jsonl", 1200))]
    process = subprocess.Popen(
        command, env={**os.environ, **env_of(database_url)}, stderr=slave, stdout=subprocess.DEVNULL, cwd=ROOT
    )
    os.close(slave)
    process.wait()
    shown = os.read(master, 65_536).decode()
    os.close(master)

    assert "100% of 0.4 MB" in shown and "left" in shown and "1,200 read" in shown


def test_imports_killed_at_any_moment_lose_and_double_nothing(database_url: str, tmp_path: Path) -> None:
    file = str(write_lines(tmp_path / "posts.jsonl", 6000))
    env = {**os.environ, **env_of(database_url)}

    for patience_s in (1.7, 2.3, 2.9):
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor.cli", "import", file], env=env, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        time.sleep(patience_s)
        process.kill()
        process.wait()
    told = run(database_url, file, "--json")

    assert json.loads(told.stdout)["read"] <= 6000
    assert stored(database_url) == (6000, 6000)
