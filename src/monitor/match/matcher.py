"""The automaton: one pass over the tokens finds phrases; positions decide on places, terms and combinations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial, reduce
from operator import or_
from typing import Generic, NamedTuple, TypeVar

from monitor.model import Matches, PlaceKind, PlaceMention, Span, ThemeMatch
from monitor.text import Words, tokenise

CONTEXT_TOKENS = 12
"""How near an ambiguous place must be to a word of its context, and a theme's hit to a word that voids it, in tokens."""
REMEMBERED_WORDS = 200_000
Known = TypeVar("Known")


class Label(NamedTuple):
    """What a phrase in the trie stands for: a theme's term, a combination's slot, a place …, and how it was written."""

    kind: str
    owner: int
    slot: int
    text: str


@dataclass(slots=True)
class Trie:
    """A node of the phrase trie: where each word id leads, and what ends here.

    What belongs to a combination stands apart, by its owner: a text that cannot hold the combination need not look at it.
    """

    children: dict[int, Trie] = field(default_factory=dict)
    labels: list[Label] = field(default_factory=list)
    of_combinations: dict[int, list[Label]] = field(default_factory=dict)

    def add(self, label: Label) -> None:
        """Note that a phrase with this label ends here."""
        labels = self.of_combinations.setdefault(label.owner, []) if label.kind in ("slot", "without") else self.labels
        if label not in labels:
            labels.append(label)


class CompiledPlace(NamedTuple):
    """A place as the matcher names it."""

    place_id: str
    kind: PlaceKind
    names: tuple[str, ...]
    """What a combination may call it: by its id, its kind, or any place."""


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


class _Remembered(dict[str, Known], Generic[Known]):
    """What is known of words met before; a new word is looked up once."""

    def __init__(self, look_up: Callable[[str], Known]) -> None:
        super().__init__()
        self._look_up = look_up

    def __missing__(self, word: str) -> Known:
        known = self._look_up(word)
        if len(self) < REMEMBERED_WORDS:
            self[word] = known
        return known


class Hit(NamedTuple):
    """A phrase found: token positions ``[first, last]``."""

    first: int
    last: int
    label: Label


_hit: Callable[[tuple[int, int, Label]], Hit] = partial(tuple.__new__, Hit)
"""Make a hit without the Python call a named tuple's own constructor takes; there are dozens a text."""


