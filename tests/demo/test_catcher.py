"""The SMTP catcher: what it takes is on disk, once, and can be read in a browser."""

from __future__ import annotations

import signal
import smtplib
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from monitor.demo.catcher import keep

PICTURE = b"\x89PNG\r\n\x1a\npicture"


def make_message(*, subject: str = "Queue at Verkhny Lars", message_id: str = "<1@monitor>") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "monitor@localhost", "reader@localhost", subject
    message["Date"] = datetime(2022, 9, 22, 5, tzinfo=UTC)
    message["Message-ID"] = message_id
    message.set_content("135 against 6.7")
    message.add_alternative('<p>135 against 6.7 <img src="cid:chart"></p>', subtype="html")
    message.get_payload()[1].add_related(PICTURE, "image", "png", cid="<chart>")  # type: ignore[index, union-attr]
    return message


def test_a_page_holds_the_mail_with_its_pictures(tmp_path: Path) -> None:
    eml = keep(tmp_path, make_message().as_bytes())

    page = eml.with_suffix(".html").read_text()

    assert eml.name.startswith("2022-09-22_0500_queue-at-verkhny-lars")
    assert "135 against 6.7" in page
    assert "data:image/png;base64," in page
    assert "cid:" not in page


def test_the_index_lists_every_mail_and_trusts_no_subject(tmp_path: Path) -> None:
    keep(tmp_path, make_message(message_id="<1@monitor>").as_bytes())
    keep(tmp_path, make_message(message_id="<2@monitor>", subject="<script>alert(1)</script>").as_bytes())

    index = (tmp_path / "index.html").read_text()

    assert index.count(".eml</a>") == 2
    assert "<script>" not in index


def test_a_mail_sent_twice_is_kept_once(tmp_path: Path) -> None:
    for _ in range(2):
        keep(tmp_path, make_message().as_bytes())

    assert len(list(tmp_path.glob("*.eml"))) == 1


def test_a_text_only_mail_without_date_is_kept_too(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "plain"
    message.set_content("a < b")

    assert "a &lt; b" in keep(tmp_path, message.as_bytes()).with_suffix(".html").read_text()


def test_a_real_client_hands_over_a_mail_and_the_server_ends_when_asked(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", "monitor.demo.catcher", str(port), str(tmp_path)])

    with connect(port) as client:
        refused = client.send_message(make_message())
    kept = list(tmp_path.glob("*.eml"))
    server.send_signal(signal.SIGTERM)

    assert refused == {}
    assert len(kept) == 1
    assert server.wait(timeout=10) == 0


def connect(port: int) -> smtplib.SMTP:
    for _ in range(100):
        try:
            return smtplib.SMTP("127.0.0.1", port, timeout=10)
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("the catcher does not listen")
