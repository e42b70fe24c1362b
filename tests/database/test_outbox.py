"""The outbox over a real SMTP server: at least once, never lost, and what the server said is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor import pipeline, store
from monitor.errors import ConfigError, TransientError
from monitor.settings import Settings
from tests.builders import NOON, make_evidence, make_rule, make_spike
from tests.peers.smtp import SmtpPeer


def given_alert(connection, *recipients, held_until_at=None):
    key = make_spike().key
    connection.execute("INSERT INTO core.series (place_id) VALUES (%s)", (key.place_id,))
    series_id = store.all_series(connection)[key]
    event_id = store.add_event(connection, series_id, NOON)
    spike_id = store.save_spike(connection, make_spike(event_id=event_id), series_id)
    spike = make_spike(event_id=event_id, spike_id=spike_id)
    ids = [f"<{n}@monitor.invalid>" for n, _ in enumerate(recipients)]
    letters = [(recipient, own_id, held_until_at) for recipient, own_id in zip(recipients, ids, strict=True)]
    store.add_alert(connection, make_rule(recipients=recipients), spike, make_evidence(), created_at=NOON, letters=letters)


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


def given_notices(database_url, *subjects, kind="channel_silent"):
    with store.connect(database_url) as connection:
        for subject in subjects:
            store.open_notice(connection, kind, subject, f"{subject} is silent. Look at it.", as_of=NOON)


def operator(database_url, smtp, addresses="op@monitor.example"):
    return make_settings(database_url, smtp, MONITOR_OPERATOR_MAIL=addresses)


def body(message, kind="plain"):
    return message.get_body((kind,)).get_content()


def test_the_operator_is_mailed_once_at_the_opening_and_told_the_end_in_the_next_mail(database_url):
    given_notices(database_url, "baza")

    with SmtpPeer() as smtp:
        settings = operator(database_url, smtp)
        counts = [run_mail(settings)["sent"], run_mail(settings)["sent"]]
        with store.connect(database_url) as connection:
            store.settle_notice(connection, "channel_silent", "baza", as_of=NOON + timedelta(hours=3), outcome="It writes again.")
        counts.append(run_mail(settings)["sent"])
        given_notices(database_url, "meduza")
        counts += [run_mail(settings)["sent"], run_mail(settings)["sent"]]

    assert counts == [1, 0, 0, 1, 0]
    first, second = smtp.messages
    assert first["Subject"] == "Monitor, to the operator: channel silent, baza"
    assert "Since 21 Sep 2022 12:00 UTC" in body(first) and "baza is silent. Look at it." in body(first)
    assert "Over since the last mail" not in body(first)
    for kind in ("plain", "html"):
        assert "meduza is silent" in body(second, kind)
        assert "baza, 21 Sep 2022 12:00 to 21 Sep 2022 15:00 UTC. It writes again." in body(second, kind)


def test_many_notices_of_one_run_are_one_mail_to_each_address(database_url):
    given_notices(database_url, *(f"channel_{n}" for n in range(12)))

    with SmtpPeer() as smtp:
        run_mail(operator(database_url, smtp, "a@monitor.example, b@monitor.example"))

    assert [message["To"] for message in smtp.messages] == ["a@monitor.example", "b@monitor.example"]
    assert len({message["Message-ID"] for message in smtp.messages}) == 2
    assert "12 things (channel silent)" in smtp.messages[0]["Subject"]
    assert all(f"channel_{n} is silent" in body(smtp.messages[1]) for n in range(12))


def test_a_very_bad_morning_is_a_few_mails(database_url):
    given_notices(database_url, *(f"channel_{n}" for n in range(45)))

    with SmtpPeer() as smtp:
        run_mail(operator(database_url, smtp))

    assert len(smtp.messages) == 3


def test_a_notice_that_came_and_went_between_two_mails_is_told_with_its_end(database_url):
    given_notices(database_url, "baza")
    with store.connect(database_url) as connection:
        store.settle_notice(connection, "channel_silent", "baza", as_of=NOON + timedelta(hours=3))

    with SmtpPeer() as smtp:
        run_mail(operator(database_url, smtp))
        given_notices(database_url, "meduza")
        run_mail(operator(database_url, smtp))

    assert "over since 21 Sep 2022 15:00 UTC" in body(smtp.messages[0])
    assert "baza" not in body(smtp.messages[1])


def test_without_an_address_notices_wait_and_alerts_go_out(alerted):
    database_url = alerted("desk@monitor.example")
    given_notices(database_url, "baza")

    with SmtpPeer() as smtp:
        assert run_mail(make_settings(database_url, smtp))["sent"] == 1
        assert run_mail(operator(database_url, smtp))["sent"] == 1

    assert [message["To"] for message in smtp.messages] == ["desk@monitor.example", "op@monitor.example"]


def test_a_mail_to_the_operator_found_in_sending_is_sent_again_under_the_same_id(database_url):
    given_notices(database_url, "baza")
    with SmtpPeer() as smtp:
        settings = operator(database_url, smtp, "drop@monitor.example")
        with pytest.raises(TransientError):
            run_mail(settings)
        with pytest.raises(TransientError):
            run_mail(settings, as_of=NOON + timedelta(hours=1))

    assert len(smtp.messages) == 2
    assert len({message["Message-ID"] for message in smtp.messages}) == 1


def test_an_address_of_the_operator_that_is_none_is_refused_before_anything_is_sent(database_url):
    with SmtpPeer() as smtp, pytest.raises(ConfigError, match="MONITOR_OPERATOR_MAIL"):
        operator(database_url, smtp, "op@monitor.example, nobody")


def test_mails_that_do_not_arrive_are_counted_by_address_until_one_does(alerted):
    database_url = alerted("desk@monitor.example", "nobody@monitor.example", "full@monitor.example")
    with SmtpPeer() as smtp:
        run_mail(make_settings(database_url, smtp))

    with store.connect(database_url) as connection:
        assert store.failing_recipients(connection, many_attempts=3) == 2
        connection.execute("UPDATE core.delivery SET status = 'sent'")
        assert store.failing_recipients(connection, many_attempts=3) == 0