class _Found:
    """Everything found in one text, by kind and owner, and how to tell it."""

    def __init__(self, words: Words, combinations: frozenset[int]) -> None:
        self.words = words
        self.combinations = combinations
        """Those whose words are all there."""
        self.by_kind: dict[tuple[str, int, int], list[Hit]] = defaultdict(list)
        self.places: list[Hit] = []
        self.context: list[Hit] = []
        self.notes: list[str] = []

    @cached_property
    def starts(self) -> list[int]:
        """Give where each word begins; only a text with a hit that counts needs it."""
        return self.words.starts()

    def end(self, position: int) -> int:
        """Give where a word ends."""
        return self.starts[position] + len(self.words.texts[position])

    def span(self, first: int, last: int) -> Span:
        """Give the offsets of the words ``[first, last]``."""
        return (self.starts[first], self.end(last))


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
        self._forms = forms
        self._prefixes = prefixes
        self._prefix_lengths = sorted({len(prefix) for prefix in prefixes})
        self._root = root
        self._glance = glance
        self._rules_out = lru_cache(REMEMBERED_WORDS)(glance.rules_out)
        self._ids_of = _Remembered(self._look_up_ids)
        self._bits_of = _Remembered(self._look_up_bits)
        self._nodes_of = _Remembered(self._look_up_nodes)

    def keep(self, text: str) -> bool:
        """Tell whether a post is to be stored: it carries a theme or names a checkpoint."""
        words = tokenise(text)
        bits = self._bits(words)
        if self._rules_out(bits):
            return False
        found = self._find(text, words, bits)
        if found is None:
            return False
        return any(self._places[hit.label.owner].kind == "crossing" for hit in found.places) or bool(self._themes(found))

    def _bits(self, words: Words) -> int:
        """Give the bits all words of a text bring together."""
        return reduce(or_, filter(None, map(self._bits_of.__getitem__, words.texts)), 0)

    @lru_cache(REMEMBERED_WORDS)  # noqa: B019 - a matcher lives as long as its process
    def _possible(self, bits: int) -> frozenset[int]:
        """Give the combinations of which words with these bits can fill every slot."""
        return frozenset(owner for owner, need in enumerate(self._glance.combinations) if bits & need == need)

    def _look_up_bits(self, word: str) -> int:
        return reduce(or_, (self._glance.word_bits.get(word_id, 0) for word_id in self._ids_of[word]), 0)

    def _look_up_nodes(self, word: str) -> tuple[Trie, ...]:
        """Give the nodes a word leads to as the first of a phrase."""
        return tuple(node for word_id in self._ids_of[word] if (node := self._root.children.get(word_id)))

    def match(self, text: str) -> Matches:
        """Find themes, in the order of their ids, and places, in the order of the text."""
        found = self._find(text, words := tokenise(text), self._bits(words))
        if found is None:
            return Matches()
        themes = self._themes(found)
        return Matches(themes=themes, places=tuple(self._mention(found, hit) for hit in found.places))

    def _mention(self, found: _Found, hit: Hit) -> PlaceMention:
        place = self._places[hit.label.owner]
        return PlaceMention(place_id=place.place_id, kind=place.kind, span=found.span(*hit[:2]))

    def explain(self, text: str) -> list[str]:
        """Tell, a line each, what hit with the words that did it, and what was voided and by which word."""
        found = self._find(text, words := tokenise(text), self._bits(words))
        if found is None:
            return ["no word of the codebook"]
        lines = []
        for theme in self._themes(found):
            quoted = ", ".join(f"«{text[start:end]}»" for start, end in theme.spans)
            lines.append(f"{theme.theme_id}: {', '.join(theme.terms)} by {quoted}")
        for hit in found.places:
            start, end = found.span(*hit[:2])
            lines.append(f"place {self._places[hit.label.owner].place_id} by «{text[start:end]}»")
        return [*lines, *found.notes] or ["words of the codebook, but no theme and no place"]

    # --- finding phrases ---

    def _look_up_ids(self, word: str) -> tuple[int, ...]:
        ids = self._forms.get(word, ())
        for length in self._prefix_lengths:
            if length <= len(word):
                ids += self._prefixes.get(word[:length], ())
        return ids

    def _find(self, text: str, words: Words, bits: int) -> _Found | None:
        found = _Found(words, self._possible(bits))
        places: list[Hit] = []
        for first, nodes in enumerate(map(self._nodes_of.__getitem__, words.texts)):
            if nodes:
                self._add_phrases(found, places, first, nodes)
        if not found.by_kind and not places:
            return None
        found.context = found.by_kind.get(("context", 0, 0), [])
        if places:
            found.places = self._choose_places(text, found, places)
        return found

    def _add_phrases(self, found: _Found, places: list[Hit], first: int, nodes: Sequence[Trie]) -> None:
        """Add the phrases that begin at ``first``, whose word leads to ``nodes``."""
        texts, by_kind, position = found.words.texts, found.by_kind, first
        while nodes:
            for node in nodes:
                for label in node.labels:
                    (places if label.kind == "place" else by_kind[label[:3]]).append(_hit((first, position, label)))
                for owner in node.of_combinations.keys() & found.combinations if node.of_combinations else ():
                    for label in node.of_combinations[owner]:
                        by_kind[label[:3]].append(_hit((first, position, label)))
            longer = [node.children for node in nodes if node.children]
            position += 1
            if not longer or position == len(texts):
                return
            here = self._ids_of[texts[position]]
            nodes = [child for children in longer for word_id in here if (child := children.get(word_id))]

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
        if _is_before_surname(text, found, hit.last) and not self._ids_of[found.words.texts[hit.last + 1]]:
            return False
        return any(_distance(hit, other) <= CONTEXT_TOKENS and not _overlap(hit, other) for other in found.context)

    # --- themes ---

    @property
    def forms_count(self) -> int:
        """Give how many word forms and beginnings of words are known."""
        return len(self._forms) + len(self._prefixes)

    def _themes(self, found: _Found) -> tuple[ThemeMatch, ...]:
        spans: dict[int, set[tuple[int, int]]] = defaultdict(set)
        terms: dict[int, set[str]] = defaultdict(set)
        for (kind, theme, _), hits in found.by_kind.items():
            for hit in hits if kind == "term" else ():
                if not self._is_void(found, theme, (hit,), hit.label.text):
                    spans[theme].add(hit[:2])
                    terms[theme].add(hit.label.text)
        for owner in sorted(found.combinations):
            combination = self._combinations[owner]
            for group in self._combined(found, owner, combination):
                spans[combination.theme].update([hit[:2] for hit in group])
                terms[combination.theme].add(combination.name)
        self._drop_void(found, spans)
        return tuple(
            ThemeMatch(
                theme_id=self._theme_ids[theme],
                spans=tuple(found.span(*positions) for positions in sorted(spans[theme])),
                terms=tuple(sorted(terms[theme])),
            )
            for theme in sorted(spans, key=self._theme_ids.__getitem__)
        )

    def _drop_void(self, found: _Found, spans: dict[int, set[tuple[int, int]]]) -> None:
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
        return hits + self._place_hits(found, members) if members and found.places else hits

    def _place_hits(self, found: _Found, members: frozenset[str]) -> list[Hit]:
        return [hit for hit in found.places if not members.isdisjoint(self._places[hit.label.owner].names)]

    def _is_combination_void(self, found: _Found, owner: int, combination: CompiledCombination, group: tuple[Hit, ...]) -> bool:
        if self._is_void(found, combination.theme, group, combination.name):
            return True
        against = found.by_kind.get(("without", owner, 0), [])
        if combination.without_places:
            against = against + self._place_hits(found, combination.without_places)
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


def _is_before_surname(text: str, found: _Found, last: int) -> bool:
    """Tell whether the next word follows after one space and begins with a capital: a surname after a first name."""
    if last + 1 >= len(found.starts):
        return False
    start = found.starts[last + 1]
    return text[found.end(last) : start] == " " and text[start].isupper()


def _within(slots: Sequence[Sequence[Hit]], width: int) -> list[tuple[Hit, ...]]:
    """Give one group of hits for each hit of the first slot that has a partner in every other slot within ``width`` tokens."""
    groups = (_extend((anchor,), slots, width, anchor.first, anchor.last) for anchor in slots[0])
    return [group for group in groups if group]


def _extend(group: tuple[Hit, ...], slots: Sequence[Sequence[Hit]], width: int, first: int, last: int) -> tuple[Hit, ...] | None:
    """Fill the slots behind those of ``group``, whose words reach from ``first`` to ``last``; the nearest hit is tried first."""
    if len(group) == len(slots):
        return group
    near = [hit for hit in slots[len(group)] if last - hit.first <= width and hit.last - first <= width]
    if len(near) > 1:
        near.sort(key=lambda hit: (_distance(group[0], hit), hit.first))
    for hit in near:
        if not any(hit.first <= other.last and other.first <= hit.last for other in group):
            whole = _extend((*group, hit), slots, width, min(first, hit.first), max(last, hit.last))
            if whole:
                return whole
    return None
