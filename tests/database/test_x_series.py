"""X's own counts as hourly series: counts asked of a loopback X become spikes of source x, and nothing but the counts does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import yaml

from monitor import pipeline, store
from monitor.alerts import compose
from monitor.errors import TransientError
from monitor.pipeline.collect_x import Endpoint, collect_x
from monitor.pipeline.detect import detect
from monitor.settings import Settings
from tests.peers.x import Fault, XPeer
from tests.x_desk import make_root, open_spike, settings_of

MET_AT = datetime(2022, 9, 19, 0, 3, tzinfo=UTC)
HOUR = timedelta(hours=1)
BURST_AT = MET_AT.replace(minute=0) + 5 * HOUR
RULES = [{"rule_id": "x", "reader": "desk", "recipients": ["desk@monitor.example"], "sources": ["x"]}]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = make_root(tmp_path_factory.mktemp("x") / "root", queries={"one": "очередь", "two": "граница"})
    (root / "seeds" / "alert_rules.yml").unlink()
    (root / "seeds" / "alert_rules.yml").write_text(yaml.safe_dump(RULES))
    return root


@pytest.fixture
def settings(root: Path) -> Settings:
    return settings_of(root, XPeer.token)


@pytest.fixture
def peer() -> Iterator[XPeer]:
    """Give an X where three posts an hour name a queue, and forty in the hour of the burst."""
    rng = np.random.default_rng(5)
    with XPeer(clock=None) as running:
        for number in range(-7 * 24, 24):
            hour_at = MET_AT.replace(minute=0) + number * HOUR
            for minute in rng.uniform(1, 59, size=40 if hour_at == BURST_AT else rng.poisson(3.0)):
                running.add("Очередь на границе, стоим пять часов", hour_at + timedelta(minutes=float(minute)))
        yield running


def go_on(connection: store.Connection, settings: Settings, peer: XPeer, *, first: int = 0, last: int, every: int = 1) -> None:
    """Collect and detect at three past each hour, counted from the first contact."""
    for number in range(first, last + 1, every):
        peer.now = MET_AT + number * HOUR
        collect_x(connection, settings, as_of=peer.now, endpoint=Endpoint(base_url=peer.url))
        detect(connection, settings, as_of=peer.now + timedelta(minutes=2))


def spikes(connection: store.Connection) -> list[tuple]:
    return connection.execute(
        "SELECT theme_id, source, onset_at, opened_at, observed, is_late FROM analyst.spike ORDER BY opened_at"
    ).fetchall()


def test_a_burst_in_the_counts_is_a_spike_of_x_and_is_mailed_to_who_wants_x(connection, settings, peer):
    go_on(connection, settings, peer, last=7)

    ((theme, source, onset_at, opened_at, observed, is_late),) = spikes(connection)
    assert (theme, source, onset_at, is_late) == ("border_queue", "x", BURST_AT, False)
    assert opened_at == BURST_AT + HOUR + timedelta(minutes=3) and observed >= 40
    (alert,) = store.alerts(connection)
    text = compose(alert, sender="m@monitor.example", recipient="desk@monitor.example").get_body(("plain",)).get_content()
    assert "Counted by X itself" in text and "100% of this window's hours were counted" in text
    assert "FROM analyst.x_count_hour" in text and "Not seen before in the 7 days on record." in text
    assert connection.execute("SELECT count(*) FROM core.series_count").fetchone() == (0,)


def test_its_evidence_is_kept_with_it_and_tells_what_it_was_found_with(connection, settings, peer):
    go_on(connection, settings, peer, last=7)

    found = connection.execute(
        "SELECT coverage_share, parameters ->> 'period_bins', jsonb_array_length(gates), days_on_record FROM analyst.spike_evidence"
    ).fetchall()
    assert [row[:3] for row in found] == [(1.0, "168", 3)] and 7.0 <= found[0][3] <= 7.5
    assert connection.execute("SELECT state FROM analyst.series_state WHERE source = 'x'").fetchall() == [("watched",)]


def test_what_was_counted_at_first_contact_is_history_and_no_news(connection, settings, peer):
    for minute in range(40):
        peer.add("очередь", MET_AT - 30 * HOUR + timedelta(seconds=80 * minute))

    go_on(connection, settings, peer, last=3)

    assert spikes(connection) == []


def test_an_hour_that_was_not_counted_is_masked_and_not_zero(connection, settings, peer):
    go_on(connection, settings, peer, last=3)
    peer.faults.extend(Fault(kind="counts", status=503) for _ in range(40))
    with pytest.raises(TransientError):
        go_on(connection, settings, peer, first=4, last=4)
    peer.faults.clear()
    stepped = connection.execute("SELECT stepped_until_at FROM core.x_step").fetchone()

    go_on(connection, settings, peer, first=5, last=6)

    assert stepped == (MET_AT.replace(minute=0) + 3 * HOUR,)
    assert connection.execute("SELECT stepped_until_at FROM core.x_step").fetchone() == (MET_AT.replace(minute=0) + 6 * HOUR,)
    assert [row[1] for row in spikes(connection)] == ["x"]


def test_an_hour_that_one_of_two_queries_lacks_is_unknown(connection, settings, peer):
    go_on(connection, settings, peer, last=1)
    connection.execute(
        "DELETE FROM core.x_count WHERE query_name = 'two' AND hour_at = %s", (MET_AT - HOUR - timedelta(minutes=3),)
    )

    hours = store.x_hours(connection, MET_AT - 3 * HOUR, MET_AT + HOUR)

    assert [hour.posts_count is None for hour in hours] == [False, True, False]


def test_hours_counted_late_are_assessed_once_and_say_so(connection, settings, peer):
    go_on(connection, settings, peer, last=2)

    go_on(connection, settings, peer, first=20, last=20)
    go_on(connection, settings, peer, first=21, last=22)

    assert [(row[3], row[5]) for row in spikes(connection)] == [(MET_AT + 20 * HOUR, True)]


def test_posts_read_from_x_change_no_series(connection, settings, peer):
    open_spike(connection, "border_queue", BURST_AT - 10 * HOUR)
    before = connection.execute("SELECT count(*) FROM core.spike").fetchone()

    go_on(connection, settings, peer, last=3)

    assert connection.execute("SELECT count(*) > 0 FROM core.post").fetchone() == (True,)
    assert connection.execute("SELECT count(*) FROM core.series_count").fetchone() == (0,)
    assert connection.execute("SELECT count(*) FROM core.spike").fetchone() == before


def test_a_series_that_is_not_counted_for_a_day_is_masked_and_says_so(connection, settings, peer):
    go_on(connection, settings, peer, last=1)
    states = "SELECT state, round(observed_days::numeric) FROM analyst.series_state WHERE source = 'x'"
    before = connection.execute(states).fetchall()

    detect(connection, settings, as_of=MET_AT + 26 * HOUR)

    assert (before, connection.execute(states).fetchall()) == ([("watched", 7)], [("masked", 7)])


def test_explain_tells_the_hours_of_x_and_every_gate(database_url, root, peer):
    settings = Settings.from_env({**_environment(root), "MONITOR_DATABASE_URL": database_url})
    with store.connect(database_url) as connection:
        go_on(connection, settings, peer, last=7)

    told = pipeline.explain_spike(settings, "border_queue source=x", at=BURST_AT + 2 * HOUR, as_of=peer.now)

    assert "theme on source" in told[0] and "of the last hour was counted" in told[1]
    assert any("passed     score of a spike" in line for line in told)
    assert any("Not seen before" in line for line in told)


def _environment(root: Path) -> dict[str, str]:
    return {
        "MONITOR_ROOT": str(root),
        "MONITOR_CHARTER": str(root / "charter.yml"),
        "MONITOR_HASH_KEY": "5e" * 32,
        "MONITOR_X_BEARER_TOKEN": XPeer.token,
    }
