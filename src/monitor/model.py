"""The nouns of Monitor, in the order a post meets them. Frozen values; no behaviour that needs the world.

Times are aware and in UTC. ``None`` is unknown, 0 is zero. Spans are half-open ``str`` offsets into the stored (masked) text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, NewType

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


# --- collection -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One public feed that is followed. ``handle`` is its public name, unique within ``source``."""

    source: SourceName
    handle: str
    title: str
    languages: tuple[str, ...] = ()
    region: str | None = None
    why: str = ""
    named_by: str | None = None
    """Source document of the seeds that names it, or its kin."""
    since_date: date | None = None
    """Since when it is on the list."""
    is_listed: bool = True
    is_verified: bool = False
    expected_posts_per_day: float | None = None
    channel_id: int | None = None
    """The database's own id; None until the channel is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a feed has been read. ``position`` is the source's own word (a post id, a page token, a moment)."""

    position: str | None = None
    read_until_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RawPost:
    """A payload as fetched, in memory only: it still names its author and is never stored."""

    source: SourceName
    channel: str
    payload: Mapping[str, Any]
    collected_at: datetime
    origin: str
    """Where it stands, for quarantine: ``channel/post_id`` or ``file:line``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageSpan:
    """What a page says of a channel's stretch of time: ``[start_at, end_at)`` is in ``state``, known since ``known_at``."""

    source: SourceName
    channel: str
    start_at: datetime
    end_at: datetime
    state: CoverageState
    known_at: datetime
    is_history: bool = False
    """Read back at first contact: it teaches the baseline and never alerts, however young it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BadItem:
    """A record that never became a post: where it stood, why, how long it was, and its raw bytes' keyed hash input."""

    origin: str
    stage: str
    reason: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one request (or one slice of a file) gave; stored in one transaction together with its feed's cursor.

    A feed is what is read with one cursor: a Telegram channel, an X query, a file, the replay. Posts name their own channel.
    """

    posts: tuple[RawPost, ...]
    cursor: Cursor
    coverage: tuple[CoverageSpan, ...] = ()
    bad: tuple[BadItem, ...] = ()
    opens: tuple[tuple[str, Cursor], ...] = ()
    """Other feeds that begin with this page, and where: a channel's history when its tail is first met."""


# --- a post ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post with the differences between platforms gone; its author is still in clear, so it is never stored."""

    source: SourceName
    channel: str
    post_id: int
    posted_at: datetime
    collected_at: datetime
    text: str
    origin: str
    edited_at: datetime | None = None
    author: str | None = None
    url: str | None = None
    is_forward: bool = False
    forwarded_from: str | None = None
    """Public handle of the channel it was forwarded from; a person's forward is only ``is_forward``."""
    forwarded_post_id: int | None = None
    """Its id in that channel."""
    reply_to: int | None = None
    language_hint: str | None = None
    views_count: int | None = None
    forwards_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PseudonymisedPost:
    """The only post ``store`` accepts: author a keyed hash, text masked. Made by ``privacy`` alone."""

    source: SourceName
    channel: str
    post_id: int
    posted_at: datetime
    collected_at: datetime
    text: MaskedText
    masked_count: int
    author_key: AuthorKey | None = None
    key_id: str | None = None
    edited_at: datetime | None = None
    url: str | None = None
    is_forward: bool = False
    forwarded_from: str | None = None
    forwarded_post_id: int | None = None
    reply_to: int | None = None
    language_hint: str | None = None
    views_count: int | None = None
    forwards_count: int | None = None
    is_counted: bool = True
    """False for a post of a file that was not declared complete: it enters no count and no mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCount:
    """How many posts of a channel's quarter-hour a page held, and how many of them were kept."""

    source: SourceName
    channel: str
    bin_at: datetime
    seen_count: int
    kept_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineEntry:
    """A record set aside: where it stood and why; a keyed hash and a length instead of its content."""

    origin: str
    stage: str
    reason: str
    length_bytes: int
    record_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyPage:
    """A page after masking and keeping: all that ``store`` writes in one transaction."""

    feed: str
    cursor: Cursor
    kept: tuple[PseudonymisedPost, ...]
    seen: tuple[SeenCount, ...]
    coverage: tuple[CoverageSpan, ...]
    quarantined: tuple[QuarantineEntry, ...]
    opens: tuple[tuple[str, Cursor], ...] = ()
    is_import: bool = False
    """True for a page of a file: what it saw in quarter-hours that were observed before is not counted as seen again."""
    is_reread: bool = False
    """True for a page that was read before, now judged by a newer codebook: only what is kept of it is counted anew."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class PostKey:
    """A stored post's key, in the order every writer uses."""

    channel_id: int
    post_id: int
    posted_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BacklogPost:
    """A stored post that waits to be classified."""

    key: PostKey
    source: SourceName
    text: MaskedText
    collected_at: datetime
    is_forward: bool
    language_hint: str | None
    is_counted: bool = True
    forwarded_from: str | None = None
    forwarded_post_id: int | None = None


