"""Every payload shape becomes the same Post, and what cannot is told by a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import BadRecord
from monitor.model import Post, RawPost
from monitor.normalise import MAX_CHARACTERS, normalise
from tests.builders import HOUR, MINUTE, NOON, make_raw

LINE = {"source": "telegram", "channel": "lars_live", "post_id": 7, "posted_at": "2022-09-21T11:00:00+00:00", "text": "стоим"}
MESSAGE = {"id": 118, "date": NOON - HOUR, "message": "Ларс, 20 км", "username": "lars_live"}
TWEET = {"id": "1572465647416246272", "text": "Lars &amp; Dariali", "created_at": "2022-09-21T06:00:00.000Z", "author_id": "42"}


def read(payload: dict[str, Any], **changes: Any) -> Post:
    return normalise(make_raw(payload, **changes), as_of=NOON)


def reason_of(payload: dict[str, Any], **changes: Any) -> str:
    with pytest.raises(BadRecord) as told:
        read(payload, **changes)
    return told.value.reason


# --- shapes ---------------------------------------------------------------------------------------------


def test_a_telegram_message_becomes_a_post_with_its_public_address() -> None:
    message = {**MESSAGE, "edit_date": NOON, "views": 9, "forwards": 0, "post_author": "Anna", "reply_to": 3}

    post = read(message, source="telegram", channel="lars_live")

    assert (post.source, post.channel, post.post_id, post.text) == ("telegram", "lars_live", 118, "Ларс, 20 км")
    assert (post.posted_at, post.edited_at) == (NOON - HOUR, NOON)
    assert (post.url, post.author, post.reply_to) == ("https://t.me/lars_live/118", "Anna", 3)
    assert (post.views_count, post.forwards_count, post.is_forward) == (9, 0, False)


def test_a_forward_keeps_the_public_channel_it_came_from() -> None:
    post = read({**MESSAGE, "is_forward": True, "fwd_from_channel": "ossetia_news", "fwd_from_post": 7}, source="telegram")

    assert post.is_forward
    assert (post.forwarded_from, post.forwarded_post_id) == ("ossetia_news", 7)


def test_a_picture_without_words_is_a_post_with_an_empty_text() -> None:
    assert read({**MESSAGE, "message": "", "has_media": True}, source="telegram").text == ""
    assert reason_of({**MESSAGE, "message": ""}, source="telegram") == "empty"


def test_a_post_of_x_has_no_address_and_its_text_is_unescaped() -> None:
    post = read({**TWEET, "lang": "en", "public_metrics": {"impression_count": 5, "retweet_count": 2}}, source="x", channel="x")

    assert (post.post_id, post.author, post.url) == (1572465647416246272, "42", None)
    assert post.text == "Lars & Dariali"
    assert (post.language_hint, post.views_count, post.forwards_count) == ("en", 5, 2)


@pytest.mark.parametrize("word", ["tweet", "post"])
def test_both_dialects_of_x_are_read(word: str) -> None:
    references = [{"type": "replied_to", "id": "11"}, {"type": "quoted", "id": "12"}]
    payload = {**TWEET, f"referenced_{word}s": references, f"note_{word}": {"text": "the whole long text"}}

    post = read(payload, source="x")

    assert (post.reply_to, post.is_forward, post.text) == (11, False, "the whole long text")
    assert read({**TWEET, f"referenced_{word}s": [{"type": "retweeted", "id": "12"}]}, source="x").is_forward


@pytest.mark.parametrize("word", ["tweet", "post"])
def test_an_edited_post_of_x_keeps_its_first_id_and_moment(word: str) -> None:
    first_id = int(TWEET["id"])
    edited_id = str(first_id + (20 * 60_000 << 22))
    edited = {**TWEET, "id": edited_id, f"edit_history_{word}_ids": [TWEET["id"], edited_id]}

    post = read({**edited, "created_at": "2022-09-21T06:20:00Z"}, source="x")

    assert post.post_id == first_id
    assert post.posted_at.replace(microsecond=0) == datetime(2022, 9, 21, 6, 0, tzinfo=UTC)
    assert post.edited_at == datetime(2022, 9, 21, 6, 20, tzinfo=UTC)


def test_a_line_of_a_file_becomes_a_post_of_the_source_it_names() -> None:
    line = {
        **LINE,
        "sender_id": -1001326203371,
        "lang": "RU",
        "views_count": 3,
        "forwarded_from": "Новости без купюр",
        "forwarded_post_id": 9,
    }

    post = read(line)

    assert (post.source, post.channel, post.post_id) == ("telegram", "lars_live", 7)
    assert (post.author, post.language_hint, post.views_count) == ("-1001326203371", "ru", 3)
    assert (post.is_forward, post.forwarded_post_id) == (True, 9)
    assert read({**LINE, "source": "x"}).source == "x"
    assert reason_of({**LINE, "source": "myspace"}) == "unknown_source"
    assert reason_of({**LINE, "channel": ""}) == "no_channel"


def test_the_replays_posts_belong_to_the_replay() -> None:
    assert read(LINE, source="replay").source == "replay"


def test_a_file_may_say_when_a_post_was_collected_but_not_in_the_future() -> None:
    given_at = NOON - 30 * MINUTE

    assert read({**LINE, "collected_at": given_at.isoformat()}).collected_at == given_at
    assert read({**LINE, "collected_at": (NOON + HOUR).isoformat()}).collected_at == NOON
    assert read({**LINE, "collected_at": (NOON - 5 * HOUR).isoformat()}).collected_at == NOON


# --- what cannot be used --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"posted_at": None}, "undated"),
        ({"posted_at": "yesterday"}, "bad_date"),
        ({"posted_at": 1663754400}, "bad_date"),
        ({"posted_at": "2022-09-21T11:00:00"}, "bad_date"),
        ({"posted_at": "1970-01-01T00:00:00+00:00"}, "bad_date"),
        ({"posted_at": "0001-01-01T00:00:00+14:00"}, "bad_date"),
        ({"posted_at": (NOON + 11 * MINUTE).isoformat()}, "future_dated"),
        ({"post_id": None}, "no_id"),
        ({"post_id": "abc"}, "no_id"),
        ({"post_id": True}, "no_id"),
        ({"post_id": 0}, "no_id"),
        ({"post_id": 2**63}, "no_id"),
        ({"text": None}, "not_text"),
        ({"text": ["стоим"]}, "not_text"),
        ({"text": " \u200b\n"}, "empty"),
        ({"text": "сто\0им"}, "nul"),
        ({"channel": "lars\0live"}, "nul"),
        ({"text": "сто\ud800им"}, "wrong_encoding"),
        ({"text": "\ufffd\ufffd\ufffd\ufffd 20 км"}, "wrong_encoding"),
        ({"text": "х" * (MAX_CHARACTERS + 1)}, "too_long"),
    ],
)
def test_a_record_that_cannot_be_used_is_refused_with_its_reason(change: dict[str, Any], reason: str) -> None:
    assert reason_of({**LINE, **change}) == reason


def test_a_clock_ten_minutes_ahead_and_a_text_cut_short_are_borne() -> None:
    assert read({**LINE, "posted_at": (NOON + 10 * MINUTE).isoformat()}).posted_at == NOON + 10 * MINUTE
    assert read({**LINE, "text": "стоим\ufffd"}).text == "стоим\ufffd"


def test_moments_are_given_in_utc_and_an_edit_before_the_post_is_unknown() -> None:
    post = read({**LINE, "posted_at": "2022-09-21T14:00:00+03:00", "edited_at": "2022-09-20T00:00:00Z"})

    assert post.posted_at == NOON - HOUR
    assert post.posted_at.utcoffset() == timedelta(0)
    assert post.edited_at is None


def test_the_text_reads_as_it_looks() -> None:
    assert read({**LINE, "text": " Верхни\u0438\u0306\r\nЛа\u200bрс\u00ad\x07! "}).text == "Верхний\nЛарс !"


ANYTHING = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.lists(st.text(max_size=3), max_size=2) | st.just({})
)
X_FIELDS = ["public_metrics", "edit_history_tweet_ids", "referenced_posts", "note_tweet", "lang"]


@pytest.mark.parametrize(("source", "whole"), [("telegram", MESSAGE), ("x", TWEET), ("jsonl", LINE), ("replay", LINE)])
@given(data=st.data())
def test_any_payload_gives_a_post_or_a_bad_record(source: Any, whole: dict[str, Any], data: st.DataObject) -> None:
    changes = data.draw(
        st.dictionaries(st.sampled_from([*whole, *X_FIELDS, "edited_at", "views_count", "author"]), ANYTHING, max_size=4)
    )
    raw = RawPost(source=source, channel="c", payload={**whole, **changes}, collected_at=NOON, origin="c/1")
    try:
        post = normalise(raw, as_of=NOON)
    except BadRecord:
        return
    assert post.post_id > 0
    assert post.posted_at <= NOON + 10 * MINUTE
