"""Tokens that only a reader has, and what a reply says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.alerts import TOKEN, pause_of, read_reply, token_of

KEY = b"k" * 32
ID = "<abc@monitor.invalid>"


def test_a_token_is_the_same_each_time_and_another_for_another_mail_or_key():
    token = token_of(KEY, ID)

    assert TOKEN.fullmatch(token) and token == token_of(KEY, ID)
    assert len({token, token_of(KEY, "<abd@monitor.invalid>"), token_of(b"l" * 32, ID)}) == 3


@pytest.mark.parametrize(
    ("reply", "verdict", "pause"),
    [
        ("useful\n\n> … monitor feedback {token} useful", "useful", None),
        ("False alarm, this is last year's\n> {token}", "false_alarm", None),
        ("\n\nложная тревога\n\n21.09.2022 Monitor пишет:\n> {token}", "false_alarm", None),
        ("Полезно! {token}", "useful", None),
        ("snooze 3d\n> {token}", "snooze", timedelta(days=3)),
        ("отложить 12ч\n> {token}", "snooze", timedelta(hours=12)),
        ("snooze\n> {token}", "snooze", timedelta(hours=24)),
    ],
)
def test_a_reply_is_understood_in_both_languages(reply, verdict, pause):
    token = token_of(KEY, ID)

    said = read_reply(reply.format(token=token))

    assert said is not None and (said.token, said.verdict, said.pause) == (token, verdict, pause)


@pytest.mark.parametrize("reply", ["useful", "thanks\n> {token} useful", "> useful\n> {token}", "", "useful mf-short"])
def test_a_reply_without_verdict_or_token_is_none(reply):
    assert read_reply(reply.format(token=token_of(KEY, ID))) is None


@pytest.mark.parametrize(
    ("text", "pause"), [("24h", timedelta(hours=24)), ("3 d", timedelta(days=3)), ("0h", None), ("90d", None), ("soon", None)]
)
def test_a_pause_is_hours_or_days_within_reason(text, pause):
    assert pause_of(text) == pause
