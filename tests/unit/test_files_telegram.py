"""Exports of Telegram Desktop: what becomes of a message, whose chats are refused, and the zone of old ones."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.model import Cursor
from monitor.normalise import normalise
from monitor.sources.files import FileSource
from tests.file_records import AS_OF, HANDLES, POSTED_AT, chat, message, outcome, pretty, read, source


def test_a_message_becomes_the_post_its_channel_gives_live() -> None:
    parts = ["Верхний Ларс, ", {"type": "bold", "text": "очередь"}, " ", {"type": "phone", "text": "+7 900 000 00 17"}]
    changes = {"text": parts, "edited_unixtime": str(int(POSTED_AT.timestamp()) + 60), "reply_to_message_id": 3, "author": "Anna"}
    ((raw,),) = (found.posts for found in read(source(pretty(chat([message(9, **changes)])))))

    post = normalise(raw, as_of=AS_OF)

    assert (post.source, post.channel, post.post_id, post.posted_at) == ("telegram", "lars_live", 9, POSTED_AT)
    assert post.text == "Верхний Ларс, очередь +7 900 000 00 17"
    assert (post.url, post.reply_to, post.author, post.is_forward) == ("https://t.me/lars_live/9", 3, "Anna", False)
    assert (post.edited_at - post.posted_at).total_seconds() == 60


@pytest.mark.parametrize("origin", [{"forwarded_from": "Ivan_Petrov"}, {"forwarded_from": None, "forwarded_from_id": "user77"}])
def test_of_a_forward_only_that_it_is_one_is_taken(origin: dict[str, Any]) -> None:
    ((raw,),) = (found.posts for found in read(source(pretty(chat([message(9) | origin])))))

    post = normalise(raw, as_of=AS_OF)

    assert (post.is_forward, post.forwarded_from) == (True, None)
    assert "Ivan" not in repr(raw.payload) and "user77" not in repr(raw.payload)


def test_service_messages_are_no_posts_and_a_picture_may_lack_words() -> None:
    messages = [message(1, type="service", action="pin_message"), message(2, text="", photo="photos/1.jpg")]

    assert outcome(pretty(chat(messages))) == ([2], {})


@pytest.mark.parametrize("kind", ["personal_chat", "private_group", "public_supergroup", "private_channel", "bot_chat", None])
def test_other_chats_are_refused_by_number_and_kind_never_by_name(kind: str | None) -> None:
    made = source(pretty(chat([message(1)], type=kind, name="Анна Петрова")))

    pages = read(made)

    assert [item.reason for found in pages for item in found.bad] == ["not_a_public_channel"]
    assert not any(found.posts for found in pages)
    (told,) = made.refusals
    assert told.startswith("chat 1 of the file is left out") and "Анна" not in told


def test_a_channel_whose_handle_nobody_says_is_refused_with_what_to_give() -> None:
    made = FileSource(io.BytesIO(pretty(chat([message(1)]))))

    read(made)

    assert "--channel 1326203371=HANDLE" in made.refusals[0]


@pytest.mark.parametrize("handles", [{"1326203371": "a"}, {"Lars live": "a"}, {"*": "a"}])
def test_a_channel_is_known_by_number_by_title_or_as_the_only_one(handles: dict[str, str]) -> None:
    (found,) = read(FileSource(io.BytesIO(pretty(chat([message(1)]))), handles=handles))

    assert found.posts[0].channel == "a"


def test_an_old_export_without_its_zone_is_set_aside_with_what_to_give() -> None:
    source = FileSource(
        io.BytesIO(pretty(chat([message(1, date_unixtime=None), message(2, date_unixtime=None)]))), handles=HANDLES
    )

    pages = list(source.pages("f", Cursor(), as_of=AS_OF))

    assert [item.reason for page in pages for item in page.bad] == ["no_time_zone", "no_time_zone"]
    (told,) = source.refusals
    assert "--time-zone" in told


def test_an_old_export_is_read_in_the_zone_it_was_made_in() -> None:
    edited = message(1, date_unixtime=None, edited="2022-09-21T09:30:00")
    source = FileSource(io.BytesIO(pretty(chat([edited]))), handles=HANDLES, time_zone=ZoneInfo("Europe/Moscow"))

    (raw,) = [raw for page in source.pages("f", Cursor(), as_of=AS_OF) for raw in page.posts]

    post = normalise(raw, as_of=AS_OF)
    assert (post.posted_at, post.edited_at) == (POSTED_AT, POSTED_AT + timedelta(minutes=30))


def test_an_export_is_another_feed_once_its_zone_is_given(tmp_path: Path) -> None:
    file = tmp_path / "result.json"
    file.write_bytes(pretty(chat([message(1, date_unixtime=None)])))

    assert FileSource(file).feeds() != FileSource(file, time_zone=ZoneInfo("Europe/Moscow")).feeds()
