"""A codebook changes: stored posts are read anew, newest first, and every count moves by the difference."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor import store
from monitor.model import PostKey
from monitor.pipeline.classify import annotate_text, classify
from monitor.pipeline.tools import reading
from monitor.settings import Settings
from tests.builders import HOUR, MINUTE, NOON, make_masked, make_page
from tests.database.test_classify_order import is_done_within
from tests.recount import miscounts
from tests.small_seeds import write_root

KEY = "5e" * 32
TEXTS = (
    "Пробка на границе, стоим 20 часов",
    "Верхний Ларс, очередь 5 км",
    "Верхний Ларс открыт",
    "Затор на границе у Владикавказа, продаю авиабилет за 300 долларов",
    "Авиабилет в Грузию, очередь на Верхний Ларс, затор на границе",
)


@pytest.fixture(scope="module")
def roots(tmp_path_factory):
    """A codebook, and one that calls a jam by another word."""
    old = write_root(tmp_path_factory.mktemp("old"))
    return old, write_root(tmp_path_factory.mktemp("new"), queue=("затор на границе",))


def settings_of(root, **env):
    return Settings.from_env({"MONITOR_HASH_KEY": KEY, "MONITOR_ROOT": str(root), **env})


def given_posts(connection, count=10, **changes):
    posts = [
        make_masked(TEXTS[n % 5], post_id=n, posted_at=NOON + n * 7 * MINUTE, is_forward=n % 4 == 3, **changes)
        for n in range(count)
    ]
    store.write_page(connection, "telegram", make_page(posts), expected=store.read_cursor(connection, "telegram", "lars_live"))


def found_in(connection):
    return {
        (post_id, theme) for post_id, theme in connection.execute("SELECT post_id, theme_id FROM core.post_theme ORDER BY 1, 2")
    }


def run(connection, root, **env):
    counts = classify(connection, settings_of(root, **env), as_of=NOON + 24 * HOUR).counts
    store.roll_up(connection)
    return counts


def stored(connection):
    """What is stored of each post: language, kind, themes with spans and terms, places, quantities."""
    posts = connection.execute("SELECT post_id, language, post_kind, method FROM core.post_annotation").fetchall()
    themes = connection.execute("SELECT post_id, theme_id, span_starts, span_ends, terms FROM core.post_theme").fetchall()
    places = connection.execute("SELECT post_id, place_id, span_start, span_end FROM core.post_place").fetchall()
    figures = connection.execute("SELECT post_id, kind, low, high, place_id, span_start FROM core.post_quantity").fetchall()
    return [sorted(map(repr, rows)) for rows in (posts, themes, places, figures)]


def said(connection, settings):
    """The same, as classify says it of the stored texts."""
    posts, themes, places, figures = [], [], [], []
    for post_id, text in connection.execute("SELECT post_id, text FROM core.post"):
        found = annotate_text(text, reading(settings), language_hint=None)
        posts.append((post_id, found.language.code, found.kind, found.method))
        for hit in found.themes:
            starts, ends = [start for start, _ in hit.spans], [end for _, end in hit.spans]
            themes.append((post_id, hit.theme_id, starts, ends, list(hit.terms)))
        places += [(post_id, place.place_id, *place.span) for place in found.places]
        figures += [(post_id, f.kind, f.low, f.high, f.place_id, f.span[0]) for f in found.quantities]
    return [sorted(map(repr, rows)) for rows in (posts, themes, places, figures)]


def test_posts_read_anew_are_as_if_read_with_the_new_codebook_alone(connection, roots):
    old, new = roots
    given_posts(connection)
    run(connection, old)
    before = found_in(connection)

    assert run(connection, new)["read anew"] == 10

    assert found_in(connection) != before
    assert stored(connection) == said(connection, settings_of(new))
    assert miscounts(connection) == []
    assert store.reclassification_progress(connection)[0] == 0
    assert connection.execute("SELECT count(DISTINCT codebook_version) FROM core.count_version").fetchone()[0] == 1


def test_reading_anew_and_back_leaves_nothing_behind(connection, roots):
    given_posts(connection)
    run(connection, roots[0])
    before = store.digest(connection)

    run(connection, roots[1])
    assert store.digest(connection)["series_count"] != before["series_count"]
    run(connection, roots[0])

    tables = ("post_annotation", "post_theme", "post_place", "post_quantity", "series_count", "count_version")
    assert {table: store.digest(connection)[table] for table in tables} == {table: before[table] for table in tables}


def test_the_newest_are_read_first_and_the_budget_ends_it_without_a_loss(connection, roots):
    given_posts(connection)
    run(connection, roots[0])

    assert "read anew" not in run(connection, roots[1], MONITOR_RECLASSIFY_BUDGET_S="0")
    _, stale = store.claim_stale(connection, limit=3)

    assert sorted(post.found.post.key.post_id for post in stale) == [7, 8, 9]
    assert store.reclassification_progress(connection)[0] == 7


def test_an_hour_whose_posts_were_read_with_two_codebooks_says_so(connection, roots):
    given_posts(connection)
    run(connection, roots[0])
    version = store.save_codebook(connection, reading(settings_of(roots[1])).codebook, as_of=NOON)
    _, stale = store.claim_stale(connection, limit=4)  # post 6 to 9: 12:42 to 13:03
    tools = reading(settings_of(roots[1]))
    pairs = [(post, annotate_text(post.found.post.text, tools, language_hint=None)) for post in stale]

    store.replace_annotations(connection, pairs, version)

    store.roll_up(connection)
    mixed = "SELECT DISTINCT hour_at, has_mixed_versions FROM analyst.count_hour ORDER BY 1"
    assert connection.execute(mixed).fetchall() == [(NOON, True), (NOON + HOUR, False)]
    quarters = connection.execute("SELECT DISTINCT quarter_at FROM analyst.count_quarter WHERE has_mixed_versions")
    assert quarters.fetchall() == [(NOON + HOUR / 2,)]
    assert connection.execute("SELECT DISTINCT has_mixed_versions FROM analyst.count_day").fetchall() == [(True,)]
    assert miscounts(connection) == []


def test_posts_whose_text_has_gone_keep_their_version_and_their_counts(connection, roots):
    given_posts(connection)
    run(connection, roots[0])
    connection.execute("UPDATE core.post SET text = '' WHERE post_id = 0")
    store.erase_post(connection, key_of(connection, 5), as_of=NOON)
    store.roll_up(connection)
    queue = "SELECT sum(posts_count), sum(withdrawn_count) FROM analyst.count_hour WHERE theme_id = 'border_queue' AND place_id IS NULL AND source IS NULL AND language IS NULL AND channel_id IS NULL"
    assert connection.execute(queue).fetchone() == (6, 1)

    assert run(connection, roots[1])["read anew"] == 8

    assert (0, "border_queue") in found_in(connection)
    versions = connection.execute(
        "SELECT sum(posts_count) FROM core.count_version GROUP BY codebook_version ORDER BY codebook_version"
    )
    assert versions.fetchall() == [(2,), (8,)]
    assert connection.execute(queue).fetchone() == (8, 1)


def key_of(connection, post_id):
    row = connection.execute("SELECT channel_id, posted_at FROM core.post WHERE post_id = %s", (post_id,)).fetchone()
    return PostKey(channel_id=row[0], post_id=post_id, posted_at=row[1])


def test_a_post_edited_while_it_waits_is_read_once(connection, roots):
    given_posts(connection)
    run(connection, roots[0])
    store.save_codebook(connection, reading(settings_of(roots[1])).codebook, as_of=NOON)

    assert store.rewrite_post(connection, key_of(connection, 9), make_masked("Затор на границе"))

    counts = run(connection, roots[1])
    assert (counts["classified"], counts["read anew"]) == (1, 9)
    assert {theme for post, theme in found_in(connection) if post == 9} == {"border_queue"}
    moved = connection.execute("SELECT sum(posts_count) FROM core.count_version").fetchone()
    assert moved == (10,)


def test_posts_in_no_count_are_read_anew_and_stay_in_none(connection, roots):
    given_posts(connection, is_counted=False)
    run(connection, roots[0])

    assert run(connection, roots[1])["read anew"] == 10

    assert (3, "border_queue") in found_in(connection)
    assert connection.execute("SELECT count(*) FROM core.series_count").fetchone() == (0,)
    assert miscounts(connection) == []


def test_copies_stay_copies(connection, roots):
    given_posts(connection, 20)
    run(connection, roots[0])
    copies = "SELECT post_id, is_copy, is_origin, copy_hash FROM core.post_annotation ORDER BY 1"
    before = connection.execute(copies).fetchall()
    assert any(is_copy for _, is_copy, _, _ in before)

    run(connection, roots[1])

    assert connection.execute(copies).fetchall() == before


def test_what_has_just_been_collected_goes_before_old_posts(connection, roots):
    given_posts(connection)
    run(connection, roots[0])
    store.save_codebook(connection, reading(settings_of(roots[1])).codebook, as_of=NOON)
    fresh = make_page([make_masked(TEXTS[0], post_id=100, collected_at=NOON + HOUR)])
    store.write_page(connection, "telegram", fresh, expected=store.read_cursor(connection, "telegram", "lars_live"))
    order = []

    classify(connection, settings_of(roots[1]), as_of=NOON + 24 * HOUR, on_batch=order.append)

    assert order == [1, 10]


def test_the_end_is_noted_once_all_workers_are_through(database_url, roots):
    settings = settings_of(roots[1], MONITOR_DATABASE_URL=database_url)
    with store.connect(database_url) as first, store.connect(database_url) as second:
        given_posts(first)
        run(first, roots[0])
        version = store.save_codebook(first, reading(settings).codebook, as_of=NOON)

        with first.transaction(force_rollback=True):
            store.claim_stale(first, limit=4)
            run(second, roots[1])
            assert store.counts_basis(second) == 0
            assert not store.end_reclassification(second, version, as_of=NOON)

        assert run(second, roots[1])["read anew"] == 4
        assert store.counts_basis(second) == 1
        assert miscounts(second) == []


def test_a_worker_with_an_older_codebook_stops_instead_of_writing(database_url, roots):
    with store.connect(database_url) as first, store.connect(database_url) as second, ThreadPoolExecutor() as pool:
        given_posts(first)
        version = store.save_codebook(first, reading(settings_of(roots[0])).codebook, as_of=NOON)
        with first.transaction():
            assert store.is_current(first, version)
            newer = pool.submit(store.save_codebook, second, reading(settings_of(roots[1])).codebook, as_of=NOON)
            assert not is_done_within(newer, 0.3)
        assert newer.result(timeout=10) == version + 1
        assert not store.is_current(first, version)


def test_an_edit_waits_for_the_chunk_that_holds_the_post(database_url, roots):
    with store.connect(database_url) as first, store.connect(database_url) as second, ThreadPoolExecutor() as pool:
        given_posts(first)
        run(first, roots[0])
        tools = reading(settings_of(roots[1]))
        version = store.save_codebook(first, tools.codebook, as_of=NOON)
        with first.transaction():
            _, stale = store.claim_stale(first, limit=10)
            edit = pool.submit(store.rewrite_post, second, key_of(first, 9), make_masked("Авиабилет"))
            assert not is_done_within(edit, 0.3)
            pairs = [(post, annotate_text(post.found.post.text, tools, language_hint=None)) for post in stale]
            store.replace_annotations(first, pairs, version)

        assert edit.result(timeout=10)
        run(second, roots[1])
        assert {theme for post, theme in found_in(second) if post == 9} == {"exit_transport"}
        assert miscounts_but_for_empty(second) == []


def miscounts_but_for_empty(connection):
    """An edit leaves rows of nothing behind."""
    return [row for row in miscounts(connection) if row[-1] or row[-2]]
