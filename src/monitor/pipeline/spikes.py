"""Answer for the detector: what it found, and of any series at any moment why there was a spike or a mail, or none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import numpy as np

from monitor import seeds, store
from monitor.alerts import concerns
from monitor.detect import (
    DETECTOR_VERSION,
    PARAMETERS,
    Gate,
    Look,
    gates,
    level_of,
    look,
    mail_scores,
    quarter_index,
)
from monitor.errors import ConfigError
from monitor.model import GRACE, QUARTER_HOUR, SeriesKey, SeriesState, SpikeLine, quarter_hour
from monitor.pipeline.tools import forbidden_themes
from monitor.pipeline.walking import LOOK_BACK, Loaded, Stretch, load, midnight
from monitor.settings import Settings

SERIES = re.compile(r"(?P<theme>\w+)?(?: *@ *(?P<place>\w+))?(?: +(?P<part>source|language)=(?P<value>\w+))?")
HELD_BACK: dict[SeriesState, str] = {
    "too_little_history": "less than a day of it was observed",
    "new_definition": "its theme or place has just grown, and its history is being read again",
    "masked": "too little of the panel was read",
    "no_permission": "its theme may not be asked of its source",
}


def series_key(text: str) -> SeriesKey:
    """Read a series as labels write it: ``protest``, ``@ozinki``, ``border_queue@ozinki``, ``protest language=ka``.

    >>> series_key("border_queue @ verkhny_lars").place_id
    'verkhny_lars'
    """
    found = SERIES.fullmatch(text.strip())
    if not found or not (found["theme"] or found["place"]):
        raise ConfigError(f"{text!r} is no series. Write THEME, @PLACE, THEME@PLACE, 'THEME source=X' or 'THEME language=X'.")
    source, language = (found["value"] if found["part"] == part else None for part in ("source", "language"))
    return SeriesKey(theme_id=found["theme"], place_id=found["place"], source=source, language=language)


def spike_lines(settings: Settings, *, as_of: datetime, limit: int, series: str | None = None) -> list[SpikeLine]:
    """Give the newest spikes, newest first."""
    with store.connect(settings.require_database_url()) as connection:
        series_id = _series_id(connection, series_key(series)) if series else None
        return store.spike_lines(connection, as_of=as_of, limit=limit, series_id=series_id)


def _series_id(connection: store.Connection, key: SeriesKey) -> int:
    series_id = store.all_series(connection).get(key)
    if series_id is None:
        raise ConfigError(f"{key.label()} never had a post: it is no series yet, so nothing was expected of it.")
    return series_id


def explain_spike(settings: Settings, series: str, *, at: datetime | None, as_of: datetime) -> list[str]:
    """Tell how a series stood at a moment: counts, expectation, every gate, and what was made of it."""
    key = series_key(series)
    with store.connect(settings.require_database_url()) as connection, store.snapshot(connection):
        series_id = _series_id(connection, key)
        stepped = store.stepped_until(connection, DETECTOR_VERSION)
        if stepped is None:
            raise ConfigError("the detector has not stepped yet. Run monitor detect.")
        moment = _five_minutes(min(at or as_of, max(stepped[0] + GRACE, stepped[1] or stepped[0])))
        loaded, seen = _look_back(connection, key, moment)
        return list(_told(connection, settings, key, series_id, moment, loaded, seen))


def _five_minutes(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0)


def _look_back(connection: store.Connection, key: SeriesKey, moment: datetime) -> tuple[Loaded, Look]:
    """Walk to the last full step before ``moment`` and look from there, by what was known then."""
    end_at = quarter_hour(moment - GRACE)
    covered_at = store.first_covered_at(connection)
    if covered_at is None or end_at <= midnight(covered_at.date()):
        raise ConfigError(f"nothing had been read by {moment:%d %b %Y %H:%M} UTC.")
    start_at = max(midnight((end_at - LOOK_BACK).date()), midnight(covered_at.date()))
    loaded = load(connection, Stretch(start_at, end_at, end_at, end_at, moment))
    for _ in loaded.walk.steps(end_at, end_at):
        pass
    column = np.array([list(loaded.ids).index(key) + 1])
    counts = loaded.knowledge.since(end_at, moment, column)
    last_at = end_at + (len(counts) - 1) * QUARTER_HOUR
    seen = look(
        loaded.walk.state.of(column),
        index=quarter_index(end_at),
        counts=counts,
        exposure=loaded.knowledge.exposure(loaded.knowledge.index(end_at) - 1),
        elapsed=(moment - last_at) / QUARTER_HOUR,
    )
    return loaded, seen


def _told(
    connection: store.Connection,
    settings: Settings,
    key: SeriesKey,
    series_id: int,
    moment: datetime,
    loaded: Loaded,
    seen: Look,
) -> Iterator[str]:
    yield f"{key.label()} at {moment:%d %b %Y %H:%M} UTC ({level_of(key)}, {DETECTOR_VERSION})"
    yield f"  watched for {seen.observed_days:.1f} days; {seen.exposure:.0%} of the panel was read in the last full quarter-hour"
    yield ""
    yield "  window  posts  expected (90 %)       1 in 10^x  handicap  score"
    for window in seen.windows:
        band = f"{window.expected:.1f} ({window.expected_low:.1f}–{window.expected_high:.1f})"
        score = f"{window.tail:9.1f}  {window.handicap:8.1f}  {window.score:5.1f}"
        yield f"  {window.hours:4} h  {window.observed:5}  {band:20}  {score}  {window.held_back or ''}".rstrip()
    if seen.habit > 1.0:
        yield f"  scores are divided by {seen.habit:.2f}: it has often been high in the last four weeks"
    yield ""
    for gate in _gates(connection, settings, key, series_id, moment, loaded, seen):
        verdict = "passed   " if gate.is_passed else "held back"
        yield f"  {verdict}  {gate.name}: {gate.found}, needed {gate.needed}"
    yield ""
    yield from _made_of_it(connection, series_id, moment)


def _gates(
    connection: store.Connection,
    settings: Settings,
    key: SeriesKey,
    series_id: int,
    moment: datetime,
    loaded: Loaded,
    seen: Look,
) -> Iterator[Gate]:
    """Give every gate in the order it is met: those of a spike, those of a mail, then the rules."""
    yield Gate(name="history", is_passed=seen.observed_days > 1.0, found=f"{seen.observed_days:.1f} days", needed="more than 1")
    needed_share = PARAMETERS.min_exposure
    yield Gate(
        name="coverage", is_passed=seen.exposure >= needed_share, found=f"{seen.exposure:.0%}", needed=f"{needed_share:.0%}"
    )
    standing = store.series_state(connection, series_id)
    state = standing[0] if standing else "watched"
    if state in ("new_definition", "no_permission"):  # as it stands now: their past is not kept
        yield Gate(name="state", is_passed=False, found=HELD_BACK[state], needed="watched")
    best = seen.best
    yield Gate(
        name="score of a spike",
        is_passed=best.score >= PARAMETERS.threshold,
        found=f"{best.score:.1f}",
        needed=f"{PARAMETERS.threshold:.1f}",
    )
    start_at = moment - timedelta(hours=best.hours)
    origins, channels = store.origins_of(connection, key, start_at=start_at, end_at=moment, known_at=moment)
    known = [other for other in loaded.ids if other == key or loaded.first_seen[other] <= moment - GRACE]
    needed = mail_scores(known)[level_of(key)]
    for gate in gates(key, score=best.score, needed_score=needed, excess=origins - best.expected, channels=channels):
        yield Gate(name=f"{gate.name} of a mail", is_passed=gate.is_passed, found=gate.found, needed=gate.needed)
    rules = [rule for rule in seeds.load_alert_rules(settings.seeds / "alert_rules.yml") if concerns(rule, key, None)]
    yield Gate(
        name="rule", is_passed=bool(rules), found=", ".join(rule.rule_id for rule in rules) or "none wants it", needed="one"
    )


def _made_of_it(connection: store.Connection, series_id: int, moment: datetime) -> Iterator[str]:
    spikes = store.spike_lines(connection, as_of=moment, limit=1, series_id=series_id)
    if not spikes:
        yield "  no spike of it had been opened by then"
        return
    spike = spikes[0]
    ended = f"closed {spike.closed_at:%d %b %H:%M}" if spike.closed_at and spike.closed_at <= moment else "open"
    yield f"  spike {spike.spike_id} of event {spike.event_id}: opened {spike.opened_at:%d %b %Y %H:%M} UTC, {ended}"
    if spike.cleared_at and spike.cleared_at <= moment:
        yield f"  fit for a mail since {spike.cleared_at:%d %b %H:%M} UTC; alerts on its event: {spike.alerts_count}"
    else:
        yield "  it had not passed every gate of a mail"


def states_of(
    settings: Settings,
    loaded: Loaded,
    *,
    exposure: float,
    approved: frozenset[tuple[str, str]],
    is_new_definition: Callable[[SeriesKey], bool],
) -> list[SeriesState]:
    """Give how each series stands after the walk's last step, in the order of its ids."""
    bans = {source: forbidden_themes(settings, source, approved) for source in ("telegram", "x")}
    is_live = settings.source != "replay"
    ages = loaded.walk.state.age_bins[1:]
    return [
        "no_permission"
        if is_live and key.theme_id in bans["x" if key.source == "x" else "telegram"]
        else "new_definition"
        if is_new_definition(key)
        else _state(age, exposure)
        for key, age in zip(loaded.ids, ages.tolist(), strict=True)
    ]


def _state(age_bins: float, exposure: float) -> SeriesState:
    if exposure < PARAMETERS.min_exposure:
        return "masked"
    return "too_little_history" if age_bins * QUARTER_HOUR <= timedelta(days=1) else "watched"
