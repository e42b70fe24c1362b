"""Read X through tweepy: hourly counts of a query, and the posts behind it.

X answers newest first. A sweep goes from now back to the newest post of the last finished sweep, page by page; only its last page
moves that mark, so a sweep that was stopped goes on where it stood. Posts of X are evidence and never enter a series, so pages
carry no coverage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
import tweepy

from monitor.errors import ConfigError, MonitorError, TransientError
from monitor.model import Channel, Cursor, Page, RawPost, SourceName, XQuery
from monitor.sources.x.connection import Adapter, TokenRefused, XRefused, open_client, told
from monitor.sources.x.purse import OpenPurse, Purse
from monitor.sources.x.sweep import KEPT_BY_X, MARGIN, Sweep, posted_at, read_back_to

POST_FIELDS = ["id", "text", "created_at", "lang", "author_id", "edit_history_tweet_ids", "public_metrics", "referenced_tweets"]
"""No expansions: an author's profile would be charged as a second object, and we do not want it."""
LEAST_POSTS = 10
"""X gives no page of fewer posts."""


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
        self._adapter = Adapter(base_url, timeout_s)
        self._client = open_client(bearer_token, self._adapter)
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
        sweep = Sweep.parse(cursor.position).reachable(as_of)
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

    def _search(self, query: XQuery, sweep: Sweep, as_of: datetime) -> Mapping[str, Any] | None:
        """Ask for the sweep's next page; a page token X no longer knows is replaced by the id it stood for."""
        try:
            return self._ask(query, sweep, as_of)
        except TokenRefused:
            return self._ask(query, replace(sweep, next_token=None), as_of, until_id=sweep.oldest_id)

    def _ask(self, query: XQuery, sweep: Sweep, as_of: datetime, *, until_id: str | None = None) -> Mapping[str, Any] | None:
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
                start_time=read_back_to(query, sweep, as_of),
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
        failure = told(feed, response, has_token=has_token)
        self._refusal = failure if isinstance(failure, XRefused) else None
        return failure


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
