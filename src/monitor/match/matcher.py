"""The automaton: one pass over the tokens finds phrases; positions decide on places, terms and combinations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial, reduce
from itertools import zip_longest
from operator import or_
from typing import Any, NamedTuple

from monitor.model import Matches, PlaceKind, PlaceMention, Span, ThemeMatch
from monitor.text import Remembered, Words, tokenise

CONTEXT_TOKENS = 12
"""How near an ambiguous place must be to a word of its context, and a theme's hit to a word that voids it, in tokens."""
REMEMBERED_SETS = 5_000


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
    places: list[Label] = field(default_factory=list)
    of_combinations: dict[int, list[Label]] = field(default_factory=dict)

    def add(self, label: Label) -> None:
        """Note that a phrase with this label ends here."""
        if label.kind in ("slot", "without"):
            labels = self.of_combinations.setdefault(label.owner, [])
        else:
            labels = self.places if label.kind == "place" else self.labels
        if label not in labels:
            labels.append(label)


class CompiledPlace(NamedTuple):
    """A place as the matcher names it."""

    place_id: str
    kind: PlaceKind
    names: tuple[str, ...]
    """What a combination may call it: by its id, its kind, or any place."""


class Slot(NamedTuple):
    """A slot of a combination, or what speaks against it: its number among all there are, and the places that may fill it."""

    number: int
    places: frozenset[int]


class CompiledCombination(NamedTuple):
    """A combination: its theme, name and width in tokens, its slots, and what speaks against it."""

    theme: int
    name: str
    within: int
    slots: tuple[Slot, ...]
    without: Slot


class Glance(NamedTuple):
    """What a look at single words can rule out.

    ``word_bits`` gives each word id the bits of what it may bring: a bit for each slot of a combination, and the bit ``enough``
    for what says something alone, a term or a checkpoint; of several words the longest brings it.
    """

    word_bits: Mapping[int, int]
    enough: int
    combinations: tuple[int, ...]
    """Of each combination the bits of its slots: without all of them it is not there."""


class Known(NamedTuple):
    """What the codebook knows of a word: its ids, the bits it brings, what it alone stands for, and which phrases it begins."""

    ids: tuple[int, ...] = ()
    bits: int = 0
    labels: Sequence[Label] = ()
    places: Sequence[Label] = ()
    of_combinations: Mapping[int, Sequence[Label]] = {}
    longer: Mapping[int, Sequence[Trie]] = {}


UNKNOWN = Known()
Hit = tuple[int, int, Label]
"""A phrase found: the positions of its first and last word, and what it stands for."""


