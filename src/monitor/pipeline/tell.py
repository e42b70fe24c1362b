"""Tell readers of an event: one mail at its opening, up to three as it grows, its end; each reader once, whatever rules match."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from monitor import store
from monitor.alerts import choose_rules, has_grown, held_until, message_id
from monitor.model import AlertKind, AlertRule, Event, Evidence, Spike

HOUR = timedelta(hours=1)


def tell(
    connection: store.Connection,
    rules: Sequence[AlertRule],
    spike: Spike,
    event: Event,
    *,
    said_at: datetime,
    is_cleared: bool,
    evidence: Callable[[], Evidence],
) -> int:
    """Put into the outbox what the rules ask for, one letter a reader; returns how many alerts were written.

    ``evidence`` is asked only when somebody is told. A reader whom several rules concern is told by the one that waits least.
    """
    if spike.cleared_at is None or event.event_id is None:
        return 0
    readers = _by_recipient(choose_rules(event, spike, rules))
    told = store.told_of_event(connection, event.event_id) if readers else []
    letters: dict[tuple[AlertRule, AlertKind], list[store.Letter]] = defaultdict(list)
    for recipient, concerned in readers.items():
        mails = [mail for mail in told if mail.recipient == recipient]
        which = _wanted(mails, spike, event, is_cleared=is_cleared)
        if which is not None:
            rule, held_at = _soonest(connection, concerned, recipient, spike, said_at, is_end=which[0] == "ended")
            name = message_id(rule, recipient, event, kind=which[0], number=which[1])
            letters[rule, which[0]].append((recipient, name, held_at))
    return sum(
        store.add_alert(
            connection,
            rule,
            spike,
            evidence(),
            created_at=said_at,
            letters=theirs,
            kind=kind,
            number=1 + max((mail.number for mail in told if (mail.rule_id, mail.kind) == (rule.rule_id, kind)), default=0),
        )
        for (rule, kind), theirs in letters.items()
    )


def _by_recipient(rules: Iterable[AlertRule]) -> dict[str, list[AlertRule]]:
    concerned: dict[str, list[AlertRule]] = {}
    for rule in rules:
        for recipient in rule.recipients:
            concerned.setdefault(recipient, []).append(rule)
    return concerned


def _wanted(mails: Sequence[store.Told], spike: Spike, event: Event, *, is_cleared: bool) -> tuple[AlertKind, int] | None:
    """Give what kind of mail a reader with these mails on the event is to get now, and which of its kind; None for none.

    Growth is told of the same figure that was told last: posts, hours of a queue, or what X counts.
    """
    if not mails:
        return ("opened", 1) if is_cleared else None
    if event.is_over:
        return None if any(mail.kind == "ended" for mail in mails) else ("ended", 1)
    growths_count = sum(mail.kind == "grown" for mail in mails)
    last = next((mail for mail in reversed(mails) if mail.kind != "ended"), None)
    if last is None or (last.spike_kind, last.is_x) != (spike.kind, spike.key.source == "x"):
        return None
    is_news = has_grown(spike.observed, last_observed=last.observed, mails_count=growths_count)
    return ("grown", growths_count + 1) if is_news else None


def _soonest(
    connection: store.Connection, rules: Sequence[AlertRule], recipient: str, spike: Spike, at: datetime, *, is_end: bool
) -> tuple[AlertRule, datetime | None]:
    """Give the rule by which a reader hears first, and until when that holds the mail back."""
    recent_count = store.mails_since(connection, recipient, at - HOUR, at)
    is_snoozed = store.is_snoozed(connection, recipient, spike, at=at)
    waits = [(rule, held_until(rule, at, recent_count=recent_count, is_snoozed=is_snoozed, is_end=is_end)) for rule in rules]
    return min(waits, key=lambda pair: (pair[1] is not None, pair[1] or at))
