"""Approvals of themes a source does not allow by itself: a history of decisions, of which the newest holds."""

from __future__ import annotations

from datetime import date

from monitor.model import Approval
from monitor.store.connection import Connection

ADD_APPROVAL = """
INSERT INTO core.approval (source, theme_id, is_revoked, reference, decided_by, until_date, decided_at)
VALUES (%s, %s, %s, %s, %s, %s, %s)
"""


def add_approval(connection: Connection, approval: Approval) -> None:
    """Record a decision; earlier ones stay as they are."""
    a = approval
    values = (a.source, a.theme_id, a.is_revoked, a.reference, a.decided_by, a.until_date, a.decided_at)
    connection.execute(ADD_APPROVAL, values)


STANDING = """
SELECT DISTINCT ON (source, theme_id) source, theme_id, is_revoked, reference, decided_by, until_date, decided_at
FROM core.approval
ORDER BY source, theme_id, approval_id DESC
"""


def standing_approvals(connection: Connection) -> list[Approval]:
    """Give the newest decision on each source and theme, revocations too."""
    names = ("source", "theme_id", "is_revoked", "reference", "decided_by", "until_date", "decided_at")
    return [Approval(**dict(zip(names, row, strict=True))) for row in connection.execute(STANDING)]


def approved_themes(connection: Connection, as_of: date) -> frozenset[tuple[str, str]]:
    """Give (source, theme) of every approval that holds on day ``as_of``."""
    return frozenset((a.source, a.theme_id) for a in standing_approvals(connection) if a.holds(as_of))
