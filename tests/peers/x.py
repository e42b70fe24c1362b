"""A loopback X: API v2 recent search and counts for an unmodified tweepy client over a real socket, failing on request.

    with XPeer(clock=lambda: now) as x:
        x.add("очередь на границе", posted_at)
        x.faults.append(Fault(status=429, reset_in_s=33))
        XSource(queries, bearer_token=x.token, base_url=x.url)

Newest first, page tokens, since_id and until_id, a window of seven days before ``clock``, rate-limit headers, problem answers.
``dialect`` "post" names fields as X's newer documents do (``post_count``); "tweet" is what tweepy expects. It keeps an account
of what it served, as X charges: a request for counts each time, a post once a UTC day; errors are free.
"""

from __future__ import annotations

import base64
import binascii
import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.peers.x_query import compile_query

KEPT = timedelta(days=7)
YOUNGEST = timedelta(seconds=10)
SNOWFLAKE_EPOCH_MS = 1_288_834_974_657
ROUTES = {"/2/tweets/search/recent": "search", "/2/tweets/counts/recent": "counts"}
Kind = Literal["search", "counts"]
Reply = tuple[int, Mapping[str, Any]]


@dataclass(kw_only=True)
class Fault:
    """A failure to play once, after so many good calls: a status with its body, a lost, cut or stalled connection."""

    kind: Kind = "search"
    status: int = 503
    body: bytes = b'{"title": "scripted", "detail": "scripted"}'
    headers: Mapping[str, str] = field(default_factory=dict)
    reset_in_s: int | None = None
    stall_s: float = 0.0
    is_dropped: bool = False
    is_cut: bool = False
    is_answered: bool = False
    """The true answer is made and charged, and then lost or cut on its way."""
    after_calls: int = 0


class Invalid(Exception):
    """A request X refuses as wrong: the parameter, and why."""


