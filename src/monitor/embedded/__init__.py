"""Run a PostgreSQL of our own for the demo and the tests, from the binaries of one Python package or of MONITOR_PG_BIN.

It listens on 127.0.0.1 only, asks for a password, and never runs as root: root's server runs as ``nobody`` below /var/lib.
"""

from monitor.embedded.cluster import OWNER
from monitor.embedded.server import EmbeddedServer, remove, start

__all__ = ["OWNER", "EmbeddedServer", "remove", "start"]
