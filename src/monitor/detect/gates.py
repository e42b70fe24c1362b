"""What an episode must pass before anyone is mailed, and in plain values, so that a reader can be told what held it back.

A threshold for each series would let false mails grow with the number of series. So mails are rationed over all of them: the more
series a level has, the more unusual one of them must be (in the spirit of Bonferroni; ``bench/false_mails.py`` measures what is
left), and a story about a place must bring more posts, of three channels, since small ones are part of a quiet day.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from monitor.model import SeriesKey

Level = Literal["theme", "place", "theme at place", "theme on source", "theme in language"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailParameters:
    """What a mail needs, by level; excess is posts above the expectation."""

    base_score: float = 5.0
    per_decade: float = 0.6
    min_excess: float = 4.0
    min_excess_at_place: float = 10.0
    min_channels: int = 3


MAIL = MailParameters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One condition: what was found, what was needed."""

    name: str
    is_passed: bool
    found: str
    needed: str


def level_of(key: SeriesKey) -> Level:
    """Give how fine a series is.

    >>> level_of(SeriesKey(theme_id="protest", language="ka"))
    'theme in language'
    """
    if key.place_id:
        return "theme at place" if key.theme_id else "place"
    if key.source:
        return "theme on source"
    return "theme in language" if key.language else "theme"


def mail_scores(keys: Iterable[SeriesKey], parameters: MailParameters = MAIL) -> dict[Level, float]:
    """Give the score each level needs for a mail: ``per_decade`` more for ten times as many series in it."""
    counts: dict[Level, int] = {}
    for key in keys:
        counts[level_of(key)] = counts.get(level_of(key), 0) + 1
    return {level: parameters.base_score + parameters.per_decade * _decades(count) for level, count in counts.items()}


def _decades(count: int) -> float:
    return math.log10(max(count, 1))


def gates(
    key: SeriesKey, *, score: float, needed_score: float, excess: float, channels: int, parameters: MailParameters = MAIL
) -> tuple[Gate, ...]:
    """Give every gate of a mail; all must be passed."""
    needed_excess = parameters.min_excess_at_place if key.place_id else parameters.min_excess
    return (
        Gate(name="score", is_passed=score >= needed_score, found=f"{score:.1f}", needed=f"{needed_score:.1f}"),
        Gate(
            name="posts above expectation",
            is_passed=excess >= needed_excess,
            found=f"{excess:.1f}",
            needed=f"{needed_excess:.0f}",
        ),
        Gate(
            name="channels",
            is_passed=channels >= parameters.min_channels,
            found=str(channels),
            needed=str(parameters.min_channels),
        ),
    )
