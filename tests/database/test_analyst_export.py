"""An export: a query run with an analyst's rights, its rows in a file, and beside it what a reader must know."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas
import pyarrow.parquet
import pytest
import sqlalchemy

from monitor import pipeline, store
from monitor.errors import ConfigError
from monitor.model import Channel, Cursor
from monitor.settings import Settings
from tests.builders import NOON, make_classified, make_masked, make_page, make_span

POSTS = "SELECT post_id, posted_at, text, views_count, NULL::integer AS unknown FROM post"


@pytest.fixture
def settings(database_url: str) -> Settings:
    with store.connect(database_url) as connection:
        connection.execute("INSERT INTO core.codebook (digest) VALUES ('x')")
        store.save_channels(connection, [Channel(source="telegram", handle="lars_live", title="Lars live")])
        page = make_page([make_masked()], coverage=(make_span(NOON.replace(hour=11), NOON.replace(hour=13)),))
        store.write_page(connection, "telegram", page, expected=Cursor())
        with connection.transaction():
            batch = store.claim_backlog(connection, limit=10, as_of=NOON.replace(hour=18))
            store.write_annotations(connection, [make_classified(post) for post in batch], 1)
        store.roll_up(connection)
    return Settings.from_env({"MONITOR_DATABASE_URL": database_url})


def test_a_csv_keeps_unknown_apart_from_zero_and_its_readme_tells_the_limits(settings: Settings, tmp_path: Path) -> None:
    done = pipeline.export(settings, POSTS, tmp_path / "posts.csv", as_of=NOON)

    with done.file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    readme = done.readme.read_text(encoding="utf-8")
    assert rows == [
        {"post_id": "1", "posted_at": NOON.isoformat(), "text": make_masked().text, "views_count": "10", "unknown": ""}
    ]
    assert "Codebook version: 1" in readme and "100.0%" in readme and POSTS in readme and "Missing is not zero" in readme


def test_a_parquet_file_holds_the_same_rows_with_their_types(settings: Settings, tmp_path: Path) -> None:
    done = pipeline.export(settings, POSTS, tmp_path / "posts.parquet", as_of=NOON)

    table = pyarrow.parquet.read_table(done.file)
    assert table.to_pylist() == [
        {"post_id": 1, "posted_at": NOON, "text": make_masked().text, "views_count": 10, "unknown": None}
    ]


def test_an_export_is_entered_in_the_register(settings: Settings, tmp_path: Path) -> None:
    pipeline.export(settings, "01_theme_by_day", tmp_path / "days.csv", as_of=NOON)

    with store.connect(settings.require_database_url()) as connection:
        noted = connection.execute("SELECT noted_at, action, subject, detail FROM core.audit").fetchall()
    assert noted == [(NOON, "export.written", "01_theme_by_day", {"rows": 1, "format": "csv"})]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT * FROM core.post", "permission denied"),
        ("SELECT 1; DROP VIEW analyst.post", "multiple commands"),
        ("DELETE FROM theme WHERE true", "syntax error"),
        ("SELECT 1 / 0", "division by zero"),
        ("no_such_query", "no such query"),
    ],
)
def test_a_query_beyond_an_analysts_rights_is_refused_and_leaves_no_file(
    settings: Settings, tmp_path: Path, query: str, told: str
) -> None:
    with pytest.raises(ConfigError, match=told):
        pipeline.export(settings, query, tmp_path / "out.csv", as_of=NOON)

    assert list(tmp_path.iterdir()) == []


def test_another_format_is_refused_before_anything_is_read(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"\.csv or \.parquet"):
        pipeline.export(settings, POSTS, tmp_path / "posts.xlsx", as_of=NOON)


def test_the_manuals_way_into_pandas_works(settings: Settings) -> None:
    engine = sqlalchemy.create_engine(settings.require_database_url().replace("postgresql://", "postgresql+psycopg://"))

    with engine.connect() as connection:
        counts = pandas.read_sql("SELECT * FROM analyst.count_hour", connection)

    assert counts.posts_count.tolist() == [1] * 6
    assert str(counts.hour_at.dtype).endswith("UTC]")
