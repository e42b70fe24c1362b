"""Versions of the codebook: when one is made, what it queues, and that series on a new definition open no spike."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from monitor import pipeline, seeds, store
from monitor.model import Cursor, Keyword
from monitor.settings import Settings
from tests.builders import HOUR, NOON, make_classified, make_masked, make_page, make_span

CODEBOOK = seeds.load_codebook(Path(__file__).parents[2] / "seeds")
DAY = 24 * HOUR
KEY = "5e" * 32


def with_term(text, theme_id="border_queue"):
    """The codebook with one more term in one theme, under another digest."""
    themes = tuple(
        replace(theme, terms=(*theme.terms, Keyword(text=text, language="ru"))) if theme.theme_id == theme_id else theme
        for theme in CODEBOOK.themes
    )
    return replace(CODEBOOK, themes=themes, digest=text)


def given_posts(connection, posts, version):
    page = make_page(posts, coverage=(make_span(posts[0].posted_at, posts[-1].posted_at, known_at=posts[0].posted_at),))
    store.write_page(connection, "telegram", page, expected=Cursor())
    with connection.transaction():
        claimed = store.claim_backlog(connection, as_of=NOON + 60 * DAY, limit=100_000)
        store.write_annotations(connection, [make_classified(post) for post in claimed], version)


def queued(connection):
    return [key for (key,) in connection.execute("SELECT post_id FROM core.stale_post ORDER BY posted_at DESC, post_id DESC")]


def new_ids(connection):
    return {new.definition_id for new in store.new_definitions(connection)}


def test_the_same_codebook_under_another_name_is_the_same_version(connection):
    version = store.save_codebook(connection, CODEBOOK, as_of=NOON)
    given_posts(connection, [make_masked()], version)
    renamed = replace(CODEBOOK, themes=tuple(replace(theme, name="x") for theme in CODEBOOK.themes))

    assert store.save_codebook(connection, renamed, as_of=NOON) == version

    assert connection.execute("SELECT DISTINCT name FROM core.theme").fetchall() == [("x",)]
    assert queued(connection) == []
    assert new_ids(connection) == set()


def test_a_new_version_queues_posts_that_have_their_text_and_notes_what_grew(connection):
    version = store.save_codebook(connection, CODEBOOK, as_of=NOON)
    texts = ["Верхний Ларс", "", "Верхний Ларс, стоим"]
    given_posts(connection, [make_masked(text, post_id=n, posted_at=NOON + n * HOUR) for n, text in enumerate(texts)], version)

    assert store.save_codebook(connection, with_term("стоим"), as_of=NOON) == version + 1

    assert queued(connection) == [2, 0]
    assert "border_queue" in new_ids(connection)
    assert not {"mobilisation", "verkhny_lars"} & new_ids(connection)


def test_going_back_to_an_older_codebook_is_a_version_of_its_own(connection):
    first = store.save_codebook(connection, CODEBOOK, as_of=NOON)
    second = store.save_codebook(connection, with_term("стоим"), as_of=NOON)

    assert store.save_codebook(connection, CODEBOOK, as_of=NOON) == second + 1 > first + 1


def test_a_database_that_does_not_know_its_old_definitions_takes_all_for_new(connection):
    connection.execute("INSERT INTO core.codebook (digest) VALUES ('of an older Monitor')")

    store.save_codebook(connection, CODEBOOK, as_of=NOON)

    assert {theme.theme_id for theme in CODEBOOK.themes} <= new_ids(connection)


@pytest.fixture
def burst(database_url):
    """Ten days of a post an hour, and 60 posts in the last three hours."""
    rng = np.random.default_rng(7)
    quiet = [NOON - float(m) * 10 * DAY for m in rng.uniform(size=240)]
    moments = sorted([*quiet, *(NOON + float(m) * 3 * HOUR for m in rng.uniform(size=60)), NOON - 10 * DAY, NOON + 4 * HOUR])
    settings = Settings.from_env({"MONITOR_DATABASE_URL": database_url, "MONITOR_HASH_KEY": KEY})
    with store.connect(database_url) as connection:
        version = store.save_codebook(connection, CODEBOOK, as_of=NOON)
        posts = [make_masked(post_id=n, posted_at=at, collected_at=at + HOUR / 60) for n, at in enumerate(moments)]
        given_posts(connection, posts, version)
        yield connection, settings


def themes_with_spikes(connection):
    return {theme for (theme,) in connection.execute("SELECT theme_id FROM analyst.spike")}


def test_a_series_on_a_new_definition_opens_no_spike(burst):
    connection, settings = burst
    connection.execute("INSERT INTO core.new_definition VALUES ('theme', 'border_queue', 1, %s)", (NOON,))

    pipeline.run_stage("detect", as_of=NOON + 4 * HOUR, settings=settings)

    assert themes_with_spikes(connection) == {None}  # the checkpoint's own series, which is on no new definition


def test_what_an_older_detector_left_open_is_closed(burst):
    connection, settings = burst
    pipeline.run_stage("detect", as_of=NOON + 2 * HOUR, settings=settings)
    open_spikes = "SELECT count(*) FROM core.spike WHERE closed_at IS NULL"
    count = connection.execute(open_spikes).fetchone()[0]
    connection.execute("UPDATE core.spike SET detector_version = 'older'")
    connection.execute("DELETE FROM core.detector_step")

    pipeline.run_stage("detect", as_of=NOON + 2 * HOUR, settings=settings)

    assert connection.execute(f"{open_spikes} AND detector_version = 'older'").fetchone() == (0,)
    assert connection.execute(open_spikes).fetchone() == (count,) != (0,)


def test_states_computed_on_counts_that_were_made_anew_are_not_used(burst):
    connection, settings = burst
    pipeline.run_stage("detect", as_of=NOON + 2 * HOUR, settings=settings)
    version = connection.execute("SELECT DISTINCT detector_version FROM core.detector_checkpoint").fetchone()[0]
    assert store.latest_checkpoint(connection, version, NOON.date(), basis=store.counts_basis(connection)) is not None

    connection.execute("UPDATE core.codebook SET reclassified_at = now()")

    assert store.latest_checkpoint(connection, version, NOON.date(), basis=store.counts_basis(connection)) is None
    pipeline.run_stage("detect", as_of=NOON + 4 * HOUR, settings=settings)
    days = connection.execute("SELECT count(DISTINCT day_date) FROM core.detector_checkpoint WHERE basis = 1").fetchone()[0]
    assert days >= timedelta(days=5) // DAY
    assert themes_with_spikes(connection) == {None, "border_queue"}
