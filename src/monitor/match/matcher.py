"""The matcher: which places a text names and which themes it carries, by where the codebook's phrases stand in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from itertools import chain, pairwise
from operator import or_
from typing import NamedTuple

from monitor.match.phrases import SIGN, Entries, Found, Hit, Hits, Known, Phrases, PlaceHit, bits_of
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


class Compiled(NamedTuple):
    """A codebook as a matcher reads it, in plain values."""

    entries: Entries
    places: tuple[CompiledPlace, ...]
    rules: tuple[Rule, ...]
    place_context: int
    """The group of the words near which an ambiguous name of a place counts."""
    route: frozenset[int]
    """The groups that ask for a place in Russia beside one abroad."""


class Matcher:
    """Finds themes and places in masked text. Made by ``compile_matcher``; safe to share between threads."""

    def __init__(self, compiled: Compiled) -> None:
        self._places = compiled.places
        self._place_context = compiled.place_context
        self._place_bits = tuple([bits_of(place.groups) for place in compiled.places])
        self._route = compiled.route
        self._route_bits = bits_of(compiled.route)
        by_lead: dict[int, list[Rule]] = defaultdict(list)
        for rule in compiled.rules:
            by_lead[rule.slots[0]].append(rule)
        self._rules: Mapping[int, Sequence[Rule]] = dict(by_lead)
        self._leads = frozenset(by_lead)
        self._phrases = Phrases(compiled.entries, self._leads)

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
        rules, hits = self._possible(found, places, words)
        return any(_standing(rule, hits) for rule in rules)

    def match(self, text: str) -> Matches:
        """Find themes, in the order of their ids, and places, in the order of the text."""
        words = _words(text)
        found = self._phrases.find(words.texts)
        places = self._find_places(found, text, words)
        told: dict[str, tuple[set[Hit], set[str]]] = {}
        rules, hits = self._possible(found, places, words)
        for rule in rules:
            standing = _standing(rule, hits)
            if standing:
                spans, terms = told.setdefault(rule.theme.theme_id, (set(), set()))
                spans.update(chain.from_iterable(standing))
                terms.add(rule.name)
        return Matches(
            themes=tuple([_theme_match(words, theme_id, *told[theme_id]) for theme_id in sorted(told)]),
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
        rules, hits = self._possible(found, self._find_places(found, text, words), words)
        for rule in rules:
            for filled in _filled(rule, hits):
                void = [*hits.get(rule.theme.void_by, ()), *_void_of(rule, filled, hits)]
                if void:
                    lines.append(f"{rule.theme.theme_id}: {rule.name} voided by «{text[slice(*_span(words, *void[0]))]}»")
        nothing = "words of the codebook, but no theme and no place" if any(found.known) else "no word of the codebook"
        return lines or [nothing]

    def _mention(self, words: Words, hit: PlaceHit) -> PlaceMention:
        first, last, name = hit
        place = self._places[name.place]
        return PlaceMention(place_id=place.place_id, kind=place.kind, span=_span(words, first, last))

    # --- places ---

    def _find_places(self, found: Found, text: str, words: Words) -> list[PlaceHit]:
        """Give the places that are named, in the order of the text.

        Of mentions in one another the longest counts, an ambiguous one before others but only near words of its context.
        """
        mentions = found.mentions
        if not mentions:
            return []
        chosen: list[PlaceHit] = []
        context: Sequence[Hit] | None = None
        for hit in sorted(mentions, key=_longest_first) if len(mentions) > 1 else mentions:
            first, last, name = hit
            for one, other, same in chosen:
                is_inside = one <= first and last <= other
                if is_inside or (same.place == name.place and first <= other and one <= last):
                    break
            else:
                if name.is_ambiguous:
                    if context is None:
                        context = found.hits({self._place_context}, 1 << self._place_context).get(self._place_context, ())
                    if not _is_in_context(hit, context) or _is_before_surname(found.known, text, words, last):
                        continue
                chosen.append(hit)
        return sorted(chosen)

    def _routes(self, places: Sequence[PlaceHit], words: Words) -> list[Hit]:
        """Give where a place in Russia stands beside one abroad."""
        routes = []
        for before, after in pairwise(places):
            sides = {self._places[hit[2].place].side for hit in (before, after)}
            between = words.texts[before[1] + 1 : after[0]]
            if sides == {"in_russia", "abroad"} and len(between) < 2 and TOWARDS.issuperset(between):
                routes.append((before[0], after[1]))
        return routes

    # --- themes ---

    def _possible(self, found: Found, places: Sequence[PlaceHit], words: Words) -> tuple[Sequence[Rule], Hits]:
        """Give the rules of which every slot has a hit somewhere, and the hits of all groups that matter to them."""
        present, leads = found.bits, found.leads
        named = [(first, last, self._places[name.place].groups, self._place_bits[name.place]) for first, last, name in places]
        if len(places) > 1:
            named += [(first, last, self._route, self._route_bits) for first, last in self._routes(places, words)]
        for _, _, own, bits in named:
            present |= bits
            leads = leads | (own & self._leads)
        rules = [rule for lead in leads for rule in self._rules[lead] if present & rule.needs == rule.needs]
        if not rules:
            return (), {}
        groups = frozenset[int]().union(*[rule.groups for rule in rules])
        hits = found.hits(groups, reduce(or_, [rule.bits for rule in rules]))
        for first, last, own, _ in named:
            for group in groups & own:
                hits[group].append((first, last))
        return rules, hits


def _standing(rule: Rule, hits: Hits) -> Sequence[Filled]:
    """Give the sets of hits that fill a rule's slots and that nothing voids."""
    theme = rule.theme
    if theme.void_by in hits:
        return ()
    sets = _filled(rule, hits)
    if theme.without in hits or rule.against in hits:
        return [filled for filled in sets if not _void_of(rule, filled, hits)]
    return sets


def _void_of(rule: Rule, filled: Filled, hits: Hits) -> list[Hit]:
    """Give what stands near a filled rule and voids its theme, or speaks against the rule within its own width."""
    void = []
    for group, reach in ((rule.theme.without, CONTEXT_TOKENS), (rule.against, rule.within)):
        for hit in hits.get(group, ()):
            for first, last in filled:
                if hit[0] - last <= reach and first - hit[1] <= reach:
                    void.append(hit)
                    break
    return void


def _filled(rule: Rule, hits: Hits) -> Sequence[Filled]:
    """Give one set of hits for each hit of the rule's first slot that has a partner in every other slot near enough.

    In each slot the nearest is taken; where these overlap or lie too far apart, the nearest that fit together.
    """
    within = rule.within
    lead, *others = [hits[group] for group in rule.slots]
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


def _is_in_context(hit: PlaceHit, context: Sequence[Hit]) -> bool:
    first, last, _ = hit
    return any(0 < max(one - last, first - other) <= CONTEXT_TOKENS for one, other in context)


def _is_before_surname(known: Sequence[Known | None], text: str, words: Words, last: int) -> bool:
    """Tell whether an unknown word follows after one space and begins with a capital: a surname after a first name."""
    if last + 1 == len(known) or known[last + 1] is not None:
        return False
    end, start = _span(words, last, last)[1], words.starts[last + 1]
    return text[end:start] == " " and text[start].isupper()
