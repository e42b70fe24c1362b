"""The policy where it bites: at the page, at the annotations, and in a history of approvals that nobody can rewrite."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from monitor import pipeline, store
from monitor.errors import ConfigError
from monitor.model import Cursor, Page
from monitor.pipeline.collect import ready_page
from monitor.pipeline.x import x_queries
from monitor.settings import Settings
from tests.builders import HOUR, NOON, make_raw

KEY = "5e" * 32
QUEUE = "Верхний Ларс, очередь 12 км, стоим 20 часов"


def make_settings(database_url):
    return Settings.from_env({"MONITOR_DATABASE_URL": database_url, "MONITOR_HASH_KEY": KEY, "MONITOR_SOURCE": "live"})


def approve(settings, theme_id="protest", until=date(2022, 12, 31), as_of=NOON):
    pipeline.approve(settings, "x", theme_id, reference="letter 7", by="editor", until=until, as_of=as_of)


def make_x_page(*texts, source="x"):
    posts = [
        make_raw(
            {"source": source, "channel": "x", "post_id": number, "posted_at": (NOON - HOUR).isoformat(), "text": text},
            channel="x",
            origin=f"file:{number}",
        )
        for number, text in enumerate(texts, 1)
    ]
    return Page(posts=tuple(posts), cursor=Cursor(position="1"))


def themes_of(settings, text):
    from monitor.pipeline.tools import reading

    return {theme.theme_id for theme in reading(settings).matcher.match(text).themes}


def test_a_post_of_x_with_only_a_forbidden_theme_is_counted_as_seen_and_not_stored(database_url):
    settings = make_settings(database_url)
    text = "Small protests against mobilization were held in Yakutsk"
    assert themes_of(settings, text) == {"protest"}

    ready = ready_page("f", make_x_page(text, QUEUE), settings, as_of=NOON)
    approved = ready_page("f", make_x_page(text, QUEUE), settings, as_of=NOON, approved=frozenset({("x", "protest")}))
    telegram = ready_page("f", make_x_page(text, QUEUE, source="telegram"), settings, as_of=NOON)

    assert [post.text for post in ready.kept] == [QUEUE]
    assert [(s.seen_count, s.kept_count) for s in ready.seen] == [(2, 1)]
    assert len(approved.kept) == len(telegram.kept) == 2


def test_annotations_of_a_forbidden_theme_are_not_written_for_x(database_url):
    settings = make_settings(database_url)
    both = QUEUE + ". В Москве митинг против мобилизации, полиция оцепила площадь"
    assert themes_of(settings, both) >= {"protest", "border_queue"}

    with store.connect(database_url) as connection:
        store.write_page(connection, "x", ready_page("f", make_x_page(both), settings, as_of=NOON), expected=Cursor())
        pipeline.run_stage("classify", as_of=NOON, settings=settings)
        themes = {row[0] for row in connection.execute("SELECT theme_id FROM core.post_theme")}

    assert "border_queue" in themes and "protest" not in themes


def test_a_query_of_a_forbidden_theme_is_not_sent_until_it_is_approved(database_url, tmp_path):
    shutil.copytree(Path(__file__).parents[2] / "seeds", tmp_path / "seeds")
    settings = Settings.from_env({"MONITOR_DATABASE_URL": database_url, "MONITOR_ROOT": str(tmp_path)})

    def names(as_of):
        with store.connect(database_url) as connection:
            approved = store.approved_themes(connection, as_of.date())
            return {query.theme_id for query in x_queries(settings, approved=approved)}

    before = names(NOON)
    approve(settings, until=NOON.date())

    assert "border_queue" in before and "protest" not in before
    assert names(NOON) == before | {"protest"}
    assert names(NOON + 24 * HOUR) == before


def test_the_newest_decision_holds_and_the_others_stay(database_url):
    settings = make_settings(database_url)
    approve(settings, as_of=NOON)
    pipeline.revoke(settings, "x", "protest", reference=None, by="editor", as_of=NOON + HOUR)
    approve(settings, "detention", until=NOON.date(), as_of=NOON)

    with store.connect(database_url) as connection:
        today, tomorrow = NOON.date(), NOON.date() + timedelta(days=1)
        assert store.approved_themes(connection, today) == {("x", "detention")}
        assert store.approved_themes(connection, tomorrow) == frozenset()
        assert connection.execute("SELECT count(*) FROM core.approval").fetchone() == (3,)
        for statement in ("UPDATE core.approval SET until_date = '2099-01-01'", "DELETE FROM core.approval"):
            with pytest.raises(psycopg.errors.RaiseException, match="keeps its history"), connection.transaction():
                connection.execute(statement)

    states = {(row["source"], row["theme"]): row["state"] for row in pipeline.policy_table(settings, as_of=NOON + 24 * HOUR)}
    assert states["x", "protest"] == "revoked"
    assert states["x", "detention"] == "approval expired"
    assert states["x", "dissent"] == "needs an approval"
    assert states["x", "border_queue"] == states["telegram", "protest"] == "allowed"


@pytest.mark.parametrize(
    ("source", "theme_id", "until", "message"),
    [
        ("x", "border_queue", date(2023, 1, 1), "needs no approval"),
        ("x", "weather", date(2023, 1, 1), "knows no x × weather"),
        ("y", "protest", date(2023, 1, 1), "knows no y × protest"),
        ("x", "protest", date(2022, 9, 20), "is past"),
    ],
)
def test_an_approval_that_makes_no_sense_is_refused(database_url, source, theme_id, until, message):
    with pytest.raises(ConfigError, match=message):
        pipeline.approve(make_settings(database_url), source, theme_id, reference="r", by="b", until=until, as_of=NOON)


def test_what_was_never_approved_cannot_be_revoked(database_url):
    with pytest.raises(ConfigError, match="no approval"):
        pipeline.revoke(make_settings(database_url), "x", "protest", reference=None, by="b", as_of=NOON)


def test_what_x_would_be_asked_and_cost_follows_the_approvals(database_url):
    settings = make_settings(database_url)
    before = list(pipeline.compile_lines(settings, "protest", as_of=NOON))
    counting = pipeline.estimate_lines(settings, as_of=NOON)[1]

    approve(settings)

    assert before[0].startswith("protest: 0 queries")
    assert next(pipeline.compile_lines(settings, "protest", as_of=NOON)).startswith("protest: 2 queries")
    assert pipeline.estimate_lines(settings, as_of=NOON)[1] != counting


def test_without_a_database_the_estimate_says_that_approvals_are_not_known():
    *_, last = pipeline.estimate_lines(Settings.from_env({"MONITOR_HASH_KEY": KEY}), as_of=NOON)

    assert "approvals are not known" in last