class _Found:
    """Everything found in one text, and how to tell it."""

    def __init__(self, text: str, words: Words, known: Sequence[Known], combinations: Mapping[int, CompiledCombination]) -> None:
        self.text = text
        self.words = words
        self.known = known
        self.combinations = combinations
        """Those whose words are all there."""
        self.slots: dict[int, list[Hit]] = defaultdict(list)
        """What may fill a slot of theirs, by its number."""
        self.by_kind: dict[tuple[str, int], list[Hit]] = defaultdict(list)
        """Other hits, by kind and owner."""
        self.mentions: list[Hit] = []
        """Places that may be meant."""
        self.places: list[Hit] = []
        """Those that are."""
        self.notes: list[str] = []

    def span(self, first: int, last: int) -> Span:
        """Give the offsets of the words ``[first, last]``."""
        starts = self.words.starts
        return starts[first], starts[last] + len(self.words.texts[last])

    def add(self, first: int, last: int, what: Known | Trie) -> None:
        """Add what the words ``[first, last]`` stand for."""
        for label in what.labels:
            self.by_kind[label[:2]].append((first, last, label))
        for label in what.places:
            self.mentions.append((first, last, label))
        if what.of_combinations:
            for owner in what.of_combinations.keys() & self.combinations.keys():
                for label in what.of_combinations[owner]:
                    self.slots[label.slot].append((first, last, label))

    def add_longer(self, first: int, longer: Mapping[int, Sequence[Trie]]) -> None:
        """Add the phrases of several words that begin at ``first``, whose word leads to ``longer``."""
        last = first + 1
        nodes = [node for word_id in self.known[last].ids if word_id in longer for node in longer[word_id]]
        while nodes:
            for node in nodes:
                self.add(first, last, node)
            last += 1
            if last == len(self.known):
                return
            here = self.known[last].ids
            nodes = [child for node in nodes for word_id in here if (child := node.children.get(word_id))]


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
        self._least = min(map(len, prefixes), default=0)
        self._prefixes_by_start: dict[str, list[str]] = defaultdict(list)
        for prefix in sorted(prefixes, key=len):
            self._prefixes_by_start[prefix[: self._least]].append(prefix)
        self._root = root
        self._glance = glance
        self._known = Remembered(self._look_up)
        self._known_by_ids = lru_cache(REMEMBERED_SETS)(self._look_up_ids)
        self._possible = lru_cache(REMEMBERED_SETS)(self._look_up_possible)

    @property
    def forms_count(self) -> int:
        """Give how many word forms and beginnings of words are known."""
        return len(self._forms) + len(self._prefixes)

    def keep(self, text: str) -> bool:
        """Tell whether a post is to be stored: it carries a theme or names a checkpoint."""
        words = tokenise(text)
        known = list(map(self._known.__getitem__, words.texts))
        bits = _bits(known)
        if not bits & self._glance.enough and not self._possible(bits):
            return False
        found = self._find(text, words, known, bits)
        return any(self._places[label.owner].kind == "crossing" for _, _, label in found.places) or bool(self._themes(found))

    def match(self, text: str) -> Matches:
        """Find themes, in the order of their ids, and places, in the order of the text."""
        found = self._read(text)
        themes = self._themes(found)
        return Matches(themes=themes, places=tuple([self._mention(found, hit) for hit in found.places]))

    def _mention(self, found: _Found, hit: Hit) -> PlaceMention:
        first, last, label = hit
        place = self._places[label.owner]
        return PlaceMention(place_id=place.place_id, kind=place.kind, span=found.span(first, last))

    def explain(self, text: str) -> list[str]:
        """Tell, a line each, what hit with the words that did it, and what was voided and by which word."""
        found = self._read(text)
        lines = []
        for theme in self._themes(found):
            quoted = ", ".join(f"«{text[start:end]}»" for start, end in theme.spans)
            lines.append(f"{theme.theme_id}: {', '.join(theme.terms)} by {quoted}")
        for first, last, label in found.places:
            start, end = found.span(first, last)
            lines.append(f"place {self._places[label.owner].place_id} by «{text[start:end]}»")
        is_known = found.by_kind or found.slots or found.mentions
        nothing = "words of the codebook, but no theme and no place" if is_known else "no word of the codebook"
        return [*lines, *found.notes] or [nothing]

    # --- words ---

    def _look_up(self, word: str) -> Known:
        ids = self._forms.get(word, ())
        for prefix in self._prefixes_by_start.get(word[: self._least], ()):
            if word.startswith(prefix):
                ids += self._prefixes[prefix]
        return self._known_by_ids(ids) if ids else UNKNOWN

    def _look_up_ids(self, ids: tuple[int, ...]) -> Known:
        """Give what is known of a word with these ids: all its forms share it."""
        nodes = [node for word_id in ids if (node := self._root.children.get(word_id))]
        return Known(
            ids=ids,
            bits=reduce(or_, (self._glance.word_bits.get(word_id, 0) for word_id in ids)),
            labels=[label for node in nodes for label in node.labels],
            places=[label for node in nodes for label in node.places],
            of_combinations=_joined(node.of_combinations for node in nodes),
            longer=_joined({word_id: [child] for word_id, child in node.children.items()} for node in nodes),
        )

    def _look_up_possible(self, bits: int) -> Mapping[int, CompiledCombination]:
        """Give the combinations, by their number, of which words with these bits can fill every slot."""
        needs = enumerate(self._glance.combinations)
        return {owner: self._combinations[owner] for owner, need in needs if bits & need == need}

    # --- finding phrases ---

    def _read(self, text: str) -> _Found:
        words = tokenise(text)
        known = list(map(self._known.__getitem__, words.texts))
        return self._find(text, words, known, _bits(known))

    def _find(self, text: str, words: Words, known: Sequence[Known], bits: int) -> _Found:
        """Give everything found."""
        found = _Found(text, words, known, self._possible(bits))
        for first, (word, after) in enumerate(zip_longest(known, known[1:], fillvalue=UNKNOWN)):
            if word is not UNKNOWN:
                if word.labels or word.places or (word.of_combinations and found.combinations):
                    found.add(first, first, word)
                if word.longer and after is not UNKNOWN and not word.longer.keys().isdisjoint(after.ids):
                    found.add_longer(first, word.longer)
        if found.mentions:
            found.places = self._choose_places(found)
        return found

    # --- places ---

    def _choose_places(self, found: _Found) -> list[Hit]:
        """Of mentions in one another the longest counts, an ambiguous one before others but only near words of its context."""
        chosen: list[Hit] = []
        for hit in sorted(found.mentions, key=_longest_first) if len(found.mentions) > 1 else found.mentions:
            first, last, label = hit
            for one, other, same in chosen:
                is_inside = one <= first and last <= other
                if is_inside or (same.owner == label.owner and first <= other and one <= last):
                    break
            else:
                if label.slot == 0 or self._has_context(found, first, last):
                    chosen.append(hit)
        return sorted(chosen)

    def _has_context(self, found: _Found, first: int, last: int) -> bool:
        if _is_before_surname(found, last) and not found.known[last + 1].ids:
            return False
        context = found.by_kind.get(("context", 0), ())
        return any(0 < _distance(first, last, one, other) <= CONTEXT_TOKENS for one, other, _ in context)

    # --- themes ---

    def _themes(self, found: _Found) -> tuple[ThemeMatch, ...]:
        told: dict[int, tuple[set[Span], set[str]]] = defaultdict(lambda: (set(), set()))
        for (kind, theme), hits in found.by_kind.items():
            for hit in hits if kind == "term" else ():
                if not self._is_void(found, theme, hit[2].text, (), 0, (hit,)):
                    told[theme][0].add(hit[:2])
                    told[theme][1].add(hit[2].text)
        for combination in found.combinations.values():
            if groups := self._combined(found, combination):
                spans, terms = told[combination.theme]
                spans.update([(first, last) for group in groups for first, last, _ in group])
                terms.add(combination.name)
        ids = {self._theme_ids[theme]: theme for theme in told if not self._is_voided_by_text(found, theme)}
        return tuple([_theme_match(found, theme_id, *told[ids[theme_id]]) for theme_id in sorted(ids)])

    def _is_voided_by_text(self, found: _Found, theme: int) -> bool:
        voided = found.by_kind.get(("theme_void", theme))
        if voided:
            found.notes.append(f"{self._theme_ids[theme]}: voided by «{voided[0][2].text}»")
        return bool(voided)

    def _combined(self, found: _Found, combination: CompiledCombination) -> list[tuple[Hit, ...]]:
        """Give the groups of hits that fill the slots of a combination and that nothing near them voids."""
        slots = []
        for slot in combination.slots:
            hits = _hits_of(found, slot)
            if not hits:
                return []
            slots.append(hits)
        groups = _within(slots, combination.within)
        against = _hits_of(found, combination.without)
        if not groups or not (against or ("theme_without", combination.theme) in found.by_kind):
            return groups
        void = partial(self._is_void, found, combination.theme, combination.name, against, combination.within)
        return [group for group in groups if not void(group)]

    def _is_void(self, found: _Found, theme: int, name: str, against: Sequence[Hit], width: int, hits: Sequence[Hit]) -> bool:
        """Tell whether near ``hits`` stands what voids the theme, or within ``width`` tokens what speaks ``against`` them."""
        voiding = found.by_kind.get(("theme_without", theme), ())
        for others, reach in ((voiding, CONTEXT_TOKENS), (against, width)):
            for one, other, label in others:
                if any(_distance(first, last, one, other) <= reach for first, last, _ in hits):
                    found.notes.append(f"{self._theme_ids[theme]}: {name} voided by «{label.text}»")
                    return True
        return False


