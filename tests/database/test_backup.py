"""The way back from a backup that docs/operator.md tells: dump, restore into an empty database, migrate, and nothing is missing."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import psycopg

from monitor import embedded, pipeline, store
from monitor.embedded.place import clean_environment, packaged_binaries
from monitor.migrate import migrate
from monitor.model import Approval, Cursor
from monitor.settings import Settings
from tests.builders import NOON, make_masked, make_page, make_span
from tests.conftest import with_database

ROOT = Path(__file__).parents[2]


def run(program, *arguments):
    pg_bin = Path(os.environ.get("MONITOR_PG_BIN") or packaged_binaries())
    subprocess.run([pg_bin / program, *arguments], check=True, env=clean_environment(), capture_output=True)


def digest(url):
    with store.connect(url) as connection:
        return store.digest(connection)


def test_a_restored_dump_has_the_same_digest_and_can_be_migrated(postgres_url, database_url, tmp_path):
    with store.connect(database_url) as connection:
        page = make_page([make_masked()], coverage=(make_span(NOON, NOON.replace(hour=13)),))
        store.write_page(connection, "telegram", page, expected=Cursor())
        approval = Approval(
            source="x", theme_id="protest", reference="r", decided_by="b", until_date=NOON.date(), decided_at=NOON
        )
        store.add_approval(connection, approval)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE restored")
    restored = with_database(postgres_url, "restored")

    run("pg_dump", "--format=custom", "--schema=core", "--schema=analyst", f"--file={tmp_path / 'monitor.dump'}", database_url)
    run("pg_restore", "--no-owner", f"--dbname={restored}", str(tmp_path / "monitor.dump"))

    assert digest(restored) == digest(database_url)
    assert migrate(restored, ROOT / "sql").applied == ()
    assert digest(restored)["post"].startswith("1:")


def test_on_a_second_server_nothing_erased_comes_back(database_url, tmp_path):
    with store.connect(database_url) as connection:
        page = make_page([make_masked(post_id=number) for number in (1, 2, 3)])
        store.write_page(connection, "telegram", page, expected=Cursor())
    run("pg_dump", "--format=custom", "--schema=core", "--schema=analyst", f"--file={tmp_path / 'old.dump'}", database_url)
    settings = Settings.from_env(
        {"MONITOR_DATABASE_URL": database_url, "MONITOR_ERASURES_FILE": str(tmp_path / "erasures.jsonl")}
    )
    pipeline.erase_posts(settings, "telegram/lars_live/2", as_of=NOON)
    pg_bin = os.environ.get("MONITOR_PG_BIN")

    server = embedded.start(tmp_path / "second", pg_bin=Path(pg_bin) if pg_bin else None, is_durable=False)
    try:
        run("pg_restore", "--no-owner", f"--dbname={server.url}", str(tmp_path / "old.dump"))
        migrate(server.url, ROOT / "sql")
        second = Settings.from_env({"MONITOR_DATABASE_URL": server.url})
        read_count, erased_count = pipeline.replay_erasures(second, tmp_path / "erasures.jsonl", as_of=NOON)

        assert (read_count, erased_count) == (1, 1)
        assert digest(server.url) == digest(database_url)
    finally:
        server.stop()
        embedded.remove(tmp_path / "second")
