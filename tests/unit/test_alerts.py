"""Alerts: who is told, and how the mail reads."""

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.alerts import choose_rules, compose, message_id
from monitor.alerts.places_ru import PLACES_RU
from monitor.model import Event, LastTime, Neighbour, QueueWait, SeriesKey
from tests.builders import HOUR, NOON, make_alert, make_evidence, make_rule, make_spike


def make_event(spike):
    return Event(lead=spike, spikes=(spike,), opened_at=spike.opened_at)


@pytest.mark.parametrize(
    ("rule", "is_told"),
    [
        ({"places": ("verkhny_lars",)}, True),
        ({"places": ("ozinki",)}, False),
        ({"themes": ("mobilisation",)}, False),
        ({"min_severity": 5.0}, False),
        ({}, True),
    ],
)
def test_a_rule_is_told_of_its_own_themes_places_and_severity(rule, is_told):
    spike = make_spike(severity=4.0)

    chosen = choose_rules(make_event(spike), spike, [make_rule(**rule)])

    assert bool(chosen) is is_told


def test_finer_series_by_source_or_language_are_never_mailed_by_themselves():
    spike = make_spike(key=SeriesKey(theme_id="mobilisation", language="ru"))

    assert choose_rules(make_event(spike), spike, [make_rule()]) == []


def test_message_id_is_the_same_each_time_and_differs_by_recipient():
    event = make_event(make_spike())

    first = message_id(make_rule(), "a@monitor.example", event)

    assert first == message_id(make_rule(), "a@monitor.example", event)
    assert first != message_id(make_rule(), "b@monitor.example", event)


@pytest.mark.parametrize(("language", "word"), [("en", "waiting 12–50 h"), ("ru", "ожидание 12–50 ч")])
def test_mail_names_place_factor_hours_and_km_in_the_readers_language(language, word):
    message = compose(make_alert(language=language), sender="Monitor <m@monitor.example>", recipient="desk@monitor.example")

    assert ("Верхний Ларс" if language == "ru" else "Verkhny Lars") in message["Subject"]
    assert word in message["Subject"]
    assert "20" in message["Subject"]
    assert "12" in message["Subject"]


def test_text_and_html_say_the_same_and_html_is_escaped():
    message = compose(make_alert(), sender="m@monitor.example", recipient="desk@monitor.example")
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()

    for part in ("Own posts: 24, forwards: 6, copies: 2", "93% of 12 channels", "Not read in full: Saratov", "SELECT 1;"):
        assert part in text
        assert part in html
    assert "<b>" in text
    assert "<b>" not in html
    assert "Lars &lt;live&gt;" in html


def test_chart_is_an_inline_picture_that_the_html_shows():
    message = compose(make_alert(), sender="m@monitor.example", recipient="desk@monitor.example")

    pictures = [part for part in message.walk() if part.get_content_type() == "image/png"]

    assert len(pictures) == 1
    assert pictures[0]["Content-ID"].strip("<>") in message.get_body(("html",)).get_content()
    assert pictures[0].get_content().startswith(b"\x89PNG")


def test_a_late_spike_says_so_in_subject_and_text():
    late = make_spike(is_late=True, opened_at=NOON + 9 * HOUR)

    message = compose(make_alert(spike=late), sender="m@monitor.example", recipient="desk@monitor.example")

    assert "seen late" in message["Subject"]
    assert "21 Sep 2022 21:00 UTC" in message.get_body(("plain",)).get_content()


def test_chart_draws_hours_that_were_not_read():
    evidence = make_evidence()
    points = tuple(
        point if n % 7 else type(point)(hour_at=point.hour_at, observed=None, expected=1, expected_low=0, expected_high=3)
        for n, point in enumerate(evidence.chart)
    )

    with_gaps = compose(make_alert(evidence=make_evidence(chart=points)), sender="m@monitor.example", recipient="a@b.example")
    without = compose(make_alert(), sender="m@monitor.example", recipient="a@b.example")

    assert picture(with_gaps) != picture(without)


def picture(message):
    return next(part.get_content() for part in message.walk() if part.get_content_type() == "image/png")


def test_an_expectation_near_zero_gives_no_absurd_factor():
    spike = make_spike(expected=0.01, onset_at=NOON - timedelta(minutes=15))

    message = compose(make_alert(spike=spike), sender="m@monitor.example", recipient="a@b.example")

    assert "usually almost none" in message["Subject"]


@pytest.mark.parametrize(
    ("observed", "told"), [(1, "1 пост за"), (22, "22 поста за"), (12, "12 постов за"), (25, "25 постов за")]
)
def test_russian_counts_agree_with_their_number(observed, told):
    alert = make_alert(language="ru", spike=make_spike(observed=observed))

    assert told in compose(alert, sender="a@b.example", recipient="c@d.example")["Subject"]


