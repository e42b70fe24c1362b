"""Search and the newest posts of a theme or place: what they find, what they never show, and how they come by an index."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from monitor import store
from monitor.model import Channel, Cursor
from tests.builders import HOUR, NOON, make_classified, make_masked, make_page

TEXTS = {
    1: "Очереди на Верхнем Ларсе растут, стоим двадцать часов",
    2: "На Верхнем Ларсе пусто, поезд отменён",
    3: "В очереди у банка стоим час",
    4: "Queues are growing at Verkhny Lars",
    5: "ვერხნი ლარსის საზღვარზე რიგია",
    6: "Заметка человека: очередь на Ларсе",
}


@pytest.fixture
def filled(connection: store.Connection) -> store.Connection:
    connection.execute("INSERT INTO core.codebook (digest) VALUES ('x')")
    listed = Channel(source="telegram", handle="lars_live", title="Lars live")
    store.save_channels(connection, [listed, Channel(source="x", handle="x", title="X", is_listed=False)])
    posts = [
        make_masked(
            text,
            post_id=number,
            posted_at=NOON + number * HOUR,
            url=None,
            **({"source": "x", "channel": "x"} if number == 6 else {}),
        )
        for number, text in TEXTS.items()
    ]
    store.write_page(connection, "telegram", make_page(posts), expected=Cursor())
    batch = store.claim_backlog(connection, limit=10, as_of=NOON + timedelta(days=1))
    version = connection.execute("SELECT max(codebook_version) FROM core.codebook").fetchall()[0][0]
    store.write_annotations(connection, [make_classified(post) for post in batch], version)
    return connection


def found(connection: store.Connection, words: str, options: str = "") -> list[int]:
    return [row[0] for row in connection.execute(f"SELECT post_id FROM analyst.search(%s{options})".encode(), (words,))]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("очередь ларс", [1]),
        ("очереди", [3, 1]),
        ('"верхнем ларсе"', [2, 1]),
        ("ларсе -поезд", [1]),
        ("queue", [4]),
        ("банк or queues", [4, 3]),
        ("ლარს*", [5]),
        ("ларс* очеред*", [1]),
        ("", []),
        ("и на в", []),
        ("*", []),
        ("' ) & ( | !", []),
        ("ларс* ' ) & !", [2, 1]),
    ],
)
def test_words_are_found_in_any_form_newest_first_and_no_persons_post_is(filled, words, ids):
    assert found(filled, words) == ids


def test_a_search_can_be_bounded_in_time_and_number(filled):
    at = f"'{(NOON + 2 * HOUR).isoformat()}'"

    assert found(filled, "очереди", ", most => 1") == [3]
    assert found(filled, "очереди", f", until_at => {at}") == [1]
    assert found(filled, "очереди", f", since_at => {at}") == [3]


def test_by_rank_the_best_fitting_comes_first(filled):
    filled.execute(
        "UPDATE core.post SET text = 'Очередь, очередь, огромная очередь на Ларсе, очередь не движется' WHERE post_id = 1"
    )

    assert found(filled, "очередь", ", by_rank => true")[0] == 1


def test_the_newest_of_a_theme_and_of_a_place_are_given_once_each_and_without_hidden_ones(filled):
    filled.execute(
        "INSERT INTO core.withdrawn_post SELECT channel_id, post_id, posted_at, now(), now() FROM core.post WHERE post_id = 5"
    )
    filled.execute(
        "INSERT INTO core.post_place SELECT channel_id, post_id, posted_at, place_id, 40, 44 FROM core.post_place WHERE post_id = 4"
    )

    for name, wanted in (("latest_of_theme", "border_queue"), ("latest_of_place", "verkhny_lars")):
        ids = filled.execute(f"SELECT post_id FROM analyst.{name}(%s, 3)".encode(), (wanted,)).fetchall()
        assert ids == [(4,), (3,), (2,)]


def test_an_analyst_may_call_them_and_still_not_read_tables(filled):
    filled.execute("GRANT analyst TO current_user")
    filled.execute("SET LOCAL ROLE analyst")

    assert found(filled, "очереди") == [3, 1]
    with pytest.raises(psycopg.errors.InsufficientPrivilege), filled.transaction():
        filled.execute("SELECT * FROM core.post")


def months_indexed(connection: store.Connection) -> list[str]:
    rows = connection.execute("SELECT relname FROM pg_class WHERE relname ~ '^post_[0-9_]{7}_search$' ORDER BY 1").fetchall()
    return [row[0] for row in rows]


def test_backfilled_months_are_indexed_after_the_import_and_live_ones_at_once(database_url):
    with store.connect(database_url) as connection:
        for month in (7, 9):
            connection.execute("SELECT core.ensure_post_partition(%s)", (NOON.replace(month=month),))
        run_id = store.begin_run(connection, "import")
        now = connection.execute("SELECT now()").fetchall()[0][0]
        connection.execute("UPDATE core.pipeline_run SET started_at = %s", (NOON,))

        assert store.index_texts(connection, as_of=NOON) == 1
        assert months_indexed(connection) == ["post_2022_09_search"]

        store.end_run(connection, run_id, {})
        assert store.index_texts(connection, as_of=NOON) == 1
        assert months_indexed(connection) == ["post_2022_07_search", "post_2022_09_search"]
        assert store.index_texts(connection, as_of=now) == 0
