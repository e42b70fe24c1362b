"""Which other series stood high in a spike's window: the same theme at other places or on another source, or other places."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.detect.rhythm import QUARTER_HOURLY, Floats
from monitor.detect.windows import count_interval
from monitor.model import Neighbour, SeriesKey

HIGH_FACTOR = 2.0
"""So many times its expectation, and above its 90 % interval, a neighbour must be."""
MOST_NEIGHBOURS = 6


def is_elsewhere(key: SeriesKey, other: SeriesKey) -> bool:
    """Tell whether ``other`` is the same story somewhere else, and no part of ``key`` itself.

    >>> lars, ozinki = SeriesKey(theme_id="protest", place_id="lars"), SeriesKey(theme_id="protest", place_id="ozinki")
    >>> is_elsewhere(lars, ozinki), is_elsewhere(lars, lars), is_elsewhere(lars, SeriesKey(theme_id="protest"))
    (True, False, False)
    """
    if other.theme_id != key.theme_id or other.language or other.channel_id:
        return False
    if other.place_id:
        return other.place_id != key.place_id
    # Themes are counted without X; of other sources only a series of one source is apart.
    return other.source is not None and other.source != key.source and (other.source == "x" or key.source is not None)


def standing_high(
    key: SeriesKey, keys: Sequence[SeriesKey], *, observed: Floats, expected: Floats, variance: Floats
) -> tuple[Neighbour, ...]:
    """Give the neighbours of ``key`` among ``keys`` that stood high, those with most posts above their expectation first.

    The arrays hold the sums over the spike's window, one figure a key.
    """
    found = [
        Neighbour(key=other, observed=int(observed[place]), expected=float(expected[place]))
        for place, other in enumerate(keys)
        if observed[place] >= max(QUARTER_HOURLY.min_posts, HIGH_FACTOR * expected[place])
        and is_elsewhere(key, other)
        and observed[place] > count_interval(float(expected[place]), float(variance[place]))[1]
    ]
    return tuple(sorted(found, key=lambda other: other.expected - other.observed)[:MOST_NEIGHBOURS])
