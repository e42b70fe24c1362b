"""What X is asked and what that costs: the compiled queries, the month's standing, and both as lines to print."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from monitor import budget, seeds, store
from monitor.errors import ConfigError, TransientError
from monitor.match import compile_x
from monitor.model import Codebook, XCompiled, XDropped, XQuery
from monitor.pipeline.tools import Approved, forbidden_themes
from monitor.settings import Settings
from monitor.sources.x import LEAST_POSTS


def compiled(settings: Settings, *, approved: Approved = frozenset()) -> tuple[XCompiled, ...]:
    """Give every theme as X is asked for it: here alone policy meets the queries, and a theme it refuses has none.

    ``approved`` are the approvals that hold. The queries of a theme are those of ``seeds/queries.yml`` where it has
    some there, else the compiled ones.
    """
    refused = forbidden_themes(settings, "x", approved)
    return _compiled(settings.seeds, settings.x_query_length, refused)


@lru_cache(maxsize=2)
def _codebook(seeds_dir: Path) -> Codebook:
    return seeds.load_codebook(seeds_dir)


@lru_cache(maxsize=2)
def _compiled(seeds_dir: Path, length: int, refused: frozenset[str]) -> tuple[XCompiled, ...]:
    codebook, found = _codebook(seeds_dir), []
    written = seeds.load_queries(seeds_dir / "queries.yml", length=length)
    for theme in codebook.themes:
        own = tuple(query for query in written if query.theme_id == theme.theme_id)
        if theme.theme_id in refused:
            reason = XDropped(form="the whole theme", reason="policy: X's terms ask for an approval")
            found.append(XCompiled(theme_id=theme.theme_id, queries=(), dropped=(reason,)))
        elif own:
            found.append(XCompiled(theme_id=theme.theme_id, queries=own))
        else:
            found.append(compile_x(theme, codebook.places, length=length))
    return tuple(found)


def x_queries(settings: Settings, *, approved: Approved = frozenset()) -> tuple[XQuery, ...]:
    """Give the queries X is asked."""
    return tuple(query for theme in compiled(settings, approved=approved) for query in theme.queries)


@dataclass(frozen=True, slots=True, kw_only=True)
class XStanding:
    """How the month stands on X.

    ``held_usd`` is what counting as planned will still cost until the month's end: it hangs on the cap, not on what was read, so
    that reading cannot make counting rarer than planned. ``every_hours`` is how often what is left lets counting happen.
    """

    spending: store.Spending
    cap_usd: Decimal
    held_usd: Decimal
    every_hours: int
    is_reading_stopped: bool


def x_standing(connection: store.Connection, settings: Settings, *, as_of: datetime) -> XStanding:
    """Tell what the UTC month of ``as_of`` has cost, what is held for counting, and whether posts can still be read."""
    prices, queries_count = settings.x_budget, len(store.counted_until(connection))
    spent = store.spending(connection, as_of=as_of)
    left_usd = prices.cap_usd - spent.total_usd
    planned_hours = budget.estimate(prices, queries_count, as_of=as_of).every_hours
    every_hours = budget.count_every_hours(prices, queries_count, left_usd=left_usd, as_of=as_of)
    held_usd = budget.held_for_counting(prices, queries_count, every_hours=planned_hours, as_of=as_of)
    return XStanding(
        spending=spent,
        cap_usd=prices.cap_usd,
        held_usd=held_usd,
        every_hours=every_hours,
        is_reading_stopped=left_usd - held_usd < LEAST_POSTS * prices.post_usd,
    )


def _approvals(settings: Settings, as_of: datetime) -> tuple[Approved, list[str]]:
    """Give the approvals that hold, and a line about them where the database cannot be asked: it may not be there yet."""
    try:
        with store.connect(settings.require_database_url()) as connection:
            return store.approved_themes(connection, as_of.date()), []
    except (ConfigError, TransientError):
        return frozenset(), ["approvals are not known, for lack of a database: themes that need one are left out"]


def compile_lines(settings: Settings, theme_id: str | None, *, as_of: datetime) -> Iterator[str]:
    """Tell each query, its length, and what was left out and why."""
    approved, told = _approvals(settings, as_of)
    themes = compiled(settings, approved=approved)
    if theme_id is not None and theme_id not in {theme.theme_id for theme in themes}:
        raise ConfigError(f"there is no theme {theme_id}; known are {', '.join(theme.theme_id for theme in themes)}")
    for theme in themes:
        if theme_id in (None, theme.theme_id):
            yield from _theme_lines(theme, settings.x_query_length)
    yield from told


def _theme_lines(theme: XCompiled, length: int) -> Iterator[str]:
    yield f"{theme.theme_id}: {len(theme.queries)} queries, {len(theme.dropped)} forms left out"
    for query in theme.queries:
        yield f"  {query.name} ({len(query.text)} of {length} characters)"
        yield f"    {query.text}"
    reasons = dict.fromkeys(dropped.reason for dropped in theme.dropped)
    for reason in reasons:
        yield f"  left out ({reason}): " + ", ".join(d.form for d in theme.dropped if d.reason == reason)


def estimate_lines(settings: Settings, *, as_of: datetime) -> list[str]:
    """Tell what the schedule costs in the UTC month of ``as_of``, before it runs."""
    prices = settings.x_budget
    approved, told = _approvals(settings, as_of)
    found = budget.estimate(prices, len(x_queries(settings, approved=approved)), as_of=as_of)
    spaced = (
        "every hour" if found.every_hours == 1 else f"every {found.every_hours} hours (hourly would be ${found.hourly_usd:.2f})"
    )
    lines = [
        f"month {as_of:%Y-%m} (UTC, {found.hours_count} hours), cap ${prices.cap_usd:.2f}",
        f"counting: {found.queries_count} queries {spaced} at ${prices.counts_usd} a request: ${found.counts_usd:.2f}",
        f"evidence: up to {prices.evidence_posts} posts a spike at ${prices.post_usd} a post: ${found.spike_usd:.2f} a spike",
        f"the cap leaves ${found.posts_usd:.2f} for posts: {found.posts_count:,} posts, {found.spikes_count} spikes read in full",
        f"at most: ${found.counts_usd + found.posts_usd:.2f}",
    ]
    if found.every_hours > 1:
        lines.append("the cap does not pay for counting every hour: raise MONITOR_X_CAP_USD, or have fewer queries")
    return [*lines, *told]
