"""Read the channels a deployment follows."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from monitor.model import Channel
from monitor.seeds.node import Node, distinct, list_of

SOURCES = ("telegram", "x", "replay")


def load_channels(path: Path) -> tuple[Channel, ...]:
    """Read channels from one file, or from every file of a folder."""
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    found = [channel for file in files for channel in list_of(file, _channel)]
    return distinct(found, lambda channel: f"{channel.source}/{channel.handle}")


def _channel(node: Node) -> Channel:
    node.only(
        "source",
        "handle",
        "title",
        "languages",
        "region",
        "why",
        "named_by",
        "since",
        "expected_posts_per_day",
        "is_listed",
        "is_verified",
    )
    expected = node.optional("expected_posts_per_day", float)
    if expected is not None and expected <= 0:
        raise node.error("expected_posts_per_day must be above 0; leave it out when unknown", node.at("expected_posts_per_day"))
    return Channel(
        source=source_of(node),  # type: ignore[arg-type]  # held to SOURCES
        handle=_handle(node),
        title=node.text("title"),
        languages=node.words("languages"),
        region=node.optional("region", str),
        why=node.text("why"),
        named_by=node.optional("named_by", str),
        since_date=node.optional("since", date),
        is_listed=node.get("is_listed", bool, True),
        is_verified=bool(node.optional("is_verified", bool)),
        expected_posts_per_day=expected,
    )


def _handle(node: Node) -> str:
    handle = node.text("handle")
    if node.get("source", str) == "telegram" and not re.fullmatch(r"[A-Za-z]\w{3,31}", handle, re.ASCII):
        raise node.error(f"handle {handle!r} is no public name: letters, digits and _ only, without @ or link", node.at("handle"))
    return handle


def source_of(node: Node) -> str:
    """Read which source a mapping is about."""
    source = node.get("source", str)
    if source not in SOURCES:
        raise node.error(f"source {source!r} is none of {', '.join(SOURCES)}", node.at("source"))
    return source
