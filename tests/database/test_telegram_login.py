"""Signing in and verifying, through the command line and the unmodified client; the session goes where it was asked to, only."""

from __future__ import annotations

import logging
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from telethon.sessions import StringSession

from monitor import store
from monitor.cli import main
from monitor.sources.telegram import login
from tests.peers.telegram import DC_ID, LOGIN_CODE, ServerKey, TelegramPeer, known_to_telethon

PASSWORD = "второй пароль"
PHONE = "+79990000001"
API_HASH = "0123456789abcdef" * 2
ENV = {"MONITOR_TELEGRAM_API_ID": "1", "MONITOR_TELEGRAM_API_HASH": API_HASH}
CHANNELS = """
- {source: telegram, handle: lars_live, title: Lars, why: queue, since: 2022-09-01}
- {source: telegram, handle: border_chat, title: Chat, why: group, since: 2022-09-01}
- {source: telegram, handle: nobody_here, title: Nobody, why: gone, since: 2022-09-01}
"""


@pytest.fixture(scope="module")
def server_key() -> Iterator[ServerKey]:
    key = ServerKey.generate()
    with known_to_telethon(key):
        yield key


@pytest.fixture
def peer(server_key: ServerKey, monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramPeer]:
    with TelegramPeer(server_key, password=PASSWORD) as running:

        def here() -> StringSession:
            session = StringSession()
            session.set_dc(DC_ID, running.host, running.port)
            return session

        monkeypatch.setattr(login, "fresh_session", here)
        yield running


def sign_in(*answers: str, out: Path | None = None) -> Result:
    arguments = ["telegram", "login", *(["--out", str(out)] if out else [])]
    return CliRunner().invoke(main, arguments, input="".join(f"{answer}\n" for answer in answers), env=ENV)


def test_phone_code_and_password_give_a_session_in_a_file_of_its_owner(peer, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    out = tmp_path / "telegram.session"

    told = sign_in(PHONE, LOGIN_CODE, PASSWORD, out=out)

    assert told.exit_code == 0, told.output
    session = out.read_text().strip()
    assert StringSession(session).auth_key.key_id in peer.keys
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert not any(secret in told.output + caplog.text for secret in (session, PASSWORD, LOGIN_CODE, API_HASH))


def test_the_session_is_shown_only_after_consent_and_else_signed_out(peer):
    shown = sign_in(PHONE, LOGIN_CODE, PASSWORD, "y")
    declined = sign_in(PHONE, LOGIN_CODE, PASSWORD, "n")

    sessions = [line for line in shown.output.splitlines() if line.startswith("1") and len(line) > 300]
    assert len(sessions) == 1
    assert not any(len(line) > 300 for line in declined.output.splitlines())
    assert peer.calls.count("auth.LogOut") == 1


def test_a_wrong_code_and_a_wrong_password_may_be_given_again(peer, tmp_path):
    told = sign_in(PHONE, "11111", LOGIN_CODE, "wrong", PASSWORD, out=tmp_path / "s")

    assert told.exit_code == 0, told.output
    assert "the code is wrong" in told.output and "the password is wrong" in told.output


def test_three_wrong_passwords_end_it_without_a_file_and_without_showing_anything(peer, tmp_path):
    told = sign_in(PHONE, LOGIN_CODE, "wrong-1", "wrong-2", "wrong-3", out=tmp_path / "s")

    assert told.exit_code == 2
    assert not (tmp_path / "s").exists()
    assert "wrong-" not in told.output


def test_a_file_that_exists_is_never_written_over(peer, tmp_path):
    (tmp_path / "s").write_text("mine")

    told = sign_in(PHONE, out=tmp_path / "s")

    assert (told.exit_code, (tmp_path / "s").read_text(), peer.calls) == (2, "mine", [])


def test_an_error_on_the_way_carries_no_secret(peer):
    with login.Login(1, API_HASH) as steps:
        steps.send_code(PHONE)
        steps.sign_in(LOGIN_CODE)
        with pytest.raises(login.WrongAnswer) as failure:
            steps.check_password("wrong")
        session = steps.session()

    assert failure.value.__cause__ is None and failure.value.__context__ is None
    assert session not in repr(steps) + repr(failure.value)


def test_verify_says_what_each_channel_is_and_records_those_that_may_be_collected(database_url, tmp_path):
    folder = tmp_path / "seeds" / "channels"
    folder.mkdir(parents=True)
    (folder / "live.yml").write_text(CHANNELS)
    with TelegramPeer() as peer:
        lars = peer.channel("lars_live")
        peer.channel("border_chat", is_broadcast=False)
        env = {
            **ENV,
            "MONITOR_DATABASE_URL": database_url,
            "MONITOR_ROOT": str(tmp_path),
            "MONITOR_TELEGRAM_SESSION": peer.session(),
        }

        first = CliRunner().invoke(main, ["telegram", "verify"], env=env)
        second = CliRunner().invoke(main, ["telegram", "verify"], env=env)

    assert "verified  lars_live: broadcast channel “Lars_Live”" in first.output, first.output
    assert "border_chat: refused (NotBroadcast)" in first.output
    assert "nobody_here: gone (UsernameNotOccupied)" in first.output
    assert "verify: 0 verified, 2 not" in second.output
    with store.connect(database_url) as connection:
        assert store.verified_handles(connection) == {"lars_live"}
        assert store.account_peers(connection, "main") == {"lars_live": (lars.channel_id, lars.access_hash)}
        assert [subject for _, subject, _, _ in store.open_notices(connection)] == ["border_chat", "nobody_here"]
