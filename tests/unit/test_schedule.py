"""When mails go out: at once, after quiet hours, with the digest, or at the next full hour; and when an event has grown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.alerts import has_grown, held_until
from tests.builders import make_rule

AT = datetime(2022, 9, 21, 12, 20, tzinfo=UTC)
NONE = {"recent_count": 0, "is_snoozed": False, "is_end": False}


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2022, 9, day, hour, minute, tzinfo=UTC)


def test_a_mail_goes_out_at_once_unless_something_holds_it():
    assert held_until(make_rule(), AT, **NONE) is None


@pytest.mark.parametrize(
    ("quiet", "zone", "moment", "until"),
    [
        ((23, 7), "UTC", at(22, 59), None),
        ((23, 7), "UTC", at(23), at(7, day=22)),
        ((23, 7), "UTC", at(6, 59), at(7)),
        ((23, 7), "UTC", at(7), None),
        ((23, 7), "Asia/Tbilisi", at(19, 30), at(3, day=22)),
        ((12, 14), "UTC", at(13), at(14)),
        ((12, 14), "UTC", at(14), None),
    ],
)
def test_quiet_hours_of_the_readers_clock_hold_it_until_their_end(quiet, zone, moment, until):
    rule = make_rule(quiet_hours=quiet, time_zone=zone)

    assert held_until(rule, moment, **NONE) == until


@pytest.mark.parametrize("what", [{"is_end": True}, {"is_snoozed": True}])
def test_ends_and_snoozed_ones_wait_for_the_digest(what):
    assert held_until(make_rule(digest_hour=8), AT, **(NONE | what)) == at(8, day=22)


def test_a_rule_may_want_the_digest_alone():
    assert held_until(make_rule(delivery="digest", digest_hour=18), AT, **NONE) == at(18)


def test_beyond_the_hourly_ceiling_it_waits_for_the_next_full_hour():
    rule = make_rule(most_per_hour=2)

    assert held_until(rule, AT, **(NONE | {"recent_count": 1})) is None
    assert held_until(rule, AT, **(NONE | {"recent_count": 2})) == at(13)


def test_a_clock_that_is_put_back_does_not_hold_a_mail_for_a_day():
    put_back = datetime(2022, 10, 30, 0, 30, tzinfo=UTC)

    until = held_until(make_rule(quiet_hours=(23, 7), time_zone="Europe/Berlin"), put_back, **NONE)

    assert until == datetime(2022, 10, 30, 6, tzinfo=UTC)
    assert until - put_back < timedelta(hours=8)


@pytest.mark.parametrize(("observed", "mails", "grown"), [(19, 0, False), (20, 0, True), (20, 2, True), (200, 3, False)])
def test_an_event_grows_by_doubling_and_at_most_three_times(observed, mails, grown):
    assert has_grown(observed, last_observed=10, mails_count=mails) is grown
