"""Spikes of one story share an event, so that one story gives one mail."""

from datetime import UTC, datetime, timedelta

from monitor.detect import assign
from monitor.model import Event, SeriesKey, Spike

NOON = datetime(2022, 9, 26, 12, tzinfo=UTC)


def make_spike(*, hours=0.0, **key):
    onset_at = NOON + timedelta(hours=hours)
    return Spike(
        key=SeriesKey(**key),
        onset_at=onset_at,
        opened_at=onset_at,
        peak_at=onset_at,
        last_high_at=onset_at,
        closed_at=None,
        window_hours=1,
        observed=20,
        expected=2.0,
        expected_low=0.0,
        expected_high=5.0,
        score=8.0,
        severity=4.0,
        exposure=1.0,
        is_late=False,
        status="open",
        detector_version="test-1",
    )


def make_event(lead, event_id=1):
    return Event(lead=lead, spikes=(lead,), opened_at=lead.opened_at, event_id=event_id)


QUEUE = make_event(make_spike(theme_id="border_queue"))
LARS = make_event(make_spike(theme_id="border_queue", place_id="verkhny_lars"), event_id=2)


def test_a_spike_without_events_begins_its_own():
    assert assign(make_spike(theme_id="border_queue"), ()) is None


def test_a_theme_and_its_language_and_source_share_an_event():
    assert assign(make_spike(theme_id="border_queue", language="ka"), (QUEUE,)) is QUEUE
    assert assign(make_spike(theme_id="border_queue", source="x"), (QUEUE,)) is QUEUE


def test_another_theme_begins_its_own_event():
    assert assign(make_spike(theme_id="protest"), (QUEUE,)) is None


def test_a_place_shares_an_event_whatever_its_theme():
    assert assign(make_spike(place_id="verkhny_lars"), (QUEUE, LARS)) is LARS
    assert assign(make_spike(theme_id="humanitarian", place_id="verkhny_lars"), (LARS,)) is LARS


def test_two_places_stay_two_events():
    assert assign(make_spike(theme_id="border_queue", place_id="ozinki"), (LARS,)) is None


def test_a_theme_alone_does_not_join_the_event_of_a_place():
    assert assign(make_spike(theme_id="border_queue"), (LARS,)) is None


def test_onsets_a_day_apart_share_an_event_and_later_ones_do_not():
    assert assign(make_spike(theme_id="border_queue", hours=24), (QUEUE,)) is QUEUE
    assert assign(make_spike(theme_id="border_queue", hours=24.25), (QUEUE,)) is None


def test_the_newest_of_several_events_is_joined():
    newer = make_event(make_spike(theme_id="border_queue", hours=10), event_id=3)

    assert assign(make_spike(theme_id="border_queue", hours=12), (newer, QUEUE)) is newer
