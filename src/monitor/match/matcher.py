"""The matcher: which places a text names and which themes it carries, by where the codebook's phrases stand in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from monitor.match.phrases import SIGN, Entries, Found, Hit, Hits, Known, Phrases, PlaceHit, bits_of
from monitor.match.rules import CONTEXT_TOKENS, Rule, filled_by, standing, void_of
from monitor.model import Matches, PlaceKind, PlaceMention, Span, ThemeMatch
from monitor.text import Words, tokenise
from monitor.text import words as words_of

CURRENCIES = ("$", "€", "₽", "£", "₾", "₸")
NOTHING = Matches()
TOWARDS = frozenset(("в", "во", "на", "до", "к", "у", "to", "for", "till", "nach", "bis", "do"))
"""What may stand between the two places of a route: «Самара — Уральск», «из Орска в Актобе»."""


class CompiledPlace(NamedTuple):
    """A place as the matcher names it, and the groups it stands for: those that ask for it, for its kind or for any place."""

    place_id: str
    kind: PlaceKind
    side: str | None
    groups: frozenset[int]


class Compiled(NamedTuple):
    """A codebook as a matcher reads it, in plain values."""

    entries: Entries
    places: tuple[CompiledPlace, ...]
    rules: tuple[Rule, ...]
    groups_count: int
    place_context: int
    """The group of the words near which an ambiguous name of a place counts."""
    route: frozenset[int]
    """The groups that ask for a place in Russia beside one abroad."""


class Matcher:
    """Finds themes and places in masked text. Made by ``compile_matcher``; safe to share between threads."""

    def __init__(self, compiled: Compiled) -> None:
        self._places = compiled.places
        self._groups_count = compiled.groups_count
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
        return any(standing(rule, hits) for rule in rules)

    def match(self, text: str) -> Matches:
        """Find themes, in the order of their ids, and places, in the order of the text."""
        words = _words(text)
        found = self._phrases.find(words.texts)
        places = self._find_places(found, text, words)
        rules, hits = self._possible(found, places, words)
        if not rules and not places:
            return NOTHING
        told: dict[str, tuple[set[Hit], set[str]]] = {}
        for rule in rules:
            sets = standing(rule, hits)
            if sets:
                spans, terms = told.setdefault(rule.theme.theme_id, (set(), set()))
                spans.update(chain.from_iterable(sets))
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
            for filled in filled_by(rule, hits):
                void = [*(hits[rule.theme.void_by] or ()), *void_of(rule, filled, hits)]
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
                        context = found.hits_of(self._place_context)
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
            return (), []
        hits: Hits = [None] * self._groups_count
        for rule in rules:
            for group in rule.groups:
                if hits[group] is None:
                    hits[group] = []
        found.add_hits(hits)
        for first, last, own, _ in named:
            for group in own:
                asked = hits[group]
                if asked is not None:
                    asked.append((first, last))
        return rules, hits


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
