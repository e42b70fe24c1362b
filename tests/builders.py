"""Values for tests, complete but for what a test is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import (
    Alert,
    AlertRule,
    Annotations,
    BacklogPost,
    ChartPoint,
    ClassifiedPost,
    CoverageSpan,
    Cursor,
    Evidence,
    Language,
    MaskedText,
    PlaceMention,
    Post,
    PostKey,
    PseudonymisedPost,
    QuantitySummary,
    QuotedPost,
    RawPost,
    ReadyPage,
    SeenCount,
    SeriesKey,
    Spike,
    ThemeMatch,
    quarter_hour,
)

NOON = datetime(2022, 9, 21, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def make_raw(payload: dict[str, Any], **changes: Any) -> RawPost:
    values: dict[str, Any] = {"source": "jsonl", "channel": "lars_live", "collected_at": NOON, "origin": "file:1"}
    return RawPost(**{**values, "payload": payload, **changes})


def make_post(text: str = "Верхний Ларс, стоим 20 часов", **changes: Any) -> Post:
    values: dict[str, Any] = {
        "source": "telegram",
        "channel": "lars_live",
        "post_id": 1,
        "posted_at": NOON,
        "collected_at": NOON + MINUTE,
        "origin": "lars_live/1",
    }
    return Post(**{**values, "text": text, **changes})


def make_masked(text: str = "Верхний Ларс, стоим 20 часов", **changes: Any) -> PseudonymisedPost:
    values: dict[str, Any] = {
        "source": "telegram",
        "channel": "lars_live",
        "post_id": 1,
        "posted_at": NOON,
        "collected_at": NOON + MINUTE,
        "masked_count": 0,
        "author_key": "ab" * 32,
        "key_id": "k1",
        "url": "https://t.me/lars_live/1",
        "views_count": 10,
    }
    return PseudonymisedPost(**{**values, "text": MaskedText(text), **changes})


def make_page(posts: Sequence[PseudonymisedPost] = (), **changes: Any) -> ReadyPage:
    """A page that saw just the posts it keeps."""
    bins: dict[tuple[Any, str, datetime], int] = {}
    for post in posts:
        key = (post.source, post.channel, quarter_hour(post.posted_at))
        bins[key] = bins.get(key, 0) + 1
    seen = tuple(
        SeenCount(source=source, channel=channel, bin_at=bin_at, seen_count=count, kept_count=count)
        for (source, channel, bin_at), count in sorted(bins.items())
    )
    values: dict[str, Any] = {
        "feed": "lars_live",
        "cursor": Cursor(position="1", read_until_at=NOON),
        "coverage": (),
        "quarantined": (),
    }
    return ReadyPage(**{**values, "kept": tuple(posts), "seen": seen, **changes})


def make_span(start_at: datetime, end_at: datetime, **changes: Any) -> CoverageSpan:
    values: dict[str, Any] = {"source": "telegram", "channel": "lars_live", "state": "observed", "known_at": end_at}
    return CoverageSpan(**{**values, "start_at": start_at, "end_at": end_at, **changes})


def make_annotations(**changes: Any) -> Annotations:
    values: dict[str, Any] = {
        "language": Language(code="ru", confidence=0.9, method="rules"),
        "themes": (ThemeMatch(theme_id="border_queue", spans=((14, 19),), terms=("queue near crossing",)),),
        "places": (PlaceMention(place_id="verkhny_lars", kind="crossing", span=(0, 12)),),
        "quantities": (),
        "kind": "report",
        "copy_hash": 1,
        "method": "rules-1",
    }
    return Annotations(**{**values, **changes})


def make_classified(post: BacklogPost, *, is_copy: bool = False, **changes: Any) -> ClassifiedPost:
    return ClassifiedPost(post=post, annotations=make_annotations(**changes), is_copy=is_copy)


def make_backlog_post(**changes: Any) -> BacklogPost:
    values: dict[str, Any] = {
        "key": PostKey(channel_id=1, post_id=1, posted_at=NOON),
        "source": "telegram",
        "text": MaskedText("Верхний Ларс, стоим 20 часов"),
        "collected_at": NOON + MINUTE,
        "is_forward": False,
        "language_hint": None,
    }
    return BacklogPost(**{**values, **changes})


def make_spike(**changes: Any) -> Spike:
    values: dict[str, Any] = {
        "key": SeriesKey(place_id="verkhny_lars"),
        "onset_at": NOON,
        "opened_at": NOON + HOUR,
        "peak_at": NOON + HOUR,
        "last_high_at": NOON + HOUR,
        "closed_at": None,
        "window_hours": 3,
        "observed": 24,
        "expected": 2.0,
        "expected_low": 0.0,
        "expected_high": 5.0,
        "score": 9.0,
        "severity": 4.0,
        "exposure": 1.0,
        "is_late": False,
        "status": "open",
        "detector_version": "test",
    }
    return Spike(**{**values, **changes})


def make_rule(**changes: Any) -> AlertRule:
    return AlertRule(**{"rule_id": "lars", "reader": "desk", "recipients": ("desk@monitor.example",), **changes})


def make_evidence(**changes: Any) -> Evidence:
    points = [
        ChartPoint(hour_at=NOON - 40 * HOUR + n * HOUR, observed=n % 4, expected=2.0, expected_low=0.0, expected_high=5.0)
        for n in range(41)
    ]
    quote = QuotedPost(
        channel_title="Lars <live>",
        posted_at=NOON,
        text=MaskedText("Ларс: 20 км & 40 часов <b>"),
        url="https://t.me/lars_live/1",
        is_origin=True,
    )
    values: dict[str, Any] = {
        "series_label": "verkhny_lars",
        "place_names": ("Verkhny Lars",),
        "theme_names": (),
        "chart": tuple(points),
        "own_count": 24,
        "forward_count": 6,
        "copy_count": 2,
        "top_channels": (("Lars live", 9),),
        "languages": (("ru", 20),),
        "terms": (("queue near crossing", 18),),
        "places": (("Verkhny Lars", 24),),
        "quantities": (
            QuantitySummary(
                kind="wait_hours", place_id="verkhny_lars", place_name="Verkhny Lars", low=12, high=50, posts_count=7
            ),
            QuantitySummary(kind="queue_km", place_id="verkhny_lars", place_name="Verkhny Lars", low=20, high=20, posts_count=3),
        ),
        "posts": (quote,),
        "coverage_share": 0.93,
        "channels_count": 12,
        "channels_missing": ("Saratov",),
        "query": "SELECT 1;",
    }
    return Evidence(**{**values, **changes})


def make_alert(**changes: Any) -> Alert:
    values: dict[str, Any] = {
        "rule_id": "lars",
        "reader": "desk",
        "recipients": ("desk@monitor.example",),
        "language": "en",
        "spike": make_spike(),
        "evidence": make_evidence(),
        "created_at": NOON + HOUR,
        "message_id": "<abc@monitor.invalid>",
    }
    return Alert(**{**values, **changes})
