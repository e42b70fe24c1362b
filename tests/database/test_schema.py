"""The schema: documented, re-makable, and closed to analysts but for its views."""

from pathlib import Path

import psycopg
import pytest

from monitor import pipeline
from monitor.errors import ConfigError
from monitor.migrate import migrate
from monitor.settings import Settings
from monitor.store import connect

SQL = Path(__file__).parents[2] / "sql"


def test_migrating_again_changes_nothing(database_url):
    report = migrate(database_url, SQL)

    assert report.applied == ()
    assert report.views_count == len(list((SQL / "views").glob("*.sql")))


def test_an_edited_migration_is_refused(database_url, tmp_path):
    for folder in ("migrations", "views"):
        (tmp_path / folder).mkdir()
    edited = tmp_path / "migrations" / "0002_channel.sql"
    edited.write_text("SELECT 1;")

    with pytest.raises(ConfigError, match="edited after it was applied"):
        migrate(database_url, tmp_path)


def test_a_view_of_an_operators_own_stops_the_migration_by_name(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE VIEW public.mine AS SELECT * FROM analyst.spike")

    with pytest.raises(ConfigError, match="mine"):
        migrate(database_url, SQL)


def test_every_table_view_and_column_has_a_comment(connection):
    missing = connection.execute(
        """
        SELECT n.nspname || '.' || c.relname || coalesce('.' || a.attname, '')
        FROM pg_class AS c
        JOIN pg_namespace AS n ON n.oid = c.relnamespace
        LEFT JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        WHERE n.nspname IN ('core', 'analyst') AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
            AND (col_description(c.oid, a.attnum) IS NULL OR obj_description(c.oid, 'pg_class') IS NULL)
        """
    ).fetchall()

    assert missing == []


def test_the_data_dictionary_is_that_of_the_database(shared_database_url):
    settings = Settings.from_env({"MONITOR_DATABASE_URL": shared_database_url})

    told = (SQL.parent / "docs" / "dictionary.md").read_text(encoding="utf-8")

    assert told.splitlines() == pipeline.dictionary_lines(settings), "monitor analyst dictionary > docs/dictionary.md"


def test_every_function_has_a_comment_and_a_search_path(connection):
    missing = connection.execute(
        """
        SELECT oid::regprocedure::text
        FROM pg_proc
        WHERE pronamespace IN ('core'::regnamespace, 'analyst'::regnamespace)
            AND (obj_description(oid, 'pg_proc') IS NULL OR (prosecdef AND proconfig IS NULL))
        """
    ).fetchall()

    assert missing == []


def test_files_of_views_are_named_after_their_view(connection):
    files = {file.stem.split("_", 1)[1] for file in (SQL / "views").glob("*.sql")}
    views = {row[0] for row in connection.execute("SELECT viewname FROM pg_views WHERE schemaname = 'analyst'")}

    assert files == views


def test_analysts_read_views_and_nothing_else(connection):
    connection.execute("GRANT analyst TO current_user WITH SET TRUE")
    connection.execute("SET LOCAL ROLE analyst")

    for (view,) in connection.execute("SELECT viewname FROM pg_views WHERE schemaname = 'analyst'").fetchall():
        connection.execute(f"SELECT * FROM analyst.{view} LIMIT 1")
    for statement in (
        "SELECT * FROM core.post",
        "DELETE FROM analyst.theme",
        "INSERT INTO analyst.theme SELECT * FROM analyst.theme",
        "CREATE TABLE analyst.mine ()",
        "TABLE core.channel",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute(statement)


def test_a_database_without_the_schema_gives_a_line_that_says_what_to_do(postgres_url):
    with pytest.raises(ConfigError, match="monitor migrate"), connect(postgres_url) as connection:
        connection.execute("SELECT * FROM core.post")
