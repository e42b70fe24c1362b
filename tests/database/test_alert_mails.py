"""Mails as an event opens, grows and ends, what is held and gathered, and what readers say of them; over a real SMTP server."""

from __future__ import annotations

import mailbox
import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor import pipeline, store
from monitor.errors import ConfigError, TransientError
from monitor.settings import Settings
from tests.builders import HOUR, NOON, make_evidence, make_rule, make_spike
from tests.database.test_outbox import deliveries, given_alert, make_settings
from tests.peers.smtp import SmtpPeer

KEY = {"MONITOR_HASH_KEY": "5e" * 32}


def text_of(message) -> str:
    return message.get_body(("plain",)).get_content()


def mail_once(settings: Settings, as_of=NOON) -> None:
    pipeline.run_stage("mail", as_of=as_of, settings=settings)


def test_what_is_held_goes_out_as_one_mail_when_its_moment_has_come_and_only_once(database_url):
    with store.connect(database_url) as connection, SmtpPeer() as smtp:
        given_alert(connection, "a@b.example", held_until_at=NOON + HOUR)
        spike = make_spike(event_id=1, spike_id=1)
        for number in (2, 3):
            store.add_alert(
                connection,
                make_rule(),
                spike,
                make_evidence(),
                created_at=NOON,
                letters=[("a@b.example", f"<grown{number}@monitor.invalid>", NOON + HOUR)],
                kind="ended" if number == 3 else "grown",
                number=1,
            )
        settings = make_settings(database_url, smtp, **KEY)

        mail_once(settings)
        held = list(smtp.messages)
        mail_once(settings, NOON + HOUR)
        mail_once(settings, NOON + 2 * HOUR)

    assert held == [] and len(smtp.messages) == 1
    told = text_of(smtp.messages[0])
    assert smtp.messages[0]["Subject"] == "Monitor: alerts held back: 2, events over: 1"
    assert told.count("monitor feedback mf-") == 3 and "Growing: " in told and "Over: " in told


def test_a_gathered_mail_cut_off_by_a_kill_is_sent_again_under_the_same_id(database_url):
    with store.connect(database_url) as connection, SmtpPeer() as smtp:
        given_alert(connection, "a@b.example", held_until_at=NOON)
        settings = make_settings(database_url, smtp, **KEY)
        mail_once(settings)
        connection.execute("UPDATE core.delivery SET status = 'sending' WHERE gathered_mail_id IS NOT NULL")

        mail_once(settings)

    assert len({message["Message-ID"] for message in smtp.messages}) == 1 and len(smtp.messages) == 2


def verdicts(database_url: str) -> list[tuple]:
    with store.connect(database_url) as connection:
        return connection.execute("SELECT verdict, until_at FROM core.feedback ORDER BY 1").fetchall()


@pytest.fixture
def mailed(database_url):
    """Give settings, the mail and its token."""
    with store.connect(database_url) as connection, SmtpPeer() as smtp:
        given_alert(connection, "a@b.example")
        settings = make_settings(database_url, smtp, **KEY)
        mail_once(settings)
        token = re.search(r"mf-[a-z2-7]{20}", text_of(smtp.messages[0]))
        assert token is not None
        yield settings, smtp.messages[0], token[0]


def test_text_and_html_ask_for_the_same_verdict(mailed):
    _, message, token = mailed

    assert token in text_of(message) and token in message.get_body(("html",)).get_content()


def test_a_verdict_becomes_a_label_and_a_precision(mailed):
    settings, _, token = mailed
    url = settings.require_database_url()

    pipeline.give_feedback(settings, token, "false-alarm", pause=None, as_of=NOON + HOUR)
    pipeline.give_feedback(settings, token.upper(), "useful", pause=None, as_of=NOON + HOUR)
    pipeline.give_feedback(settings, token, "snooze", pause="3d", as_of=NOON + HOUR)

    assert verdicts(url) == [("snooze", NOON + HOUR + timedelta(days=3)), ("useful", None)]
    with store.connect(url) as connection:
        query = "SELECT alerts_count, useful_count, false_alarms_count, precision_share FROM analyst.alert_precision"
        assert connection.execute(query).fetchall() == [(1, 1, 0, 1.0)]


