"""The whole way of a post, on real parts: the bundled replay through every stage, to a mail and a row an analyst can query."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from monitor import pipeline
from monitor.settings import Settings
from tests.conftest import clone, with_database
from tests.peers.smtp import SmtpPeer

ROOT = Path(__file__).parents[1]
DECREE_AT = datetime(2022, 9, 21, 6, tzinfo=UTC)
LOST_ENDS_AT = datetime(2022, 9, 14, 18, tzinfo=UTC)
READ_BACK_AT = datetime(2022, 9, 25, 19, tzinfo=UTC)
KEY = "5e" * 32


def environment(database_url: str, **more: str) -> dict[str, str]:
    return {"MONITOR_DATABASE_URL": database_url, "MONITOR_SOURCE": "replay", "MONITOR_HASH_KEY": KEY, **more}


def make_database(postgres_url: str, name: str) -> str:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        clone(connection, name)
    return with_database(postgres_url, name)


def run_stages(settings: Settings) -> dict[str, dict[str, int]]:
    pipeline.seed(settings)
    return {report.stage: dict(report.counts) for report in pipeline.run_all(as_of=pipeline.utc_now(), settings=settings)}


class Played:
    """The replay, played once for all tests of this file."""

    def __init__(self, database_url: str, smtp: SmtpPeer) -> None:
        self.settings = Settings.from_env(
            environment(database_url, MONITOR_SMTP_HOST=smtp.host, MONITOR_SMTP_PORT=str(smtp.port), MONITOR_SMTP_SECURITY="none")
        )
        self.smtp = smtp
        self.reports = run_stages(self.settings)

    def rows(self, query: str) -> list[tuple]:
        with psycopg.connect(self.settings.require_database_url()) as connection:
            return connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def played(postgres_url, template_url):
    with SmtpPeer() as smtp:
        yield Played(make_database(postgres_url, "flow"), smtp)


def test_every_post_is_read_and_only_what_concerns_us_is_kept(played):
    collected = played.reports["collect"]

    assert collected["read"] >= 5000
    assert collected["read"] * 0.2 < collected["kept"] == collected["new"] < collected["read"] * 0.7
    assert collected["quarantined"] == 0


def test_stored_texts_hold_no_phone_and_no_account(played):
    leaks = played.rows("SELECT text FROM core.post WHERE text ~ '900 000' OR text ~ '@replay_person'")

    assert leaks == []
    assert played.rows("SELECT count(*) FROM core.post WHERE author_key ~ '^[0-9a-f]{64}$'")[0][0] > 100


def test_mobilisation_is_flagged_within_an_hour_of_the_decree(played):
    first = played.rows("SELECT min(opened_at), min(onset_at) FROM analyst.spike WHERE theme_id = 'mobilisation'")[0]

    assert DECREE_AT <= first[0] <= DECREE_AT + timedelta(hours=1)
    assert first[1] <= first[0]


def test_the_queue_at_verkhny_lars_is_mailed_with_hours_and_km(played):
    mails = [message for message in played.smtp.messages if "Верхний Ларс" in message["Subject"]]
    told = [message["Subject"] + message.get_body(("plain",)).get_content() for message in mails]

    assert any(re.search(r"ожидание \S+ ч", text) and re.search(r"очередь \S+ км", text) for text in told), told


def test_three_quiet_weeks_bring_no_mail(played):
    assert played.rows(f"SELECT count(*) FROM core.alert WHERE created_at < '{DECREE_AT}'") == [(0,)]


def test_neither_the_lost_outage_nor_its_end_is_read_as_a_spike(played):
    lost = played.rows("SELECT count(*) FROM core.coverage WHERE state = 'lost'")[0][0]
    near = f"opened_at BETWEEN '{LOST_ENDS_AT - timedelta(hours=12)}' AND '{LOST_ENDS_AT + timedelta(days=2)}'"

    assert lost == 13 * 48
    assert played.rows(f"SELECT count(*) FROM analyst.spike WHERE {near}") == [(0,)]


def test_what_was_read_back_is_assessed_late_and_says_so(played):
    late = played.rows("SELECT place_id, onset_at, opened_at FROM analyst.spike WHERE is_late AND theme_id IS NULL")
    subjects = [message["Subject"] for message in played.smtp.messages]

    assert ("kyakhta_altanbulag", READ_BACK_AT) in [(place, opened_at) for place, _, opened_at in late]
    assert all(onset_at < opened_at for _, onset_at, opened_at in late)
    assert any("Kyakhta" in subject for subject in subjects)


def test_the_operator_is_told_of_both_outages_and_of_nothing_else(played):
    pipeline.run_stage("maintain", as_of=pipeline.utc_now(), settings=played.settings)

    told = played.rows("SELECT kind, subject, opened_at, settled_at, outcome FROM core.notice ORDER BY opened_at")
    assert [row[:3] for row in told] == [
        ("source_silent", "replay", datetime(2022, 9, 14, 8, tzinfo=UTC)),
        ("source_silent", "replay", datetime(2022, 9, 25, 8, tzinfo=UTC)),
    ]
    assert "0 quarter-hours of channels were read back, 624 can no longer be read, 0 are still open" in told[0][4]
    assert "416 quarter-hours of channels were read back, 0 can no longer be read" in told[1][4]
    assert told[1][3] == READ_BACK_AT


def test_status_tells_how_complete_the_day_of_the_outage_is(played):
    standing = pipeline.status(played.settings, as_of=pipeline.utc_now(), day=LOST_ENDS_AT.date())

    *channels, total = standing["coverage of 2022-09-14"]
    assert len(channels) == 13 and total["channel"] == "all channels"
    assert {(row["read"], row["lost"], row["pending"], row["not read since"]) for row in channels} == {("50.0 %", 48, 0, "06:00")}
    assert (total["read"], total["lost"]) == ("50.0 %", 624)


def test_spikes_that_were_high_while_channels_were_missing_carry_the_mark(played):
    marked = played.rows("SELECT bool_and(is_incomplete) FROM analyst.spike WHERE exposure < 1")[0][0]

    assert marked in (True, None)
    assert played.rows("SELECT count(*) FROM analyst.spike WHERE is_incomplete AND opened_at < '2022-09-25'") == [(0,)]


def test_every_spike_has_its_evidence_and_those_that_were_mailed_show_posts_of_several_origins(played):
    bare = played.rows("SELECT spike_id FROM analyst.spike EXCEPT SELECT spike_id FROM analyst.spike_evidence")
    shown = played.rows(
        """SELECT min(posts_count), max(posts_count) FROM (
            SELECT count(*) AS posts_count FROM analyst.spike_post JOIN analyst.spike USING (spike_id)
            WHERE cleared_at IS NOT NULL AND kind = 'posts' GROUP BY spike_id
        ) AS counted"""
    )[0]
    elsewhere = played.rows(
        "SELECT neighbours FROM analyst.spike_evidence JOIN analyst.spike USING (spike_id) WHERE theme_id = 'border_queue'"
    )

    assert bare == []
    assert 3 <= shown[0] <= shown[1] <= 8
    assert any(near and any(other["place_id"] == "verkhny_lars" for other in near) for (near,) in elsewhere)


def test_mails_on_the_queue_tell_the_wait_now_and_when_it_was_last_so(played):
    texts = [message.get_body(("plain",)).get_content() for message in played.smtp.messages if "wait 12 h" in message["Subject"]]

    assert texts and all("Wait at " in text and " independent report" in text for text in texts)
    assert all("days on record" in text or "last waited" in text for text in texts)


def test_every_alert_was_sent_to_its_reader_once(played):
    sent = played.rows("SELECT recipient, message_id FROM core.delivery WHERE status = 'sent'")

    assert len(played.smtp.messages) == len(sent) == len({message["Message-ID"] for message in played.smtp.messages}) > 5
    assert played.reports["mail"]["sent"] == len(sent)


def test_a_second_run_adds_nothing_and_sends_nothing(played):
    before, mails = pipeline.digest(played.settings), len(played.smtp.messages)

    reports = run_stages(played.settings)

    assert pipeline.digest(played.settings) == before
    assert reports["collect"]["read"] == reports["classify"]["classified"] == reports["mail"]["sent"] == 0
    assert len(played.smtp.messages) == mails


def test_counts_agree_with_the_posts_they_count(played):
    wrong = played.rows(
        """
        WITH counted AS (
            SELECT theme_id, sum(posts_count) AS posts_count FROM core.series_count JOIN core.series USING (series_id)
            WHERE num_nonnulls(place_id, source, language, channel_id) = 0 GROUP BY theme_id
        ), stored AS (SELECT theme_id, count(*) AS posts_count FROM core.post_theme GROUP BY theme_id)
        SELECT * FROM counted FULL JOIN stored USING (theme_id) WHERE counted.posts_count IS DISTINCT FROM stored.posts_count
        """
    )

    assert wrong == []


def test_what_is_stored_is_what_classify_says_of_the_stored_text(played):
    from monitor.pipeline.classify import annotate_text
    from monitor.pipeline.tools import reading

    rows = played.rows(
        """SELECT text, (SELECT array_agg(theme_id ORDER BY theme_id) FROM core.post_theme AS hit
        WHERE (hit.channel_id, hit.post_id) = (post.channel_id, post.post_id)) FROM core.post ORDER BY posted_at LIMIT 400"""
    )

    for text, stored in rows:
        found = annotate_text(text, reading(played.settings), language_hint=None)
        assert [theme.theme_id for theme in found.themes] == (stored or [])


@pytest.mark.parametrize("query", sorted((ROOT / "sql" / "queries").glob("*.sql")), ids=lambda file: file.stem)
def test_the_cookbooks_queries_run_as_analyst_and_find_something(played, query):
    question, shape = query.read_text(encoding="utf-8").splitlines()[:2]
    assert question.endswith("?") and shape.startswith("-- Shape: one row is") and "Caveat:" in shape
    with psycopg.connect(played.settings.require_database_url()) as connection:
        connection.execute("GRANT analyst TO current_user")
        connection.execute("SET LOCAL ROLE analyst")
        assert connection.execute(query.read_bytes()).fetchall()
        connection.rollback()


def test_runs_killed_at_any_moment_end_with_the_digest_of_an_undisturbed_one(played, postgres_url):
    database_url = make_database(postgres_url, "killed")
    settings = Settings.from_env(environment(database_url))
    pipeline.seed(settings)

    for patience_s in (1.6, 2.2, 2.9, 3.6, 4.4):
        for stage in ("collect", "classify", "detect"):
            _kill_during(stage, environment(database_url), patience_s)
    for stage in ("collect", "classify", "detect"):
        pipeline.run_stage(stage, as_of=pipeline.utc_now(), settings=settings)

    undisturbed, disturbed = pipeline.digest(played.settings), pipeline.digest(settings)
    for table in ("delivery", "queue_estimate"):  # nothing was mailed or estimated here
        undisturbed.pop(table), disturbed.pop(table)
    assert disturbed == undisturbed


def _kill_during(stage: str, env: dict[str, str], patience_s: float) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor.cli", stage], env={**os.environ, **env}, stdout=subprocess.DEVNULL, cwd=ROOT
    )
    time.sleep(patience_s)
    process.kill()
    process.wait()
