"""Queues: estimated hour by hour from stored figures, again when these change, and shown with their evidence."""

from datetime import timedelta

import pytest

from monitor import store
from monitor.model import Cursor, Quantity
from monitor.pipeline.nowcast import nowcast, queue_line, standing
from monitor.settings import Settings
from tests.builders import HOUR, MINUTE, NOON, make_classified, make_masked, make_page

SETTINGS = Settings.from_env({})
NOW = NOON + timedelta(minutes=20)


def km(low, high=None, **changes):
    return Quantity(
        **{"kind": "queue_km", "low": low, "high": high or low, "span": (0, 5), "place_id": "verkhny_lars", **changes}
    )


@pytest.fixture
def desk(connection):
    connection.execute(
        """INSERT INTO core.place (place_id, kind, name, lat_deg, lon_deg)
        VALUES ('verkhny_lars', 'crossing', 'Verkhny Lars', 42.7, 44.6), ('georgia', 'country', 'Georgia', 42, 44)"""
    )
    return Desk(connection)


class Desk:
    """Stores posts with their figures, as collect and classify do, and runs the stage."""

    def __init__(self, connection):
        self.connection = connection
        self.version = connection.execute(
            "INSERT INTO core.codebook (digest) VALUES ('t') RETURNING codebook_version"
        ).fetchone()[0]
        self.posts_count = 0

    def says(self, ago, *quantities, channel="lars_live", is_copy=False, is_forward=False, **annotated):
        self.posts_count += 1
        post = make_masked(
            channel=channel,
            post_id=self.posts_count,
            posted_at=NOON - ago,
            url=f"https://t.me/{channel}/{self.posts_count}",
            is_forward=is_forward,
        )
        page = make_page([post], feed=f"{channel}/{self.posts_count}")
        store.write_page(self.connection, "telegram", page, expected=Cursor())
        found = {"quantities": quantities, "copy_hash": self.posts_count, **annotated}
        claimed = store.claim_backlog(self.connection, as_of=NOON + HOUR, limit=10)
        classified = [make_classified(item, is_copy=is_copy, **found) for item in claimed]
        store.write_annotations(self.connection, classified, self.version)

    def estimates(self, as_of=NOW, **options):
        return nowcast(self.connection, SETTINGS, as_of=as_of, **options).counts

    def hours(self):
        rows = self.connection.execute(
            "SELECT hour_at, direction, mode, value, origin_count FROM analyst.queue_hourly ORDER BY 1, 2, 3"
        )
        return [tuple(row) for row in rows]

    def now(self):
        return store.queues_now(self.connection, None)


def test_every_hour_with_reports_of_the_last_day_and_now_is_estimated(desk):
    desk.says(3 * HOUR, km(10))
    desk.says(2 * HOUR, km(12), channel="other")

    desk.estimates()

    assert [hour_at for hour_at, *_ in desk.hours()] == [NOON - 3 * HOUR, NOON - 2 * HOUR, NOON - HOUR, NOON]
    (queue,) = desk.now()
    assert (queue.as_of, queue.origin_count, queue.newest_at) == (NOW, 2, NOON - 2 * HOUR)
    assert queue.low < queue.value < queue.high


def test_a_run_that_finds_nothing_new_changes_nothing(desk):
    desk.says(2 * HOUR, km(10))
    desk.estimates()
    before = desk.hours()

    assert desk.estimates()["estimates"] == 1
    assert desk.hours() == before


def test_the_running_hour_is_estimated_anew_when_it_has_ended(desk):
    desk.says(2 * HOUR, km(10))
    desk.estimates()

    desk.estimates(NOW + HOUR)

    moments = desk.connection.execute("SELECT as_of FROM analyst.queue_hourly ORDER BY 1 DESC LIMIT 2").fetchall()
    assert [moment for (moment,) in moments] == [NOW + HOUR, NOON + HOUR]


def test_a_late_post_changes_the_hours_it_bears_on_and_no_others(desk):
    desk.says(20 * HOUR, km(10))
    desk.estimates()
    before = {hour[0]: hour for hour in desk.hours()}

    desk.says(3 * HOUR, km(30), channel="other")
    desk.estimates()

    after = {hour[0]: hour for hour in desk.hours()}
    changed = sorted(hour_at for hour_at in after if after[hour_at] != before.get(hour_at))
    assert changed == [NOON - 3 * HOUR, NOON - 2 * HOUR, NOON - HOUR, NOON]


