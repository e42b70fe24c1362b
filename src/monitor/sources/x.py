"""Read X through tweepy: hourly counts of a query, and the posts behind it.

X answers newest first. A sweep goes from now back to the newest post of the last finished sweep, page by page; only its last page
moves that mark, so a sweep that was stopped goes on where it stood. Posts of X are evidence and never enter a series, so pages
carry no coverage.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal, Protocol
from urllib.parse import urlsplit

import requests
import tweepy
from requests.adapters import HTTPAdapter

from monitor.errors import ConfigError, MonitorError, TerminalError, TransientError
from monitor.model import Channel, Cursor, Page, RawPost, SourceName, XQuery

API_URL = "https://api.twitter.com"
"""What tweepy 4.17 asks, whatever it is told."""

KEPT_BY_X = timedelta(days=7)
MARGIN = timedelta(minutes=1)
"""Kept from both ends of X's window: it refuses moments older than its seven days and younger than ten seconds."""

RATE_WINDOW_S = 900.0
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
POST_FIELDS = ["id", "text", "created_at", "lang", "author_id", "edit_history_tweet_ids", "public_metrics", "referenced_tweets"]
"""No expansions: an author's profile would be charged as a second object, and we do not want it."""


LEAST_POSTS = 10
"""X gives no page of fewer posts."""


class XRefused(TerminalError):
    """X refuses the whole application (no credit, no access, its own cap reached), not one query."""


class Purse(Protocol):
    """Who pays: asked before each request is sent."""

    def reserve(self, purpose: Literal["counts", "posts"], feed: str, *, least_count: int, most_count: int) -> int:
        """Give how many units the next request may cost; 0 when there is no money for ``least_count`` of them."""
        ...

    def release(self) -> None:
        """Take back the last reservation: X has refused the request, and charges nothing for that."""
        ...


class OpenPurse:
    """Pays whatever is asked: for tests of the source alone."""

    def reserve(self, purpose: Literal["counts", "posts"], feed: str, *, least_count: int, most_count: int) -> int:
        """Give all that was asked for."""
        return most_count

    def release(self) -> None:
        """Forget nothing, having kept nothing."""


def require_bearer_token(bearer_token: str | None) -> str:
    """Give the token, or a ConfigError that names its setting."""
    if not bearer_token:
        raise ConfigError("X is not configured: set MONITOR_X_BEARER_TOKEN.")
    return bearer_token


