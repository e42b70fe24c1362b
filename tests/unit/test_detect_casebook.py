"""Mails are rationed over all series: a spike is fit for one when it passed every gate, and an event is led by its coarsest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from monitor.detect import PARAMETERS, Casebook, gates, mail_scores
from monitor.detect.events import lead_of
from monitor.detect.scores import StepScores
from monitor.detect.walk import Step
from monitor.model import SeriesKey
from tests.unit.test_detect_events import make_spike
from tests.unit.test_detect_queue import KEY as QUEUE_KEY
from tests.unit.test_detect_queue import after, report

NOON = datetime(2022, 9, 26, 12, tzinfo=UTC)
THEME = SeriesKey(theme_id="border_queue")
AT_PLACE = SeriesKey(theme_id="border_queue", place_id="ozinki")


def make_step(score, *, minutes=0, is_peek=False, observed=20.0, late_by=None, window_bins=4):
    at = NOON + timedelta(minutes=minutes)
    one = np.ones(1)
    scores = StepScores(
        score=one * score,
        window_bins=np.array([window_bins]),
        observed=one * observed,
        expected=one,
        variance=one,
        severity=one,
        exposure=one,
        bin_count=one,
        bin_expected=one,
        bin_variance=one,
        ring_count=np.ones((96, 1)),
        ring_expected=np.ones((96, 1)),
    )
    said_at = at if late_by is None else at + late_by
    return Step(as_of=at, said_at=said_at, scores=scores, is_late=late_by is not None, columns=np.array([0]), is_peek=is_peek)


def make_book(key=THEME, *, origins=20, channels=5):
    return make_book_of([key], origins=origins, channels=channels)


def make_book_of(keys, *, origins=20, channels=5, **more):
    return Casebook(keys, open_event=lambda _: 1, drivers=lambda spike, step: (origins, channels), **more)


def take_all(book, steps):
    return [change for step in steps for change in book.take(step)]


def test_a_spike_that_passes_every_gate_is_cleared_once():
    book = make_book()

    changes = [change for minutes in (0, 15) for change in book.take(make_step(9.0 + minutes, minutes=minutes))]

    assert [change.is_cleared for change in changes] == [True, False]
    assert [change.is_new for change in changes] == [True, False]


def test_a_spike_told_by_two_channels_waits_for_a_third():
    assert not next(make_book(channels=2).take(make_step(9.0))).is_cleared


def test_a_few_posts_at_a_place_are_a_spike_and_no_mail():
    change = next(make_book(AT_PLACE, origins=8).take(make_step(9.0)))

    assert change.is_new
    assert change.spike.cleared_at is None


def test_a_look_between_steps_opens_an_episode_and_closes_none():
    book = make_book()
    list(book.take(make_step(9.0, is_peek=True)))

    assert book.spikes[THEME].opened_at == NOON
    assert list(book.take(make_step(0.0, minutes=600, is_peek=True))) == []
    assert next(book.take(make_step(0.0, minutes=600))).spike.status == "closed"


def test_an_episode_whose_rise_began_with_the_one_before_is_still_a_new_one():
    steps = [make_step(9.0), make_step(0.0, minutes=375), make_step(9.0, minutes=19 * 60, window_bins=80)]

    changes = take_all(make_book(), steps)

    assert changes[0].spike.onset_at == changes[2].spike.onset_at
    assert [(change.is_new, change.spike.status) for change in changes] == [(True, "open"), (False, "closed"), (True, "open")]


def test_a_queue_that_is_long_again_is_a_new_episode_though_a_first_report_still_holds():
    reports = {"verkhny_lars": [report(1, 14), report(2, 14), report(2, 8, at=1), report(2, 15, at=2)]}
    book = make_book(QUEUE_KEY)

    changes = [change for hours in (0.5, 1.5, 2.5) for change in book.take_queues(reports, after(hours))]

    assert changes[0].spike.onset_at == changes[2].spike.onset_at
    assert [(change.is_new, change.spike.status) for change in changes] == [(True, "open"), (False, "closed"), (True, "open")]


def test_what_is_read_late_grows_until_it_is_fit_for_a_mail():
    book = Casebook([AT_PLACE], open_event=lambda _: 1, drivers=lambda spike, step: (spike.observed, 3))
    hours = timedelta(hours=6)

    changes = take_all(book, [make_step(posts, minutes=posts, observed=posts, late_by=hours) for posts in (6, 9, 14)])

    assert [change.is_cleared for change in changes] == [False, False, True]
    assert changes[-1].spike.is_late
    assert changes[-1].spike.opened_at == NOON + timedelta(minutes=6) + hours


def test_hours_read_late_before_the_newest_high_one_leave_an_open_episode_as_it_is():
    book = make_book()
    opened = take_all(book, [make_step(6.0, minutes=120)])[0].spike

    assert take_all(book, [make_step(9.0, minutes=60, late_by=timedelta(hours=1))]) == []
    assert book.spikes[THEME] == opened


def test_the_more_series_a_level_has_the_more_unusual_one_must_be():
    keys = [THEME, *(SeriesKey(theme_id="border_queue", place_id=f"place_{n}") for n in range(100))]

    needed = mail_scores(keys)

    assert needed["theme at place"] > needed["theme"]
    assert needed["theme at place"] > PARAMETERS.threshold


def test_every_gate_tells_what_it_found_and_needed():
    found = gates(AT_PLACE, score=4.0, needed_score=6.7, excess=12.0, channels=1)

    assert [(gate.name, gate.is_passed) for gate in found] == [
        ("score", False),
        ("posts above expectation", True),
        ("channels", False),
    ]
    assert (found[0].found, found[0].needed) == ("4.0", "6.7")


def test_the_coarsest_spike_leads_though_a_finer_one_opened_the_event():
    theme, finer = make_spike(theme_id="border_queue"), make_spike(theme_id="border_queue", language="ka")
    first = replace(finer, opened_at=NOON - timedelta(hours=2))

    assert lead_of([first, theme]) is theme


def test_a_series_that_is_known_later_does_not_change_what_an_earlier_step_needs_for_a_mail():
    later = {SeriesKey(theme_id=f"theme_{n}"): NOON + timedelta(hours=1) for n in range(1000)}
    needed = PARAMETERS.threshold + 0.1
    first_seen = {THEME: NOON - timedelta(days=9), **later}
    book = make_book_of(list(first_seen), first_seen=first_seen)

    assert next(book.take(make_step(needed))).is_cleared
    assert not next(make_book_of(list(first_seen)).take(make_step(needed))).is_cleared
