"""A queue is estimated from own words about now; copies, loud channels and repeated figures do not sway it."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.nowcast import Report, by_queue, estimate
from tests.builders import HOUR, MINUTE, NOON


def said(low, *, ago=HOUR, **changes):
    values = {"posted_at": NOON - ago, "low": low, "high": low, "channel": "a", "post": f"{low} {ago} {changes.get('channel')}"}
    return Report(**{**values, **changes})


def calm(level=10.0, *, count=12, seed=1):
    """One report by each of so many channels over the last ten hours, an eighth off on average."""
    source = random.Random(seed)
    return [
        said(round(level * source.lognormvariate(0, 0.12), 2), ago=(n + 0.5) * 10 * HOUR / count, channel=f"c{n}")
        for n in range(count)
    ]


def width(found):
    return found.high / found.low


def verdicts(found):
    return {judged.report.post: judged.verdict for judged in found.judged}


def test_no_reports_give_no_estimate():
    found = estimate([], NOON)

    assert (found.state, found.value, found.low, found.high) == ("no fresh reports", None, None, None)
    assert (found.origin_count, found.newest_at, found.newest_age) == (0, None, None)


def test_reports_that_agree_are_pooled_with_an_interval_around_them():
    found = estimate(calm(10.0), NOON)

    assert found.state == "fresh"
    assert found.low < 10 < found.high
    assert found.value == pytest.approx(10, rel=0.12)
    assert found.newest_age == timedelta(minutes=25)


def test_one_report_gives_a_wide_interval():
    found = estimate([said(10.0)], NOON)

    assert found.low < 6 and found.high > 14


def test_more_channels_make_it_narrower():
    assert width(estimate(calm(count=24), NOON)) < width(estimate(calm(count=6), NOON))


def test_a_queue_that_grows_by_two_km_an_hour_is_followed_to_now():
    reports = [said(5 + 2 * (10 - h), ago=h * HOUR, channel=f"c{h % 4}") for h in range(1, 11)]

    found = estimate(reports, NOON)

    assert found.value == pytest.approx(25, rel=0.12)
    assert found.low < 25 < found.high


def test_marked_copies_change_nothing():
    own = calm()
    copies = [
        replace(report, posted_at=report.posted_at + 20 * MINUTE, channel=f"copier {n}", post=f"copy {n}", origin=report.post)
        for n, report in enumerate(own)
    ]

    assert as_told(estimate([*own, *copies], NOON)) == as_told(estimate(own, NOON))


def as_told(found):
    return found.value, found.low, found.high, found.origin_count, found.newest_at


def test_a_copy_of_a_copy_leads_back_to_the_origin():
    own = said(10.0, ago=5 * HOUR, post=1)
    copy = said(10.0, ago=3 * HOUR, channel="b", post=2, origin=1)
    copy_of_copy = said(10.0, ago=1 * HOUR, channel="c", post=3, origin=2)

    found = estimate([own, copy, copy_of_copy], NOON)

    assert (found.origin_count, found.newest_at) == (1, own.posted_at)
    assert verdicts(found) == {1: "used", 2: "copy", 3: "copy"}


def test_copies_whose_origin_was_not_seen_count_as_one_doubtful_report():
    found = estimate([said(10.0, ago=n * HOUR, channel=f"c{n}", post=n, origin="unseen") for n in (1, 2, 3)], NOON)

    assert found.origin_count == 1
    assert verdicts(found) == {3: "hearsay", 2: "copy", 1: "copy"}


def test_a_forwarded_figure_that_was_said_before_is_a_copy_even_without_its_origin():
    found = estimate([said(13.7, ago=5 * HOUR, post=1), said(13.7, channel="b", post=2, origin="unseen")], NOON)

    assert verdicts(found) == {1: "used", 2: "copy"}


@pytest.mark.parametrize("wrong", [2.0, 50.0])
def test_one_loud_channel_moves_it_by_less_than_a_tenth(wrong):
    lies = [said(wrong, ago=n * 6 * MINUTE, channel="loud", post=f"lie {n}") for n in range(1, 100)]
    lies = [replace(lie, low=lie.low + n / 100, high=lie.low + n / 100) for n, lie in enumerate(lies)]

    alone, with_lies = estimate(calm(), NOON), estimate([*calm(), *lies], NOON)

    assert with_lies.value == pytest.approx(alone.value, rel=0.1)
    assert all(v == "contradicted" for post, v in verdicts(with_lies).items() if post.startswith("lie") and v != "repeated")


def test_two_channels_that_differ_by_far_are_a_conflict():
    reports = [
        said(figure, ago=n * HOUR, channel=channel) for n in (1, 2, 3) for channel, figure in (("a", 5.0 + n), ("b", 30.0 + n))
    ]

    assert estimate(reports, NOON).is_conflicting
    assert not estimate(calm(), NOON).is_conflicting


def test_a_channel_that_repeats_its_figure_refreshes_nothing():
    found = estimate([said(20.0, ago=n * HOUR, post=n) for n in (9, 6, 3, 1)], NOON)

    assert (found.state, found.newest_at) == ("no fresh reports", NOON - 9 * HOUR)


def test_others_that_repeat_an_odd_old_figure_do_not_hold_the_queue_where_it_was():
    rising = [said(round(4 + 2.03 * (12 - h), 2), ago=h * HOUR, channel=f"c{h % 5}", post=h) for h in range(1, 13)]
    echoes = [said(6.03, ago=n * 11 * MINUTE, channel=f"echo {n}", post=f"echo {n}") for n in range(1, 9)]

    found = estimate([*rising, *echoes], NOON)

    assert found.value > 20
    assert {v for post, v in verdicts(found).items() if str(post).startswith("echo")} <= {"repeated", "contradicted"}


def test_round_figures_that_happen_to_be_equal_are_not_taken_for_echoes():
    figures = [20, 25, 20, 15, 20, 25, 20, 20, 25, 20]
    found = estimate([said(float(f), ago=(n + 1) * 30 * MINUTE, channel=f"c{n}", post=n) for n, f in enumerate(figures)], NOON)

    assert set(verdicts(found).values()) == {"used"}


@pytest.mark.parametrize("tense", ["past", "forecast"])
def test_what_was_and_what_is_promised_is_not_now(tense):
    reports = [*calm(), *(said(60.0 + n, channel=f"p{n}", post=f"p{n}", tense=tense) for n in range(5))]

    found = estimate(reports, NOON)

    assert as_told(found) == as_told(estimate(calm(), NOON))
    assert verdicts(found)["p1"] == tense


def test_hearsay_counts_less_than_own_eyes():
    seen = estimate([said(10.0), said(14.0, channel="b")], NOON)
    heard = estimate([said(10.0), said(14.0, channel="b", is_hearsay=True)], NOON)

    assert heard.value < seen.value


def test_later_and_old_reports_count_nothing():
    found = estimate([*calm(), said(70.0, ago=-HOUR, post="later"), said(70.0, ago=25 * HOUR, post="old")], NOON)

    assert as_told(found) == as_told(estimate(calm(), NOON))
    assert (verdicts(found)["later"], verdicts(found)["old"]) == ("later", "too old")


def test_without_a_report_of_the_last_six_hours_there_is_no_figure():
    found = estimate([replace(report, posted_at=report.posted_at - 6 * HOUR) for report in calm()], NOON)

    assert (found.state, found.value) == ("no fresh reports", None)
    assert found.newest_at == NOON - 6 * HOUR - 25 * MINUTE


def test_a_day_of_hundreds_of_reports_is_judged_in_full():
    reports = [said(10.0 + n % 7 / 10, ago=n * 4 * MINUTE, channel=f"c{n % 9}", post=n) for n in range(1, 300)]

    found = estimate(reports, NOON)

    assert len(found.judged) == len(reports)
    assert found.low < 10.3 < found.high


def test_an_open_bound_pulls_to_its_side_only():
    below = estimate([*calm(), *(said(5.0, channel=f"o{n}", high=None) for n in range(5))], NOON)
    above = estimate([*calm(), *(said(16.0, channel=f"o{n}", high=None) for n in range(5))], NOON)
    alone = estimate(calm(), NOON)

    assert below.value == pytest.approx(alone.value, rel=0.02)
    assert above.value > alone.value * 1.05


def test_a_range_is_weaker_than_a_figure():
    wide = estimate([said(10.0), said(10.0, channel="b", high=40.0)], NOON)
    exact = estimate([said(10.0), said(20.0, channel="b")], NOON)

    assert wide.value < exact.value


def test_an_empty_queue_is_an_estimate_of_nearly_nothing():
    found = estimate([said(0.0, ago=n * 20 * MINUTE, channel=f"c{n}") for n in range(1, 6)], NOON)

    assert found.low == 0.0
    assert found.value < 0.5


@pytest.mark.parametrize("unit", [0.01, 100.0])
def test_the_unit_does_not_matter(unit):
    found, scaled = estimate(calm(), NOON), estimate([replace(r, low=r.low * unit, high=r.high * unit) for r in calm()], NOON)

    assert scaled.value / unit == pytest.approx(found.value, rel=0.02)
    assert width(scaled) == pytest.approx(width(found), rel=0.05)


def test_unsaid_direction_and_mode_are_out_by_car_and_people_on_foot():
    reports = [said(1.0), said(2.0, direction="in"), said(3.0, mode="bus")]

    assert set(by_queue("queue_km", reports)) == {("out", "car"), ("in", "car"), ("out", "bus")}
    assert set(by_queue("queue_people", reports)) == {("out", "foot"), ("in", "foot"), ("out", "bus")}


REPORTS = st.builds(
    lambda low, width, ago_min, channel, is_open, tense: Report(
        posted_at=NOON - ago_min * MINUTE,
        low=low,
        high=None if is_open else low + width,
        channel=channel,
        post=(low, ago_min, channel),
        tense=tense,
    ),
    st.floats(0, 200),
    st.sampled_from([0.0, 0.0, 5.0]),
    st.integers(-60, 2000),
    st.integers(0, 5),
    st.booleans(),
    st.sampled_from(["now", "now", "now", "past"]),
)


@settings(max_examples=25, deadline=None)
@given(st.lists(REPORTS, max_size=25), st.randoms(use_true_random=False))
def test_any_reports_in_any_order_give_one_finite_answer_that_judges_each(reports, source):
    found = estimate(reports, NOON)
    source.shuffle(reports)

    assert as_told(estimate(reports, NOON)) == as_told(found)
    assert len(found.judged) == len(reports)
    assert found.value is None or 0 <= found.low <= found.value <= found.high < 1e5
