"""What a reader says of a mail: a token that only its reader has, and the verdict in a reply."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Verdict = Literal["useful", "false_alarm", "snooze"]

TOKEN = re.compile(r"\bmf-[a-z2-7]{20}\b")
SNOOZE = timedelta(hours=24)
_WORDS: dict[str, Verdict] = {
    "useful": "useful",
    "полезно": "useful",
    "false-alarm": "false_alarm",
    "false alarm": "false_alarm",
    "ложная тревога": "false_alarm",
    "ложно": "false_alarm",
    "snooze": "snooze",
    "отложить": "snooze",
}
_DURATION = re.compile(r"(\d{1,3})\s*(h|d|ч|д)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One verdict on the mail of ``token``; ``pause`` for a snooze alone."""

    token: str
    verdict: Verdict
    pause: timedelta | None = None


def token_of(key: bytes, message_id: str) -> str:
    """Give the token of one mail: an HMAC-SHA-256 of its Message-ID, 100 bits of it; whoever lacks ``key`` cannot guess it."""
    digest = hmac.digest(key, f"feedback:{message_id}".encode(), "sha256")
    return "mf-" + base64.b32encode(digest[:13])[:20].decode().lower()


def pause_of(text: str) -> timedelta | None:
    """Read a pause such as ``24h`` or ``3d`` of at most 999 hours or 60 days; None when it is none."""
    found = _DURATION.search(text)
    if found is None:
        return None
    number, is_hours = int(found[1]), found[2].lower() in "hч"
    if not 0 < number <= (999 if is_hours else 60):
        return None
    return timedelta(hours=number) if is_hours else timedelta(days=number)


def read_reply(text: str) -> Said | None:
    """Find token and verdict in a reply: the token anywhere, quoted or not; the verdict in the first line that is no quote.

    None when either is missing. Nothing else of the reply is looked at.
    """
    token = TOKEN.search(text)
    first = next((line.strip().lower() for line in text.splitlines() if line.strip() and not line.lstrip().startswith(">")), "")
    verdict = next((verdict for word, verdict in _WORDS.items() if first.startswith(word)), None)
    if token is None or verdict is None:
        return None
    return Said(token=token[0], verdict=verdict, pause=(pause_of(first) or SNOOZE) if verdict == "snooze" else None)
