"""Duties to the people in the posts: erasure on request, authors' keys, retention."""

from __future__ import annotations

import json
import re
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor import store
from monitor.errors import ConfigError
from monitor.model import PostKey
from monitor.pipeline.tools import author_keys
from monitor.privacy import author_key
from monitor.settings import Settings

OnPost = Callable[[int, int], None]
"""Told after each post: how many are done, how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What an erasure did: ``subject`` never names a person."""

    subject: str
    erased_at: datetime
    posts_count: int
    mails_count: int

    def lines(self) -> list[str]:
        """Tell it as it may be handed to whoever asked."""
        return [
            f"Erased at {self.erased_at:%Y-%m-%d %H:%M} UTC: {self.subject}.",
            f"{self.posts_count} posts: text, annotations, copy signatures, author's hash, view counts; "
            f"quotes in {self.mails_count} stored mails.",
            "Kept: figures that name nobody, and the posts' numbers, so that they are never stored again.",
            "Backups hold the posts until they expire; after a restore `monitor erasures replay` erases them again.",
            "Mails already sent cannot be called back.",
        ]


def erase_posts(settings: Settings, subject: str, *, as_of: datetime, on_post: OnPost = lambda done, of: None) -> Receipt:
    """Erase one post or a channel's posts: ``source/handle`` or ``source/handle/id``. ConfigError when none is stored."""
    source, handle, post_id = _named(subject)
    with store.connect(settings.require_database_url()) as connection:
        keys = store.posts_of_channel(connection, source, handle, post_id)
        if not keys:
            raise ConfigError(f"{subject}: no such post is stored. Name it as source/handle/id, such as telegram/lars_live/17.")
        return _erase(connection, settings, subject, keys, as_of=as_of, on_post=on_post)


def erase_author(settings: Settings, key: str, *, as_of: datetime, on_post: OnPost = lambda done, of: None) -> Receipt:
    """Erase every stored post of one author, known by the hash that ``monitor privacy author-key`` gives."""
    with store.connect(settings.require_database_url()) as connection:
        keys = store.posts_of_author(connection, key)
        if not keys:
            raise ConfigError("no stored post has that author's key. Was it made with the key the posts were stored with?")
        return _erase(connection, settings, "the posts of one author", keys, as_of=as_of, on_post=on_post)


def _named(subject: str) -> tuple[str, str, int | None]:
    found = re.fullmatch(r"(telegram|x|jsonl|replay)/([^/]+)(?:/(\d+))?", subject)
    if found is None:
        raise ConfigError(f"{subject!r} is neither source/handle nor source/handle/id, such as telegram/lars_live/17.")
    return found[1], found[2], int(found[3]) if found[3] else None


def _erase(
    connection: store.Connection, settings: Settings, subject: str, keys: list[PostKey], *, as_of: datetime, on_post: OnPost
) -> Receipt:
    """Erase post by post, so that a killed run has done what it did, and enter the whole in the register."""
    mails_count = store.quoting_mails(connection, keys)
    posts_count = 0
    for done, key in enumerate(keys, start=1):
        posts_count += store.erase_post(connection, key, as_of=as_of)
        on_post(done, len(keys))
    receipt = Receipt(subject=subject, erased_at=as_of, posts_count=posts_count, mails_count=mails_count)
    store.note_audit(connection, "post.erased", subject, {"posts": posts_count, "mails": mails_count}, as_of=as_of)
    if settings.erasures_file:
        write_erasures(connection, settings.erasures_file)
    return receipt


def write_erasures(connection: store.Connection, file: Path) -> int:
    """Write the numbers of all erased posts to ``file``, a JSON line each, whole or not at all; return how many."""
    erased = store.erased_posts(connection)
    unfinished = file.with_name(f"{file.name}.unfinished")
    with unfinished.open("w", encoding="utf-8") as stream:
        for post in erased:
            stream.write(json.dumps({"source": post.source, "channel": post.channel, "post_id": post.post_id}) + "\n")
    unfinished.replace(file)
    return len(erased)


def list_erasures(settings: Settings, file: Path) -> int:
    """Write the numbers of all erased posts to ``file``; return how many."""
    with store.connect(settings.require_database_url()) as connection:
        return write_erasures(connection, file)


