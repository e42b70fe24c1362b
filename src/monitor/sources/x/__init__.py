"""X, read through tweepy; nothing else in Monitor knows it."""

from monitor.sources.x.connection import XRefused
from monitor.sources.x.source import LEAST_POSTS, XSource, require_bearer_token

__all__ = ["LEAST_POSTS", "XRefused", "XSource", "require_bearer_token"]
