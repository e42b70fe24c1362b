"""Write what a step made of an episode: the spike, its place in an event, what it rests on, and the mails that come of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache

from monitor import store
from monitor.detect import Casebook, Change, Step
from monitor.model import AlertRule, Evidence, SeriesKey, Spike
from monitor.pipeline.evidence import Around, keep_evidence
from monitor.pipeline.tell import tell


def record(
    connection: store.Connection,
    rules: Sequence[AlertRule],
    book: Casebook,
    ids: Mapping[SeriesKey, int],
    step: Step,
    change: Change,
    *,
    is_incomplete: bool,
    around: Callable[[Spike], Around],
) -> Counter[str]:
    """Write a change; returns how many spikes and alerts came of it.

    Evidence is taken when a spike opens, is fit for a mail, is mailed, and is over. ``around`` is asked only then.
    """
    spike = replace(change.spike, is_incomplete=change.spike.is_incomplete or is_incomplete)
    spike = replace(spike, spike_id=store.save_spike(connection, spike, ids[spike.key]))
    event = book.keep(spike)
    if change.is_new and event.event_id is not None and event.lead.key in ids:
        store.lead_event(connection, event.event_id, ids[event.lead.key])

    @cache
    def evidence() -> Evidence:
        return keep_evidence(connection, spike, ids[spike.key], around(spike), known_at=step.known_at)

    is_cleared = change.is_cleared
    alerts = tell(connection, rules, spike, event, said_at=step.said_at, is_cleared=is_cleared, evidence=evidence)
    if change.is_new or is_cleared or spike.closed_at is not None:
        evidence()
    return Counter(spikes=int(change.is_new), alerts=alerts)