def test_a_long_past_is_worked_off_over_several_runs_while_now_is_always_told(desk):
    desk.says(3 * HOUR, km(10), km(9, kind="wait_hours", span=(6, 9)))

    first, second = desk.estimates(most_estimates=1), desk.estimates(NOW + MINUTE)

    assert (first["hours waiting"], second["hours waiting"]) == (1, 0)
    assert {queue.kind for queue in desk.now()} == {"queue_km", "wait_hours"}


def test_figures_that_are_taken_away_take_their_estimates_along(desk):
    desk.says(2 * HOUR, km(10))
    desk.estimates()

    desk.connection.execute("DELETE FROM core.post_quantity")
    desk.estimates()

    assert desk.hours() == []


def test_directions_and_modes_are_queues_of_their_own_and_unsaid_is_out_by_car(desk):
    desk.says(1 * HOUR, km(10), km(2, span=(6, 9), direction="in"), km(1, span=(10, 12), mode="foot"))

    desk.estimates()

    assert [(queue.direction, queue.mode, round(queue.value)) for queue in desk.now()] == [
        ("out", "car", 10),
        ("out", "foot", 1),
        ("in", "car", 2),
    ]


def test_copies_and_forwards_add_no_origin(desk):
    desk.says(3 * HOUR, km(10), copy_hash=7)
    desk.says(2 * HOUR, km(10), copy_hash=7, is_copy=True, channel="second")
    desk.says(1 * HOUR, km(10), copy_hash=7, is_forward=True, channel="third")

    desk.estimates()

    (queue,) = desk.now()
    assert (queue.origin_count, queue.newest_at) == (1, NOON - 3 * HOUR)


def test_questions_past_and_promised_figures_and_other_places_are_no_reports(desk):
    desk.says(2 * HOUR, km(10), kind="question")
    desk.says(2 * HOUR, km(11, tense="past"), km(12, span=(6, 9), tense="forecast"))
    desk.says(2 * HOUR, km(13, place_id="georgia"), km(14, place_id=None, span=(6, 9)))

    desk.estimates()

    assert desk.now() == []


def test_without_fresh_reports_there_is_no_figure_but_when_the_last_one_was(desk):
    desk.says(8 * HOUR, km(10))

    desk.estimates()

    (queue,) = desk.now()
    assert (queue.value, queue.newest_at) == (None, NOON - 8 * HOUR)
    assert queue_line(queue) == "Verkhny Lars, out, car: no fresh reports (km) since 21 Sep 04:00 UTC"


def test_a_queue_nobody_has_told_of_for_a_day_is_still_said_to_have_no_fresh_reports(desk):
    desk.says(2 * HOUR, km(10))
    desk.estimates()

    desk.estimates(NOW + 40 * HOUR)

    (queue,) = desk.now()
    assert (queue.value, queue.as_of, queue.newest_at) == (None, NOW + 40 * HOUR, NOON - 2 * HOUR)


def test_links_lead_to_posts_of_listed_channels_only(desk):
    desk.says(2 * HOUR, km(10))
    desk.says(1 * HOUR, km(11), channel="chat")
    desk.connection.execute("UPDATE core.channel SET is_listed = (handle = 'lars_live')")

    desk.estimates()

    (queue,) = desk.now()
    assert queue.links == ("https://t.me/lars_live/1",)
    assert queue.origin_count == 2


def test_a_queue_is_told_in_one_line(desk):
    for number, channel in enumerate(("a", "b", "c", "d"), 1):
        desk.says(number * 10 * MINUTE, km(38 + number, kind="wait_hours"), channel=channel)

    desk.estimates()

    (queue,) = desk.now()
    assert queue_line(queue).startswith("Verkhny Lars, out, car: 40 h (")
    assert queue_line(queue).endswith("), 4 origins, newest 30 min ago")


def test_a_mail_can_ask_how_it_stands_at_a_crossing_without_the_stage_having_run(desk):
    desk.says(1 * HOUR, km(10))

    ((kind, found),) = standing(desk.connection, "verkhny_lars", as_of=NOW)

    assert (kind, found.direction, found.mode, round(found.nowcast.value)) == ("queue_km", "out", "car", 10)
