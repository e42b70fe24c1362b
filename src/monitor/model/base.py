"""Words that all types share: moments, names, and the kinds of things there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, NewType

QUARTER_HOUR = timedelta(minutes=15)

GRACE = timedelta(minutes=10)
"""What is seen this long after a quarter-hour's end was seen in time; the detector steps that much behind the clock."""


def quarter_hour(moment: datetime) -> datetime:
    """Give the start of the quarter-hour that holds ``moment``."""
    moment = moment.astimezone(UTC)
    return moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)


def month_of(moment: datetime) -> tuple[datetime, datetime]:
    """Give the UTC month that holds ``moment``: its first moment, and the next month's."""
    start_at = moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start_at, (start_at + timedelta(days=31)).replace(day=1)


def known_bin_end(bin_at: datetime, known_at: datetime) -> datetime:
    """Give the step at which something about quarter-hour ``bin_at``, known since ``known_at``, is taken into account.

    That is the quarter-hour's own end when it was known within ``GRACE`` of it, else the first step taken after it.

    >>> from datetime import datetime, timezone
    >>> at = lambda hour, minute: datetime(2022, 9, 21, hour, minute, tzinfo=timezone.utc)
    >>> known_bin_end(at(6, 0), at(6, 20)) == at(6, 15), known_bin_end(at(6, 0), at(9, 1)) == at(9, 0)
    (True, True)
    """
    end_at = bin_at + QUARTER_HOUR
    if known_at <= end_at + GRACE:
        return end_at
    step_at = quarter_hour(known_at - GRACE)
    return step_at if step_at == known_at - GRACE else step_at + QUARTER_HOUR


MaskedText = NewType("MaskedText", str)
AuthorKey = NewType("AuthorKey", str)
Span = tuple[int, int]

SourceName = Literal["telegram", "x", "jsonl", "replay"]
CoverageState = Literal["observed", "pending", "lost"]
ChannelState = Literal["ok", "private", "gone", "empty", "refused"]
PostKind = Literal["report", "news", "offer", "question", "advice", "opinion", "other"]
QuantityKind = Literal["wait_hours", "queue_km", "queue_cars", "queue_people", "price_rub", "price_usd", "people_count"]
Direction = Literal["out", "in"]
TravelMode = Literal["car", "foot", "bicycle", "bus", "truck"]
Tense = Literal["now", "past", "forecast"]
PlaceKind = Literal["crossing", "country", "region", "city"]
DeliveryStatus = Literal["pending", "sending", "sent", "refused", "failed", "gathered"]
AlertKind = Literal["opened", "grown", "ended"]
