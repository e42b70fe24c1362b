"""The line to X: tweepy's client, and our names for what X may answer."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import tweepy
from requests.adapters import HTTPAdapter

from monitor.errors import MonitorError, TerminalError, TransientError

API_URL = "https://api.twitter.com"
"""What tweepy 4.17 asks, whatever it is told."""
RATE_WINDOW_S = 900.0


class XRefused(TerminalError):
    """X refuses the whole application (no credit, no access, its own cap reached), not one query."""


class TokenRefused(TransientError):
    """X no longer knows the page token of a sweep that was stopped."""


class Adapter(HTTPAdapter):
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


def open_client(bearer_token: str, adapter: Adapter) -> Any:
    """Make a tweepy client that never sleeps by itself: with no reset header its own waiting recurses without end."""
    logging.getLogger("tweepy.client").addFilter(_above_debug)
    client = tweepy.Client(bearer_token, return_type=dict, wait_on_rate_limit=False)
    client.session.mount(API_URL, adapter)
    return client


def _above_debug(record: logging.LogRecord) -> bool:
    """Hold back tweepy's debug records: they carry the bearer token and the posts."""
    return record.levelno > logging.DEBUG


def told(feed: str, response: requests.Response, *, has_token: bool) -> MonitorError:
    """Say what an error answer means and what to do."""
    status = response.status_code
    if status == requests.codes.bad_request and has_token:
        return TokenRefused(f"X query {feed}: the page token is no longer valid")
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
