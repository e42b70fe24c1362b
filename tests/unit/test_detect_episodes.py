"""An episode opens over the threshold, keeps its highest window, and closes after six quiet hours."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from monitor.detect import DETECTOR_VERSION, PARAMETERS, advance, assess, initial
from monitor.detect.rhythm import quarter_index
from monitor.detect.step import step
from monitor.model import Assessment, SeriesKey

NOON = datetime(2022, 9, 26, 12, tzinfo=UTC)
KEY = SeriesKey(theme_id="border_queue")
HIGH, ALMOST, LOW = PARAMETERS.threshold + 2, PARAMETERS.threshold - 0.5, 0.0


def make_assessment(score, *, hours=0.0, exposure=1.0, observed=20):
    as_of = NOON + timedelta(hours=hours)
    return Assessment(
        key=KEY,
        as_of=as_of,
        onset_at=as_of - timedelta(hours=1),
        window_hours=3,
        observed=observed,
        expected=2.0,
        expected_low=0.0,
        expected_high=5.0,
        score=score,
        severity=4.0,
        exposure=exposure,
        is_late=False,
    )


def follow(*found, spike=None):
    for assessment in found:
        spike = advance(spike, assessment, PARAMETERS)
    return spike


def test_nothing_opens_under_the_threshold():
    assert follow(make_assessment(ALMOST)) is None


def test_an_episode_opens_over_the_threshold():
    spike = follow(make_assessment(HIGH))

    assert (spike.status, spike.opened_at, spike.closed_at, spike.detector_version) == ("open", NOON, None, DETECTOR_VERSION)


def test_the_onset_stays_where_the_episode_opened():
    spike = follow(make_assessment(HIGH), make_assessment(HIGH + 1, hours=2))

    assert spike.onset_at == NOON - timedelta(hours=1)


def test_the_same_assessment_twice_changes_nothing():
    once = follow(make_assessment(HIGH))

    assert follow(make_assessment(HIGH), spike=once) == once


def test_a_higher_window_becomes_the_peak():
    spike = follow(make_assessment(HIGH), make_assessment(HIGH + 3, hours=1, observed=90))

    assert (spike.peak_at, spike.score, spike.observed) == (NOON + timedelta(hours=1), HIGH + 3, 90)


def test_a_lower_window_leaves_the_peak_and_moves_the_last_high():
    spike = follow(make_assessment(HIGH), make_assessment(HIGH - 1, hours=1, observed=5))

    assert (spike.peak_at, spike.score, spike.observed) == (NOON, HIGH, 20)
    assert spike.last_high_at == NOON + timedelta(hours=1)


@pytest.mark.parametrize(("hours", "status"), [(5.75, "open"), (6, "closed")])
def test_an_episode_closes_after_six_quiet_hours(hours, status):
    assert follow(make_assessment(HIGH), make_assessment(LOW, hours=hours)).status == status


def test_a_score_just_under_the_threshold_keeps_an_episode_open():
    assert follow(make_assessment(HIGH), make_assessment(ALMOST, hours=8)).status == "open"


def test_an_outage_does_not_close_an_episode():
    assert follow(make_assessment(HIGH), make_assessment(LOW, hours=8, exposure=0.3)).status == "open"


def test_what_is_high_within_twelve_hours_of_closing_joins_the_same_episode():
    closed = follow(make_assessment(HIGH), make_assessment(LOW, hours=6))

    spike = follow(make_assessment(HIGH, hours=17), spike=closed)

    assert (spike.status, spike.closed_at, spike.opened_at) == ("open", None, NOON)


def test_what_is_high_twelve_hours_after_closing_is_a_new_episode():
    closed = follow(make_assessment(HIGH), make_assessment(LOW, hours=6))

    spike = follow(make_assessment(HIGH, hours=18), spike=closed)

    assert spike.opened_at == NOON + timedelta(hours=18)


def test_a_closed_episode_keeps_its_closing_while_it_stays_quiet():
    closed = follow(make_assessment(HIGH), make_assessment(LOW, hours=6))

    assert follow(make_assessment(LOW, hours=9), make_assessment(LOW, hours=30), spike=closed) == closed


def test_a_spike_keeps_its_database_id_while_it_grows():
    stored = replace(follow(make_assessment(HIGH)), spike_id=7)

    assert follow(make_assessment(HIGH + 1, hours=1), spike=stored).spike_id == 7


def test_an_assessment_reads_its_own_column():
    _, scores = step(initial(2), index=quarter_index(NOON), counts=np.array([0.0, 3.0]), exposure=np.array([1.0, 0.9]))

    found = assess(KEY, scores, 1, as_of=NOON + timedelta(minutes=15), is_late=True)

    assert (found.observed, found.exposure, found.is_late) == (3, 0.9, True)
    assert found.expected_low <= found.expected <= found.expected_high
