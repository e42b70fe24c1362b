"""Take mail on 127.0.0.1 as a real SMTP server does, and lay it out as .eml files and HTML pages.

    python -m monitor.demo.catcher PORT FOLDER

A mail is on disk before it is answered with 250. A mail with a Message-ID that is already there replaces it.
"""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import hashlib
import html
import os
import re
import signal
import sys
from email.message import EmailMessage
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MOST_BYTES = 32 * 1024 * 1024
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ font-family: sans-serif; margin: 2rem auto; max-width: 60rem; line-height: 1.4 }}
table {{ border-collapse: collapse; width: 100% }}
td, th {{ text-align: left; padding: .3rem .6rem; border-bottom: 1px solid #ccc }}
</style></head><body>
{body}
</body></html>
"""


class Catcher:
    """aiosmtpd's handler: writes each message down."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message, then say so."""
        content = envelope.content if isinstance(envelope.content, bytes) else (envelope.content or "").encode()
        keep(self._folder, content)
        return "250 kept"


def keep(folder: Path, content: bytes) -> Path:
    """Write one message as .eml and as a page, renew the index, and give the .eml's path."""
    message = parse(content)
    eml = folder / f"{_stem(message, content)}.eml"
    _write(eml, content)
    _write(eml.with_suffix(".html"), page(message).encode())
    _write(folder / "index.html", index(folder).encode())
    return eml


def parse(content: bytes) -> EmailMessage:
    """Read a message with the modern policy."""
    return email.message_from_bytes(content, _class=EmailMessage, policy=email.policy.default)


def page(message: EmailMessage) -> str:
    """Show a message as one file: its HTML with the pictures inside, else its text."""
    body = message.get_body(("html", "plain"))
    shown = str(body.get_content()) if body else ""
    if body is None or body.get_content_type() == "text/plain":
        shown = f"<pre>{html.escape(shown)}</pre>"
    for part in message.walk():
        if part.get_content_maintype() == "image" and part["Content-ID"]:
            picture = base64.b64encode(part.get_payload(decode=True) or b"").decode()  # type: ignore[arg-type]
            shown = shown.replace(f"cid:{part['Content-ID'].strip('<>')}", f"data:{part.get_content_type()};base64,{picture}")
    head = "<br>".join(f"<b>{name}:</b> {html.escape(str(message[name] or ''))}" for name in ("From", "To", "Date", "Subject"))
    return PAGE.format(title=html.escape(str(message["Subject"])), body=f"<p>{head}</p><hr>{shown}")


def index(folder: Path) -> str:
    """List every message kept, in the order of their dates."""
    rows = []
    for eml in sorted(folder.glob("*.eml")):
        message = parse(eml.read_bytes())
        cells = (str(message["Date"]), str(message["To"]), str(message["Subject"]))
        date, to, subject = map(html.escape, cells)
        links = f'<a href="{eml.stem}.html">{subject}</a></td><td><a href="{eml.name}">.eml</a>'
        rows.append(f"<tr><td>{date}</td><td>{to}</td><td>{links}</td></tr>")
    body = "<h1>Mail caught</h1><table><tr><th>Date</th><th>To</th><th>Subject</th><th></th></tr>" + "\n".join(rows) + "</table>"
    return PAGE.format(title="Mail caught", body=body)


def _stem(message: EmailMessage, content: bytes) -> str:
    """Name a message by its date and subject; the Message-ID keeps it apart from others and the same as itself."""
    key = hashlib.sha256(str(message["Message-ID"]).encode() if message["Message-ID"] else content).hexdigest()[:8]
    date = message["Date"].datetime.strftime("%Y-%m-%d_%H%M") if message["Date"] else "undated"
    subject = re.sub(r"[^a-z0-9]+", "-", str(message["Subject"] or "").lower()).strip("-")[:40]
    return "_".join(part for part in (date, subject, key) if part)


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".fresh")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


async def serve(port: int, folder: Path) -> None:
    """Take mail until SIGTERM."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stopped.set)
    handler = Catcher(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, data_size_limit=MOST_BYTES, enable_SMTPUTF8=True, hostname="localhost"), "127.0.0.1", port
    )
    async with server:
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
