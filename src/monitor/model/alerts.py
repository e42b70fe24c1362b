"""Rules, evidence, alerts and the mails they become; what a run did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from monitor.model.base import AlertKind, DeliveryStatus, Direction, MaskedText, QuantityKind, TravelMode
from monitor.model.detection import Spike
from monitor.model.posts import PostKey
from monitor.model.series import SeriesKey


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertRule:
    """Who is told of what. Empty tuples mean "any"."""

    rule_id: str
    reader: str
    recipients: tuple[str, ...]
    themes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    """Sources whose own series it wants; empty: only series of all sources together."""
    min_severity: float = 0.0
    language: str = "en"
    delivery: Literal["immediate", "digest"] = "immediate"
    digest_hour: int = 8
    """Hour of the reader's day at which what was held is sent."""
    quiet_hours: tuple[int, int] | None = None
    """From this hour of the reader's day until before that one nothing is sent on its own."""
    time_zone: str = "UTC"
    most_per_hour: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedPost:
    """A post shown as evidence: from a listed channel only, text masked and shortened."""

    channel_title: str
    posted_at: datetime
    text: MaskedText
    url: str | None
    is_origin: bool
    name: str = ""
    """``source/handle/id``: by this, or by its link, it is taken out of a mail again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantitySummary:
    """What posts of the window say of one kind of figure at one place: lowest and highest bound, and how many say so."""

    kind: QuantityKind
    place_id: str | None
    place_name: str | None
    low: float
    high: float
    posts_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """One hour of the chart: ``observed`` is None where the hour was not (fully) observed."""

    hour_at: datetime
    observed: int | None
    expected: float
    expected_low: float
    expected_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A series of the same theme elsewhere (or another place) that stood high in the same window."""

    key: SeriesKey
    observed: int
    expected: float
    place_name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTime:
    """When a series last had so many posts in a window of that length (or so long a wait): the window's end and its figure.

    ``ended_at`` is None when it never had in the ``days_on_record``.
    """

    days_on_record: float
    ended_at: datetime | None = None
    observed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueWait:
    """The waiting hours at a checkpoint as estimated for a mail; no figure where no report is fresh."""

    direction: Direction
    mode: TravelMode
    low: float | None
    high: float | None
    origin_count: int
    newest_at: datetime
    is_conflicting: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is kept of a spike and what a mail shows of it, frozen when taken."""

    series_label: str
    place_names: tuple[str, ...]
    theme_names: tuple[str, ...]
    chart: tuple[ChartPoint, ...]
    own_count: int
    forward_count: int
    copy_count: int
    top_channels: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    terms: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    quantities: tuple[QuantitySummary, ...]
    posts: tuple[QuotedPost, ...]
    coverage_share: float
    channels_count: int
    channels_missing: tuple[str, ...]
    query: str
    channels_silent: tuple[str, ...] = ()
    """Titles of channels that were read but far below their usual."""
    neighbours: tuple[Neighbour, ...] | None = None
    """Those furthest above their expectation first; None where it was not looked."""
    last_time: LastTime | None = None
    waits: tuple[QueueWait, ...] | None = None
    """None where it is about no checkpoint's queue; empty without reports of the last day."""
    place_ids: tuple[str, ...] = ()
    """Of ``places``, in their order."""
    withdrawn_count: int = 0
    """Posts that stood among ``posts`` and have been withdrawn since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeRecord:
    """The evidence of a spike as it is stored with it, taken of ``[start_at, end_at)``; of its posts only the keys are kept.

    ``parameters`` are those of the detector, ``gates`` every gate with what was found and needed.
    """

    taken_at: datetime
    start_at: datetime
    end_at: datetime
    evidence: Evidence
    post_keys: tuple[PostKey, ...]
    parameters: Mapping[str, Any]
    gates: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One mail to one reader about one event, waiting in or gone from the outbox."""

    rule_id: str
    reader: str
    recipients: tuple[str, ...]
    language: str
    spike: Spike
    evidence: Evidence
    created_at: datetime
    message_id: str
    alert_id: int | None = None
    kind: AlertKind = "opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class GatheredMail:
    """One mail to one reader with the alerts that were held back for it."""

    alerts: tuple[Alert, ...]
    language: str
    created_at: datetime
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing the operator should know: since when, what to do, and, once it is over, until when and how it ended."""

    kind: str
    subject: str
    message: str
    opened_at: datetime
    settled_at: datetime | None = None
    outcome: str | None = None
    notice_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorMail:
    """One mail to the operator: notices that are news, and notices that are over since the last one."""

    opened: tuple[Notice, ...]
    settled: tuple[Notice, ...]
    created_at: datetime
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One mail, an alert or one to the operator, on its way to one recipient."""

    delivery_id: int
    mail: Alert | OperatorMail | GatheredMail
    recipient: str
    status: DeliveryStatus
    attempts_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalystLogin:
    """One login of the database that reads the analysts' views; the server keeps its password's verifier."""

    login: str
    added_at: datetime
    expires_at: datetime
    connections_count: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What one run of a stage did: counts by name, for status, logs and the demo's summary."""

    stage: str
    counts: Mapping[str, int]

    def line(self) -> str:
        """Tell the counts in one line: ``collect: 120 read, 14 kept``."""
        return f"{self.stage}: " + (", ".join(f"{v} {k}" for k, v in self.counts.items()) or "nothing to do")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail goes out, and who it says it is from."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None
    password: str | None = field(repr=False)
    sender: str
