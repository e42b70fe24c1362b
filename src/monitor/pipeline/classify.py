"""Classify: work off the backlog, batch by batch, annotations and counts in the claim's own transaction."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from monitor import store
from monitor.classify import annotate
from monitor.model import Annotations, BacklogPost, MaskedText, QuarantineEntry, RunReport
from monitor.pipeline.copies import link_copies
from monitor.pipeline.reclassify import SetAside, reclassify_chunk
from monitor.pipeline.tools import Reading, author_keys, forbidden_themes, reading
from monitor.policy import without
from monitor.privacy import AuthorKeys, record_hash
from monitor.settings import Settings

BATCH = 500
Bans = Mapping[str, frozenset[str]]
"""Per source the themes that may not be asked of it: they are matched, and not written."""


def classify(
    connection: store.Connection, settings: Settings, *, as_of: datetime, on_batch: Callable[[int], None] | None = None
) -> RunReport:
    """Classify every post collected by ``as_of``, then read posts anew that an older codebook read, until the time budget ends.

    What is collected meanwhile goes before the next chunk of old posts. Several workers may do so side by side; one whose
    codebook another process has replaced stops.
    """
    tools, keys = reading(settings), author_keys(settings)
    version = store.save_codebook(connection, tools.codebook, as_of=as_of)
    approved = store.approved_themes(connection, as_of.date())
    bans = {source: forbidden_themes(settings, source, approved) for source in ("telegram", "x", "replay")}
    set_aside = partial(_set_aside, connection, keys)
    done: Counter[str] = Counter(classified=0)
    begun_s = time.monotonic()
    while True:
        spent_s = time.monotonic() - begun_s
        now = as_of + timedelta(seconds=spent_s)
        kind, batch_size = "classified", _classify_batch(connection, tools, set_aside, version, now, bans)
        if batch_size is None and spent_s < settings.reclassify_budget_s:
            annotate_posts = partial(_annotate_all, tools, set_aside, bans)
            kind, batch_size = "read anew", reclassify_chunk(connection, version, annotate_posts, set_aside, as_of=now)
        if batch_size is None:
            return RunReport(stage="classify", counts=done)
        done[kind] += batch_size
        if on_batch:
            on_batch(batch_size)


def _classify_batch(
    connection: store.Connection, tools: Reading, set_aside: SetAside, version: int, as_of: datetime, bans: Bans
) -> int | None:
    """Give how many posts were classified, 0 when the claim was given back to let earlier posts go first, None at the end."""
    with connection.transaction():
        if not store.is_current(connection, version):
            return None
        claimed = store.claim_backlog(connection, as_of=as_of, limit=BATCH)
        if not claimed:
            return None
        annotated = _annotate_all(tools, set_aside, bans, claimed)
        store.give_back_unless_oldest(connection, claimed, as_of=as_of)
        write = partial(store.write_annotations, connection, codebook_version=version)
        for refused, reason in store.write_by_halves(connection, link_copies(connection, annotated), write):
            set_aside(refused.post, f"refused_{reason}")
        return len(claimed)
    return 0


def _annotate_all(
    tools: Reading, set_aside: SetAside, bans: Bans, claimed: Sequence[BacklogPost]
) -> list[tuple[BacklogPost, Annotations]]:
    annotated = []
    for post in claimed:
        try:
            found = annotate_text(post.text, tools, language_hint=post.language_hint)
            annotated.append((post, without(found, bans[post.source])))
        except Exception as error:  # one post must not stop the batch: it is set aside and counted
            set_aside(post, f"error_{type(error).__name__}")
    return annotated


def annotate_text(text: MaskedText, tools: Reading, *, language_hint: str | None) -> Annotations:
    """Match and annotate one masked text: what classify stores, and what the CLI prints."""
    matches = tools.matcher.match(text)
    return annotate(text, matches, language_hint=language_hint, units=tools.units)


def _set_aside(connection: store.Connection, keys: AuthorKeys, post: BacklogPost, reason: str) -> None:
    text = post.text.encode()
    entry = QuarantineEntry(
        origin=f"{post.key.channel_id}/{post.key.post_id}",
        stage="classify",
        reason=reason,
        length_bytes=len(text),
        record_hash=record_hash(text, keys),
    )
    store.write_quarantine(connection, [entry])
