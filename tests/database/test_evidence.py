"""What is kept with a spike, what is gone from it once its posts are gone, and that each reader hears of an event once."""

from __future__ import annotations

import pytest

from monitor import store
from monitor.alerts import compose
from monitor.model import Event, LastTime, Neighbour, PostKey, SeriesKey, SpikeRecord
from monitor.pipeline.evidence import Around, keep_evidence
from monitor.pipeline.tell import tell
from tests.builders import (
    HOUR,
    MINUTE,
    NOON,
    make_classified,
    make_evidence,
    make_masked,
    make_page,
    make_rule,
    make_span,
    make_spike,
)

KEY = SeriesKey(theme_id="border_queue", place_id="verkhny_lars")
AROUND = Around(chart=(), neighbours=(), days_on_record=20.4, needed_score=6.0)


@pytest.fixture
def stored(connection):
    """Give a stored spike at Verkhny Lars, its series' id and its event, of nine posts of three channels in its hour."""
    for number, handle in enumerate(("one", "two", "three")):
        posts = [
            make_masked(
                f"Верхний Ларс, стоим {10 + number + 3 * n} часов",
                channel=handle,
                post_id=n,
                posted_at=NOON + (number + 5 * n) * MINUTE,
                collected_at=NOON + (number + 5 * n + 1) * MINUTE,
                url=f"https://t.me/{handle}/{n}" if handle != "three" else None,
            )
            for n in range(1, 4)
        ]
        span = make_span(NOON - 30 * HOUR, NOON + HOUR, channel=handle)
        store.write_page(
            connection,
            "telegram",
            make_page(posts, feed=handle, coverage=(span,)),
            expected=store.read_cursor(connection, "telegram", handle),
        )
    connection.execute("UPDATE core.channel SET is_listed = true, is_verified = true, title = 'Title ' || handle")
    connection.execute(
        "INSERT INTO core.place (place_id, kind, name, lat_deg, lon_deg) VALUES ('verkhny_lars', 'crossing', 'Verkhny Lars', 42, 44)"
    )
    version = connection.execute("INSERT INTO core.codebook (digest) VALUES ('d') RETURNING codebook_version").fetchone()[0]
    claimed = store.claim_backlog(connection, as_of=NOON + HOUR, limit=100)
    store.write_annotations(connection, [make_classified(post) for post in claimed], version)
    series_id = store.all_series(connection)[KEY]
    event_id = store.add_event(connection, series_id, NOON)
    spike = make_spike(key=KEY, event_id=event_id, onset_at=NOON, window_hours=1, observed=9, cleared_at=NOON + HOUR)
    spike = make_spike(**{**_fields(spike), "spike_id": store.save_spike(connection, spike, series_id)})
    return spike, series_id, Event(event_id=event_id, lead=spike, spikes=(spike,), opened_at=spike.opened_at)


def _fields(spike):
    return {name: getattr(spike, name) for name in spike.__slots__}


def keep(connection, stored, around=AROUND):
    spike, series_id, _ = stored
    return keep_evidence(connection, spike, series_id, around, known_at=NOON + HOUR)


def test_evidence_is_kept_with_the_spike_and_read_back_as_it_was(connection, stored):
    taken = keep(connection, stored)

    record = store.spike_record(connection, stored[0].spike_id)
    assert (record.start_at, record.end_at) == (NOON, NOON + HOUR)
    assert (record.evidence.own_count, record.evidence.top_channels) == (9, taken.top_channels)
    assert record.parameters["threshold"] > 0 and record.parameters["period_bins"] == 672
    assert [(gate["name"], gate["found"]) for gate in record.gates][-1] == ("channels of a mail", "3")
    assert 3 <= len(record.post_keys) == len(taken.posts) <= 8 and record.post_keys[0].posted_at == NOON + 5 * MINUTE


def test_no_text_of_a_post_is_kept_with_a_spike_twice(connection, stored):
    keep(connection, stored)

    kept = connection.execute("SELECT content::text || parameters::text FROM core.spike_evidence").fetchone()[0]
    assert "стоим" not in kept


