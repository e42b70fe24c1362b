"""What a deployment is allowed to do: charter, policy, approvals, and what X may cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


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
