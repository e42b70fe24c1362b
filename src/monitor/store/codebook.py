"""Themes, places and the codebook's versions: which is in force, what it newly includes, which posts it has still to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg.types.json import Jsonb

from monitor.match import Definitions, definitions, grown
from monitor.model import Codebook
from monitor.store.connection import Connection

CURRENT = "SELECT codebook_version, digest FROM core.codebook ORDER BY codebook_version DESC LIMIT 1"
SAVE_THEME = """
INSERT INTO core.theme (theme_id, name, definition, excludes)
VALUES (%s, %s, %s, %s)
ON CONFLICT (theme_id) DO UPDATE SET
    name = excluded.name, definition = excluded.definition, excludes = excluded.excludes
"""
SAVE_PLACE = """
INSERT INTO core.place (place_id, kind, name, country, lat_deg, lon_deg)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (place_id) DO UPDATE SET
    kind = excluded.kind, name = excluded.name, country = excluded.country,
    lat_deg = excluded.lat_deg, lon_deg = excluded.lon_deg
"""


def save_codebook(connection: Connection, codebook: Codebook, *, as_of: datetime) -> int:
    """Write themes and places as the seeds say; return the version number, a new one when what is matched has changed.

    A new version queues every stored post that still has its text, and notes the themes and places that include more than before.
    """
    places = [(p.place_id, p.kind, p.name, p.country, p.lat_deg, p.lon_deg) for p in codebook.places]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(SAVE_THEME, [(t.theme_id, t.name, t.definition, t.excludes) for t in codebook.themes])
        cursor.executemany(SAVE_PLACE, places)
        current = _current(connection)
        if current is None or current[1] != codebook.digest:
            connection.execute(LOCK_VERSION)
            current = _current(connection)
        if current is not None and current[1] == codebook.digest:
            return current[0]
        return _add_version(connection, codebook, is_first=current is None, as_of=as_of)


def _current(connection: Connection) -> tuple[int, str] | None:
    return connection.execute(CURRENT).fetchone()


LOCK_VERSION = "SELECT pg_advisory_xact_lock(hashtext('monitor.codebook'), 0)"
SHARE_VERSION = "SELECT pg_advisory_xact_lock_shared(hashtext('monitor.codebook'), 0)"


def is_current(connection: Connection, version: int) -> bool:
    """Tell whether ``version`` is in force, and keep it so until the end of the caller's transaction."""
    connection.execute(SHARE_VERSION)
    current = _current(connection)
    return current is not None and current[0] == version


ADD_VERSION = "INSERT INTO core.codebook (digest) VALUES (%s) RETURNING codebook_version"
FIND_DEFINITIONS = "SELECT kind, definition_id, content FROM core.definition"
DROP_DEFINITIONS = "DELETE FROM core.definition"
SAVE_DEFINITION = "INSERT INTO core.definition (kind, definition_id, content) VALUES (%s, %s, %s)"
NOTE_NEW = """
INSERT INTO core.new_definition (kind, definition_id, codebook_version, since_at)
VALUES (%s, %s, %s, %s)
ON CONFLICT (kind, definition_id) DO UPDATE SET
    codebook_version = excluded.codebook_version, since_at = excluded.since_at
"""
QUEUE_STALE = """
INSERT INTO core.stale_post (posted_at, channel_id, post_id)
SELECT post.posted_at, post.channel_id, post.post_id
FROM core.post_annotation AS annotation
JOIN core.post AS post USING (channel_id, post_id, posted_at)
WHERE post.text <> ''
ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING
"""


def _add_version(connection: Connection, codebook: Codebook, *, is_first: bool, as_of: datetime) -> int:
    before: Definitions = {(kind, key): content for kind, key, content in connection.execute(FIND_DEFINITIONS)}
    after = definitions(codebook)
    row = connection.execute(ADD_VERSION, (codebook.digest,)).fetchone()
    version = int(row[0]) if row else 0
    with connection.cursor() as cursor:
        cursor.execute(DROP_DEFINITIONS)
        cursor.executemany(SAVE_DEFINITION, [(*key, Jsonb(content)) for key, content in sorted(after.items())])
        if not is_first:
            cursor.executemany(NOTE_NEW, [(*key, version, as_of) for key in sorted(grown(before, after))])
            cursor.execute(QUEUE_STALE)
    return version


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDefinition:
    """A theme or place whose series open no spike yet: it includes more since ``since_at`` than its past was read with."""

    kind: str
    definition_id: str
    codebook_version: int
    since_at: datetime


NEW_DEFINITIONS = """
SELECT kind, definition_id, codebook_version, since_at
FROM core.new_definition
ORDER BY kind DESC, definition_id
"""


def new_definitions(connection: Connection) -> list[NewDefinition]:
    """Give the themes, then the places, whose series are on a new definition."""
    rows = connection.execute(NEW_DEFINITIONS)
    return [NewDefinition(kind=k, definition_id=d, codebook_version=v, since_at=at) for k, d, v, at in rows]


BASIS = "SELECT count(reclassified_at) + count(reread_at) FROM core.codebook"


def counts_basis(connection: Connection) -> int:
    """Give how often counts of the past have been made anew: a state of the detector holds for one basis only."""
    return int(connection.execute(BASIS).fetchall()[0][0])