def _hits_of(found: _Found, slot: Slot) -> Sequence[Hit]:
    """Give what may fill a slot: its words, then places."""
    hits = found.slots.get(slot.number, ())
    if not slot.places or not found.places:
        return hits
    return [*hits, *[hit for hit in found.places if hit[2].owner in slot.places]]


def _bits(known: Sequence[Known]) -> int:
    """Give the bits all words of a text bring together."""
    bits = 0
    for word in known:
        if word is not UNKNOWN:
            bits |= word.bits
    return bits


def _theme_match(found: _Found, theme_id: str, spans: set[Span], terms: set[str]) -> ThemeMatch:
    offsets = [found.span(first, last) for first, last in sorted(spans)]
    return ThemeMatch(theme_id=theme_id, spans=tuple(offsets), terms=tuple(sorted(terms)))


def _joined(tables: Iterable[Mapping[int, Sequence[Any]]]) -> dict[int, Sequence[Any]]:
    """Join tables of lists into one."""
    joined: dict[int, list[Any]] = defaultdict(list)
    for table in tables:
        for key, values in table.items():
            joined[key] += values
    return dict(joined)


def _longest_first(hit: Hit) -> tuple[int, int, int, int]:
    first, last, label = hit
    return first - last, -label.slot, first, label.owner


