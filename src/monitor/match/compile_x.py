"""Compile a theme into at most two X searches: forms listed, packed under X's length, exclusions kept, the rest reported.

X matches whole words and does not stem, so every form costs characters. One query holds the theme's terms, the other its
combinations as ``(a OR b) (c OR d)``; where a theme has only one of the two, both queries hold it. Forms enter in the order of
their use, words before phrases, languages by turns. ``lang:`` is not used: X knows no kk, az or mn. A combination's width in
words cannot be said to X, nor can an exclusion's: theirs is the whole post.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from monitor.match.forms import ranked_forms
from monitor.model import FIGURES, Combination, Keyword, Place, Theme, XCompiled, XDropped, XQuery
from monitor.text import fold, words

NO_REPOSTS = "-is:retweet"
EXCLUSIONS_SHARE = 0.2
"""How much of a query its exclusions may take."""

LANGUAGE_WEIGHTS = {"ru": 1.0, "en": 2.0, "uk": 3.0}
OTHER_WEIGHT = 6.0
"""How often a language's turn comes: for six Russian words three English ones, two Ukrainian ones, one of any other language."""

FORM_WEIGHT = 2.5
"""A word's next form comes after this many further words."""

FIRST_FORMS = 6
"""Forms of each group a combination enters with; one that finds no room for so many is left out."""

PHRASE_WEIGHT = 2.0
"""A phrase comes after this many further words for each of its words but the first."""

PLACES_TRIED = 12
"""Places that may stand for a kind of place in a combination: those the theme's terms and examples name come first."""

NO_ROOM = "no room"
BEGINNING = "a word's beginning, and X matches whole words"
PLACES_LEFT = "places: no room"
PLACES_EXCLUDED = "an exclusion of places, of which there are too many"
NOT_FOR_X = (*FIGURES, "@route")
NO_WORDS = "a rule about words, and X takes words only"
OTHER_COMBINATION = "combination: no room"


@dataclass(frozen=True, slots=True, order=True)
class _Form:
    """A form as X is asked for it; the lowest ``turn`` enters first."""

    turn: float
    text: str

    @property
    def written(self) -> str:
        return self.text if self.text.isalnum() else f'"{self.text}"'


def compile_x(theme: Theme, places: Sequence[Place], *, length: int) -> XCompiled:
    """Give a theme's queries, each of at most ``length`` characters, and what they leave out and why."""
    compiler = _Compiler(theme, places, length)
    texts = [text for text in compiler.texts() if text]
    queries = tuple(
        XQuery(name=f"{theme.theme_id}_{number}", theme_id=theme.theme_id, text=text) for number, text in enumerate(texts, 1)
    )
    return XCompiled(theme_id=theme.theme_id, queries=queries, dropped=tuple(dict.fromkeys(compiler.dropped)))


