"""The matcher: which places a text names and which themes it carries, by where the codebook's phrases stand in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from monitor.match.phrases import SIGN, Found, Hit, Phrases, PlaceHit
from monitor.model import Matches, PlaceKind, PlaceMention, Span, ThemeMatch
from monitor.text import Words, tokenise
from monitor.text import words as words_of

CURRENCIES = ("$", "€", "₽", "£", "₾", "₸")
TOWARDS = frozenset(("в", "во", "на", "до", "к", "у", "to", "for", "till", "nach", "bis", "do"))
"""What may stand between the two places of a route: «Самара — Уральск», «из Орска в Актобе»."""
CONTEXT_TOKENS = 12
"""How near an ambiguous place must be to a word of its context, and a theme's hit to a word that voids it, in tokens."""


Filled = tuple[Hit, ...]
"""Hits that fill the slots of a rule, in their order."""


class CompiledPlace(NamedTuple):
    """A place as the matcher names it, and the groups it stands for: those that ask for it, for its kind or for any place."""

    place_id: str
    kind: PlaceKind
    side: str | None
    groups: frozenset[int]
    bits: int
    """The same groups, a bit each."""


class CompiledTheme(NamedTuple):
    """A theme's id, the group of what voids a hit near it, and the group of what voids the theme anywhere in the text."""

    theme_id: str
    without: int
    void_by: int


class Rule(NamedTuple):
    """What carries a theme: a hit of each group, all within ``within`` tokens, unless one of group ``against`` is as near.

    A term is a rule of one group. The first group is the one with the fewest forms.
    """

    theme: CompiledTheme
    name: str
    within: int
    slots: tuple[int, ...]
    against: int
    needs: int
    """The groups that must have a hit, a bit each."""
    groups: frozenset[int]
    """All whose hits matter: also those that may speak against it."""
    bits: int
    """The same, a bit each."""


class Matcher:
    """Finds themes and places in masked text. Made by ``compile_matcher``; safe to share between threads."""

    def __init__(
        self,
        *,
        phrases: Phrases,
        places: tuple[CompiledPlace, ...],
        rules: Sequence[Rule],
        place_context: int,
        route: frozenset[int],
    ) -> None:
        self._route = route
        self._route_bits = sum(1 << group for group in route)
        self._phrases = phrases
        self._places = places
        self._place_context = place_context
        by_first: dict[int, list[Rule]] = defaultdict(list)
        for rule in rules:
            by_first[rule.slots[0]].append(rule)
        self._rules: Mapping[int, Sequence[Rule]] = dict(by_first)
        self._lead_bits = sum(1 << group for group in by_first)

    @property
    def forms_count(self) -> int:
        """Give how many word forms and beginnings of words are known."""
        return len(self._phrases)

    def keep(self, text: str) -> bool:
        """Tell whether a post is to be stored: it carries a theme or names a checkpoint."""
        words = _words(text)
        found = self._phrases.find(words.texts)
        places = self._find_places(found, text, words)
        if any(self._places[name.place].kind == "crossing" for _, _, name in places):
            return True
        return any(True for _ in self._holding(found))

    def match(self, text: str) -> Matches:
        """Find themes, in the order of their ids, and places, in the order of the text."""
        words = _words(text)
        found = self._phrases.find(words.texts)
        places = self._find_places(found, text, words)
        told: dict[str, tuple[set[Hit], set[str]]] = {}
        for rule, sets in self._holding(found):
            spans, terms = told.setdefault(rule.theme.theme_id, (set(), set()))
            spans.update(chain.from_iterable(sets))
            terms.add(rule.name)
        themes = [_theme_match(words, theme_id, *told[theme_id]) for theme_id in sorted(told)]
        return Matches(
            themes=tuple(themes),
            places=tuple([self._mention(words, hit) for hit in places]),
        )

    def explain(self, text: str) -> list[str]:
        """Tell, a line each, what hit with the words that did it, and what was voided and by which word."""
        words = _words(text)
        found = self._phrases.find(words.texts)
        matches = self.match(text)
        lines = []
        for theme in matches.themes:
            quoted = ", ".join(f"«{text[start:end]}»" for start, end in theme.spans)
            lines.append(f"{theme.theme_id}: {', '.join(theme.terms)} by {quoted}")
        for place in matches.places:
            lines.append(f"place {place.place_id} by «{text[slice(*place.span)]}»")
        self._find_places(found, text, words)
        for rule, hit in self._voided(found):
            lines.append(f"{rule.theme.theme_id}: {rule.name} voided by «{text[slice(*_span(words, *hit))]}»")
        nothing = "words of the codebook, but no theme and no place" if any(found.known) else "no word of the codebook"
        return lines or [nothing]

    def _mention(self, words: Words, hit: PlaceHit) -> PlaceMention:
        first, last, name = hit
        place = self._places[name.place]
        return PlaceMention(place_id=place.place_id, kind=place.kind, span=_span(words, first, last))

    # --- places ---

    def _find_places(self, found: Found, text: str, words: Words) -> list[PlaceHit]:
        """Give the places that are named, and add them to the groups they stand for.

        Of mentions in one another the longest counts, an ambiguous one before others but only near words of its context.
        """
        if not found.mentions:
            return []
        chosen: list[PlaceHit] = []
        for hit in sorted(found.mentions, key=_longest_first) if len(found.mentions) > 1 else found.mentions:
            first, last, name = hit
            for one, other, same in chosen:
                is_inside = one <= first and last <= other
                if is_inside or (same.place == name.place and first <= other and one <= last):
                    break
            else:
                if not name.is_ambiguous or self._has_context(found, text, words, first, last):
                    chosen.append(hit)
        chosen.sort()
        for first, last, name in chosen:
            place = self._places[name.place]
            found.add((first, last), place.groups, place.bits)
        for before, after in pairwise(chosen):
            sides = {self._places[hit[2].place].side for hit in (before, after)}
            between = words.texts[before[1] + 1 : after[0]]
            if sides == {"in_russia", "abroad"} and len(between) < 2 and TOWARDS.issuperset(between):
                found.add((before[0], after[1]), self._route, self._route_bits)
        return chosen

    def _has_context(self, found: Found, text: str, words: Words, first: int, last: int) -> bool:
        if last + 1 < len(found.known) and found.known[last + 1] is None and _is_before_surname(text, words, last):
            return False
        context = found.hits({self._place_context}, 1 << self._place_context).get(self._place_context, ())
        return any(0 < max(one - last, first - other) <= CONTEXT_TOKENS for one, other in context)

    # --- themes ---

    def _holding(self, found: Found) -> Iterator[tuple[Rule, Sequence[Filled]]]:
        """Give the rules that hold, with the sets of hits that fill their slots and that nothing near them voids."""
        rules, hits = self._possible(found)
        for rule in rules:
            if rule.theme.void_by not in hits and (sets := _filled(hits, rule)):
                standing = [each for each in sets if not _void_of(each, hits, rule)]
                if standing:
                    yield rule, standing

    def _voided(self, found: Found) -> Iterator[tuple[Rule, Hit]]:
        """Give the rules that would hold, and what voids each."""
        rules, hits = self._possible(found)
        for rule in rules:
            for each in _filled(hits, rule):
                void = [*hits.get(rule.theme.void_by, ()), *_void_of(each, hits, rule)]
                if void:
                    yield rule, void[0]

    def _possible(self, found: Found) -> tuple[Sequence[Rule], Mapping[int, Sequence[Hit]]]:
        """Give the rules of which every slot has a hit somewhere, and the hits of all groups that matter to them."""
        present = found.bits
        leads = found.leads.union(*[groups & self._rules.keys() for _, groups, bits in found.longer if bits & self._lead_bits])
        rules = [rule for lead in leads for rule in self._rules[lead] if present & rule.needs == rule.needs]
        if not rules:
            return (), {}
        bits = 0
        for rule in rules:
            bits |= rule.bits
        return rules, found.hits(frozenset().union(*[rule.groups for rule in rules]), bits)


