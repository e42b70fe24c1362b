"""The register of what was done with people's data beyond the daily work; rows are added, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from monitor.store.connection import Connection

NOTE = "INSERT INTO core.audit (noted_at, action, subject, detail) VALUES (%s, %s, %s, %s)"


def note_audit(
    connection: Connection, action: str, subject: str, detail: Mapping[str, int | str | None] | None = None, *, as_of: datetime
) -> None:
    """Enter one deed; ``subject`` and ``detail`` name logins, queries, channels and figures, never a person of the posts."""
    connection.execute(NOTE, (as_of, action, subject, json.dumps(dict(detail or {}))))