def text_of(**evidence):
    language = evidence.pop("language", "en")
    spike = make_spike(**evidence.pop("spike", {}))
    alert = make_alert(language=language, spike=spike, evidence=make_evidence(**evidence))
    message = compose(alert, sender="m@monitor.example", recipient="desk@monitor.example")
    plain, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    return " ".join(plain.split()), " ".join(html.split())


def make_wait(**changes):
    values = {"direction": "out", "mode": "car", "low": 29.6, "high": 42.3, "origin_count": 12, "is_conflicting": False}
    return QueueWait(**{**values, "newest_at": NOON + HOUR - timedelta(minutes=20), **changes})


@pytest.mark.parametrize(
    ("language", "waits", "told"),
    [
        (
            "en",
            (make_wait(),),
            "Wait at Verkhny Lars now (13:00 UTC), by car: 30–42 h (12 independent reports, the newest 20 min old).",
        ),
        ("en", (make_wait(origin_count=1, low=4.97, high=5.0),), "by car: 5 h (1 independent report, the newest 20 min old)."),
        ("en", (make_wait(is_conflicting=True),), "30–42 h, but reports contradict each other"),
        ("en", (), "Wait at Verkhny Lars now (13:00 UTC): no fresh reports."),
        ("en", (make_wait(low=None, high=None),), "Wait at Verkhny Lars now (13:00 UTC): no fresh reports."),
        ("ru", (make_wait(origin_count=3),), "на машине: 30–42 ч (3 независимых сообщения, последнее 20 мин назад)."),
    ],
)
def test_a_mail_on_a_checkpoint_tells_the_wait_now_and_how_sure_that_is(language, waits, told):
    for text in text_of(language=language, waits=waits):
        assert told in text


def test_a_mail_that_is_about_no_checkpoint_tells_no_wait():
    assert "Wait at" not in text_of(waits=None)[0]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            "en",
            "Elsewhere in the same hours: Ozinki 14 posts (7 times the usual), X by its own count 90 posts (usually almost none).",
        ),
        ("ru", "В те же часы в других местах: Озинки — 14 постов (в 7 раз больше обычного), X по его счёту — 90 постов"),
    ],
)
def test_a_mail_tells_where_else_the_theme_stands_high(language, told):
    near = Neighbour(key=SeriesKey(theme_id="border_queue", place_id="ozinki"), observed=14, expected=2.0, place_name="Ozinki")
    on_x = Neighbour(key=SeriesKey(theme_id="border_queue", source="x"), observed=90, expected=0.2)
    for text in text_of(language=language, neighbours=(near, on_x)):
        assert told in text


def test_a_mail_on_a_whole_theme_tells_where_it_stands_high():
    near = Neighbour(key=SeriesKey(theme_id="border_queue", place_id="ozinki"), observed=14, expected=2.0, place_name="Ozinki")
    theme = {"key": SeriesKey(theme_id="border_queue")}

    assert "Where it stands high: Ozinki 14 posts (7 times the usual)." in text_of(neighbours=(near,), spike=theme)[0]
    assert "No single place stands high." in text_of(neighbours=(), spike=theme)[1]


def test_a_mail_tells_when_it_was_last_like_this():
    never, once = LastTime(days_on_record=20.9), LastTime(days_on_record=20.9, ended_at=NOON - 72 * HOUR, observed=25)

    assert "Not seen before in the 20 days on record." in text_of(last_time=never)[0]
    assert "За 20 дней наблюдений такого не было." in text_of(last_time=never, language="ru")[1]
    assert "It was last like this on 18 Sep 2022 12:00 UTC: 25 posts in 3 h." in text_of(last_time=once)[1]
    queue = {"kind": "queue", "observed": 24}
    assert "People last waited as long around 18 Sep 2022 12:00 UTC: 25 h." in text_of(last_time=once, spike=queue)[0]


def test_a_mail_tells_the_share_of_the_loudest_channel():
    assert "Lars live 9 (28%)" in text_of()[0]


def test_every_place_of_the_gazetteer_has_a_russian_name():
    with (Path(__file__).parents[2] / "seeds" / "places.csv").open(encoding="utf-8", newline="") as file:
        places = [row["place_id"] for row in csv.DictReader(file)]

    assert [place for place in places if place not in PLACES_RU] == []


def test_russian_names_are_written_as_in_an_atlas():
    parts = {part for name in PLACES_RU.values() for part in re.findall(r"\w+", name)}
    small = {part for part in parts if part[0].islower()}

    assert small == {"автономная", "автономный", "д", "де", "и", "край", "на", "область", "округ", "улус", "эль", "эш"}
