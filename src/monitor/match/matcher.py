"""The automaton: one pass over the tokens finds phrases; positions decide on places, terms and combinations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, reduce
from operator import or_
from typing import NamedTuple

from monitor.model import Matches, PlaceKind, PlaceMention, Span, ThemeMatch
from monitor.text import Token, fold, strip_links, tokenise, words

CONTEXT_TOKENS = 12
"""How near an ambiguous place must be to a word of its context, and a theme's hit to a word that voids it, in tokens."""
REMEMBERED_WORDS = 200_000


class Label(NamedTuple):
    """What a phrase in the trie stands for: a theme's term, a combination's slot, a place …, and how it was written."""

    kind: str
    owner: int
    slot: int
    text: str


@dataclass(slots=True)
class Trie:
    """A node of the phrase trie: where each word id leads, and what ends here."""

    children: dict[int, Trie] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)


class CompiledPlace(NamedTuple):
    """A place as the matcher names it."""

    place_id: str
    kind: PlaceKind


class CompiledCombination(NamedTuple):
    """A combination: its theme, name and width in tokens; per slot the places that may fill it."""

    theme: int
    name: str
    within: int
    place_members: tuple[frozenset[str], ...]
    without_places: frozenset[str]


class Glance(NamedTuple):
    """What a cheap look at single words can rule out.

    ``word_bits`` gives each word id the bits of what it may bring. A post carries nothing without the bit ``enough`` (a term or a
    checkpoint of one word), all bits of one of ``phrases`` (one of several), or all of one of ``combinations`` (a bit a slot).
    """

    word_bits: Mapping[int, int]
    enough: int
    phrases: Mapping[int, tuple[int, ...]]
    """By the bit of their longest word."""
    combinations: tuple[int, ...]

    def rules_out(self, bits: int) -> bool:
        """Tell whether words with these bits together cannot carry a theme nor name a checkpoint."""
        if bits & self.enough or any(bits & need == need for need in self.combinations):
            return False
        left = bits
        while left:
            lowest = left & -left
            if any(bits & need == need for need in self.phrases.get(lowest, ())):
                return False
            left ^= lowest
        return True


class _Remembered(dict[str, int]):
    """The bits of words met before; a new word's are looked up once."""

    def __init__(self, look_up: Callable[[str], int]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, word: str) -> int:
        bits = self._look_up(word)
        if len(self) < REMEMBERED_WORDS:
            self[word] = bits
        return bits


class Hit(NamedTuple):
    """A phrase found: token positions ``[first, last]``."""

    first: int
    last: int
    label: Label


class _Found:
    """Everything found in one text, by kind and owner, and how to tell it."""

    def __init__(self, stripped: str) -> None:
        self._stripped = stripped
        self.by_kind: dict[tuple[str, int, int], list[Hit]] = defaultdict(list)
        self.places: list[Hit] = []
        self.context: list[Hit] = []
        self.notes: list[str] = []

    @cached_property
    def tokens(self) -> Sequence[Token]:
        """Give the words with their offsets; only a text with a hit that counts needs them."""
        return tokenise(self._stripped)

    def span(self, hit: Hit) -> Span:
        return (self.tokens[hit.first].start, self.tokens[hit.last].end)