class XSource:
    """The searches of a deployment, each a feed of its own under the one channel ``x``."""

    name: SourceName = "x"

    def __init__(
        self,
        queries: tuple[XQuery, ...],
        *,
        bearer_token: str,
        base_url: str | None = None,
        page_size: int = 100,
        timeout_s: float = 30.0,
        purse: Purse | None = None,
    ) -> None:
        self._queries = {query.name: query for query in queries}
        self._adapter = _Adapter(base_url, timeout_s)
        self._client = _client(bearer_token, self._adapter)
        self._page_size = page_size
        self._purse = purse or OpenPurse()
        self._refusal: XRefused | None = None

    def __repr__(self) -> str:
        return f"XSource({', '.join(self._queries)})"

    @property
    def answered_at(self) -> datetime | None:
        """When X gave its last answer, by its own clock: its UTC day and month are what it charges by."""
        return self._adapter.answered_at

    def channels(self) -> tuple[Channel, ...]:
        """Give the one channel all posts of X belong to; never shown, because they are persons' posts."""
        return (Channel(source="x", handle="x", title="X search", is_listed=False),)

    def feeds(self) -> tuple[str, ...]:
        """Name the queries."""
        return tuple(self._queries)

    def pages(self, feed: str, cursor: Cursor, *, as_of: datetime) -> Iterator[Page]:
        """Give the posts of one sweep, as far as the purse pays. Pages come newest first; within a page the oldest first."""
        sweep = _Sweep.parse(cursor.position).reachable(as_of)
        while True:
            answer = self._search(self._queries[feed], sweep, as_of)
            if answer is None:
                return
            sweep = sweep.after(answer["meta"])
            read_until_at = cursor.read_until_at if sweep.next_token else as_of
            posts = tuple(_raw_post(post, as_of) for post in reversed(answer.get("data") or []))
            yield Page(posts=posts, cursor=Cursor(position=sweep.position(), read_until_at=read_until_at))
            if sweep.next_token is None:
                return

    def counts(self, query: str, *, as_of: datetime, start_at: datetime | None = None) -> tuple[tuple[datetime, int], ...]:
        """Give ``(hour_at, posts_count)`` of every whole hour in ``[start_at, as_of)``, at most the last seven days.

        ``query`` is a query's name; it is one request, charged once. An hour without posts is there with 0; without money for
        the request there is none.
        """
        oldest_at = _hour(as_of - KEPT_BY_X + MARGIN) + timedelta(hours=1)
        first_at, end_at = max(oldest_at, start_at or oldest_at), _hour(as_of - MARGIN)
        if first_at >= end_at or not self._purse.reserve("counts", query, least_count=1, most_count=1):
            return ()
        answer = self._answer(
            query,
            lambda: self._client.get_recent_tweets_count(
                self._queries[query].text, granularity="hour", start_time=first_at, end_time=end_at
            ),
        )
        return tuple(_bucket(row) for row in answer.get("data") or [] if _is_whole_hour(row))

    def _search(self, query: XQuery, sweep: _Sweep, as_of: datetime) -> Mapping[str, Any] | None:
        """Ask for the sweep's next page; a page token X no longer knows is replaced by the id it stood for."""
        try:
            return self._ask(query, sweep, as_of)
        except _TokenRefused:
            return self._ask(query, replace(sweep, next_token=None), as_of, until_id=sweep.oldest_id)

    def _ask(self, query: XQuery, sweep: _Sweep, as_of: datetime, *, until_id: str | None = None) -> Mapping[str, Any] | None:
        """Give a page of as many posts as the purse pays; None when it pays for no page."""
        granted = self._purse.reserve("posts", query.name, least_count=LEAST_POSTS, most_count=self._page_size)
        if not granted:
            return None

        def send() -> Any:
            return self._client.search_recent_tweets(
                query.text,
                max_results=granted,
                since_id=sweep.since_id,
                until_id=until_id,
                next_token=sweep.next_token,
                start_time=_start_at(query, sweep, as_of),
                tweet_fields=POST_FIELDS,
            )

        return self._answer(query.name, send, has_token=sweep.next_token is not None)

    def _answer(self, feed: str, send: Callable[[], Any], *, has_token: bool = False) -> Mapping[str, Any]:
        """Give the answer as JSON; every way a request can fail becomes one of our errors.

        X charges nothing for what it answers with an error, so its reservation is released. An answer that was lost or cut on
        its way may have been charged: its reservation stays.
        """
        if self._refusal:
            self._purse.release()
            raise self._refusal
        try:
            answer = send()
        except (tweepy.HTTPException, requests.RequestException, AttributeError, TypeError) as error:
            # The last two: tweepy meets a body of no known shape.
            raise self._failure(feed, error, has_token=has_token) from error
        if not isinstance(answer, dict) or "meta" not in answer:
            raise TransientError(f"X query {feed}: the answer holds no result. It will be asked again.")
        return answer

    def _failure(self, feed: str, error: Exception, *, has_token: bool) -> MonitorError:
        response = self._adapter.response
        if response is None or response.status_code < requests.codes.bad_request:
            return TransientError(f"X query {feed}: no usable answer ({type(error).__name__}). It will be asked again.")
        self._purse.release()
        told = _told(feed, response, has_token=has_token)
        self._refusal = told if isinstance(told, XRefused) else None
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sweep:
    """Where a sweep stands. ``since_id`` is the newest post of the last finished sweep, the others belong to this one."""

    since_id: str | None = None
    newest_id: str | None = None
    oldest_id: str | None = None
    next_token: str | None = None

    @classmethod
    def parse(cls, position: str | None) -> _Sweep:
        return cls(**json.loads(position)) if position else cls()

    def position(self) -> str:
        return json.dumps({key: value for key, value in asdict(self).items() if value is not None})

    def reachable(self, as_of: datetime) -> _Sweep:
        """Forget ids X has let go: it answers 400 to those older than seven days."""
        if self.next_token and not _is_kept(self.oldest_id, as_of):
            return _Sweep(since_id=self.newest_id).reachable(as_of)
        return self if _is_kept(self.since_id, as_of) else replace(self, since_id=None)

    def after(self, meta: Mapping[str, Any]) -> _Sweep:
        """Give the sweep after a page: its last page makes the newest post the next sweep's mark."""
        newest_id = self.newest_id or meta.get("newest_id")
        if meta.get("next_token") is None:
            return _Sweep(since_id=newest_id or self.since_id)
        return replace(self, newest_id=newest_id, oldest_id=meta.get("oldest_id"), next_token=meta["next_token"])


