"""What is known when decides the walk: late arrivals rewind it, and its end does not depend on how the work was cut up."""

from datetime import UTC, datetime, timedelta

import numpy as np

from monitor.detect import Knowledge, PanelChannel, Walk, initial
from monitor.model import QUARTER_HOUR, ChannelOrigin, CountRow, CoverageRow

MONDAY = datetime(2022, 9, 5, tzinfo=UTC)
DAYS = 4
BINS = DAYS * 96
SERIES = (11, 12)
FOUNDER = PanelChannel(channel_id=1, weight=10.0, first_observed_at=MONDAY)
POSTS = np.random.default_rng(5).poisson([0.3, 0.05], (BINS, 2))


def moment(index):
    return MONDAY + index * QUARTER_HOUR


def make_knowledge(known_at=lambda index: index + 1, *, bins=BINS, panel=(FOUNDER,), first=0, history=range(0)):
    """Posts and coverage of ``POSTS`` where quarter-hour ``index`` became known at step ``known_at(index)``, None for never."""
    counts, coverage = [], []
    for index in range(first, bins):
        known = known_at(index)
        if known is None:
            continue
        coverage.append(
            CoverageRow(
                channel_id=1,
                bin_at=moment(index),
                known_at=moment(known),
                state="observed",
                seen_count=9,
                is_history=index in history,
            )
        )
        counts += [
            CountRow(series_id=series, bin_at=moment(index), seen_at=moment(known), origin_count=int(posts))
            for series, posts in zip(SERIES, POSTS[index], strict=True)
            if posts
        ]
    return Knowledge(SERIES, counts, coverage, panel, first_at=moment(first), until_at=moment(bins))


def run(knowledge, *, from_at=MONDAY, until_at=None, start=None):
    walk = Walk(knowledge, initial(2) if start is None else start)
    return walk, list(walk.steps(from_at, until_at or moment(BINS)))


def final(walk):
    return walk.midnights[moment(BINS).date()].to_rows()


def outage(read_at, *, first=100, last=120):
    """Quarter-hours ``[first, last)`` are read only at step ``read_at``."""
    return lambda index: read_at if first <= index < last else index + 1


def test_every_quarter_hour_on_time_is_one_step():
    _, steps = run(make_knowledge())

    assert [step.as_of for step in steps] == [moment(index + 1) for index in range(BINS)]
    assert not any(step.is_late or step.said_at != step.as_of for step in steps)


def test_what_arrives_late_is_said_before_the_step_that_read_it():
    _, steps = run(make_knowledge(outage(150)))

    said = [(step.as_of, step.is_late) for step in steps if step.said_at == moment(150)]
    assert said == [*((moment(index + 1), True) for index in range(100, 120)), (moment(150), False)]


def test_history_read_at_first_contact_is_learnt_in_silence_however_young():
    history, steps = run(make_knowledge(outage(150), history=range(100, 120)))
    late, _ = run(make_knowledge(outage(150)))

    assert not any(step.is_late for step in steps)
    assert np.array_equal(final(history), final(late))


def test_a_late_arrival_leaves_the_same_state_as_one_on_time():
    late, _ = run(make_knowledge(outage(150)))
    on_time, _ = run(make_knowledge())

    assert np.array_equal(final(late), final(on_time))


def test_a_quarter_hour_not_yet_read_scores_nothing():
    _, steps = run(make_knowledge(outage(150)))

    blind = [step for step in steps if not step.is_late and moment(100) < step.as_of <= moment(120)]
    assert len(blind) == 20
    assert all(step.scores.exposure[0] == 0.0 and not step.scores.score.any() for step in blind)


def test_what_is_older_than_two_days_enters_silently():
    late, steps = run(make_knowledge(outage(340)))
    on_time, _ = run(make_knowledge())

    assert not any(step.is_late for step in steps)
    assert np.array_equal(final(late), final(on_time))


def test_the_midnights_that_a_late_arrival_changes_are_told():
    walk = Walk(make_knowledge(outage(250)), initial(2))
    steps = walk.steps(MONDAY, moment(BINS))
    for step in steps:
        if step.said_at == moment(249):
            break
    walk.changed_days.clear()

    for step in steps:
        if step.as_of == moment(250) and not step.is_late:
            break

    assert walk.changed_days == {moment(192).date()}


