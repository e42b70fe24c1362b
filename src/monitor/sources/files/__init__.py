"""Read posts from files: our own JSON lines, Telegram Desktop's exports, pages of X's API v2; plain, gzipped or from a pipe."""

from monitor.sources.files.records import Format as Format
from monitor.sources.files.source import FileSource as FileSource
