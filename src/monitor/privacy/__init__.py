"""Take persons out of a post: what identifies one in its text becomes a token, its author a keyed hash."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field

from monitor.errors import ConfigError
from monitor.model import AuthorKey, Post, PseudonymisedPost
from monitor.privacy.masking import mask

__all__ = ["AuthorKeys", "author_key", "mask", "pseudonymise", "record_hash"]

MIN_KEY_BYTES = 32
_HANDLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")


@dataclass(frozen=True, slots=True)
class AuthorKeys:
    """The secret that authors are hashed with, and its name; ConfigError when it is too short to be one."""

    key_id: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) < MIN_KEY_BYTES:
            raise ConfigError(
                f"the key {self.key_id!r} for authors' hashes has {len(self.key)} bytes, at least {MIN_KEY_BYTES} are needed: "
                "make one with `openssl rand -hex 32`."
            )


def pseudonymise(post: Post, keys: AuthorKeys) -> PseudonymisedPost:
    """Give the post as it may be stored: author a keyed hash, text masked, nothing else that names a person."""
    text, masked_count = mask(post.text)
    return PseudonymisedPost(
        source=post.source,
        channel=post.channel,
        post_id=post.post_id,
        posted_at=post.posted_at,
        collected_at=post.collected_at,
        text=text,
        masked_count=masked_count,
        author_key=author_key(post.source, post.author, keys) if post.author else None,
        key_id=keys.key_id if post.author else None,
        edited_at=post.edited_at,
        url=_public_url(post),
        is_forward=post.is_forward,
        forwarded_from=_public_handle(post.forwarded_from),
        reply_to=post.reply_to,
        language_hint=post.language_hint,
        views_count=post.views_count,
        forwards_count=post.forwards_count,
    )


def record_hash(raw: bytes, keys: AuthorKeys) -> str:
    """Give the keyed hash by which a record in quarantine is known again; hexadecimal."""
    return hmac.digest(keys.key, raw, "sha256").hex()


def author_key(source: str, author: str, keys: AuthorKeys) -> AuthorKey:
    """Give the keyed hash that stands for ``author``, as its source names them, beside their posts."""
    return AuthorKey(record_hash(f"{source}:{author}".encode(), keys))


def _public_url(post: Post) -> str | None:
    """Keep an address unless it leads to a person; one of X always does."""
    is_personal = post.source == "x" or (post.url is not None and mask(post.url)[1] > 0)
    return None if is_personal else post.url


def _public_handle(name: str | None) -> str | None:
    """Keep the handle of a public channel; any other name may be a person's."""
    handle = (name or "").removeprefix("@")
    return handle if _HANDLE.fullmatch(handle) else None
