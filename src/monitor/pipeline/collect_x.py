"""Collect from X: counts of every query first; posts only as evidence for a spike, within the budget."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor import store
from monitor.errors import TerminalError, TransientError
from monitor.model import Page, RunReport, XQuery
from monitor.pipeline.collect import check_charter, read_source
from monitor.pipeline.purse import LedgerPurse
from monitor.pipeline.tools import author_keys
from monitor.pipeline.x import x_queries, x_standing
from monitor.settings import Settings
from monitor.sources.x import XRefused, XSource

ACCOUNT = "default"
"""The one application of a deployment, as pauses name it."""

RECOUNTED = timedelta(hours=2)
"""Counted hours that are asked for once more: X still takes posts back and lets others in shortly after."""

MOST_FAILURES = 3
"""After so many failed counts the far side is taken to be away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where X is asked and how: X itself unless a test says otherwise."""

    base_url: str | None = None
    page_size: int = 100
    timeout_s: float = 30.0


def collect_x(
    connection: store.Connection, settings: Settings, *, as_of: datetime, endpoint: Endpoint | None = None
) -> RunReport:
    """Ask X how many posts each query had per hour, then read posts of themes that have an open spike.

    Says so and does nothing where X is not configured. Reading may not touch what counting costs until the month's end. A
    refusal of the whole application is noted for the operator and raised; what may pass is raised after all else was done.
    """
    if settings.source == "replay" or settings.x_bearer_token is None:
        return RunReport(stage="collect_x", counts={"not configured": 1})
    check_charter(settings, as_of)
    store.enter_world(connection, "live")
    run = _Run(connection, settings, endpoint or Endpoint(), as_of)
    try:
        run.count_all()
        run.read_evidence()
    except XRefused as refusal:
        store.open_notice(connection, "x_refused", "x", str(refusal), as_of=as_of)
        raise
    finally:
        run.tell_of_money()
    if run.failures:
        raise run.failures[0]
    store.settle_notice(connection, "x_refused", "x", as_of=as_of)
    return RunReport(stage="collect_x", counts=run.totals)


class _Run:
    """A collecting run under way: what it asks, what it may spend, what has gone wrong."""

    def __init__(self, connection: store.Connection, settings: Settings, endpoint: Endpoint, as_of: datetime) -> None:
        self._connection = connection
        self._settings = settings
        self._endpoint = endpoint
        self._as_of = as_of
        self._queries = x_queries(settings, approved=store.approved_themes(connection, as_of.date()))
        store.save_queries(connection, self._queries)
        standing = x_standing(connection, settings, as_of=as_of)
        self._every_hours = standing.every_hours
        self._purse = LedgerPurse(connection, settings.x_budget, author_keys(settings), held_usd=standing.held_usd, as_of=as_of)
        self._deadline_s = time.monotonic() + settings.collect_budget_s
        self.totals: Counter[str] = Counter({"queries": len(self._queries), "queries counted": 0, "hours counted": 0})
        self.failures: list[TransientError] = []

    # --- counts ---

    def count_all(self) -> None:
        """Count every query that is due; one that is refused or fails does not stop the others."""
        if self._is_paused("counts"):
            return
        source = self._source(self._queries)
        for query, counted_until_at in self._due():
            try:
                self._count(source, query, counted_until_at)
            except XRefused:
                raise
            except TerminalError as refusal:
                self.totals["queries refused"] += 1
                store.open_notice(self._connection, "x_query_refused", query.name, str(refusal), as_of=self._as_of)
            except TransientError as failure:
                if self._has_to_wait("counts", failure) or len(self.failures) >= MOST_FAILURES:
                    return
            if time.monotonic() > self._deadline_s:
                return

    def _due(self) -> list[tuple[XQuery, datetime | None]]:
        """Give the queries to count now, each with how far it was counted; those that wait longest first."""
        known = store.counted_until(self._connection)
        latest_at = self._as_of - timedelta(hours=self._every_hours)
        due = [(query, known[query.name]) for query in self._queries]
        due = [(query, until_at) for query, until_at in due if until_at is None or until_at <= latest_at]
        return sorted(due, key=lambda pair: pair[1] or datetime.min.replace(tzinfo=UTC))

    def _count(self, source: XSource, query: XQuery, counted_until_at: datetime | None) -> None:
        start_at = counted_until_at - RECOUNTED if counted_until_at else None
        counts = source.counts(query.name, as_of=self._as_of, start_at=start_at)
        with self._connection.transaction():
            hours_count = store.save_x_counts(self._connection, query.name, counts, self._as_of)
            self._purse.settle_counts(source.answered_at)
        self.totals["queries counted"] += hours_count > 0
        self.totals["hours counted"] += hours_count
        store.settle_notice(self._connection, "x_query_refused", query.name, as_of=self._as_of)

    # --- posts ---

    def read_evidence(self) -> None:
        """Read posts of every theme that has an open spike, as far as the spike's and the month's budget go."""
        readings = self._readings()
        if not readings or self._is_paused("search"):
            return
        source = self._source(readings)

        def settle(page: Page) -> None:
            self._purse.settle_posts(page, source.answered_at)

        try:
            report = read_source(self._connection, self._settings, source, as_of=self._as_of, on_write=settle)
        except TransientError as failure:
            self._has_to_wait("search", failure)
        else:
            self.totals.update(report.counts)

    def _readings(self) -> list[XQuery]:
        """Give a feed for each query of a theme and its open spike; the theme's queries share the spike's budget evenly."""
        readings: list[XQuery] = []
        for theme_id, onset_at, opened_at in store.themes_open(self._connection, as_of=self._as_of):
            queries = [query for query in self._queries if query.theme_id == theme_id]
            for query in queries:
                name = f"{query.name} {opened_at:%Y-%m-%dT%H:%MZ}"
                readings.append(replace(query, name=name, since_at=onset_at))
                self._purse.allowances[name] = self._settings.x_budget.evidence_posts // len(queries)
        return readings

    # --- what both share ---

    def _source(self, queries: Sequence[XQuery]) -> XSource:
        return XSource(
            tuple(queries),
            bearer_token=self._settings.x_bearer_token or "",
            base_url=self._endpoint.base_url,
            page_size=self._endpoint.page_size,
            timeout_s=self._endpoint.timeout_s,
            purse=self._purse,
        )

    def _is_paused(self, method: str) -> bool:
        is_paused = store.paused_until(self._connection, "x", ACCOUNT, method, as_of=self._as_of) is not None
        self.totals["methods paused"] += is_paused
        return is_paused

    def _has_to_wait(self, method: str, failure: TransientError) -> bool:
        """Keep until when X wants to be left alone, if it said so; else remember the failure, to be raised at the end."""
        if failure.retry_after_s is None:
            self.failures.append(failure)
            return False
        until_at = self._as_of + timedelta(seconds=failure.retry_after_s)
        store.pause_until(self._connection, "x", ACCOUNT, method, until_at)
        self.totals["methods paused"] += 1
        return True

    def tell_of_money(self) -> None:
        """Open or settle the notices that the month's cap stops reading, or even counting."""
        standing = x_standing(self._connection, self._settings, as_of=self._as_of)
        remedy = "Raise MONITOR_X_CAP_USD or wait for the next UTC month."
        reading = f"X: the month's cap leaves nothing for posts; counting goes on. {remedy}"
        self._tell("x posts", standing.is_reading_stopped, reading)
        stopped = f"X: the month's cap is spent, even for counting. {remedy}"
        self._tell("x counts", self._purse.is_counting_stopped, stopped)

    def _tell(self, subject: str, is_stopped: bool, message: str) -> None:
        if is_stopped:
            store.open_notice(self._connection, "budget_spent", subject, message, as_of=self._as_of)
        else:
            store.settle_notice(self._connection, "budget_spent", subject, as_of=self._as_of)
