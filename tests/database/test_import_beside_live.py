"""An import beside a live collector: the same posts, the same channel, at the same time, with clocks a second apart."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor import pipeline, store
from monitor.model import Channel, RunReport
from monitor.pipeline import files
from monitor.pipeline.classify import classify
from monitor.pipeline.telegram import read_telegram
from monitor.settings import Settings
from monitor.sources.telegram import TelegramSource
from tests.database.test_telegram import AS_OF, FIRST_AT, KEY
from tests.peers.telegram import TelegramPeer
from tests.telegram_desk import API_HASH, patient_client

SECOND = timedelta(seconds=1)
TEXTS = [f"Верхний Ларс, стоим {number} часов, очередь {number % 30} км" for number in range(400)]
COUNTS = """
SELECT theme_id, place_id, series.source, language, handle, bin_at, seen_at, posts_count, origin_count, withdrawn_count
FROM core.series_count JOIN core.series USING (series_id) LEFT JOIN core.channel USING (channel_id)
ORDER BY 1, 2, 3, 4, 5, 6, 7
"""
COVERAGE = (
    "SELECT handle, bin_at, state, seen_count, kept_count FROM core.coverage JOIN core.channel USING (channel_id) ORDER BY 1, 2"
)
ROWS = "SELECT count(*), count(DISTINCT post_id), bool_and(is_counted), count(DISTINCT text) FROM core.post"
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@pytest.fixture
def peer() -> Iterator[TelegramPeer]:
    with TelegramPeer() as running:
        channel = running.channel("lars_live")
        for number, text in enumerate(TEXTS):
            channel.add(text, FIRST_AT + number * timedelta(minutes=1), views=1)
        yield running


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the channel's posts as a file, the newest first: the two meet half-way."""
    moments = [(number, FIRST_AT + (number - 1) * timedelta(minutes=1)) for number in range(1, len(TEXTS) + 1)]
    lines = [
        json.dumps({"channel": "lars_live", "post_id": number, "posted_at": at.isoformat(), "text": TEXTS[number - 1]})
        for number, at in reversed(moments)
    ]
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def settings_of(database_url: str) -> Settings:
    return Settings.from_env({"MONITOR_DATABASE_URL": database_url, "MONITOR_HASH_KEY": KEY})


def collect(
    connection: store.Connection, owner: store.Connection, peer: TelegramPeer, on_page: Callable[..., None] | None = None
) -> RunReport:
    channels = (Channel(source="telegram", handle="lars_live", title="Lars", is_verified=True),)
    options: dict[str, Any] = {"client_factory": patient_client, "page_size": 10, "timeout_s": 5, "pause_s": 0}
    with TelegramSource(channels, api_id=1, api_hash=API_HASH, session=peer.session(), **options) as source:
        return read_telegram(connection, settings_of(""), source, owner, as_of=AS_OF, on_page=on_page)


def counted(connection: store.Connection) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Classify what is stored; give the counts and the coverage."""
    classify(connection, settings_of(""), as_of=AS_OF + 2 * SECOND)
    return connection.execute(COUNTS).fetchall(), connection.execute(COVERAGE.encode()).fetchall()


@pytest.mark.parametrize("apart", [SECOND, -SECOND], ids=["import_is_ahead", "import_is_behind"])
def test_an_import_beside_live_changes_no_count_and_no_coverage(peer, file, connection, database_url, monkeypatch, apart):
    monkeypatch.setattr(files, "PAGE_POSTS", 20)
    both_have_written = threading.Barrier(2)
    met: dict[str, int] = {}

    def meet(name: str) -> None:
        """Wait at the first page for the other, so that most pages of both are written side by side."""
        if name not in met:
            met[name] = both_have_written.wait(10)

    def live() -> RunReport:
        with store.connect(database_url) as own, store.own_account(database_url, "main") as owner:
            return collect(own, owner, peer, lambda *_: meet("live"))

    def imports() -> RunReport:
        wanted, on_page = pipeline.FileToImport(file=str(file)), lambda *_: meet("import")
        return pipeline.import_posts(wanted, as_of=AS_OF + apart, settings=settings_of(database_url), on_page=on_page)

    with ThreadPoolExecutor(2) as pool:
        collected, imported = (made.result(30).counts for made in (pool.submit(live), pool.submit(imports)))

    collect(connection, connection, peer)
    alone, alone_coverage = counted(connection)
    with store.connect(database_url) as own:
        counts, coverage = counted(own)
        assert own.execute(ROWS).fetchone() == (400, 400, True, 400)
        assert own.execute(DEADLOCKS.encode()).fetchone() == (0,)
    assert set(met) == {"live", "import"}
    assert (collected["new"], imported["read"]) == (400, 400) and imported["new"] >= 20
    assert counts == alone and sum(row[7] for row in alone) >= 400
    assert coverage == alone_coverage
