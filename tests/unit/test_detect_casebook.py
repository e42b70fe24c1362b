"""Mails are rationed over all series: a spike is fit for one when it passed every gate, and an event is led by its coarsest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from monitor.detect import Casebook, gates, mail_scores
from monitor.detect.events import lead_of
from monitor.detect.step import PARAMETERS, StepScores
from monitor.detect.walk import Step
from monitor.model import SeriesKey
from tests.unit.test_detect_events import make_spike

NOON = datetime(2022, 9, 26, 12, tzinfo=UTC)
THEME = SeriesKey(theme_id="border_queue")
AT_PLACE = SeriesKey(theme_id="border_queue", place_id="ozinki")


def make_step(score, *, minutes=0, is_peek=False, observed=20.0):
    at = NOON + timedelta(minutes=minutes)
    one = np.ones(1)
    scores = StepScores(
        score=one * score,
        window_bins=np.array([4]),
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
    return Step(as_of=at, said_at=at, scores=scores, is_late=False, columns=np.array([0]), is_peek=is_peek)


def make_book(key=THEME, *, origins=20, channels=5):
    return make_book_of([key], origins=origins, channels=channels)


def make_book_of(keys, *, origins=20, channels=5, **more):
    return Casebook(keys, open_event=lambda _: 1, drivers=lambda spike, step: (origins, channels), **more)


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