@pytest.mark.parametrize("token", ["mf-" + "a" * 20, "mf-", "", "x"])
def test_a_token_of_no_mail_is_refused(mailed, token):
    with pytest.raises(ConfigError, match="token"):
        pipeline.give_feedback(mailed[0], token, "useful", pause=None, as_of=NOON)


def test_a_token_ends_after_two_months(mailed):
    with pytest.raises(ConfigError, match="two months"):
        pipeline.give_feedback(mailed[0], mailed[2], "useful", pause=None, as_of=NOON + timedelta(days=61))


def test_a_snooze_holds_back_the_series_for_that_reader_alone(mailed):
    settings, _, token = mailed
    pipeline.give_feedback(settings, token, "snooze", pause="24h", as_of=NOON)
    spike = make_spike(event_id=1, spike_id=1)

    with store.connect(settings.require_database_url()) as connection:
        assert store.is_snoozed(connection, "a@b.example", spike, at=NOON + HOUR)
        assert not store.is_snoozed(connection, "a@b.example", spike, at=NOON + 25 * HOUR)
        assert not store.is_snoozed(connection, "c@d.example", spike, at=NOON + HOUR)


def test_replies_in_a_maildir_become_verdicts_and_are_deleted(mailed, tmp_path: Path):
    settings, _, token = mailed
    box = mailbox.Maildir(tmp_path / "replies")
    box.add(f"From: a@b.example\nSubject: Re: an alert\n\nuseful, thanks, Anna +7 916 123 45 67\n> {token}\n")
    box.add(b"From: x\n\nout of office")
    box.add(b"From: x\nContent-Type: text/plain; charset=klingon\n\n\xff\xfe")
    box.add(f"From: a@b.example\n\nuseful\n> mf-{'b' * 20}\n")
    reading = make_settings(settings.require_database_url(), SmtpPortOf(settings), **KEY, MONITOR_FEEDBACK_MAILDIR=str(box._path))

    mail_once(reading, NOON + HOUR)
    mail_once(reading, NOON + HOUR)

    assert verdicts(settings.require_database_url()) == [("useful", None)]
    assert len(list(Path(box._path, "new").iterdir())) == 0 and len(list(Path(box._path, "cur").iterdir())) == 3
    with store.connect(settings.require_database_url()) as connection:
        assert "Anna" not in str(connection.execute("SELECT * FROM core.feedback").fetchall())


class SmtpPortOf:
    """Stands where a peer does in ``make_settings``: the port of settings that were made with one."""

    def __init__(self, settings: Settings) -> None:
        self.port = settings.smtp_port


def test_a_folder_that_is_no_maildir_is_named(mailed, tmp_path: Path):
    settings = make_settings(mailed[0].require_database_url(), SmtpPortOf(mailed[0]), MONITOR_FEEDBACK_MAILDIR=str(tmp_path))

    with pytest.raises(ConfigError, match="no Maildir"):
        mail_once(settings)


def test_a_test_mail_takes_the_way_of_alerts_and_leaves_nothing(database_url):
    with SmtpPeer() as smtp:
        told = pipeline.test_mail(make_settings(database_url, smtp), "desk@example.org", as_of=NOON)

    assert "desk@example.org" in told and smtp.messages[0]["Subject"] == "Monitor: a test"
    assert deliveries(database_url) == {}


def test_a_test_mail_to_a_refused_or_wrong_address_says_so(database_url):
    with SmtpPeer() as smtp:
        settings = make_settings(database_url, smtp)
        with pytest.raises(ConfigError, match="no such user"):
            pipeline.test_mail(settings, "nobody@example.org", as_of=NOON)
        with pytest.raises(TransientError, match="try again later"):
            pipeline.test_mail(settings, "greylist@example.org", as_of=NOON)
        with pytest.raises(ConfigError, match="no e-mail address"):
            pipeline.test_mail(settings, "nonsense", as_of=NOON)