class XPeer:
    """The server, running while the context lasts; ``calls`` lists each request's kind and parameters.

    ``plan`` may give a fault for a kind of call and its number. ``on_charge`` is called when an answer has been charged and before
    it is sent, ``on_sent`` after; both get the call's number.
    A client of another process moves the clock by ``PUT /clock/<moment>``, if the peer was made with ``clock=None``.
    """

    token = "loopback-bearer"
    post_usd = Decimal("0.005")
    counts_usd = Decimal("0.005")

    def __init__(
        self, *, clock: Callable[[], datetime] | None, dialect: Literal["tweet", "post"] = "tweet", limit: int = 450
    ) -> None:
        self.dialect = dialect
        self.faults: list[Fault] = []
        self.calls: list[tuple[str, Mapping[str, str]]] = []
        self.now = datetime(2022, 9, 1, tzinfo=UTC)
        self.served_usd: Counter[datetime] = Counter()
        """What each hour was charged."""
        self.plan: Callable[[str, int], Fault | None] = lambda _kind, _number: None
        self.on_charge: Callable[[int], None] = lambda _: None
        self.on_sent: Callable[[int], None] = lambda _: None
        self._charged: set[tuple[date, str]] = set()
        self._clock = clock or (lambda: self.now)
        self._limit = limit
        self._used: Counter[tuple[str, int]] = Counter()
        self._posts: list[dict[str, Any]] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self._http.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that was killed
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> XPeer:
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def add(self, text: str, posted_at: datetime, *, lang: str = "ru", author_id: str = "42", likes_count: int = 0) -> str:
        """Post ``text``; give its id, which holds the moment as X's ids do."""
        first = (int(posted_at.timestamp() * 1000) - SNOWFLAKE_EPOCH_MS) << 22
        taken = {post["id"] for post in self._posts}
        post_id = next(str(first + number) for number in range(len(taken) + 1) if str(first + number) not in taken)
        post = {"id": post_id, "text": text, "at": posted_at, "lang": lang, "author_id": author_id, "likes": likes_count}
        post["history"] = [post_id]
        self._posts.append(post)
        self._posts.sort(key=lambda one: -int(one["id"]))
        return post_id

    def edit(self, post_id: str, text: str, edited_at: datetime) -> str:
        """Put a new version in the place of a post; give its id."""
        old = next(post for post in self._posts if post["id"] == post_id)
        self._posts.remove(old)
        new_id = self.add(text, edited_at, lang=old["lang"], author_id=old["author_id"])
        new = next(post for post in self._posts if post["id"] == new_id)
        new["history"] = [*old["history"], new_id]
        return new_id

    # --- serving ----------------------------------------------------------------------------------------

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        peer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self) -> None:
                peer._serve(self)

            def do_PUT(self) -> None:
                peer.now = datetime.fromisoformat(unquote(self.path.removeprefix("/clock/")))
                _send(self, 200, b"{}", {})

            def date_time_string(self, timestamp: float | None = None) -> str:
                return formatdate(peer._clock().timestamp(), usegmt=True)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
                """Keep the tests' output quiet."""

        return Handler

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        parameters = dict(parse_qsl(url.query))
        kind = ROUTES.get(url.path, "")
        self.calls.append((kind, parameters))
        number = len(self.calls)
        fault = self._next_fault(kind)
        if fault and not fault.is_answered:
            self._fail(handler, fault, fault.body)
            return
        status, body = self._answer(kind, parameters, handler.headers.get("Authorization", ""))
        written = json.dumps(body, ensure_ascii=False).encode()
        if status == 200:
            self._charge(kind, body)
        self.on_charge(number)
        if fault:
            self._fail(handler, replace(fault, status=status), written)
        else:
            _send(handler, status, written, self._rate_headers(kind))
        self.on_sent(number)

    def _charge(self, kind: str, body: Mapping[str, Any]) -> None:
        """Keep the account: what has been served costs, whether or not it arrives."""
        hour_at, today = _hour(self._clock()), self._clock().date()
        if kind == "counts":
            self.served_usd[hour_at] += self.counts_usd
            return
        new = {(today, post["id"]) for post in body.get("data", [])} - self._charged
        self._charged |= new
        self.served_usd[hour_at] += len(new) * self.post_usd

    def _next_fault(self, kind: str) -> Fault | None:
        for fault in self.faults:
            if fault.kind == kind:
                if fault.after_calls == 0:
                    self.faults.remove(fault)
                    return fault
                fault.after_calls -= 1
                return None
        return self.plan(kind, len(self.calls))

    def _fail(self, handler: BaseHTTPRequestHandler, fault: Fault, body: bytes) -> None:
        time.sleep(fault.stall_s)
        if fault.is_dropped:
            handler.close_connection = True
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        headers = dict(fault.headers)
        if fault.reset_in_s is not None:
            headers["x-rate-limit-reset"] = str(int(self._clock().timestamp()) + fault.reset_in_s)
        handler.close_connection = fault.is_cut
        _send(handler, fault.status, body, headers, missing_bytes=100 if fault.is_cut else 0)

    def _rate_headers(self, kind: str) -> Mapping[str, str]:
        left = max(self._limit - self._used[kind, self._window_number()], 0)
        reset = (self._window_number() + 1) * 900
        return {"x-rate-limit-limit": str(self._limit), "x-rate-limit-remaining": str(left), "x-rate-limit-reset": str(reset)}

    def _window_number(self) -> int:
        return int(self._clock().timestamp()) // 900

    def _answer(self, kind: str, parameters: Mapping[str, str], authorization: str) -> Reply:
        if authorization != f"Bearer {self.token}":
            return 401, {"title": "Unauthorized", "status": 401, "detail": "Unauthorized"}
        if not kind:
            return 404, {"title": "Not Found", "status": 404, "detail": "Not Found"}
        if self._used[kind, self._window_number()] >= self._limit:
            return 429, {"title": "Too Many Requests", "status": 429, "detail": "Too Many Requests"}
        self._used[kind, self._window_number()] += 1
        try:
            return 200, self._search(parameters) if kind == "search" else self._counts(parameters)
        except Invalid as error:
            return 400, {"title": "Invalid Request", "errors": [{"message": str(error)}]}

    # --- what X knows -----------------------------------------------------------------------------------

    def _search(self, parameters: Mapping[str, str]) -> Mapping[str, Any]:
        limit = int(parameters.get("max_results", "10"))
        if not 10 <= limit <= 100:
            raise Invalid(f"max_results {limit} is not between 10 and 100")
        found = self._found(parameters)
        page = found[:limit]
        if not page:
            return {"meta": {"result_count": 0}}
        meta = {"result_count": len(page), "newest_id": page[0]["id"], "oldest_id": page[-1]["id"]}
        if len(found) > limit:
            meta["next_token"] = base64.b32encode(page[-1]["id"].encode()).decode().rstrip("=").lower()
        return {"data": [self._shown(post, parameters) for post in page], "meta": meta}

    def _found(self, parameters: Mapping[str, str]) -> list[dict[str, Any]]:
        """Give the posts a request asks for, newest first."""
        fits = compile_query(_query(parameters))
        start_at, end_at = self._window(parameters)
        above = self._known_id("since_id", parameters)
        below = self._known_id("until_id", parameters) or 1 << 63
        if "next_token" in parameters:
            below = min(below, _token_id(parameters["next_token"]))
        return [
            post for post in self._posts if start_at <= post["at"] < end_at and above < int(post["id"]) < below and fits(post)
        ]

    def _window(self, parameters: Mapping[str, str]) -> tuple[datetime, datetime]:
        oldest_at, newest_at = self._clock() - KEPT, self._clock() - YOUNGEST
        start_at = _moment(parameters["start_time"]) if "start_time" in parameters else oldest_at
        end_at = _moment(parameters["end_time"]) if "end_time" in parameters else newest_at
        if start_at < oldest_at or end_at > newest_at:
            raise Invalid("start_time and end_time must lie in the last seven days and before the last 10 s")
        return start_at, end_at

    def _known_id(self, name: str, parameters: Mapping[str, str]) -> int:
        number = int(parameters.get(name, "0"))
        made_at = datetime.fromtimestamp(((number >> 22) + SNOWFLAKE_EPOCH_MS) / 1000, UTC)
        if number and made_at < self._clock() - KEPT:
            raise Invalid(f"{name} must be a post id created in the last seven days")
        return number

    def _shown(self, post: Mapping[str, Any], parameters: Mapping[str, str]) -> Mapping[str, Any]:
        """Give a post with the fields that were asked for, in this peer's dialect."""
        word = self.dialect
        wanted = parameters.get(f"{word}.fields", "").split(",")
        repost = "repost_count" if word == "post" else "retweet_count"
        optional = {
            "created_at": _written(post["at"]),
            "lang": post["lang"],
            "author_id": post["author_id"],
            "public_metrics": {repost: 0, "reply_count": 0, "like_count": post["likes"], "quote_count": 0},
        }
        always = {"id": post["id"], "text": post["text"], f"edit_history_{word}_ids": post["history"]}
        return {**always, **{name: value for name, value in optional.items() if name in wanted}}

    def _counts(self, parameters: Mapping[str, str]) -> Mapping[str, Any]:
        found = Counter(_hour(post["at"]) for post in self._found(parameters))
        start_at, end_at = self._window(parameters)
        name = f"{self.dialect}_count"
        rows = []
        while start_at < end_at:
            next_at = min(_hour(start_at) + timedelta(hours=1), end_at)
            rows.append({"start": _written(start_at), "end": _written(next_at), name: found[_hour(start_at)]})
            start_at = next_at
        return {"data": rows, "meta": {f"total_{name}": sum(found.values())}}


def _send(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: Mapping[str, str], *, missing_bytes: int = 0
) -> None:
    handler.send_response(status)
    length = str(len(body) + missing_bytes)
    for name, value in {"content-type": "application/json; charset=utf-8", **headers, "content-length": length}.items():
        handler.send_header(name, value)
    handler.end_headers()
    with suppress(BrokenPipeError, ConnectionResetError):  # a client that waits no longer, or was killed
        handler.wfile.write(body)


def _query(parameters: Mapping[str, str]) -> str:
    query = parameters.get("query", "")
    if not 1 <= len(query) <= 512:
        raise Invalid("query must have 1 to 512 characters")
    return query


def _token_id(token: str) -> int:
    try:
        return int(base64.b32decode(token.upper() + "=" * (-len(token) % 8)))
    except (ValueError, binascii.Error):
        raise Invalid("next_token is not valid") from None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