def _distance(first: int, last: int, other_first: int, other_last: int) -> int:
    """Give how many tokens further one phrase is than the other; 0 where they overlap."""
    return max(other_first - last, first - other_last, 0)


def _is_before_surname(found: _Found, last: int) -> bool:
    """Tell whether the next word follows after one space and begins with a capital: a surname after a first name."""
    if last + 1 >= len(found.known):
        return False
    end, start = found.span(last, last)[1], found.words.starts[last + 1]
    return found.text[end:start] == " " and found.text[start].isupper()


def _within(slots: Sequence[Sequence[Hit]], width: int) -> list[tuple[Hit, ...]]:
    """Give one group of hits for each hit of the first slot that has a partner in every other slot within ``width`` tokens."""
    groups = [_extend((anchor,), slots, width, anchor[0], anchor[1]) for anchor in slots[0]]
    return [group for group in groups if group]


def _extend(group: tuple[Hit, ...], slots: Sequence[Sequence[Hit]], width: int, first: int, last: int) -> tuple[Hit, ...] | None:
    """Fill the slots behind those of ``group``, whose words reach from ``first`` to ``last``; the nearest hit is tried first."""
    hits = slots[len(group)]
    for hit in hits if len(hits) == 1 else _nearest_first(hits, group[0]):
        start, end, _ = hit
        if last - start > width or end - first > width or any(start <= other and one <= end for one, other, _ in group):
            continue
        longer = (*group, hit)
        if len(longer) == len(slots):
            return longer
        whole = _extend(longer, slots, width, start if start < first else first, end if end > last else last)
        if whole:
            return whole
    return None


def _nearest_first(hits: Sequence[Hit], anchor: Hit) -> list[Hit]:
    first, last, _ = anchor
    return sorted(hits, key=lambda hit: (max(hit[0] - last, first - hit[1], 0), hit[0]))