def test_the_last_time_it_was_like_this_is_told_and_the_days_on_record_where_it_never_was(connection, stored):
    spike, series_id, _ = stored
    never = store.last_time(connection, spike, series_id, known_at=NOON + HOUR, days_on_record=20.4)
    connection.execute(
        "INSERT INTO core.series_count (series_id, bin_at, seen_at, posts_count, origin_count, codebook_version)"
        " SELECT %s, %s + n * interval '15 minutes', %s + (n + 1) * interval '15 minutes', 3, 3, 1 FROM generate_series(0, 3) AS n",
        (series_id, NOON - 50 * HOUR, NOON - 50 * HOUR),
    )

    before = store.last_time(connection, spike, series_id, known_at=NOON + HOUR, days_on_record=20.4)

    assert never == LastTime(days_on_record=20.4)
    assert before == LastTime(days_on_record=20.4, ended_at=NOON - 49 * HOUR, observed=12)


def test_neighbours_of_a_longer_episode_stay_as_they_were_taken(connection, stored):
    other = Neighbour(key=SeriesKey(theme_id="border_queue", place_id="ozinki"), observed=14, expected=0.5)
    keep(connection, stored, Around(chart=(), neighbours=(other,), days_on_record=20, needed_score=6.0))

    keep(connection, stored, Around(chart=(), neighbours=None, days_on_record=20, needed_score=6.0))

    assert store.spike_record(connection, stored[0].spike_id).evidence.neighbours == (other,)
    shown = connection.execute("SELECT neighbours FROM analyst.spike_evidence").fetchone()[0]
    assert shown == [{"place_id": "ozinki", "source": None, "observed": 14, "expected": 0.5, "factor": 28.0}]


def test_a_mail_on_a_checkpoint_tells_the_wait_there_now_or_that_nothing_is_fresh(connection, stored):
    connection.execute(
        "INSERT INTO core.post_quantity (channel_id, post_id, posted_at, span_start, span_end, kind, low, high, place_id)"
        " SELECT channel_id, post_id, posted_at, 0, 1, 'wait_hours', 10 + post_id, 10 + post_id, 'verkhny_lars' FROM core.post"
    )

    (wait,) = keep(connection, stored).waits
    connection.execute("DELETE FROM core.post_quantity")

    assert 8 < wait.low < 12 < wait.high < 25 and wait.origin_count == 9 and wait.newest_at == NOON + 17 * MINUTE
    assert keep(connection, stored).waits == ()


def told_mails(connection):
    return connection.execute(
        "SELECT rule_id, kind, recipient, held_until_at IS NULL FROM core.alert JOIN core.delivery USING (alert_id) ORDER BY delivery_id"
    ).fetchall()


def say(connection, rules, stored, *, is_cleared=True, minutes=0, **changes):
    spike, _, event = stored
    spike = make_spike(**{**_fields(spike), **changes})
    event = Event(event_id=event.event_id, lead=spike, spikes=(spike,), opened_at=event.opened_at)
    at = NOON + HOUR + minutes * MINUTE
    return tell(connection, rules, spike, event, said_at=at, is_cleared=is_cleared, evidence=make_evidence)


def test_a_reader_whom_two_rules_concern_gets_one_mail_and_gets_it_at_once(connection, stored):
    rules = [
        make_rule(rule_id="slow", delivery="digest", recipients=("a@b.example",)),
        make_rule(rule_id="quick", recipients=("a@b.example", "c@d.example")),
    ]

    say(connection, rules, stored)
    say(connection, rules, stored)

    assert told_mails(connection) == [("quick", "opened", "a@b.example", True), ("quick", "opened", "c@d.example", True)]


def test_a_rule_that_matches_a_later_spike_of_the_event_opens_it_for_new_readers_only(connection, stored):
    first, second = (
        make_rule(rule_id="first", recipients=("a@b.example",)),
        make_rule(rule_id="second", recipients=("a@b.example", "c@d.example")),
    )

    say(connection, [first], stored)
    say(connection, [first, second], stored, minutes=30)

    assert [row[:3] for row in told_mails(connection)] == [
        ("first", "opened", "a@b.example"),
        ("second", "opened", "c@d.example"),
    ]