def test_a_run_cut_in_two_equals_one_run():
    whole, steps = run(make_knowledge(outage(150)))

    first, early = run(make_knowledge(outage(150), bins=200), until_at=moment(200))
    midnight = moment(192)
    rest = make_knowledge(outage(150), first=192)
    second, late = run(rest, from_at=moment(200), start=first.midnights[midnight.date()])

    assert np.array_equal(final(second), final(whole))
    assert [(s.as_of, s.scores.score.tolist()) for s in early + late] == [(s.as_of, s.scores.score.tolist()) for s in steps]


def test_a_run_resumed_by_a_late_arrival_of_an_earlier_day_equals_one_run():
    whole, _ = run(make_knowledge(outage(210)))

    first, _ = run(make_knowledge(outage(210), bins=200), until_at=moment(200))
    rest = make_knowledge(outage(210), first=96)
    second, _ = run(rest, from_at=moment(200), start=first.midnights[moment(96).date()])

    assert np.array_equal(final(second), final(whole))


def make_exposure_knowledge(panel):
    """Ten days in which channel 1 alone is read."""
    coverage = [
        CoverageRow(channel_id=1, bin_at=moment(index), known_at=moment(index + 1), state="observed", seen_count=9)
        for index in range(10 * 96)
    ]
    return Knowledge(SERIES, (), coverage, panel, first_at=MONDAY, until_at=moment(10 * 96))


def channel(channel_id, weight, *, days):
    return PanelChannel(channel_id=channel_id, weight=weight, first_observed_at=MONDAY + timedelta(days=days))


def share_at(panel, days):
    knowledge = make_exposure_knowledge(panel)
    index = int(days * 96)
    knowledge.take(index + 1)
    return knowledge.exposure(index)


def test_a_founding_channel_that_is_not_read_lowers_the_exposure_at_once():
    panel = (FOUNDER, channel(2, 30.0, days=0.5))

    assert share_at(panel, 1) == 0.25


def test_a_later_channel_counts_in_the_exposure_after_seven_days():
    panel = (FOUNDER, channel(2, 30.0, days=2))

    assert share_at(panel, 8.9) == 1.0
    assert share_at(panel, 9) == 0.25


def test_without_a_panel_nothing_is_observed():
    assert share_at((), 1) == 0.0


def test_lost_and_pending_quarter_hours_are_not_observed():
    coverage = [
        CoverageRow(channel_id=1, bin_at=moment(index), known_at=moment(index + 1), state=state, seen_count=0)
        for index, state in enumerate(("observed", "pending", "lost"))
    ]
    knowledge = Knowledge(SERIES, (), coverage, (FOUNDER,), first_at=MONDAY, until_at=moment(3))

    knowledge.take(3)

    assert [knowledge.exposure(index) for index in range(3)] == [1.0, 0.0, 0.0]


def test_counts_are_let_in_only_once_they_were_seen():
    row = CountRow(series_id=12, bin_at=moment(2), seen_at=moment(5), origin_count=4)
    knowledge = Knowledge(SERIES, (row,), (), (FOUNDER,), first_at=MONDAY, until_at=moment(9))

    knowledge.take(4)
    before = knowledge.counts(2).tolist()
    changed = knowledge.take(5)

    assert (before, knowledge.counts(2).tolist(), changed) == ([0.0, 0.0], [0.0, 4.0], 2)


def test_posts_of_a_channel_that_is_not_in_the_panel_yet_are_not_counted():
    panel = (FOUNDER, channel(2, 10.0, days=2))
    newcomers = [ChannelOrigin(channel_id=2, series_id=11, bin_at=moment(300 + n), seen_at=moment(301 + n)) for n in range(14)]
    counts = [CountRow(series_id=11, bin_at=o.bin_at, seen_at=o.seen_at, origin_count=3) for o in newcomers]
    knowledge = Knowledge(SERIES, counts, (), panel, first_at=MONDAY, until_at=moment(10 * 96), newcomers=newcomers)

    knowledge.take(10 * 96 - 1)

    assert knowledge.counts(300).tolist() == [2.0, 0.0]
    assert np.allclose(knowledge.joining(9 * 96), [2.0, 0.0])
    assert knowledge.joining(9 * 96 - 1) is None


def test_history_of_a_newcomer_that_is_read_back_is_not_assessed_late():
    rows = [
        CoverageRow(channel_id=c, bin_at=moment(i), known_at=moment(known), state="observed", seen_count=9)
        for i in range(BINS)
        for c, known in ((1, i + 1), *(((2, max(i + 1, 300)),) if i >= 200 else ()))
    ]
    panel = (FOUNDER, channel(2, 10.0, days=200 / 96))
    _, steps = run(Knowledge(SERIES, (), rows, panel, first_at=MONDAY, until_at=moment(BINS)))

    assert not any(step.is_late for step in steps)
