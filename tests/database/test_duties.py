"""Erasure, keys, retention, the register and `monitor check`, on a real database."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from monitor import pipeline, store
from monitor.errors import ConfigError
from monitor.model import Channel, Cursor
from monitor.settings import Settings
from tests.builders import NOON, make_classified, make_masked, make_page

KEY = "5e" * 32
DAY = timedelta(days=1)
MARK = "помеченный текст"


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings.from_env({"MONITOR_DATABASE_URL": database_url, "MONITOR_HASH_KEY": KEY, "MONITOR_SOURCE": "replay"})


def fill(settings: Settings, *posts, now=NOON + DAY) -> None:
    """Store and classify posts of one listed channel."""
    with store.connect(settings.require_database_url()) as connection:
        connection.execute("INSERT INTO core.codebook (digest) VALUES ('x') ON CONFLICT DO NOTHING")
        store.save_channels(connection, [Channel(source="telegram", handle="lars_live", title="Lars live")])
        row = connection.execute("SELECT position FROM core.cursor").fetchone()
        store.write_page(connection, "telegram", make_page(posts), expected=Cursor(position=row and row[0]))
        with connection.transaction():
            batch = store.claim_backlog(connection, limit=1000, as_of=now)
            store.write_annotations(connection, [make_classified(post) for post in batch], 1)


def rows(settings: Settings, query: str) -> list[tuple]:
    with store.connect(settings.require_database_url()) as connection:
        return connection.execute(query.encode()).fetchall()


def everything(settings: Settings) -> str:
    """Give every row of every table as text."""
    with psycopg.connect(settings.require_database_url()) as connection:
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'core'::regnamespace AND relkind IN ('r', 'p')"
        )
        return "".join(str(connection.execute(f"SELECT * FROM core.{name}".encode()).fetchall()) for (name,) in tables.fetchall())


def test_an_erased_post_leaves_its_number_and_its_figures_and_nothing_else(settings: Settings) -> None:
    fill(settings, make_masked(f"Верхний Ларс, {MARK}"), make_masked(post_id=2, url="https://t.me/lars_live/2"))
    counted = rows(settings, "SELECT sum(posts_count) FROM core.series_count")

    receipt = pipeline.erase_posts(settings, "telegram/lars_live/1", as_of=NOON)

    left = everything(settings)
    assert receipt.posts_count == 1 and any("1 posts" in line for line in receipt.lines())
    assert MARK not in left and "https://t.me/lars_live/1'" not in left
    assert rows(settings, "SELECT post_id FROM core.post") == [(2,)]
    assert rows(settings, "SELECT sum(posts_count) FROM core.series_count") == counted
    assert rows(settings, "SELECT post_id FROM core.erased_post") == [(1,)]
    assert rows(settings, "SELECT action, subject, detail ->> 'posts' FROM core.audit") == [
        ("post.erased", "telegram/lars_live/1", "1")
    ]


def test_erasing_an_author_takes_their_posts_alone_and_names_them_nowhere(settings: Settings) -> None:
    key = pipeline.author_key_of(settings, "telegram", "Anna")
    fill(settings, make_masked(author_key=key), make_masked(post_id=2, author_key="cd" * 32), make_masked(post_id=3))

    receipt = pipeline.erase_author(settings, key, as_of=NOON)

    assert receipt.posts_count == 1
    assert rows(settings, "SELECT post_id FROM core.post ORDER BY 1") == [(2,), (3,)]
    assert key not in everything(settings) and "Anna" not in everything(settings)


def test_a_channel_is_erased_whole(settings: Settings) -> None:
    fill(settings, *(make_masked(post_id=n) for n in range(1, 8)))
    told: list[tuple[int, int]] = []

    receipt = pipeline.erase_posts(settings, "telegram/lars_live", as_of=NOON, on_post=lambda done, of: told.append((done, of)))

    assert receipt.posts_count == 7 and told[-1] == (7, 7)
    assert rows(settings, "SELECT count(*) FROM core.post") == [(0,)]


@pytest.mark.parametrize("subject", ["telegram/lars_live/99", "telegram/nobody", "lars_live", "vk/a/1", "telegram/a/b/c"])
def test_what_is_not_stored_cannot_be_erased_and_says_so(settings: Settings, subject: str) -> None:
    fill(settings, make_masked())

    with pytest.raises(ConfigError):
        pipeline.erase_posts(settings, subject, as_of=NOON)


def test_a_mail_that_quoted_an_erased_post_goes_without_it(settings: Settings) -> None:
    fill(settings, make_masked())
    with store.connect(settings.require_database_url()) as connection:
        _write_alert(connection)
    quoted = "SELECT jsonb_array_length(content #> '{1,posts}') FROM core.alert"
    before = rows(settings, quoted)

    receipt = pipeline.erase_posts(settings, "telegram/lars_live/1", as_of=NOON)

    assert receipt.mails_count == 1
    assert rows(settings, quoted) == [(before[0][0] - 1,)]


def _write_alert(connection: store.Connection) -> None:
    """Write an alert that quotes the post with the link of ``make_masked``."""
    connection.execute(
        """
        WITH lead AS (INSERT INTO core.series (theme_id) VALUES ('t') RETURNING series_id),
        event AS (INSERT INTO core.event (lead_series_id, opened_at) SELECT series_id, now() FROM lead RETURNING *),
        spike AS (
            INSERT INTO core.spike (series_id, event_id, onset_at, opened_at, peak_at, last_high_at, window_hours, observed, expected,
                expected_low, expected_high, score, severity, exposure, is_late, status, detector_version)
            SELECT lead_series_id, event_id, now(), now(), now(), now(), 1, 9, 1, 0, 2, 9, 9, 1, false, 'open', 'x' FROM event
            RETURNING spike_id, event_id
        )
        INSERT INTO core.alert (event_id, spike_id, rule_id, reader, language, created_at, content)
        SELECT event_id, spike_id, 'r', 'desk', 'en', %s, %s FROM spike
        """,
        (NOON, json.dumps([{}, {"posts": [{"url": "https://t.me/lars_live/1", "quote": "x"}, {"url": "https://t.me/other/1"}]}])),
    )


def test_erasures_outlive_a_restore(settings: Settings, tmp_path: Path) -> None:
    fill(settings, make_masked(), make_masked(post_id=2))
    pipeline.erase_posts(settings, "telegram/lars_live/1", as_of=NOON)
    assert pipeline.list_erasures(settings, tmp_path / "erasures.jsonl") == 1
    with store.connect(settings.require_database_url()) as connection:
        connection.execute("DELETE FROM core.erased_post")
    fill(settings, make_masked())
    assert rows(settings, "SELECT count(*) FROM core.post") == [(2,)]

    read_count, erased_count = pipeline.replay_erasures(settings, tmp_path / "erasures.jsonl", as_of=NOON)
    fill(settings, make_masked())

    assert (read_count, erased_count) == (1, 1)
    assert rows(settings, "SELECT post_id FROM core.post") == [(2,)]


def test_a_line_that_is_no_erasure_is_named_before_anything_is_erased(settings: Settings, tmp_path: Path) -> None:
    fill(settings, make_masked())
    file = tmp_path / "erasures.jsonl"
    file.write_text('{"source": "telegram", "channel": "lars_live", "post_id": 1}\n{"source": 1}\n')

    with pytest.raises(ConfigError, match=r"erasures\.jsonl:2"):
        pipeline.replay_erasures(settings, file, as_of=NOON)

    assert rows(settings, "SELECT count(*) FROM core.post") == [(1,)]


def test_a_destroyed_key_leaves_posts_without_authors(settings: Settings) -> None:
    fill(settings, make_masked(), make_masked(post_id=2, author_key="cd" * 32, key_id="k0"))

    assert pipeline.destroy_key(settings, "k0", as_of=NOON) == 1

    assert rows(settings, "SELECT post_id, key_id FROM core.post ORDER BY 1") == [(1, "k1"), (2, None)]
    with pytest.raises(ConfigError, match="k1"):
        pipeline.destroy_key(settings, "k0", as_of=NOON)


def test_a_new_key_has_the_next_name_and_is_written_down_nowhere(settings: Settings) -> None:
    key_id, key = pipeline.fresh_key(settings, as_of=NOON)

    assert key_id == "k2" and len(bytes.fromhex(key)) == 32
    assert key not in everything(settings)
    assert rows(settings, "SELECT action, subject FROM core.audit") == [("key.made", "k2")]


def old_and_new(settings: Settings) -> None:
    """Store one post a month from June to September, each collected in its month."""
    for month in (6, 7, 8, 9):
        at = NOON.replace(month=month)
        fill(settings, make_masked(post_id=month, posted_at=at, collected_at=at))


def test_months_that_have_lived_their_time_are_dropped_and_counts_stay(settings: Settings, database_url: str) -> None:
    old_and_new(settings)
    counted = rows(settings, "SELECT sum(posts_count) FROM core.series_count")
    short = Settings.from_env(
        {"MONITOR_DATABASE_URL": database_url, "MONITOR_KEEP_TEXTS_DAYS": "30", "MONITOR_KEEP_ANNOTATIONS_DAYS": "60"}
    )

    with store.connect(database_url) as connection:
        done = pipeline.retain(connection, short, as_of=NOON)
        again = pipeline.retain(connection, short, as_of=NOON)

    assert done["months dropped"] == 2 * 2 + 1 * 4 and again["months dropped"] == 0
    assert rows(settings, "SELECT post_id FROM core.post ORDER BY 1") == [(8,), (9,)]
    assert rows(settings, "SELECT DISTINCT post_id FROM core.post_theme ORDER BY 1") == [(7,), (8,), (9,)]
    assert rows(settings, "SELECT sum(posts_count) FROM core.series_count") == counted


def test_what_an_import_has_just_brought_has_not_lived_its_time(settings: Settings) -> None:
    fill(settings, make_masked(posted_at=NOON.replace(year=2019), collected_at=NOON))

    with store.connect(settings.require_database_url()) as connection:
        pipeline.retain(connection, settings, as_of=NOON + DAY)

    assert rows(settings, "SELECT count(*) FROM core.post") == [(1,)]


def test_a_run_killed_between_detaching_and_dropping_is_finished_by_the_next(settings: Settings) -> None:
    old_and_new(settings)
    with store.connect(settings.require_database_url()) as connection:
        connection.execute("ALTER TABLE core.post DETACH PARTITION core.post_2022_06")

        done = pipeline.retain(connection, settings, as_of=NOON)

        assert done["months dropped"] == 1
        assert connection.execute("SELECT to_regclass('core.post_2022_06')").fetchall() == [(None,)]


def test_authors_are_forgotten_after_their_days(settings: Settings) -> None:
    fill(settings, make_masked(collected_at=NOON - 40 * DAY), make_masked(post_id=2, collected_at=NOON - 2 * DAY))

    with store.connect(settings.require_database_url()) as connection:
        pipeline.retain(connection, settings, as_of=NOON)

    assert rows(settings, "SELECT post_id, author_key IS NULL FROM core.post ORDER BY 1") == [(1, True), (2, False)]


def test_quotes_live_no_longer_than_texts(settings: Settings) -> None:
    fill(settings, make_masked())
    with store.connect(settings.require_database_url()) as connection:
        _write_alert(connection)
        pipeline.retain(connection, settings, as_of=NOON + 401 * DAY)

    assert rows(settings, "SELECT content #> '{1,posts}' FROM core.alert") == [([],)]


def test_the_register_cannot_be_rewritten_and_ends_after_its_days(settings: Settings) -> None:
    with store.connect(settings.require_database_url()) as connection:
        for at in (NOON - 500 * DAY, NOON):
            store.note_audit(connection, "export.written", "q", as_of=at)

    with psycopg.connect(settings.require_database_url()) as connection, pytest.raises(psycopg.errors.RaiseException):
        connection.execute("UPDATE core.audit SET subject = 'other'")
    with store.connect(settings.require_database_url()) as connection:
        pipeline.retain(connection, settings, as_of=NOON)
    assert rows(settings, "SELECT noted_at FROM core.audit") == [(NOON,)]


def test_what_an_analyst_ran_is_sampled_once_without_its_values(settings: Settings, database_url: str) -> None:
    now = pipeline.utc_now()
    login, password = pipeline.add_analyst(settings, "sampled", days=1, connections_count=2, as_of=now)
    address = database_url.replace(database_url.split("@")[0], f"postgresql://{login.login}:{password}")
    with psycopg.connect(address, autocommit=True) as reader:
        for value in ("тайное", "явное"):
            reader.execute(f"SELECT name FROM analyst.theme WHERE name = '{value}'".encode())

    with store.connect(database_url) as connection:
        store.sample_statements(connection, as_of=NOON)
        store.sample_statements(connection, as_of=NOON + DAY)
    pipeline.remove_analyst(settings, "sampled", as_of=now)

    sampled = rows(settings, "SELECT login, statement, calls_count FROM core.analyst_statement WHERE statement LIKE '%theme%'")
    assert sampled == [("sampled", "SELECT name FROM analyst.theme WHERE name = $1", 2)]


def colours(settings: Settings, as_of: datetime = NOON) -> dict[str, str]:
    return {duty.name: duty.colour for duty in pipeline.check(settings, as_of=as_of)}


def test_a_sound_deployment_is_green_but_for_what_was_left_unset(settings: Settings, database_url: str) -> None:
    fill(settings, make_masked())

    told = colours(settings)

    assert {name for name, colour in told.items() if colour == "amber"} == {"erasures outlive a restore", "operator's mail"}
    assert "red" not in told.values()


@pytest.mark.parametrize(
    ("break_it", "duty"),
    [
        ("GRANT SELECT ON core.post TO analyst", "analysts' rights"),
        ("CREATE VIEW public.leak AS SELECT * FROM core.post; GRANT SELECT ON public.leak TO analyst", "analysts' rights"),
        ("GRANT INSERT ON analyst.theme TO analyst", "analysts' rights"),
        ("ALTER VIEW analyst.post SET (security_barrier = false)", "analysts' rights"),
        ("GRANT EXECUTE ON FUNCTION core.ensure_post_partition TO PUBLIC", "analysts' rights"),
        ("GRANT CREATE ON SCHEMA analyst TO analyst", "analysts' rights"),
        (
            "INSERT INTO core.withdrawn_post SELECT channel_id, post_id, posted_at, posted_at, posted_at FROM core.post",
            "deletions carried through",
        ),
        ("UPDATE core.post SET collected_at = '2022-01-01'", "retention of authors' keys"),
        ("SELECT core.ensure_post_partition('2020-01-15')", "retention of texts"),
    ],
)
def test_a_broken_promise_is_red(settings: Settings, database_url: str, break_it: str, duty: str) -> None:
    fill(settings, make_masked())
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(break_it.encode())

    assert colours(settings, NOON + DAY)[duty] == "red"


def test_posts_that_were_not_looked_at_for_a_day_are_counted(settings: Settings, database_url: str) -> None:
    fill(settings, make_masked())
    live = replace(settings, source="live")
    posted_at = rows(settings, "SELECT max(posted_at) FROM core.post")[0][0]

    standing = {duty.name: duty.standing for duty in pipeline.check(live, as_of=posted_at + 3 * DAY)}

    assert standing["deletions at the source"] == "1 Telegram posts were not looked at for a day"


def test_a_live_deployment_without_charter_or_with_open_mail_is_red(database_url: str) -> None:
    live = {"MONITOR_DATABASE_URL": database_url, "MONITOR_SMTP_HOST": "mail.example", "MONITOR_SMTP_SECURITY": "none"}

    told = colours(Settings.from_env(live), datetime.now(UTC))

    assert (told["charter"], told["mail is encrypted"]) == ("red", "red")


def test_maintain_tells_the_operator_of_what_is_red(settings: Settings, database_url: str) -> None:
    with store.connect(database_url) as connection:
        connection.execute("GRANT SELECT ON core.post TO analyst")

    pipeline.run_stage("maintain", as_of=NOON, settings=settings)

    assert rows(settings, "SELECT kind, subject FROM core.notice") == [("duty_broken", "analysts' rights")]


def test_in_a_replay_duties_are_judged_by_its_own_clock(settings: Settings) -> None:
    fill(settings, make_masked())
    with store.connect(settings.require_database_url()) as connection:
        connection.execute(
            "INSERT INTO core.cursor (source, feed, position, read_until_at) VALUES ('replay', 'r', '1', %s)", (NOON,)
        )

    assert "red" not in colours(settings, datetime(2040, 1, 1, tzinfo=UTC)).values()