def test_an_event_brings_its_opening_three_growths_and_its_end(connection, stored):
    rules = [make_rule(recipients=("a@b.example",))]

    for step, observed in enumerate((9, 17, 18, 36, 72, 144, 288)):
        say(connection, rules, stored, observed=observed, is_cleared=step == 0, minutes=15 * step)
    say(connection, rules, stored, observed=288, is_cleared=False, minutes=600, closed_at=NOON + 11 * HOUR)

    assert [row[1] for row in told_mails(connection)] == ["opened", "grown", "grown", "grown", "ended"]


def test_readers_of_one_rule_who_heard_at_different_moments_are_each_told_of_their_growth(connection, stored):
    early, both = (
        make_rule(rule_id="early", recipients=("a@b.example",)),
        make_rule(rule_id="both", recipients=("a@b.example", "c@d.example")),
    )

    say(connection, [early], stored, observed=9)
    say(connection, [both], stored, observed=14, minutes=15)
    say(connection, [both], stored, observed=18, minutes=30, is_cleared=False)
    say(connection, [both], stored, observed=28, minutes=45, is_cleared=False)

    assert [(row[1], row[2]) for row in told_mails(connection)] == [
        ("opened", "a@b.example"),
        ("opened", "c@d.example"),
        ("grown", "a@b.example"),
        ("grown", "c@d.example"),
    ]


def test_what_x_counts_is_never_taken_for_the_growth_of_posts(connection, stored):
    rules = [make_rule(recipients=("a@b.example",)), make_rule(rule_id="x", sources=("x",), recipients=("a@b.example",))]

    say(connection, rules, stored, observed=9)
    say(connection, rules, stored, observed=900, minutes=5, key=SeriesKey(theme_id="border_queue", source="x"))

    assert [row[1] for row in told_mails(connection)] == ["opened"]


def erase(connection, handle, post_id):
    row = connection.execute(
        "SELECT channel_id, post_id, posted_at FROM core.post JOIN core.channel USING (channel_id) WHERE handle = %s AND post_id = %s",
        (handle, post_id),
    ).fetchone()
    assert store.erase_post(connection, PostKey(channel_id=row[0], post_id=row[1], posted_at=row[2]), as_of=NOON + 2 * HOUR)


def test_a_withdrawn_post_leaves_mail_and_evidence_and_both_say_how_many_did(connection, stored):
    taken = keep(connection, stored)
    spike = stored[0]
    letters = [("a@b.example", "<1@monitor.invalid>", None)]
    store.add_alert(connection, make_rule(), spike, taken, created_at=NOON + HOUR, letters=letters)
    figures = "SELECT own_count, withdrawn_count FROM analyst.spike_evidence"
    before = connection.execute(figures).fetchone()

    erase(connection, "one", 1)
    erase(connection, "three", 1)  # a post without a link

    (alert,) = store.alerts(connection)
    message = compose(alert, sender="m@monitor.example", recipient="a@b.example")
    for kind in ("plain", "html"):
        text = message.get_body((kind,)).get_content()
        assert "2 posts shown here withdrawn since." in text
        assert "стоим 13 часов" not in text and "стоим 15 часов" not in text and "стоим 14 часов" in text
    assert (before, connection.execute(figures).fetchone()) == ((9, 0), (9, 2))
    assert connection.execute("SELECT withdrawn_count FROM analyst.alert").fetchone() == (2,)
    states = connection.execute("SELECT state, count(text), count(*) FROM analyst.spike_post GROUP BY 1 ORDER BY 1").fetchall()
    assert states == [("shown", 4, 4), ("withdrawn", 0, 2)]
    assert store.spike_record(connection, spike.spike_id).evidence.withdrawn_count == 2


def test_a_record_without_its_spike_cannot_be_kept(connection):
    with pytest.raises(Exception, match="foreign key"):
        record = SpikeRecord(
            taken_at=NOON, start_at=NOON - HOUR, end_at=NOON, evidence=make_evidence(), post_keys=(), parameters={}, gates=()
        )
        store.save_spike_record(connection, 10**9, record)
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
