"""Themes, places and the version numbers of the codebook."""

from __future__ import annotations

from monitor.model import Codebook
from monitor.store.connection import Connection

ADD_VERSION = "INSERT INTO core.codebook (digest) VALUES (%s) ON CONFLICT (digest) DO NOTHING"
FIND_VERSION = "SELECT codebook_version FROM core.codebook WHERE digest = %s"
NEWEST_VERSION = "SELECT max(codebook_version) FROM core.codebook"
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


def codebook_version(connection: Connection, codebook: Codebook) -> int:
    """Give the version number of this codebook, making one when its digest is new."""
    row = connection.execute(FIND_VERSION, (codebook.digest,)).fetchone()
    if row is None:
        connection.execute(ADD_VERSION, (codebook.digest,))
        row = connection.execute(FIND_VERSION, (codebook.digest,)).fetchone()
    if row is None:
        raise RuntimeError("core.codebook lost a row that was just written")
    return int(row[0])


def save_codebook(connection: Connection, codebook: Codebook) -> int:
    """Write themes and places as the seeds say; return the version number."""
    places = [(p.place_id, p.kind, p.name, p.country, p.lat_deg, p.lon_deg) for p in codebook.places]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(SAVE_THEME, [(t.theme_id, t.name, t.definition, t.excludes) for t in codebook.themes])
        cursor.executemany(SAVE_PLACE, places)
        return codebook_version(connection, codebook)
