"""The outbox over a real SMTP server: at least once, never lost, and what the server said is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import pipeline, store
from monitor.errors import ConfigError, TransientError
from monitor.settings import Settings
from tests.builders import NOON, make_evidence, make_rule, make_spike
from tests.peers.smtp import SmtpPeer


def given_alert(connection, *recipients):
    key = make_spike().key
    connection.execute("INSERT INTO core.series (place_id) VALUES (%s)", (key.place_id,))
    series_id = store.all_series(connection)[key]
    event_id = store.add_event(connection, series_id, NOON)
    spike_id = store.save_spike(connection, make_spike(event_id=event_id), series_id)
    spike = make_spike(event_id=event_id, spike_id=spike_id)
    ids = [f"<{n}@monitor.invalid>" for n, _ in enumerate(recipients)]
    store.add_alert(connection, make_rule(recipients=recipients), spike, make_evidence(), created_at=NOON, message_ids=ids)


def make_settings(database_url, smtp, **env):
    values = {"MONITOR_SMTP_HOST": "localhost", "MONITOR_SMTP_PORT": str(smtp.port), "MONITOR_SMTP_SECURITY": "none", **env}
    return Settings.from_env({"MONITOR_DATABASE_URL": database_url, **values})


def run_mail(settings, as_of=NOON):
    return dict(pipeline.run_stage("mail", as_of=as_of, settings=settings).counts)


def deliveries(database_url):
    with store.connect(database_url) as connection:
        query = "SELECT recipient, status, attempts_count, last_error FROM core.delivery ORDER BY recipient"
        return {row[0]: tuple(row[1:]) for row in connection.execute(query)}


@pytest.fixture
def alerted(database_url):
    def write(*recipients):
        with store.connect(database_url) as connection:
            given_alert(connection, *recipients)
        return database_url

    return write


def test_a_mail_arrives_whole_and_is_not_sent_again(alerted):
    database_url = alerted("desk@monitor.example")

    with SmtpPeer() as smtp:
        settings = make_settings(database_url, smtp)
        first, second = run_mail(settings), run_mail(settings)

    assert (first["sent"], second["sent"]) == (1, 0)
    (message,) = smtp.messages
    assert message["Message-ID"] == "<0@monitor.invalid>"
    assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html", "image/png"}


def test_refused_recipients_are_recorded_one_by_one_and_do_not_stop_the_others(alerted):
    database_url = alerted("desk@monitor.example", "nobody@monitor.example", "full@monitor.example")

    with SmtpPeer() as smtp:
        counts = run_mail(make_settings(database_url, smtp))

    assert (counts["sent"], counts["refused"]) == (1, 2)
    found = deliveries(database_url)
    assert found["desk@monitor.example"][0] == "sent"
    assert found["nobody@monitor.example"][0] == "refused" and "550" in found["nobody@monitor.example"][2]


def test_a_server_that_asks_to_wait_is_asked_again_later_and_not_before(alerted):
    database_url = alerted("greylist@monitor.example")

    with SmtpPeer() as smtp:
        settings = make_settings(database_url, smtp)
        counts = [run_mail(settings, as_of=NOON + timedelta(seconds=s)) for s in (0, 30, 90)]

    assert [c["later"] for c in counts] == [1, 0, 1]
    assert deliveries(database_url)["greylist@monitor.example"][:2] == ("pending", 2)


def test_an_hour_without_a_server_loses_nothing(alerted):
    database_url = alerted("desk@monitor.example")
    with SmtpPeer() as gone:
        settings_gone = make_settings(database_url, gone)

    with pytest.raises(TransientError):
        run_mail(settings_gone)
    with SmtpPeer() as smtp:
        counts = run_mail(make_settings(database_url, smtp), as_of=NOON + timedelta(hours=1))

    assert counts["sent"] == 1


def test_a_connection_lost_after_the_mail_was_taken_sends_it_again_under_the_same_id(alerted):
    database_url = alerted("drop@monitor.example")

    with SmtpPeer() as smtp:
        settings = make_settings(database_url, smtp)
        for hour in (0, 1):
            with pytest.raises(TransientError):
                run_mail(settings, as_of=NOON + timedelta(hours=hour))

    assert {message["Message-ID"] for message in smtp.messages} == {"<0@monitor.invalid>"}
    assert deliveries(database_url)["drop@monitor.example"][0] == "pending"


def test_one_found_in_sending_was_cut_off_by_a_kill_and_is_sent_again(alerted):
    database_url = alerted("desk@monitor.example")
    with store.connect(database_url) as connection:
        store.next_delivery(connection, as_of=NOON, after_id=0)

    with SmtpPeer() as smtp:
        counts = run_mail(make_settings(database_url, smtp))

    assert counts["sent"] == 1
    assert deliveries(database_url)["desk@monitor.example"][:2] == ("sent", 2)


def test_starttls_and_login_are_used_and_a_wrong_password_is_told(alerted, tmp_path, monkeypatch):
    database_url = alerted("desk@monitor.example")

    with SmtpPeer(folder=tmp_path, has_tls=True, login=("alert", "s3cret")) as smtp:
        monkeypatch.setenv("SSL_CERT_FILE", str(smtp.ca_file))
        login = {"MONITOR_SMTP_SECURITY": "starttls", "MONITOR_SMTP_USER": "alert"}
        with pytest.raises(ConfigError, match="refuses the login"):
            run_mail(make_settings(database_url, smtp, **login, MONITOR_SMTP_PASSWORD="wrong"))
        counts = run_mail(make_settings(database_url, smtp, **login, MONITOR_SMTP_PASSWORD="s3cret"))

    assert counts["sent"] == 1


def test_a_server_that_cannot_be_trusted_gets_no_mail(alerted, tmp_path):
    database_url = alerted("desk@monitor.example")

    with SmtpPeer(folder=tmp_path, has_tls=True, login=("alert", "s3cret")) as smtp:
        with pytest.raises(ConfigError, match="cannot be trusted"):
            run_mail(make_settings(database_url, smtp, MONITOR_SMTP_SECURITY="starttls"))

    assert smtp.messages == []
    assert deliveries(database_url)["desk@monitor.example"][0] == "pending"