class Matcher:
    """Finds themes and places in masked text. Made by ``compile_matcher``; safe to share between threads."""

    def __init__(
        self,
        *,
        theme_ids: tuple[str, ...],
        places: tuple[CompiledPlace, ...],
        combinations: tuple[CompiledCombination, ...],
        forms: Mapping[str, tuple[int, ...]],
        prefixes: Mapping[str, tuple[int, ...]],
        root: Trie,
        glance: Glance,
    ) -> None:
        self._theme_ids = theme_ids
        self._places = places
        self._combinations = combinations
        self._needs = tuple(
            tuple(("slot", owner, slot) for slot, members in enumerate(combination.place_members) if not members)
            for owner, combination in enumerate(combinations)
        )
        self._of_places = {owner for owner, needs in enumerate(self._needs) if not needs}
        self._forms = forms
        self._prefixes = prefixes
        self._prefix_lengths = sorted({len(prefix) for prefix in prefixes})
        self._root = root
        self._seen: dict[str, tuple[int, ...]] = {}
        self._glance = glance
        self._rules_out = lru_cache(REMEMBERED_WORDS)(glance.rules_out)
        self._bits_of = _Remembered(self._look_up_bits)

    def keep(self, text: str) -> bool:
        """Tell whether a post is to be stored: it carries a theme or names a checkpoint."""
        if self._rules_out(self._bits(text)):
            return False
        found = self._find(text)
        if found is None:
            return False
        return any(self._places[hit.label.owner].kind == "crossing" for hit in found.places) or bool(self._themes(found))

    def _bits(self, text: str) -> int:
        """Give the bits all words of a text bring together."""
        return reduce(or_, filter(None, map(self._bits_of.__getitem__, words(fold(strip_links(text))))), 0)

    def _look_up_bits(self, word: str) -> int:
        return reduce(or_, (self._glance.word_bits.get(word_id, 0) for word_id in self._ids(word)), 0)

    def match(self, text: str) -> Matches:
        """Find themes, in the order of their ids, and places, in the order of the text."""
        found = self._find(text)
        if found is None:
            return Matches()
        themes = self._themes(found)
        return Matches(themes=themes, places=tuple(self._mention(found, hit) for hit in found.places))

    def _mention(self, found: _Found, hit: Hit) -> PlaceMention:
        place = self._places[hit.label.owner]
        return PlaceMention(place_id=place.place_id, kind=place.kind, span=found.span(hit))

    def explain(self, text: str) -> list[str]:
        """Tell, a line each, what hit with the words that did it, and what was voided and by which word."""
        found = self._find(text)
        if found is None:
            return ["no word of the codebook"]
        lines = []
        for theme in self._themes(found):
            quoted = ", ".join(f"«{text[start:end]}»" for start, end in theme.spans)
            lines.append(f"{theme.theme_id}: {', '.join(theme.terms)} by {quoted}")
        for hit in found.places:
            start, end = found.span(hit)
            lines.append(f"place {self._places[hit.label.owner].place_id} by «{text[start:end]}»")
        return [*lines, *found.notes] or ["words of the codebook, but no theme and no place"]

    # --- finding phrases ---

    def _ids(self, word: str) -> tuple[int, ...]:
        known = self._seen.get(word)
        if known is None:
            known = self._forms.get(word, ())
            for length in self._prefix_lengths:
                if length <= len(word):
                    known += self._prefixes.get(word[:length], ())
            if len(self._seen) < REMEMBERED_WORDS:
                self._seen[word] = known
        return known

    def _find(self, text: str) -> _Found | None:
        stripped, seen = strip_links(text), self._seen
        ids = [known if (known := seen.get(word)) is not None else self._ids(word) for word in words(fold(stripped))]
        hits = [hit for first, here in enumerate(ids) if here for hit in self._phrases(ids, first)]
        if not hits:
            return None
        found = _Found(stripped)
        for hit in hits:
            found.by_kind[hit.label.kind, hit.label.owner, hit.label.slot].append(hit)
            if hit.label.kind == "context":
                found.context.append(hit)
        found.places = self._choose_places(text, found, [hit for hit in hits if hit.label.kind == "place"])
        return found

    def _phrases(self, ids: Sequence[tuple[int, ...]], first: int) -> list[Hit]:
        hits: list[Hit] = []
        nodes = [child for word_id in ids[first] if (child := self._root.children.get(word_id))]
        position = first
        while nodes:
            for node in nodes:
                if node.labels:
                    hits += [Hit(first, position, label) for label in node.labels]
            position += 1
            here = ids[position] if position < len(ids) else ()
            nodes = [child for node in nodes if node.children for word_id in here if (child := node.children.get(word_id))]
        return hits

    # --- places ---

    def _choose_places(self, text: str, found: _Found, hits: list[Hit]) -> list[Hit]:
        """Of mentions in one another the longest counts, an ambiguous one before others but only near words of its context."""
        chosen: list[Hit] = []
        for hit in sorted(hits, key=lambda h: (h.first - h.last, -h.label.slot, h.first, h.label.owner)):
            is_inside = any(other.first <= hit.first and hit.last <= other.last for other in chosen)
            is_same = any(_overlap(other, hit) and other.label.owner == hit.label.owner for other in chosen)
            if not is_inside and not is_same and (hit.label.slot == 0 or self._has_context(text, found, hit)):
                chosen.append(hit)
        return sorted(chosen)

    def _has_context(self, text: str, found: _Found, hit: Hit) -> bool:
        if _is_before_surname(text, found.tokens, hit.last) and not self._ids(found.tokens[hit.last + 1].text):
            return False
        return any(_distance(hit, other) <= CONTEXT_TOKENS and not _overlap(hit, other) for other in found.context)

    # --- themes ---

    @property
    def forms_count(self) -> int:
        """Give how many word forms and beginnings of words are known."""
        return len(self._forms) + len(self._prefixes)

    def _themes(self, found: _Found) -> tuple[ThemeMatch, ...]:
        spans: dict[int, set[Span]] = defaultdict(set)
        terms: dict[int, set[str]] = defaultdict(set)
        for (kind, theme, _), hits in list(found.by_kind.items()):
            for hit in hits if kind == "term" else ():
                if not self._is_void(found, theme, (hit,), hit.label.text):
                    spans[theme].add(found.span(hit))
                    terms[theme].add(hit.label.text)
        begun = {owner for kind, owner, _ in found.by_kind if kind == "slot"}
        for owner in sorted(begun | self._of_places):
            combination = self._combinations[owner]
            if not all(need in found.by_kind for need in self._needs[owner]):
                continue
            for group in self._combined(found, owner, combination):
                spans[combination.theme].update(found.span(hit) for hit in group)
                terms[combination.theme].add(combination.name)
        self._drop_void(found, spans)
        themes = [
            ThemeMatch(theme_id=self._theme_ids[t], spans=tuple(sorted(spans[t])), terms=tuple(sorted(terms[t]))) for t in spans
        ]
        return tuple(sorted(themes, key=lambda theme: theme.theme_id))

    def _drop_void(self, found: _Found, spans: dict[int, set[Span]]) -> None:
        for theme in list(spans):
            voided = found.by_kind.get(("theme_void", theme, 0))
            if voided:
                del spans[theme]
                found.notes.append(f"{self._theme_ids[theme]}: voided by «{voided[0].label.text}»")

    def _is_void(self, found: _Found, theme: int, hits: Sequence[Hit], name: str) -> bool:
        for other in found.by_kind.get(("theme_without", theme, 0), ()):
            if any(_distance(hit, other) <= CONTEXT_TOKENS for hit in hits):
                found.notes.append(f"{self._theme_ids[theme]}: {name} voided by «{other.label.text}»")
                return True
        return False

    def _combined(self, found: _Found, owner: int, combination: CompiledCombination) -> list[tuple[Hit, ...]]:
        slots = [self._slot_hits(found, owner, slot, members) for slot, members in enumerate(combination.place_members)]
        if not all(slots):
            return []
        groups = _within(slots, combination.within)
        return [group for group in groups if not self._is_combination_void(found, owner, combination, group)]

    def _slot_hits(self, found: _Found, owner: int, slot: int, members: frozenset[str]) -> list[Hit]:
        hits = found.by_kind.get(("slot", owner, slot), [])
        return hits + self._place_hits(found, members) if members else hits

    def _place_hits(self, found: _Found, members: frozenset[str]) -> list[Hit]:
        return [hit for hit in found.places if not members.isdisjoint((*self._places[hit.label.owner], "place"))]

    def _is_combination_void(self, found: _Found, owner: int, combination: CompiledCombination, group: tuple[Hit, ...]) -> bool:
        if self._is_void(found, combination.theme, group, combination.name):
            return True
        against = [*found.by_kind.get(("without", owner, 0), ()), *self._place_hits(found, combination.without_places)]
        for other in against:
            if any(_distance(hit, other) <= combination.within for hit in group):
                name = self._theme_ids[combination.theme]
                found.notes.append(f"{name}: {combination.name} voided by «{other.label.text}»")
                return True
        return False


