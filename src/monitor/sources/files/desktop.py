"""What Telegram Desktop exports (``result.json``): one chat, or everything an account sees. Only public channels are taken.

An export names a channel by title and number, not by its public handle; whoever imports says the handle, or the seeds do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from monitor.errors import BadRecord
from monitor.sources.files.lines import DAMAGES, NOTHING_LEFT, Place
from monitor.sources.files.records import Record
from monitor.sources.files.stream import BadValue, CutShort, JsonWalk

MOST_MESSAGE = 100_000
MOST_HEADER = 10_000
NO_ZONE = "no_time_zone"
MEDIA = (
    "photo",
    "file",
    "media_type",
    "poll",
    "location_information",
    "contact_information",
    "game_title",
    "invoice_information",
)


class DesktopExport:
    """One export; ``handles`` gives the public handle of a channel by its number or its title.

    ``time_zone`` is that of the machine that made the export: older ones write their moments in it and do not name it.
    ``refusals`` says, after reading, which chats were left out and why: by their number in the file and their kind, because the
    name of a private chat is a person's.
    """

    def __init__(self, handles: Mapping[str, str], time_zone: ZoneInfo | None = None) -> None:
        self._handles = handles
        self._zone = time_zone
        self._lacks_zone = False
        self._number = self._chats = 0
        self.refusals: list[str] = []

    def records(self, stream: BinaryIO, start: Place) -> Iterator[Record]:
        """Give the messages of public channels; a message's place is its number in the file. Reads from the beginning."""
        walk = JsonWalk(stream)
        try:
            yield from self._chat(walk)
            if walk.peek():
                raise CutShort
        except (CutShort, *DAMAGES):
            yield Record(end=Place(NOTHING_LEFT, self._number + 1), fault="cut_short", is_end=True)

    def _chat(self, walk: JsonWalk) -> Iterator[Record]:
        header: dict[str, Any] = {}
        for key in walk.fields():
            if key in ("chats", "left_chats") and walk.peek() == "{":
                yield from self._list(walk)
            elif key == "messages" and walk.peek() == "[":
                yield from self._messages(walk, header)
            elif key in ("name", "type", "id"):
                header[key] = _header(walk)
            else:
                walk.skip()

    def _list(self, walk: JsonWalk) -> Iterator[Record]:
        for key in walk.fields():
            if key != "list" or walk.peek() != "[":
                walk.skip()
                continue
            for _ in walk.elements():
                yield from self._chat(walk)

    def _messages(self, walk: JsonWalk, header: Mapping[str, Any]) -> Iterator[Record]:
        self._chats += 1
        try:
            handle = self._handle(header)
        except BadRecord as refusal:
            self._number += 1
            self.refusals.append(f"chat {self._chats} of the file is left out: {refusal}")
            yield Record(end=Place(0, self._number), fault=refusal.reason)
            walk.skip()
            return
        for _ in walk.elements():
            self._number += 1
            record = _record(walk, handle, Place(0, self._number), self._zone)
            if record.fault == NO_ZONE and not self._lacks_zone:
                self._lacks_zone = True
                self.refusals.append(
                    "messages of the file are left out: it is an old export, whose moments lack their time zone; "
                    "give --time-zone, that of the machine it was made on, such as Europe/Moscow."
                )
            yield record

    def _handle(self, header: Mapping[str, Any]) -> str:
        kind = header.get("type")
        if kind != "public_channel":
            told = kind if isinstance(kind, str) and kind.replace("_", "").isalpha() else "of no known kind"
            raise BadRecord("not_a_public_channel", f"it is {told}; only public_channel is imported.")
        number = str(header.get("id")).removeprefix("-100")
        handle = self._handles.get(number) or self._handles.get(str(header.get("name"))) or self._handles.get("*")
        if handle is None:
            shown = number if number.isdecimal() else "ID"
            raise BadRecord("no_handle", f"the export does not say the channel's public name; give --channel {shown}=HANDLE.")
        return handle


def _header(walk: JsonWalk) -> object:
    try:
        return walk.value(MOST_HEADER)[0]
    except BadValue:
        return None


def _record(walk: JsonWalk, handle: str, end: Place, zone: ZoneInfo | None) -> Record:
    try:
        message, raw = walk.value(MOST_MESSAGE)
    except BadValue as bad:
        return Record(end=end, raw=bad.raw.encode("utf-8", "surrogateescape"), fault=bad.reason)
    if isinstance(message, dict) and message.get("type", "message") != "message":
        return Record(end=end)
    try:
        if not isinstance(message, dict):
            raise BadRecord("not_an_object")
        payload = _payload(message, handle, zone)
    except BadRecord as bad_record:
        return Record(end=end, raw=raw.encode("utf-8", "surrogateescape"), fault=bad_record.reason)
    return Record(end=end, raw=b"", source="telegram", channel=handle, payload=payload)


def _payload(message: Mapping[str, Any], handle: str, zone: ZoneInfo | None) -> Mapping[str, Any]:
    """Take from a message what the live source takes; of a forward only that it is one, since its origin may be a person."""
    posted_at = _moment(message, "date", zone)
    if isinstance(posted_at, datetime) and posted_at.tzinfo is None:
        raise BadRecord(NO_ZONE)
    return {
        "id": message.get("id"),
        "date": posted_at,
        "message": _text(message.get("text", "")),
        "edit_date": _moment(message, "edited", zone),
        "is_forward": "forwarded_from" in message or "forwarded_from_id" in message,
        "reply_to": message.get("reply_to_message_id"),
        "post_author": message.get("author"),
        "has_media": any(message.get(name) for name in MEDIA),
        "username": handle,
    }


def _moment(message: Mapping[str, Any], name: str, zone: ZoneInfo | None) -> object:
    """Give the moment as seconds tell it; older exports only write it, in the ``zone`` of the machine they were made on."""
    seconds = message.get(f"{name}_unixtime")
    if not isinstance(seconds, (str, int)) or not str(seconds).isdecimal():
        return _written(message.get(name), zone)
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (OverflowError, ValueError, OSError):
        raise BadRecord("bad_date") from None


def _written(value: object, zone: ZoneInfo | None) -> object:
    """Give a written moment; without a time zone where neither it nor ``zone`` says one."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value
    return moment.replace(tzinfo=zone) if isinstance(moment, datetime) and moment.tzinfo is None else moment


def _text(text: object) -> object:
    """Join a text that comes in parts: strings, and entities with a text of their own."""
    if not isinstance(text, list):
        return text
    found = [part.get("text") if isinstance(part, dict) else part for part in text]
    parts = [part for part in found if isinstance(part, str)]
    if len(parts) < len(found):
        raise BadRecord("not_text")
    return "".join(parts)
