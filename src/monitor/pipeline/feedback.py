"""Take what readers say of mails, by command or by reply; only the verdict on a mail is kept."""

from __future__ import annotations

import mailbox
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from monitor import store
from monitor.alerts import SNOOZE, TOKEN, Said, pause_of, read_reply, token_of
from monitor.errors import ConfigError
from monitor.settings import Settings

VALID_FOR = timedelta(days=60)
"""How long after an alert was written its token is taken."""
MOST_REPLY_BYTES = 200_000


def give_feedback(settings: Settings, token: str, verdict: str, *, pause: str | None, as_of: datetime) -> None:
    """Note a verdict on the mail of a token. ConfigError when no mail of the last two months has that token."""
    said = _said(token.strip().lower(), verdict, pause)
    if not TOKEN.fullmatch(said.token):
        raise ConfigError(f"{said.token!r} is no token: it stands at the end of the mail and begins with mf-.")
    with store.connect(settings.require_database_url()) as connection:
        if not _note(connection, settings, said, as_of=as_of):
            raise ConfigError("no mail of the last two months has that token. Was it copied whole?")


def _said(token: str, verdict: str, pause: str | None) -> Said:
    if verdict != "snooze":
        return Said(token=token, verdict="useful" if verdict == "useful" else "false_alarm")
    asked = pause_of(pause) if pause else SNOOZE
    if asked is None:
        raise ConfigError(f"{pause!r} is no time: 24h, 3d; at most 999 hours or 60 days.")
    return Said(token=token, verdict="snooze", pause=asked)


def read_replies(connection: store.Connection, settings: Settings, *, as_of: datetime) -> tuple[int, int]:
    """Read new replies from the configured Maildir; return how many were understood, and how many were not.

    A reply that was understood is deleted, with all that it says besides. Others are marked as seen and left for the operator.
    """
    if settings.feedback_maildir is None:
        return 0, 0
    if not (settings.feedback_maildir / "new").is_dir():
        raise ConfigError(f"MONITOR_FEEDBACK_MAILDIR={settings.feedback_maildir} is no Maildir: it has no folder new.")
    box = mailbox.Maildir(settings.feedback_maildir, create=False)
    understood = others = 0
    for key in [key for key, message in box.iteritems() if message.get_subdir() == "new"]:
        said = read_reply(_text(box.get_bytes(key)))
        if said is not None and _note(connection, settings, said, as_of=as_of):
            box.discard(key)
            understood += 1
        else:
            message = box[key]
            message.set_subdir("cur")
            message.add_flag("S")
            box[key] = message
            others += 1
    return understood, others


def _text(raw: bytes) -> str:
    """Give a reply's plain text; empty when it has none that can be read."""
    message = message_from_bytes(raw[:MOST_REPLY_BYTES], policy=default)
    body = message.get_body(("plain",)) if isinstance(message, EmailMessage) else None
    try:
        return str(body.get_content()) if body is not None else ""
    except (LookupError, UnicodeError, KeyError):
        return ""


def _note(connection: store.Connection, settings: Settings, said: Said, *, as_of: datetime) -> bool:
    """Write the verdict down if one of the mails has the token; mails are few, and no token is stored."""
    key, now = settings.require_hash_key(), as_of
    if settings.source == "replay":
        now = store.progress(connection).replay_reached_at or as_of
    for delivery_id, message_id in store.letters_since(connection, now - VALID_FOR):
        if token_of(key, message_id) == said.token:
            until_at = now + said.pause if said.pause else None
            store.save_feedback(connection, delivery_id, said.verdict, given_at=now, until_at=until_at)
            return True
    return False
