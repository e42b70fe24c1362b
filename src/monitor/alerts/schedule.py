"""When a mail may go out: at once, or held back to go out together with others."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.model import AlertRule

MOST_GROWTH_MAILS = 3
"""Mails on one event and rule as it grows, after the one that opened it."""
GROWTH_FACTOR = 2
"""An event has grown when this many times the posts of its last mail are observed."""
HOUR = timedelta(hours=1)


def held_until(rule: AlertRule, at: datetime, *, recent_count: int, is_snoozed: bool, is_end: bool) -> datetime | None:
    """Tell until when a mail written ``at`` is held back to be gathered with others; None: it goes out at once, on its own.

    Ends of events, snoozed ones and those of rules that ask for a digest wait for the next digest; the rest for the end of quiet
    hours, or, when the reader had ``recent_count`` mails within the hour and that is enough, for the next full hour.
    """
    if is_end or is_snoozed or rule.delivery == "digest":
        return _next(rule, at, rule.digest_hour)
    if rule.quiet_hours is not None and _is_quiet(rule, at):
        return _next(rule, at, rule.quiet_hours[1])
    if recent_count >= rule.most_per_hour:
        return at.replace(minute=0, second=0, microsecond=0) + HOUR
    return None


def _is_quiet(rule: AlertRule, at: datetime) -> bool:
    begin, end = rule.quiet_hours or (0, 0)
    hour = at.astimezone(ZoneInfo(rule.time_zone)).hour
    return begin <= hour < end if begin < end else hour >= begin or hour < end


def _next(rule: AlertRule, at: datetime, hour: int) -> datetime:
    """Give the next moment at which the reader's clock shows ``hour`` o'clock."""
    local = at.astimezone(ZoneInfo(rule.time_zone))
    due = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if due <= local:
        due = (local + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return due.astimezone(at.tzinfo)


def has_grown(observed: int, *, last_observed: int, mails_count: int) -> bool:
    """Tell whether an event with ``mails_count`` growth mails, ``last_observed`` posts in its last mail, is worth another."""
    return mails_count < MOST_GROWTH_MAILS and observed >= GROWTH_FACTOR * last_observed