def _distance(one: Hit, other: Hit) -> int:
    return max(other.first - one.last, one.first - other.last, 0)


def _overlap(one: Hit, other: Hit) -> bool:
    return one.first <= other.last and other.first <= one.last


def _is_before_surname(text: str, tokens: Sequence[Token], last: int) -> bool:
    """Tell whether the next word follows after one space and begins with a capital: a surname after a first name."""
    if last + 1 >= len(tokens):
        return False
    between = text[tokens[last].end : tokens[last + 1].start]
    return between == " " and text[tokens[last + 1].start].isupper()


def _within(slots: Sequence[Sequence[Hit]], width: int) -> list[tuple[Hit, ...]]:
    """Give one group of hits for each hit of the first slot that has a partner in every other slot within ``width`` tokens."""
    groups = []
    for anchor in slots[0]:
        group = _extend((anchor,), slots[1:], width)
        if group:
            groups.append(group)
    return groups


def _extend(group: tuple[Hit, ...], slots: Sequence[Sequence[Hit]], width: int) -> tuple[Hit, ...] | None:
    if not slots:
        return group
    for hit in sorted(slots[0], key=lambda h: (_distance(group[0], h), h.first)):
        first, last = min(hit.first, *(h.first for h in group)), max(hit.last, *(h.last for h in group))
        if last - first <= width and not any(_overlap(hit, other) for other in group):
            whole = _extend((*group, hit), slots[1:], width)
            if whole:
                return whole
    return None