def _void_of(filled: Sequence[Hit], hits: Mapping[int, Sequence[Hit]], rule: Rule) -> list[Hit]:
    """Give what stands near a filled rule and voids its theme, or speaks against the rule within its own width."""
    void = []
    for group, reach in ((rule.theme.without, CONTEXT_TOKENS), (rule.against, rule.within)):
        for hit in hits.get(group, ()):
            for first, last in filled:
                if hit[0] - last <= reach and first - hit[1] <= reach:
                    void.append(hit)
                    break
    return void


def _filled(hits: Mapping[int, Sequence[Hit]], rule: Rule) -> Sequence[Filled]:
    """Give one set of hits for each hit of the rule's first slot that has a partner in every other slot near enough."""
    within = rule.within
    slots = [hits[group] for group in rule.slots[1:]]
    sets = []
    for anchor in hits[rule.slots[0]]:
        first, last = anchor
        low, high = last - within, first + within
        near = []
        for slot in slots:
            close = [hit for hit in slot if low <= hit[0] and hit[1] <= high and (hit[0] > last or hit[1] < first)]
            if not close:
                break
            near.append(sorted(close, key=lambda hit: abs(hit[0] - first)) if len(close) > 1 else close)
        else:
            filled = _extended((anchor,), near, within, first, last) if near else (anchor,)
            if filled:
                sets.append(filled)
    return sets


def _extended(hits: Filled, slots: Sequence[Sequence[Hit]], within: int, first: int, last: int) -> Filled | None:
    """Fill the slots behind ``hits``, whose words reach from ``first`` to ``last``; in each slot the first that fits is taken."""
    depth = len(hits)
    for hit in slots[depth - 1]:
        start, end = hit
        is_far = last - start > within or end - first > within
        if is_far or (depth > 1 and any(start <= other and one <= end for one, other in hits)):
            continue
        if depth == len(slots):
            return (*hits, hit)
        whole = _extended((*hits, hit), slots, within, min(start, first), max(end, last))
        if whole:
            return whole
    return None


def _words(text: str) -> Words:
    """Give the words of a text, with the signs of currencies as letters."""
    found = tokenise(text)
    signs = [sign for sign in CURRENCIES if sign in found.folded]
    if not signs:
        return found
    folded = found.folded
    for sign in signs:
        folded = folded.replace(sign, SIGN)
    return Words(folded, words_of(folded))


def _theme_match(words: Words, theme_id: str, hits: set[Hit], terms: set[str]) -> ThemeMatch:
    starts, texts = words.starts, words.texts
    spans = [(starts[first], starts[last] + len(texts[last])) for first, last in sorted(hits)]
    return ThemeMatch(theme_id=theme_id, spans=tuple(spans), terms=tuple(sorted(terms)))


def _span(words: Words, first: int, last: int) -> Span:
    """Give the offsets of the words ``[first, last]``."""
    return words.starts[first], words.starts[last] + len(words.texts[last])


def _longest_first(hit: PlaceHit) -> tuple[int, bool, int, int]:
    first, last, name = hit
    return first - last, not name.is_ambiguous, first, name.place


def _is_before_surname(text: str, words: Words, last: int) -> bool:
    """Tell whether the next word follows after one space and begins with a capital: a surname after a first name."""
    end, start = _span(words, last, last)[1], words.starts[last + 1]
    return text[end:start] == " " and text[start].isupper()