class _Compiler:
    def __init__(self, theme: Theme, places: Sequence[Place], length: int) -> None:
        self._theme = theme
        self._places = places
        self._length = length
        self._examples = list(dict.fromkeys(chain.from_iterable(words(fold(text)) for text in theme.matches)))
        self._said = fold(" ".join([*theme.matches, *(keyword.text for keyword in theme.terms)]))
        self.dropped: list[XDropped] = []

    def texts(self) -> Iterator[str]:
        """Give the texts of up to two queries."""
        terms = self._forms(self._theme.terms)
        combinations = self._theme.combinations
        if terms:
            text, terms = self._terms(terms)
            yield text
        if combinations:
            text, combinations = self._combined(combinations)
            yield text
        if not self._theme.terms and combinations:
            text, combinations = self._combined(combinations)
            yield text
        if not self._theme.combinations and terms:
            text, terms = self._terms(terms)
            yield text
        self.dropped += [XDropped(form=form.text, reason=NO_ROOM) for form in terms]
        self.dropped += [XDropped(form=combination.name, reason=OTHER_COMBINATION) for combination in combinations]

    # --- terms ---

    def _terms(self, forms: Sequence[_Form]) -> tuple[str, list[_Form]]:
        """Pack terms; give the query and the forms that found no room."""
        tail = self._tail(())
        chosen: list[_Form] = []
        rest: list[_Form] = []
        for form in forms:
            said = next((other.text for other in chosen if other.text in form.text.split()), None)
            if said is not None:
                self.dropped.append(XDropped(form=form.text, reason=f"said already by «{said}»"))
            elif len(_either([*chosen, form]) + tail) <= self._length:
                chosen.append(form)
            else:
                rest.append(form)
        return (_either(chosen) + tail if chosen else ""), rest

    # --- combinations ---

    def _combined(self, combinations: Sequence[Combination]) -> tuple[str, tuple[Combination, ...]]:
        """Pack combinations; give the query and those that found no room."""
        tail = self._tail(combinations)
        clauses: list[_Clause] = []
        for combination in combinations:
            clause = self._clause(combination)
            if clause.is_whole and len(_any_of([*clauses, clause]) + tail) <= self._length:
                clauses.append(clause)
        self._fill(clauses, len(tail))
        held = {clause.name for clause in clauses}
        left = tuple(combination for combination in combinations if combination.name not in held)
        return (_any_of(clauses) + tail if clauses else ""), left

    def _clause(self, combination: Combination) -> _Clause:
        """Begin a clause with the first forms of each of its groups."""
        groups = [self._forms(group) for group in combination.near]
        return _Clause(combination.name, [group[:FIRST_FORMS] for group in groups], [group[FIRST_FORMS:] for group in groups])

    def _fill(self, clauses: Sequence[_Clause], tail_length: int) -> None:
        """Let the waiting forms in, in turn, as long as they fit."""
        waiting = sorted(
            (form.turn, number, slot, form)
            for number, clause in enumerate(clauses)
            for slot, forms in enumerate(clause.waiting)
            for form in forms
        )
        for _, number, slot, form in waiting:
            group = clauses[number].groups[slot]
            group.append(form)
            if len(_any_of(clauses)) + tail_length > self._length:
                group.pop()
                self.dropped.append(XDropped(form=form.text, reason=NO_ROOM))

    # --- exclusions ---

    def _tail(self, combinations: Sequence[Combination]) -> str:
        """Give what ends a query: the words that void it, then no reposts."""
        keywords = [*self._theme.void_by, *self._theme.without, *chain.from_iterable(c.without for c in combinations)]
        self.dropped += [XDropped(form=f"-{k.text}", reason=PLACES_EXCLUDED) for k in keywords if k.text.startswith("@")]
        forms = self._forms([keyword for keyword in keywords if not keyword.text.startswith("@")], sign="-")
        wanted = {word for keyword in self._theme.terms for word in words(fold(keyword.text))}
        tail = ""
        for form in (form for form in forms if form.text not in wanted):
            longer = f"{tail} -{form.written}"
            if len(longer) <= EXCLUSIONS_SHARE * self._length:
                tail = longer
            else:
                self.dropped.append(XDropped(form=f"-{form.text}", reason=NO_ROOM))
        return f"{tail} {NO_REPOSTS}"

    # --- forms ---

    def _forms(self, keywords: Iterable[Keyword], *, sign: str = "") -> list[_Form]:
        """Give every form of the keywords, in the order of their turns; each once."""
        turns: dict[str, float] = {}
        seen: dict[str, int] = {}
        for keyword in chain.from_iterable(self._spelled(keyword) for keyword in keywords):
            seen[keyword.language] = seen.get(keyword.language, 0) + 1
            weight = LANGUAGE_WEIGHTS.get(keyword.language, OTHER_WEIGHT)
            for rank, text in enumerate(self._written(keyword, sign)):
                turn = weight * seen[keyword.language] + FORM_WEIGHT * rank + PHRASE_WEIGHT * text.count(" ")
                turns[text] = min(turn, turns.get(text, turn))
        return sorted(_Form(turn, text) for text, turn in turns.items())

    def _spelled(self, keyword: Keyword) -> Iterable[Keyword]:
        """Give a keyword, or for ``@crossing`` and its like the spellings of those places, first spellings first."""
        if keyword.text in NOT_FOR_X:
            self.dropped.append(XDropped(form=keyword.text, reason=NO_WORDS))
            return []
        if not keyword.text.startswith("@"):
            return [keyword]
        wanted = keyword.text[1:]
        named = [place for place in self._places if wanted in place.names]
        if len(named) > PLACES_TRIED:
            self.dropped.append(XDropped(form=f"{len(named) - PLACES_TRIED} places of {keyword.text}", reason=PLACES_LEFT))
        named = sorted(named, key=lambda place: -self._mentions(place))[:PLACES_TRIED]
        spellings = [(*place.needs_context, *place.spellings) for place in named]
        return [found[depth] for depth in range(max(map(len, spellings), default=0)) for found in spellings if depth < len(found)]

    def _mentions(self, place: Place) -> int:
        """Count how often the theme's own terms and examples name a place."""
        stems = {fold(keyword.text)[: max(4, len(keyword.text) - 2)] for keyword in (*place.spellings, *place.needs_context)}
        return sum(stem in self._said for stem in stems)

    def _written(self, keyword: Keyword, sign: str) -> tuple[str, ...]:
        """Give the forms of one keyword, most used first; a word's beginning stands for the words of the theme's own examples."""
        text = fold(keyword.text)
        if "*" in text:
            stem = text.rstrip("*")
            found = tuple(word for word in self._examples if word.startswith(stem)) if stem.isalnum() else ()
            if not found:
                self.dropped.append(XDropped(form=sign + keyword.text, reason=BEGINNING))
            return found
        return (text,) if keyword.is_exact else ranked_forms(text, keyword.language)


@dataclass(slots=True)
class _Clause:
    """A combination on its way into a query: the forms that are in, and those that wait, by group."""

    name: str
    groups: list[list[_Form]]
    waiting: list[list[_Form]] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return bool(self.groups) and all(self.groups)

    def written(self) -> str:
        return " ".join(map(_either, self.groups))


def _either(forms: Sequence[_Form]) -> str:
    """Write alternatives; brackets only where there are several."""
    joined = " OR ".join(form.written for form in forms)
    return f"({joined})" if len(forms) > 1 else joined


def _any_of(clauses: Sequence[_Clause]) -> str:
    written = [clause.written() for clause in clauses]
    return "(" + " OR ".join(f"({clause})" for clause in written) + ")" if len(written) > 1 else "".join(written)