# --- what a deployment is allowed to do ----------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """Who runs this deployment and on what ground. Live collection refuses without a complete, unexpired one.

    ``file`` and ``lines`` (by field) say where it was written, for errors.
    """

    operator: str
    purpose: str
    legal_basis: str
    assessment_reference: str
    contact: str
    recipients: tuple[str, ...]
    expires_date: date
    is_demo: bool
    file: str = "charter"
    lines: Mapping[str, int] = field(default_factory=dict)

    def place(self, name: str) -> str:
        """Tell where field ``name`` stands, ``file:line``; the first line where it is missing."""
        return f"{self.file}:{self.lines.get(name, 1)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A decision on a theme that a source does not allow by itself: approved until a day, or revoked."""

    source: str
    theme_id: str
    reference: str | None
    decided_by: str
    until_date: date | None
    decided_at: datetime
    is_revoked: bool = False

    def holds(self, as_of: date) -> bool:
        """Tell whether it allows the theme on day ``as_of``."""
        return not self.is_revoked and self.until_date is not None and as_of <= self.until_date


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRule:
    """What one source allows: every theme but those that need its approval, and why."""

    source: str
    why: str
    needs_approval: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which theme may be asked of which source. A source without a rule may be asked for nothing."""

    rules: tuple[SourceRule, ...]
    theme_ids: tuple[str, ...]

    def needs_approval(self, source: str) -> frozenset[str]:
        """Give the themes that need an approval before they may be asked of ``source``."""
        rule = next((rule for rule in self.rules if rule.source == source), None)
        return rule.needs_approval if rule else frozenset(self.theme_ids)

    def is_allowed(self, source: str, theme_id: str, *, approvals: Collection[tuple[str, str]] = ()) -> bool:
        """Tell whether ``theme_id`` may be asked of ``source``; ``approvals`` are the (source, theme) that are approved."""
        return theme_id not in self.needs_approval(source) or (source, theme_id) in approvals


@dataclass(frozen=True, slots=True, kw_only=True)
class XQuery:
    """One X search, counted hourly: ``name`` is its feed, ``text`` what is sent.

    ``since_at`` bounds what is read of it: posts made before are not asked for.
    """

    name: str
    theme_id: str
    text: str
    since_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class XDropped:
    """A form, combination or exclusion that a theme's queries leave out, and why."""

    form: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class XCompiled:
    """A theme as X is asked for it: at most two queries, and what they leave out."""

    theme_id: str
    queries: tuple[XQuery, ...]
    dropped: tuple[XDropped, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class XBudget:
    """What X costs and may cost: prices, the cap of a UTC month, and how many posts may be read as evidence for one spike."""

    cap_usd: Decimal
    post_usd: Decimal
    counts_usd: Decimal
    evidence_posts: int


# --- codebook -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyword:
    """One term of a theme: a word or phrase in one language. ``is_exact`` means it is not inflected."""

    text: str
    language: str
    is_exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Words that carry a theme together: one of each group in ``near``, all within ``within`` tokens, none of ``without``.

    A member that starts with ``@`` stands for places: ``@crossing``, ``@country``, ``@region``, ``@city`` or ``@<place_id>``.
    """

    name: str
    near: tuple[tuple[Keyword, ...], ...]
    within: int
    without: tuple[Keyword, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One thing a desk wants to be told about; ``theme_id`` is what analysts type."""

    theme_id: str
    name: str
    definition: str
    excludes: str
    terms: tuple[Keyword, ...]
    combinations: tuple[Combination, ...]
    without: tuple[Keyword, ...] = ()
    """Words near a hit that void it, for every term and combination of the theme."""
    void_by: tuple[Keyword, ...] = ()
    """Words that void the theme wherever in the text they stand."""
    matches: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the gazetteer. ``spellings`` are keywords; those in ``needs_context`` count only near border words."""

    place_id: str
    kind: PlaceKind
    name: str
    lat_deg: float
    lon_deg: float
    country: str | None
    spellings: tuple[Keyword, ...]
    needs_context: tuple[Keyword, ...] = ()
    source: str = ""


READ_BY = "rules-3"
"""Name of the code's own rules for reading a text. Raise it when they change: stored posts are then read anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """Themes, places and units as one versioned thing. ``digest`` is the hash of what decides what is matched.

    ``place_context`` are the words near which an ambiguous spelling of a place counts.
    """

    digest: str
    themes: tuple[Theme, ...]
    places: tuple[Place, ...]
    units: Mapping[str, Any]
    place_context: tuple[Keyword, ...] = ()


# --- annotations ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """ISO 639-1 code of the dominant language, or None when the text is too short to tell."""

    code: str | None
    confidence: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMatch:
    """A theme a post carries, with every span that says so and the name of the term or combination behind each."""

    theme_id: str
    spans: tuple[Span, ...]
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMention:
    """A place the text names."""

    place_id: str
    kind: PlaceKind
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A figure with its unit; an open bound is None. ``place_id`` is what the figure is about."""

    kind: QuantityKind
    low: float | None
    high: float | None
    span: Span
    place_id: str | None = None
    direction: Direction | None = None
    """Out of Russia or into it; None where the post does not say."""
    mode: TravelMode | None = None
    """Who waits or is counted; scooters are bicycles. None where the post does not say."""
    tense: Tense = "now"
    is_hearsay: bool = False
    """True where the post passes on what others say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """What ``match`` finds in one text: themes in id order, places in text order."""

    themes: tuple[ThemeMatch, ...] = ()
    places: tuple[PlaceMention, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotations:
    """Everything ``classify`` says of one stored text, for one codebook."""

    language: Language
    themes: tuple[ThemeMatch, ...]
    places: tuple[PlaceMention, ...]
    quantities: tuple[Quantity, ...]
    kind: PostKind
    copy_hash: int
    """Signed 64-bit hash of the normalised text: equal texts are exact copies."""
    method: str
    copy_keys: tuple[int, ...] = ()
    """Signed 32-bit hashes that near copies are likely to share."""


# --- series ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class SeriesKey:
    """What a count is of. Unset parts mean "all"; exactly one marginal of architecture.md's meaning 4."""

    theme_id: str | None = None
    place_id: str | None = None
    source: str | None = None
    language: str | None = None
    channel_id: int | None = None

    def label(self) -> str:
        """Name the series for humans: ``border_queue @ verkhny_lars``."""
        head = " @ ".join(part for part in (self.theme_id, self.place_id) if part)
        rest = [f"{k}={v}" for k, v in (("source", self.source), ("language", self.language)) if v]
        return " ".join([head, *rest])


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCandidate:
    """A counted post whose words may be those of another; ``origin`` is the post it repeats itself, else its own key."""

    key: PostKey
    is_origin: bool
    copy_hash: int
    copy_keys: frozenset[int]
    text: MaskedText
    place_ids: frozenset[str]
    origin: PostKey


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifiedPost:
    """A stored post with its annotations, ready to be written and counted.

    ``origin`` is the post that a forward or copy repeats, where it is known; ``is_exact`` says that another has all its words.
    """

    post: BacklogPost
    annotations: Annotations
    is_copy: bool
    origin: PostKey | None = None
    is_exact: bool = False

    @property
    def is_origin(self) -> bool:
        """True if it is neither a forward nor a copy."""
        return not (self.post.is_forward or self.is_copy)


@dataclass(frozen=True, slots=True, kw_only=True)
class StalePost:
    """A stored post as an older codebook counted it: of ``found``'s annotations only language, themes and places are told."""

    found: ClassifiedPost
    codebook_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """Origins of one series and quarter-hour that were first seen in the quarter-hour ending at ``seen_at``."""

    series_id: int
    bin_at: datetime
    seen_at: datetime
    origin_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOrigin:
    """One original post of one channel as it counts in one series, first seen in the quarter-hour ending at ``seen_at``."""

    channel_id: int
    series_id: int
    bin_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class FreshOrigin:
    """One original post as it counts in one series, to the minute: for looks at the running quarter-hour."""

    series_id: int
    posted_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueReport:
    """One channel's own word on the waiting hours at a checkpoint: at least ``low_hours``."""

    place_id: str
    channel_id: int
    low_hours: float
    posted_at: datetime
    known_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageRow:
    """The state of one channel's quarter-hour, known since ``known_at``; ``seen_count`` counts all posts met, kept or not."""

    channel_id: int
    bin_at: datetime
    known_at: datetime
    state: CoverageState
    seen_count: int
    is_history: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchedChannel:
    """A channel the dead-man check looks at, with the posts a day the seeds expect of it."""

    channel_id: int
    source: str
    handle: str
    title: str
    expected_posts_per_day: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelHour:
    """What was read of one channel's hour: quarter-hours (1 to 4), posts met in them, and since when all of that is known."""

    channel_id: int
    hour_at: datetime
    observed_count: int
    seen_count: int
    known_at: datetime


# --- detection ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """How unusual a series was at one step: ``score`` is a re-calibrated -log10 tail, ``severity`` a magnitude in sd.

    The window ``[as_of - window_hours, as_of)`` is the one with the highest score; ``expected_low``/``high`` bound 90 %.
    """

    key: SeriesKey
    as_of: datetime
    onset_at: datetime
    window_hours: int
    observed: int
    expected: float
    expected_low: float
    expected_high: float
    score: float
    severity: float
    exposure: float
    is_late: bool


SpikeStatus = Literal["open", "closed", "withdrawn"]
SpikeKind = Literal["posts", "queue"]
"""What is unusual: the number of posts, or the hours people wait, of which ``observed`` and ``expected`` then tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spike:
    """One episode of one series. ``onset_at`` is the first high quarter-hour, ``opened_at`` when we said so."""

    key: SeriesKey
    onset_at: datetime
    opened_at: datetime
    peak_at: datetime
    last_high_at: datetime
    closed_at: datetime | None
    window_hours: int
    observed: int
    expected: float
    expected_low: float
    expected_high: float
    score: float
    severity: float
    exposure: float
    is_late: bool
    status: SpikeStatus
    detector_version: str
    is_incomplete: bool = False
    """Channels were not read in full, or were far below their usual, while it was high: its count may be too low."""
    kind: SpikeKind = "posts"
    cleared_at: datetime | None = None
    """When it had passed every gate of a mail; None while something holds it back."""
    spike_id: int | None = None
    event_id: int | None = None


SeriesState = Literal["watched", "too_little_history", "new_definition", "masked", "no_permission"]
"""How a series stands with the detector: all but ``watched`` open no spike, and say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeLine:
    """A stored spike as lists show it, with how many alerts its event came to."""

    spike_id: int
    event_id: int
    key: SeriesKey
    kind: SpikeKind
    opened_at: datetime
    closed_at: datetime | None
    observed: int
    expected: float
    window_hours: int
    score: float
    severity: float
    status: SpikeStatus
    cleared_at: datetime | None
    alerts_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Spikes that belong together: the same theme or place, onsets within 24 h. ``lead`` is the coarsest."""

    lead: Spike
    spikes: tuple[Spike, ...]
    opened_at: datetime
    event_id: int | None = None

    @property
    def is_over(self) -> bool:
        """True when none of its spikes is open any more."""
        return all(spike.closed_at is not None for spike in self.spikes)


# --- alerts and mail ------------------------------------------------------------------------------------


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
class Evidence:
    """What a mail shows for an event, frozen when the alert is written."""

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
