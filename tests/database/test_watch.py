"""The dead-man check and the other things maintain looks after, on a database: each trouble opens one notice and settles it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor import pipeline, store
from monitor.errors import ConfigError
from monitor.model import Channel
from monitor.pipeline import maintain
from monitor.pipeline.watch import watch
from monitor.settings import Settings

MONDAY = datetime(2022, 9, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CHARTER = """operator: a
purpose: b
legal_basis: c
assessment_reference: d
contact: e
recipients: [f@g.example]
expires_date: {expires}
"""

WRITE_COVERAGE = """
INSERT INTO core.coverage (channel_id, bin_at, state, known_at, seen_count)
SELECT channel_id, bin_at, %(state)s, coalesce(%(known_at)s, bin_at + interval '15 minutes'), %(seen)s
FROM core.channel
CROSS JOIN generate_series(%(from_at)s::timestamptz, %(until_at)s::timestamptz - interval '1 minute', interval '15 minutes') AS bin_at
WHERE handle = ANY(%(handles)s)
ON CONFLICT (channel_id, bin_at) DO UPDATE SET state = excluded.state, known_at = excluded.known_at, seen_count = excluded.seen_count
"""


def given_channels(connection, *handles, per_day=96.0):
    channels = [
        Channel(source="telegram", handle=h, title=h.title(), why="w", is_verified=True, expected_posts_per_day=per_day)
        for h in handles
    ]
    store.save_channels(connection, channels)


def given_read(connection, handles, first_hour, last_hour, *, state="observed", known_hour=None, seen=1):
    """Every quarter-hour of the channels, one post each unless told otherwise."""
    values = {"state": state, "seen": seen, "handles": list(handles)}
    known_at = MONDAY + known_hour * HOUR if known_hour is not None else None
    moments = {"from_at": MONDAY + first_hour * HOUR, "until_at": MONDAY + last_hour * HOUR, "known_at": known_at}
    connection.execute(WRITE_COVERAGE, {**values, **moments})


def notices(connection):
    rows = connection.execute("SELECT kind, subject, opened_at, settled_at, outcome FROM core.notice ORDER BY opened_at, subject")
    return [
        (kind, subject, (opened_at - MONDAY) / HOUR, (settled_at - MONDAY) / HOUR if settled_at else None, outcome)
        for kind, subject, opened_at, settled_at, outcome in rows
    ]


WEEK = 7 * 24


def test_an_outage_is_told_with_what_was_read_back_and_what_was_lost(connection):
    given_channels(connection, "a", "b")
    given_read(connection, ["a", "b"], 0, WEEK)
    given_read(connection, ["a", "b"], WEEK, WEEK + 24, known_hour=WEEK + 30)
    given_read(connection, ["a", "b"], WEEK + 24, WEEK + 100)
    given_read(connection, ["a", "b"], WEEK + 100, WEEK + 124, state="lost", known_hour=WEEK + 124)
    given_read(connection, ["a", "b"], WEEK + 124, WEEK + 150)

    assert watch(connection, until_at=MONDAY + (WEEK + 150) * HOUR) == 2

    back, lost = notices(connection)
    assert back[:4] == ("source_silent", "telegram", WEEK + 2, WEEK + 30)
    assert "192 quarter-hours of channels were read back, 0 can no longer be read, 0 are still open" in back[4]
    assert lost[:3] == ("source_silent", "telegram", WEEK + 102)
    assert lost[3] - WEEK in (124, 125)
    assert "0 quarter-hours of channels were read back, 192 can no longer be read, 0 are still open" in lost[4]


def test_looking_hourly_or_once_a_month_tells_the_same(connection, database_url):
    def given(target):
        given_channels(target, "a", "b")
        given_read(target, ["a", "b"], 0, WEEK)
        given_read(target, ["a"], WEEK, WEEK + 60)
        given_read(target, ["b"], WEEK, WEEK + 60, seen=0)

    given(connection)
    watch(connection, until_at=MONDAY + (WEEK + 60) * HOUR)
    with store.connect(database_url) as other:
        given(other)
        for hour in range(WEEK, WEEK + 61):
            watch(other, until_at=MONDAY + hour * HOUR + timedelta(minutes=17))

        assert notices(connection) == notices(other) != []


def test_a_channel_that_falls_silent_is_told_and_settled_when_it_writes_again(connection):
    given_channels(connection, "a", "b")
    given_read(connection, ["a", "b"], 0, WEEK)
    given_read(connection, ["a"], WEEK, WEEK + 120)
    given_read(connection, ["b"], WEEK, WEEK + 30, seen=0)
    given_read(connection, ["b"], WEEK + 30, WEEK + 120)

    watch(connection, until_at=MONDAY + (WEEK + 120) * HOUR)

    ((kind, subject, opened, settled, outcome),) = notices(connection)
    assert (kind, subject, outcome) == ("channel_silent", "b", "It is read and writes again.")
    assert WEEK < opened <= WEEK + 12
    assert WEEK + 30 < settled < WEEK + 60


def test_a_channel_taken_off_the_list_is_settled(connection):
    given_channels(connection, "a", "b")
    given_read(connection, ["a", "b"], 0, WEEK)
    given_read(connection, ["a"], WEEK, WEEK + 48)
    given_read(connection, ["b"], WEEK, WEEK + 48, seen=0)
    watch(connection, until_at=MONDAY + (WEEK + 47) * HOUR)
    assert [row[:2] for row in notices(connection)] == [("channel_silent", "b")]

    connection.execute("UPDATE core.channel SET is_verified = false WHERE handle = 'b'")
    watch(connection, until_at=MONDAY + (WEEK + 48) * HOUR)

    assert notices(connection)[0][4] == "It is no longer followed."


def make_settings(tmp_path, *, expires="2099-01-01", **env):
    charter = tmp_path / "charter.yml"
    charter.write_text(CHARTER.format(expires=expires))
    return Settings.from_env({"MONITOR_CHARTER": str(charter), "MONITOR_SOURCE": "live", **env})


def run(connection, settings, as_of=MONDAY):
    maintain(connection, settings, as_of=as_of)
    return [(kind, subject) for kind, subject, *_ in store.open_notices(connection)]


def test_the_end_of_the_charter_is_told_thirty_days_ahead_and_settled_by_a_new_date(connection, tmp_path):
    assert run(connection, make_settings(tmp_path, expires="2022-10-06")) == []
    assert run(connection, make_settings(tmp_path, expires="2022-10-05")) == [("charter_expiring", "charter")]
    assert "charter.yml:7" in store.open_notices(connection)[0][2]
    assert run(connection, make_settings(tmp_path, expires="2023-10-05")) == []


def test_a_charter_that_cannot_be_read_stops_maintain_with_its_line(connection, tmp_path):
    with pytest.raises(ConfigError, match=r"charter.yml:7"):
        run(connection, make_settings(tmp_path, expires="soon"))


def test_the_end_of_an_approval_is_told_two_weeks_ahead(connection, tmp_path):
    settings = make_settings(tmp_path)
    from monitor.model import Approval

    approval = Approval(
        source="x", theme_id="protest", reference="r", decided_by="b", until_date=MONDAY.date() + 20 * DAY, decided_at=MONDAY
    )
    store.add_approval(connection, approval)

    assert run(connection, settings) == []
    assert run(connection, settings, MONDAY + 6 * DAY) == [("approval_expiring", "x × protest")]
    assert run(connection, settings, MONDAY + 21 * DAY) == []


def given_run(connection, stage, ended_at, *, error=None):
    run_id = store.begin_run(connection, stage)
    store.end_run(connection, run_id, {}, error=error)
    connection.execute(
        "UPDATE core.pipeline_run SET ended_at = %s, started_at = %s WHERE run_id = %s", (ended_at, ended_at, run_id)
    )


def test_a_stage_is_late_when_no_run_has_ended_well_for_long(connection, tmp_path):
    settings, now = make_settings(tmp_path), pipeline.utc_now()
    given_run(connection, "collect", now - timedelta(minutes=20))
    given_run(connection, "classify", now - timedelta(minutes=40))
    given_run(connection, "import", now - DAY)

    assert run(connection, settings, now) == [("task_late", "classify")]
    given_run(connection, "classify", now)
    assert run(connection, settings, now) == []


def test_a_stage_that_fails_again_and_again_is_told_with_its_error(connection, tmp_path):
    settings, now = make_settings(tmp_path), pipeline.utc_now()
    given_run(connection, "detect", now - 2 * HOUR)
    for minutes in (50, 45):
        given_run(connection, "detect", now - timedelta(minutes=minutes), error="ConfigError: rules.yml:3: wrong")
    assert run(connection, settings, now - HOUR - HOUR) == []
    given_run(connection, "detect", now - timedelta(minutes=40), error="ConfigError: rules.yml:3: wrong")

    assert run(connection, settings, now) == [("dag_failed", "detect")]
    assert "3 runs failed" in store.open_notices(connection)[0][2]
    assert "rules.yml:3" in store.open_notices(connection)[0][2]
    given_run(connection, "detect", now)
    assert run(connection, settings, now) == []


def test_x_is_silent_when_it_has_told_nothing_for_hours_where_it_is_asked(connection, tmp_path):
    connection.execute("INSERT INTO core.query VALUES ('q', 'border_queue', 't')")
    store.save_x_counts(connection, "q", ((MONDAY - 2 * HOUR, 3),), MONDAY)
    asked = make_settings(tmp_path, MONITOR_X_BEARER_TOKEN="t")

    assert run(connection, asked, MONDAY + 2 * HOUR) == []
    assert run(connection, make_settings(tmp_path), MONDAY + 4 * HOUR) == []
    assert run(connection, asked, MONDAY + 4 * HOUR) == [("source_silent", "x")]
    store.save_x_counts(connection, "q", ((MONDAY + 3 * HOUR, 3),), MONDAY + 4 * HOUR)
    assert run(connection, asked, MONDAY + 5 * HOUR) == []


def test_a_replay_that_has_not_begun_is_not_watched_by_the_wall_clock(connection):
    given_channels(connection, "a")
    given_read(connection, ["a"], 0, 5)

    run(connection, Settings.from_env({"MONITOR_SOURCE": "replay"}), pipeline.utc_now())

    assert (notices(connection), store.watched_until(connection)) == ([], None)