def replay_erasures(
    settings: Settings, file: Path, *, as_of: datetime, on_post: OnPost = lambda done, of: None
) -> tuple[int, int]:
    """Erase again what a restored dump brought back, from a file of ``write_erasures``; return (lines read, posts erased).

    A post that is not stored is marked as erased too, so that it is never stored. ConfigError names a bad line.
    """
    asked = [_erasure(file, number, line) for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1)]
    erased_count = 0
    with store.connect(settings.require_database_url()) as connection:
        for done, post in enumerate(asked, start=1):
            keys = store.posts_of_channel(connection, post.source, post.channel, post.post_id)
            erased_count += sum(store.erase_post(connection, key, as_of=as_of) for key in keys)
            store.mark_erased(connection, post, as_of=as_of)
            on_post(done, len(asked))
        store.note_audit(connection, "erasures.replayed", file.name, {"posts": erased_count}, as_of=as_of)
    return len(asked), erased_count


def _erasure(file: Path, number: int, line: str) -> store.ErasedPost:
    try:
        found = json.loads(line)
        return store.ErasedPost(source=str(found["source"]), channel=str(found["channel"]), post_id=int(found["post_id"]))
    except (ValueError, KeyError, TypeError):
        raise ConfigError(
            f"{file}:{number}: not a line of an erasures file. Give the file that MONITOR_ERASURES_FILE names."
        ) from None


def author_key_of(settings: Settings, source: str, author: str) -> str:
    """Give the keyed hash of an author as it is stored; nothing of the question is kept."""
    return author_key(source, author, author_keys(settings))


def fresh_key(settings: Settings, *, as_of: datetime) -> tuple[str, str]:
    """Make the next key for authors' hashes and its name; it is printed once and kept nowhere here."""
    number = re.fullmatch(r"(.*?)(\d+)", settings.hash_key_id)
    key_id = f"{number[1]}{int(number[2]) + 1}" if number else f"{settings.hash_key_id}2"
    with store.connect(settings.require_database_url()) as connection:
        if key_id in store.author_key_ids(connection):
            raise ConfigError(f"posts are stored with a key {key_id} already: set MONITOR_HASH_KEY_ID to the newest name first.")
        store.note_audit(connection, "key.made", key_id, as_of=as_of)
    return key_id, secrets.token_hex(32)


def destroy_key(settings: Settings, key_id: str, *, as_of: datetime) -> int:
    """Take the hashes made with one key out of all posts: what is stored becomes anonymous. Return of how many posts."""
    with store.connect(settings.require_database_url()) as connection:
        known = store.author_key_ids(connection)
        if key_id not in known:
            raise ConfigError(f"no stored post has an author's hash with key {key_id}. There are: {', '.join(known) or 'none'}.")
        posts_count = store.destroy_author_keys(connection, key_id)
        store.note_audit(connection, "key.destroyed", key_id, {"posts": posts_count}, as_of=as_of)
    return posts_count


def retain(connection: store.Connection, settings: Settings, *, as_of: datetime) -> Counter[str]:
    """Let go what has lived its time, each kind after its own setting, and make the next month's partitions."""

    def since(days: float) -> datetime:
        return as_of - timedelta(days=days)

    store.make_partitions_ahead(connection, (as_of, as_of + timedelta(days=31)))
    done: Counter[str] = Counter()
    done["months dropped"] += store.drop_detached(connection)
    done["months dropped"] += store.drop_expired_months(connection, store.TEXTS, before_at=since(settings.keep_texts_days))
    done["months dropped"] += store.drop_expired_months(
        connection, store.ANNOTATIONS, before_at=since(settings.keep_annotations_days)
    )
    done["months indexed"] = store.index_texts(connection, as_of=as_of)
    done["mails unquoted"] = store.unquote_old_mails(connection, before_at=since(settings.keep_texts_days))
    done["authors forgotten"] = store.forget_authors(connection, before_at=since(settings.keep_keys_days))
    done["log rows dropped"] = store.forget_logs(connection, before_at=since(settings.keep_logs_days))
    done["audit rows dropped"] = store.forget_audit(connection, before_at=since(settings.keep_audit_days))
    return done