def posted_at(post_id: str) -> datetime:
    """Give the moment an X post was made, which its id holds (Twitter, "Announcing Snowflake", 2010).

    >>> posted_at("1572465647416246272").isoformat(timespec="seconds")
    '2022-09-21T06:00:00+00:00'
    """
    return datetime.fromtimestamp(((int(post_id) >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, UTC)


def _start_at(query: XQuery, sweep: _Sweep, as_of: datetime) -> datetime | None:
    """Give the moment to read back to; None where an id bounds the sweep, or X's own seven days do."""
    if sweep.since_id or query.since_at is None or query.since_at <= as_of - KEPT_BY_X + MARGIN:
        return None
    return query.since_at


def _is_kept(post_id: str | None, as_of: datetime) -> bool:
    return post_id is not None and posted_at(post_id) > as_of - KEPT_BY_X + MARGIN


def _raw_post(post: Mapping[str, Any], as_of: datetime) -> RawPost:
    """Wrap a post as X gave it; its moment is read from the id where an answer leaves it out."""
    post_id = str(post.get("id", "?"))
    payload = {"created_at": posted_at(post_id).isoformat(), **post} if post_id.isdecimal() else post
    return RawPost(source="x", channel="x", payload=payload, collected_at=as_of, origin=f"x/{post_id}")


def _hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def _bucket(row: Mapping[str, Any]) -> tuple[datetime, int]:
    number = row["tweet_count"] if "tweet_count" in row else row["post_count"]
    return datetime.fromisoformat(row["start"]), int(number)


def _is_whole_hour(row: Mapping[str, Any]) -> bool:
    start_at, end_at = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
    return start_at == _hour(start_at) and end_at - start_at == timedelta(hours=1)


# --- the client, and what it may answer -----------------------------------------------------------------


class _Adapter(HTTPAdapter):
    """Gives every request a timeout, which tweepy does not, and another server to talk to, if one is named."""

    def __init__(self, base_url: str | None, timeout_s: float) -> None:
        super().__init__()
        self._base = urlsplit(base_url) if base_url else None
        self._timeout_s = timeout_s
        self.response: requests.Response | None = None
        """The head of the last answer; None when none came."""
        self.answered_at: datetime | None = None

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:  # type: ignore[override]
        """Send ``request`` to the right server, and not wait for ever."""
        self.response = self.answered_at = None
        options["timeout"] = self._timeout_s
        if self._base:
            target = urlsplit(str(request.url))._replace(scheme=self._base.scheme, netloc=self._base.netloc)
            request.url = target.geturl()
            options["proxies"] = {}
        self.response = super().send(request, **options)
        self.answered_at = _answered_at(self.response)
        return self.response


def _client(bearer_token: str, adapter: _Adapter) -> Any:
    """Make a tweepy client that never sleeps by itself: with no reset header its own waiting recurses without end."""
    logging.getLogger("tweepy.client").addFilter(_above_debug)
    client = tweepy.Client(bearer_token, return_type=dict, wait_on_rate_limit=False)
    client.session.mount(API_URL, adapter)
    return client


def _above_debug(record: logging.LogRecord) -> bool:
    """Hold back tweepy's debug records: they carry the bearer token and the posts."""
    return record.levelno > logging.DEBUG


class _TokenRefused(TransientError):
    """X no longer knows the page token of a sweep that was stopped."""


def _told(feed: str, response: requests.Response, *, has_token: bool) -> MonitorError:
    """Say what an error answer means and what to do."""
    status = response.status_code
    if status == requests.codes.bad_request and has_token:
        return _TokenRefused(f"X query {feed}: the page token is no longer valid")
    if status == requests.codes.too_many_requests:
        if "usage" in _body(response).lower():
            return XRefused("X: the monthly cap of posts is used up (429). Raise it in X's developer portal or wait for its end.")
        return TransientError(f"X query {feed}: too many requests (429).", retry_after_s=_wait_s(response))
    if status == requests.codes.payment_required:
        return XRefused("X: the account has no credit left (402). Add credit in X's developer portal.")
    if status in (requests.codes.unauthorized, requests.codes.forbidden):
        return XRefused(f"X refuses our access ({status}). Check MONITOR_X_BEARER_TOKEN and what the X application may do.")
    if status >= requests.codes.internal_server_error:
        return TransientError(f"X query {feed}: the server failed ({status}). It will be asked again.")
    if status == requests.codes.bad_request:
        return TerminalError(f"X refuses query {feed} as wrong (400): see `monitor x compile`, correct its theme or text.")
    return TerminalError(f"X query {feed}: unexpected answer {status}. See whether X has changed its interface.")


def _body(response: requests.Response) -> str:
    """Give the beginning of an error answer; an empty text where it was lost on its way."""
    try:
        return response.text[:2000]
    except (RuntimeError, requests.RequestException):
        return ""


def _wait_s(response: requests.Response) -> float:
    """Give the seconds until the rate limit's reset, by the server's own clock; a whole window where it does not say."""
    reset, answered_at = response.headers.get("x-rate-limit-reset", ""), _answered_at(response)
    if not reset.isdecimal() or answered_at is None:
        return RATE_WINDOW_S
    return max(1.0, int(reset) - answered_at.timestamp())


def _answered_at(response: requests.Response) -> datetime | None:
    """Give the moment of an answer by the server's clock; None where it does not say."""
    try:
        return parsedate_to_datetime(response.headers.get("date", "")).astimezone(UTC)
    except (TypeError, ValueError):
        return None
