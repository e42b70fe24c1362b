"""Rules of a compiled codebook: whether what they ask for stands near enough in a text, and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.match.phrases import Hit, Hits

CONTEXT_TOKENS = 12
"""How near an ambiguous place must be to a word of its context, and a theme's hit to a word that voids it, in tokens."""
Filled = tuple[Hit, ...]
"""Hits that fill the slots of a rule, in their order."""


@dataclass(slots=True)
class CompiledTheme:
    """A theme's id, the group of what voids a hit near it, and the group of what voids the theme anywhere in the text."""

    theme_id: str
    without: int
    void_by: int


@dataclass(slots=True)
class Rule:
    """What carries a theme: a hit of each group, all within ``within`` tokens, unless one of group ``against`` is as near.

    A term is a rule of one group. The first group is the rarest, as far as one can guess.
    """

    theme: CompiledTheme
    name: str
    within: int
    slots: tuple[int, ...]
    against: int
    needs: int
    """The groups that must have a hit, a bit each."""
    groups: tuple[int, ...]
    """All whose hits matter: also those that may speak against it."""


def standing(rule: Rule, hits: Hits) -> Sequence[Filled]:
    """Give the sets of hits that fill a rule's slots and that nothing voids."""
    theme = rule.theme
    if hits[theme.void_by]:
        return ()
    sets = filled_by(rule, hits)
    if hits[theme.without] or hits[rule.against]:
        return [filled for filled in sets if not void_of(rule, filled, hits)]
    return sets


def void_of(rule: Rule, filled: Filled, hits: Hits) -> list[Hit]:
    """Give what stands near a filled rule and voids its theme, or speaks against the rule within its own width."""
    void = []
    for group, reach in ((rule.theme.without, CONTEXT_TOKENS), (rule.against, rule.within)):
        for hit in hits[group] or ():
            for first, last in filled:
                if hit[0] - last <= reach and first - hit[1] <= reach:
                    void.append(hit)
                    break
    return void


def filled_by(rule: Rule, hits: Hits) -> Sequence[Filled]:
    """Give one set of hits for each hit of the rule's first slot that has a partner in every other slot near enough.

    In each slot the nearest is taken; where these overlap or lie too far apart, the nearest that fit together.
    """
    within = rule.within
    lead, *others = [hits[group] or [] for group in rule.slots]
    sets = []
    for hit in lead:
        filled = [hit]
        first, last = low, high = hit
        do_fit = True
        for slot in others:
            nearest = _nearest(first, last, slot, within)
            if nearest is None:
                break
            start, end = nearest
            low = start if start < low else low
            high = end if end > high else high
            do_fit = do_fit and high - low <= within and (len(filled) == 1 or not _overlaps(start, end, filled))
            filled.append(nearest)
        else:
            whole = tuple(filled) if do_fit else _extended((hit,), [_by_distance(hit, slot) for slot in others], within)
            if whole:
                sets.append(whole)
    return sets


def _nearest(first: int, last: int, slot: Sequence[Hit], within: int) -> Hit | None:
    """Give the hit nearest to the words from ``first`` to ``last`` that lies beside them, all within so many words."""
    nearest, least = None, 0
    for hit in slot:
        start, end = hit
        if start > last:
            is_near, distance = end - first <= within, start - first
        else:
            is_near, distance = end < first and last - start <= within, first - start
        if is_near and (nearest is None or distance < least):
            nearest, least = hit, distance
    return nearest


def _by_distance(lead: Hit, slot: Sequence[Hit]) -> list[Hit]:
    return sorted(slot, key=lambda hit: abs(hit[0] - lead[0]))


def _extended(hits: Filled, slots: Sequence[Sequence[Hit]], within: int) -> Filled | None:
    """Fill the slots behind ``hits``; in each slot the first that fits is taken."""
    depth = len(hits)
    for start, end in slots[depth - 1]:
        first, last = min(start, *[one for one, _ in hits]), max(end, *[other for _, other in hits])
        if last - first > within or _overlaps(start, end, hits):
            continue
        filled = (*hits, (start, end))
        whole = filled if depth == len(slots) else _extended(filled, slots, within)
        if whole:
            return whole
    return None


def _overlaps(start: int, end: int, hits: Iterable[Hit]) -> bool:
    return any(start <= last and first <= end for first, last in hits)
